//! `genodex burden`: sets from other files, masks written out, variants left out, permutations,
//! combinations, results kept in the store.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use common::{devices, fails, stdout};

/// 1000 Genomes genotypes with traits and sets; `None` (said aloud) where they are not there.
fn data() -> Option<PathBuf> {
    let Some(root) = std::env::var_os("GENODEX_CONFORMANCE_DATA") else {
        eprintln!("skipped: GENODEX_CONFORMANCE_DATA is not set");
        return None;
    };
    Some(Path::new(&root).join("regenie_kg"))
}

struct Run {
    data: PathBuf,
    dir: tempfile::TempDir,
}

impl Run {
    fn new() -> Option<Self> {
        let run = Self {
            data: data()?,
            dir: tempfile::tempdir().unwrap(),
        };
        let store = run.path("kg.gdx");
        stdout(["index", &run.file("kg.bcf"), "-r", "1", "-o", &store, "-q"]);
        Some(run)
    }

    fn file(&self, name: &str) -> String {
        self.data.join(name).to_str().unwrap().to_owned()
    }

    fn path(&self, name: &str) -> String {
        self.dir.path().join(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.dir.path().join(name), text).unwrap();
        self.path(name)
    }

    /// The arguments of a run with other sets, of one trait where no others are given.
    fn args(&self, more: &[&str]) -> Vec<String> {
        let mut args = vec!["burden".to_owned(), self.path("kg.gdx"), "-q".to_owned()];
        args.extend(["--covar".to_owned(), self.file("covar.txt")]);
        if !more.contains(&"--pheno") {
            args.extend(["--pheno".to_owned(), self.file("pheno.txt")]);
            args.extend(["--pheno-col", "QSIM"].map(str::to_owned));
        }
        args.extend(more.iter().map(|a| (*a).to_owned()));
        args
    }

    /// Rows of a run over regenie's files.
    fn burden(&self, more: &[&str]) -> Rows {
        let files = [
            ("--anno-file", self.file("shared.anno")),
            ("--set-list", self.file("shared.setlist")),
            ("--mask-def", self.file("shared.masks")),
        ];
        let mut all: Vec<&str> = Vec::new();
        for (flag, file) in &files {
            all.extend([*flag, file.as_str()]);
        }
        all.extend(more);
        rows(&stdout(self.args(&all)))
    }
}

/// Rows of a table: by set, mask and test, the fields by name.
type Rows = BTreeMap<(String, String, String), BTreeMap<String, String>>;

fn rows(text: &str) -> Rows {
    let mut lines = text.lines();
    let head: Vec<&str> = lines
        .next()
        .unwrap()
        .trim_start_matches('#')
        .split('\t')
        .collect();
    lines
        .map(|line| {
            let named: BTreeMap<String, String> = (head.iter().zip(line.split('\t')))
                .map(|(h, f)| ((*h).to_owned(), f.to_owned()))
                .collect();
            let key = |name: &str| named[name].clone();
            ((key("SET"), key("MASK"), key("TEST")), named)
        })
        .collect()
}

fn number(row: &BTreeMap<String, String>, name: &str) -> f64 {
    row[name].parse().unwrap()
}

/// Category by variant and set.
fn annotations(run: &Run) -> BTreeMap<(String, String), String> {
    let text = std::fs::read_to_string(run.data.join("shared.anno")).unwrap();
    let fields = |line: &str| {
        line.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    (text.lines().map(fields))
        .map(|f| ((f[0].clone(), f[1].clone()), f[2].clone()))
        .collect()
}

#[test]
fn groups_of_saige_are_the_same_sets() {
    let Some(run) = Run::new() else { return };
    let anno = annotations(&run);
    let text = std::fs::read_to_string(run.data.join("shared.setlist")).unwrap();
    let mut groups = String::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let (set, variants) = (fields[0], fields[3].split(','));
        let named: Vec<(&str, &str)> = variants
            .filter_map(|v| Some((v, anno.get(&(v.to_owned(), set.to_owned()))?.as_str())))
            .collect();
        writeln!(
            groups,
            "{set} var {}",
            named.iter().map(|n| n.0).collect::<Vec<_>>().join(" ")
        )
        .unwrap();
        writeln!(
            groups,
            "{set} anno {}",
            named.iter().map(|n| n.1).collect::<Vec<_>>().join(" ")
        )
        .unwrap();
    }
    let groups = run.write("groups.txt", &groups);
    let more = [
        "--aaf-bins",
        "0.01,0.05",
        "--tests",
        "burden,skat",
        "--vc-max-aaf",
        "0.05",
    ];
    let masks = run.file("shared.masks");
    let mut args = vec!["--saige-group", &groups, "--mask-def", &masks];
    args.extend(more);
    let of_groups = rows(&stdout(run.args(&args)));
    let of_files = run.burden(&more);
    assert!(of_files.len() > 300);
    assert_eq!(of_groups, of_files);
}

#[test]
fn masks_that_are_written_out_are_sets() {
    let Some(run) = Run::new() else { return };
    let (sets, lists) = (run.path("masks.setlist"), run.path("masks.snplist"));
    let more = [
        "--aaf-bins",
        "0.05",
        "--write-setlist",
        &sets,
        "--write-mask-snplist",
        &lists,
    ];
    let before = run.burden(&more);
    let text = std::fs::read_to_string(&sets).unwrap();
    let mut anno = String::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        for variant in fields[3].split(',') {
            writeln!(anno, "{variant} {} any", fields[0]).unwrap();
        }
    }
    let anno = run.write("masks.anno", &anno);
    let masks = run.write("one.masks", "ALL any\n");
    let again = rows(&stdout(run.args(&[
        "--anno-file",
        &anno,
        "--set-list",
        &sets,
        "--mask-def",
        &masks,
        "--aaf-bins",
        "1",
    ])));
    let mut compared = 0;
    for ((set, mask, _), row) in &before {
        let key = (
            format!("{set}.{mask}"),
            "ALL.all".to_owned(),
            "burden".to_owned(),
        );
        let Some(found) = again.get(&key) else {
            continue;
        };
        for name in ["VARIANTS", "CARRIERS", "AF", "BETA", "SE", "LOG10P"] {
            assert_eq!(found[name], row[name], "{key:?} {name}");
        }
        compared += 1;
    }
    assert_eq!(compared, before.len());
    // One list for each mask, of as many variants as it has.
    let text = std::fs::read_to_string(&lists).unwrap();
    let lists: BTreeMap<&str, usize> = (text.lines())
        .map(|l| l.split_once('\t').unwrap())
        .map(|(mask, variants)| (mask, variants.split(',').count()))
        .collect();
    for ((set, mask, _), row) in &before {
        assert_eq!(
            lists[format!("{set}.{mask}").as_str()].to_string(),
            row["VARIANTS"]
        );
    }
}

#[test]
fn a_variant_left_out_is_a_set_without_it() {
    let Some(run) = Run::new() else { return };
    let tests = [
        "--tests",
        "burden,skat,skato,acatv",
        "--vc-max-aaf",
        "0.05",
        "--aaf-bins",
        "0.01,0.05",
    ];
    let mut more = tests.to_vec();
    more.extend(["--sets", "GENE0005", "--lovo"]);
    let all = run.burden(&more);
    let text = std::fs::read_to_string(run.data.join("shared.setlist")).unwrap();
    let line = text.lines().find(|l| l.starts_with("GENE0005 ")).unwrap();
    let fields: Vec<&str> = line.split_whitespace().collect();
    let mut compared = BTreeSet::new();
    for variant in fields[3].split(',') {
        let ends = format!("_{variant}");
        let left_out = all.iter().filter(|r| r.0.1.ends_with(&ends));
        let left_out: Vec<_> = left_out.collect();
        if left_out.is_empty() {
            continue;
        }
        let others: Vec<&str> = fields[3].split(',').filter(|v| *v != variant).collect();
        let line = format!(
            "{} {} {} {}\n",
            fields[0],
            fields[1],
            fields[2],
            others.join(",")
        );
        let sets = run.write("without.setlist", &line);
        let (anno, masks) = (run.file("shared.anno"), run.file("shared.masks"));
        let mut args = vec![
            "--anno-file",
            &anno,
            "--set-list",
            &sets,
            "--mask-def",
            &masks,
        ];
        args.extend(tests);
        let without = rows(&stdout(run.args(&args)));
        for ((set, mask, test), row) in left_out {
            let mask = mask.strip_suffix(&ends).unwrap().to_owned();
            let expected = &without[&(set.clone(), mask, test.clone())];
            for name in ["VARIANTS", "CARRIERS", "AF", "BETA", "SE", "LOG10P"] {
                assert_eq!(row[name], expected[name], "{variant} {test} {name}");
            }
            compared.insert(variant);
        }
    }
    assert!(compared.len() > 5, "{compared:?}");
}

#[test]
fn permutations_agree_with_the_tests() {
    let Some(run) = Run::new() else { return };
    let more = [
        "--aaf-bins",
        "0.01,0.05",
        "--permute",
        "4000",
        "--seed",
        "7",
    ];
    let one = run.burden(&[&more[..], &["-j", "1"]].concat());
    let several = run.burden(&[&more[..], &["-j", "5"]].concat());
    assert_eq!(one, several);
    let other = run.burden(&[&more[..4], &["--seed", "8"]].concat());
    assert_ne!(one, other);
    let (mut apart, mut n) = (0.0f64, 0);
    for ((set, mask, test), row) in &one {
        if test != "permuted" {
            continue;
        }
        let burden = &one[&(set.clone(), mask.clone(), "burden".to_owned())];
        let (p, exact) = (number(row, "LOG10P"), number(burden, "LOG10P"));
        if exact < 2.5 {
            // 25 permutations reach the score at least: a fifth of the p-value.
            assert!((p - exact).abs() < 0.45, "{set} {mask}: {p} {exact}");
            apart += p - exact;
            n += 1;
        }
    }
    assert!(
        n > 100 && (apart / f64::from(n)).abs() < 0.02,
        "{apart} of {n}"
    );
}

#[test]
fn a_gpu_gives_the_same_bytes() {
    let Some(run) = Run::new() else { return };
    let sets: Vec<String> = (1..=12).map(|i| format!("GENE{i:04}")).collect();
    let (sets, bins) = (sets.join(","), "0.01,0.05");
    let every = "burden,skat,skato,acatv,acato";
    let binary = run.file("pheno_bin.txt");
    let few = ["--sets", "GENE0003", "--lovo", "--tests", "burden,skat"];
    for (what, more) in [
        ("all tests", vec!["--sets", &sets, "--tests", every]),
        ("sums", vec!["--sets", &sets, "--build-mask", "sum"]),
        ("comphet", vec!["--sets", &sets, "--build-mask", "comphet"]),
        ("left out", few.to_vec()),
        ("permuted", vec!["--sets", &sets, "--permute", "200"]),
        (
            "binary",
            vec![
                "--sets",
                &sets,
                "--tests",
                every,
                "--bt",
                "--pheno-col",
                "STATUS,BSIM",
                "--pheno",
                &binary,
                "--spa",
            ],
        ),
    ] {
        let mut found = Vec::new();
        for device in devices() {
            let summary = run.path("summary.json");
            let asked = [
                "--aaf-bins",
                bins,
                "--device",
                device,
                "--summary",
                &summary,
            ];
            let table = run.burden(&[&more[..], &asked].concat());
            assert!(table.len() > 3, "{what}");
            found.push((table, std::fs::read_to_string(summary).unwrap()));
        }
        assert!(found.windows(2).all(|w| w[0] == w[1]), "{what}");
    }
}

#[test]
fn masks_and_bins_are_combined() {
    let Some(run) = Run::new() else { return };
    let all = run.burden(&[
        "--aaf-bins",
        "0.01,0.05",
        "--tests",
        "burden,skato,acatv,gene",
        "--vc-max-aaf",
        "0.05",
    ]);
    // Cauchy's combination, as its definition has it.
    let combine = |log10p: &[f64]| {
        let tan = |l: &f64| 1.0 / (std::f64::consts::PI * 10f64.powf(-l)).tan();
        let t = log10p.iter().map(tan).sum::<f64>() / log10p.len() as f64;
        let p = if t > 1.0 {
            (1.0 / t).atan() / std::f64::consts::PI
        } else {
            0.5 - t.atan() / std::f64::consts::PI
        };
        -p.log10()
    };
    let of = |set: &str, test: &str| -> Vec<f64> {
        let rows = all.iter().filter(|r| r.0.0 == set && r.0.2 == test);
        rows.map(|r| number(r.1, "LOG10P")).collect()
    };
    let sets: BTreeSet<&String> = all.keys().map(|k| &k.0).collect();
    for set in sets {
        let mut of_set = Vec::new();
        for test in ["burden", "skato", "acatv"] {
            let single = of(set, test);
            if single.is_empty() {
                continue;
            }
            let found = of(set, &format!("{test}-acat"));
            assert!((found[0] - combine(&single)).abs() < 1e-4, "{set} {test}");
            of_set.push(found[0]);
        }
        assert!(
            (of(set, "gene-p")[0] - combine(&of_set)).abs() < 1e-4,
            "{set}"
        );
    }
}

#[test]
fn results_are_kept_for_the_page_of_a_gene() {
    let Some(run) = Run::new() else { return };
    let genes = run.write(
        "genes.txt",
        "1 900000 2000000 FIRST\n1 2000001 9000000 SECOND\n",
    );
    let store = run.path("kg.gdx");
    stdout(["annotate", &store, "--genes", &genes, "-q"]);
    let page = |name: &str| stdout(["target", &store, name, "-q"]);
    assert!(page("FIRST").contains("No burden results are stored"));
    let kept = rows(&stdout(run.args(&[
        "--aaf-bins",
        "0.05",
        "--store-results",
        "first",
    ])));
    let row = kept.iter().find(|r| r.0.0 == "FIRST").unwrap().1;
    let text = page("FIRST");
    let associations = text.split("Associations\n").nth(1).unwrap();
    assert!(
        associations.contains("QSIM") && associations.contains("first"),
        "{associations}"
    );
    let shown = format!("{:.3}", number(row, "LOG10P"));
    assert!(associations.contains(&shown[..4]), "{associations} {shown}");
    // The same name again replaces, another name adds.
    stdout(run.args(&["--aaf-bins", "0.05", "--store-results", "first"]));
    stdout(run.args(&["--aaf-bins", "0.05", "--store-results", "second"]));
    let json = stdout(["target", &store, "FIRST", "--format", "json", "-q"]);
    let n = json.matches("\"study\":").count();
    assert_eq!(n, 2 * kept.keys().filter(|k| k.0 == "FIRST").count());
    stdout(["verify", &store, "-q"]);
    let said = fails(2, run.args(&["--store-results", "a/b"]));
    assert!(said.contains("letters, digits"), "{said}");
}

#[test]
fn sets_that_are_not_sets_are_told() {
    let Some(run) = Run::new() else { return };
    let (anno, masks) = (run.file("shared.anno"), run.file("shared.masks"));
    let with = |sets: &str| -> Vec<String> {
        let sets = run.write("bad.setlist", sets);
        run.args(&[
            "--anno-file",
            &anno,
            "--set-list",
            &sets,
            "--mask-def",
            &masks,
        ])
    };
    for (sets, words) in [
        ("GENE0005 1\n", "line 1"),
        ("GENE0005 1 x 1:17209136:C:T\n", "line 1"),
        (
            "G 1 5 1:17209136:C:T\nG 1 5 1:17209136:C:T\n",
            "line 2: set G was there before",
        ),
        ("G 1 5 1:1:A:C\n", "1 of them are not in the store"),
    ] {
        let said = fails(2, with(sets));
        assert!(said.contains(words), "{sets}: {said}");
    }
}

/// p-values that the vignette of the R package SKAT prints for its example (version 2.0.1):
/// `SKAT(Z, SKAT_Null_Model(y.c ~ X, out_type="C"))`, the same of `y.b` with `out_type="D"`, and
/// with `weights.beta=c(0.5,0.5)`.
#[test]
fn the_example_of_the_package_skat() {
    let Some(root) = std::env::var_os("GENODEX_CONFORMANCE_DATA") else {
        eprintln!("skipped: GENODEX_CONFORMANCE_DATA is not set");
        return;
    };
    let data = Path::new(&root).join("skat_example");
    let table = |name: &str| -> Vec<Vec<String>> {
        use std::io::Read;
        let bytes = std::fs::read(data.join(name)).unwrap();
        let mut text = String::new();
        flate2::read::MultiGzDecoder::new(bytes.as_slice())
            .read_to_string(&mut text)
            .unwrap();
        let fields = |line: &str| line.split('\t').map(str::to_owned).collect();
        text.lines().map(fields).collect()
    };
    let genotypes = table("SKAT.example.Z.tsv.gz");
    let people = table("SKAT.example.pheno.tsv.gz");
    let mut vcf = "##fileformat=VCFv4.2\n##contig=<ID=1,length=10000>\n\
                   ##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n\
                   #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT"
        .to_owned();
    let (mut pheno, mut covar) = ("FID IID yc yb\n".to_owned(), "FID IID x1 x2\n".to_owned());
    for (i, row) in people.iter().skip(1).enumerate() {
        write!(vcf, "\tp{i}").unwrap();
        writeln!(pheno, "0 p{i} {} {}", row[0], row[1]).unwrap();
        writeln!(covar, "0 p{i} {} {}", row[2], row[3]).unwrap();
    }
    for variant in 0..genotypes[0].len() {
        write!(vcf, "\n1\t{}\t.\tA\tC\t.\t.\t.\tGT", 100 + variant).unwrap();
        for person in &genotypes {
            let copies: usize = person[variant].parse().unwrap();
            vcf.push_str(["\t0/0", "\t0/1", "\t1/1"][copies]);
        }
    }
    vcf.push('\n');
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (vcf, pheno, covar) = (
        write("z.vcf", &vcf),
        write("p.txt", &pheno),
        write("c.txt", &covar),
    );
    let store = dir.path().join("z.gdx").to_str().unwrap().to_owned();
    stdout(["index", &vcf, "-o", &store, "-q"]);
    let skat = |more: &[&str]| {
        let mut args = vec!["burden", &store, "--pheno", &pheno, "--covar", &covar, "-q"];
        args.extend(["--windows", "10kb", "--aaf-bins", "1", "--vc-max-aaf", "1"]);
        args.extend(["--vc-mac-threshold", "0", "--tests", "skat"]);
        args.extend(more);
        let all = rows(&stdout(args));
        let row = all.iter().find(|r| r.0.2 == "skat").unwrap().1;
        10f64.powf(-number(row, "LOG10P"))
    };
    let binary = ["--pheno-col", "yb", "--bt"];
    let flat = [&binary[..], &["--weights-beta", "0.5,0.5"]].concat();
    for (found, expected) in [
        (skat(&["--pheno-col", "yc"]), 0.002_877_041),
        (skat(&binary), 0.140_199_1),
        (skat(&flat), 0.493_163_9),
    ] {
        // Six digits of LOG10P are printed.
        assert!((found / expected - 1.0).abs() < 1e-5, "{found} {expected}");
    }
}
