//! `genodex freq` beside plink2: the same bytes in plink2's formats, the same p-values.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{devices, genodex};

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden/freq")
        .join(name)
}

/// A store of a golden input, in a folder that lives as long as it is held.
struct Indexed {
    folder: tempfile::TempDir,
}

impl Indexed {
    fn new(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let input = ["vcf", "vcf.gz"]
            .map(|e| golden(&format!("{name}.{e}")))
            .into_iter()
            .find(|p| p.exists())
            .unwrap();
        let mut index = genodex();
        index.args(["index", "--quiet"]).arg(input);
        index.arg("-o").arg(folder.path().join("store"));
        let (table, reference) = (format!("{name}.psam"), format!("{name}.fa"));
        for (flag, file) in [("--samples-table", table), ("--fasta", reference)] {
            if golden(&file).exists() {
                index.arg(flag).arg(golden(&file));
            }
        }
        let output = index.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name}: {said}");
        Self { folder }
    }

    fn freq(&self, args: &[&str]) -> String {
        let output = genodex()
            .args(["freq", "--quiet"])
            .arg(self.folder.path().join("store"))
            .args(args)
            .env("COLUMNS", "160")
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }
}

/// Compares line by line, so that a difference is shown and not two whole files.
fn same(found: &str, file: &Path, what: &str) {
    let expected = fs::read_to_string(file).unwrap();
    assert!(expected.lines().count() > 1, "{what} compares nothing");
    for (n, (f, e)) in found.lines().zip(expected.lines()).enumerate() {
        assert_eq!(f, e, "{what}, line {}", n + 1);
    }
    assert_eq!(found.lines().count(), expected.lines().count(), "{what}");
}

#[test]
fn reports_are_those_of_plink2() {
    for name in ["autosome", "chrx", "chrm", "ploidy", "hand"] {
        let store = Indexed::new(name);
        let third = format!("third=@{}", golden(&format!("{name}.third.txt")).display());
        for format in ["gcount", "afreq", "acount"] {
            for device in devices() {
                let args = ["--format", format, "--device", device, "-j", "2"];
                let what = format!("{name}.ALL.{format}");
                same(&store.freq(&args), &golden(&what), &what);
                let mut args = args.to_vec();
                args.extend(["--cohort", &third]);
                let what = format!("{name}.third.{format}");
                same(&store.freq(&args), &golden(&what), &what);
            }
        }
    }
}

/// Counts, row by row in one order: position, alleles and ID, then AC, AN, 2 x HOMALT, HET.
fn calls(rows: impl Iterator<Item = Vec<String>>) -> Vec<Vec<String>> {
    let mut rows: Vec<_> = rows.collect();
    rows.sort();
    rows
}

#[test]
fn calls_are_counted_as_bcftools_counts_them() {
    let inputs = [
        ("autosome", 180),
        ("chrm", 230),
        ("chrx", 144),
        ("hand", 13),
        ("ploidy", 93),
        ("align", 10),
    ];
    for (name, n_rows) in inputs {
        let store = Indexed::new(name);
        let expected = fs::read_to_string(golden(&format!("{name}.bcftools.tsv"))).unwrap();
        // AC_Hemi (the last column) has the half calls too, which have no column of their own.
        let expected = calls(expected.lines().map(|line| {
            let fields = line.split('\t').take(9);
            fields.map(str::to_owned).collect()
        }));
        assert_eq!(expected.len(), n_rows, "{name}");
        let found = store.freq(&["--format", "tsv"]);
        let found = calls(found.lines().skip(1).map(|line| {
            let f: Vec<&str> = line.split('\t').collect();
            let hom = 2 * f[10].parse::<u64>().unwrap();
            let row = [
                f[0],
                f[1],
                f[2],
                f[3],
                f[4],
                f[5],
                f[6],
                &hom.to_string(),
                f[9],
            ];
            row.map(str::to_owned).to_vec()
        }));
        for (f, e) in found.iter().zip(&expected) {
            assert_eq!(f, e, "{name}");
        }
        assert_eq!(found.len(), expected.len(), "{name}");
    }
}

#[test]
fn several_cohorts_are_written_in_one_pass() {
    let store = Indexed::new("chrx");
    let third = format!("third=@{}", golden("chrx.third.txt").display());
    let everyone = "all=missing(SEX) || !missing(SEX)";
    let prefix = store.folder.path().join("out");
    let prefix = prefix.to_str().unwrap();
    let args = [
        "--cohort", &third, "--cohort", everyone, "--format", "gcount", "-o", prefix,
    ];
    assert_eq!(store.freq(&args), "");
    for (cohort, file) in [("third", "chrx.third.gcount"), ("all", "chrx.ALL.gcount")] {
        let written = fs::read_to_string(format!("{prefix}.{cohort}.gcount")).unwrap();
        same(&written, &golden(file), file);
    }
    let names = fs::read_dir(store.folder.path()).unwrap();
    assert_eq!(names.count(), 3, "nothing else is left behind");
}

#[test]
fn parents_and_pseudo_autosomal_regions() {
    let store = Indexed::new("hand");
    let all = store.freq(&["--format", "acount", "--nonfounders"]);
    same(&all, &golden("hand.nonfounders.acount"), "--nonfounders");
    for format in ["gcount", "acount"] {
        let par = store.freq(&["--format", format, "--split-par"]);
        same(&par, &golden(&format!("hand.par.{format}")), "--split-par");
    }
}

/// A column of a table with a header.
fn column<'a>(table: &'a str, name: &str) -> Vec<&'a str> {
    let mut lines = table.lines();
    let header = lines.next().unwrap();
    let at = header.split('\t').position(|c| c == name);
    let at = at.unwrap_or_else(|| panic!("no column {name} in {header}"));
    lines.map(|l| l.split('\t').nth(at).unwrap()).collect()
}

#[test]
fn hardy_weinberg_is_that_of_plink2() {
    let cases = [
        ("autosome", "autosome.ALL.hardy", "", "P", None),
        ("autosome", "autosome.ALL.midp.hardy", "midp", "MIDP", None),
        ("autosome", "autosome.third.hardy", "", "P", Some("third")),
        (
            "autosome",
            "autosome.third.midp.hardy",
            "midp",
            "MIDP",
            Some("third"),
        ),
        ("ploidy", "ploidy.females.hardy.x", "", "P", None),
    ];
    for (name, file, test, p, cohort) in cases {
        let store = Indexed::new(name);
        let hwe = if test.is_empty() {
            "--hwe=exact".to_owned()
        } else {
            format!("--hwe={test}")
        };
        let mut args = vec![hwe];
        if let Some(cohort) = cohort {
            let ids = golden(&format!("{name}.{cohort}.txt"));
            args.extend([
                "--cohort".to_owned(),
                format!("{cohort}=@{}", ids.display()),
            ]);
        }
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let found = store.freq(&args);
        // In the pseudo-autosomal regions everybody is diploid, which plink2 was not told.
        let by_id = |table: &str, p: &str| -> Vec<(String, String)> {
            let rows = column(table, "ID").into_iter().zip(column(table, p));
            let rows = rows.filter(|(id, p)| !id.starts_with("PAR") && *p != ".");
            rows.map(|(id, p)| (id.to_owned(), p.to_owned())).collect()
        };
        let found = by_id(&found, &format!("HWE_P_{}", cohort.unwrap_or("ALL")));
        let expected = fs::read_to_string(golden(file)).unwrap();
        assert!(expected.lines().count() > 50);
        assert_eq!(found, by_id(&expected, p), "{file}");
    }
}

/// The same rows in every format; JSON as an example of values.
#[test]
fn formats_agree() {
    let store = Indexed::new("hand");
    let tsv = store.freq(&["--format", "tsv"]);
    let header = "#CHROM\tPOS\tID\tREF\tALT\tAC_ALL\tAN_ALL\tAF_ALL\tHOMREF_ALL\tHET_ALL\tHOMALT_ALL\tHEMI_ALL\tMISSING_ALL";
    assert_eq!(tsv.lines().next(), Some(header));
    // 0/0 0/1 1/1 ./. 0/1 ./1 0/1 1/1: the half call's allele counts.
    assert_eq!(
        tsv.lines().nth(1),
        Some("1\t100\t.\tA\tC\t8\t13\t0.615385\t1\t3\t2\t0\t2")
    );
    // 0 1 1 . 0/1 0/0 0/0 0/0: haploid calls are one allele.
    assert_eq!(
        tsv.lines().nth(2),
        Some("1\t200\t.\tA\tC\t3\t11\t0.272727\t3\t1\t0\t2\t1")
    );
    // Nobody called.
    assert_eq!(
        tsv.lines().nth(3),
        Some("1\t300\t.\tA\tC\t0\t0\t.\t0\t0\t0\t0\t8")
    );
    let csv = store.freq(&["--format", "csv"]);
    assert_eq!(csv, tsv[1..].replace('\t', ","));
    let json: serde_json::Value = serde_json::from_str(&store.freq(&["--format", "json"])).unwrap();
    let rows = json.as_array().unwrap();
    assert_eq!(rows.len(), tsv.lines().count() - 1);
    assert_eq!(rows[0]["AC_ALL"], 8);
    assert_eq!(rows[0]["AF_ALL"], 8.0 / 13.0);
    assert_eq!(rows[0]["ID"], serde_json::Value::Null);
    assert_eq!(rows[2]["AF_ALL"], serde_json::Value::Null);
    let lines = store.freq(&["--format", "ndjson"]);
    let lines: Vec<serde_json::Value> = lines
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(&lines, rows);
    let table = store.freq(&["--format", "table"]);
    assert_eq!(table.lines().count(), rows.len() + 1);
    for extension in ["parquet", "arrow"] {
        let path = store.folder.path().join(format!("x.{extension}"));
        assert_eq!(store.freq(&["-o", path.to_str().unwrap()]), "");
        let bytes = fs::read(path).unwrap();
        let magic: &[u8] = if extension == "parquet" {
            b"PAR1"
        } else {
            b"ARROW1"
        };
        assert!(bytes.starts_with(magic) && bytes.ends_with(magic));
    }
    let empty = store.freq(&["--format", "json", "-r", "1:1-2"]);
    assert_eq!(empty, "[]\n");
}

#[test]
fn arrow_files_are_read_back() {
    let store = Indexed::new("hand");
    let path = store.folder.path().join("x.arrow");
    store.freq(&["-o", path.to_str().unwrap()]);
    let reader = arrow_ipc::reader::FileReader::try_new(fs::File::open(&path).unwrap(), None);
    let batches: Vec<_> = reader.unwrap().map(Result::unwrap).collect();
    let rows: usize = batches.iter().map(arrow_array::RecordBatch::num_rows).sum();
    assert_eq!(rows, 13);
    let af = batches[0].column_by_name("AF_ALL").unwrap();
    assert!(af.is_null(2) && !af.is_null(0));
}

#[test]
fn limits_and_regions() {
    let store = Indexed::new("hand");
    let positions = |args: &[&str]| {
        let table = store.freq(&[&["--format", "tsv"], args].concat());
        column(&table, "POS").join(",")
    };
    assert_eq!(positions(&["-r", "1"]), "100,200,300");
    assert_eq!(positions(&["-r", "chr1:150-250"]), "200");
    assert_eq!(positions(&["-r", "1", "--maf", "0.3"]), "100");
    assert_eq!(positions(&["-r", "1", "--max-af", "0.5"]), "200");
    assert_eq!(positions(&["-r", "1", "--mac", "4"]), "100");
    assert_eq!(positions(&["-r", "1", "--min-an", "12"]), "100");
    assert_eq!(positions(&["-r", "1", "--max-missing", "0.2"]), "200");
    let males = ["--cohort", "m=SEX==1", "-r", "1", "--min-af", "m:0.4"];
    assert_eq!(positions(&males), "");
    let males = ["--cohort", "m=SEX==1", "-r", "1", "--min-af", "m:0.3"];
    assert_eq!(positions(&males), "100");
}

#[test]
fn mistakes_are_said() {
    let store = Indexed::new("hand");
    let refused = |args: &[&str]| {
        let output = genodex()
            .arg("freq")
            .arg(store.folder.path().join("store"))
            .args(args)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty(), "{args:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(refused(&["--cohort", "a=SEXX==1"]).contains("did you mean \"SEX\""));
    assert!(refused(&["--cohort", "a=SEX==1", "--cohort", "a=SEX==2"]).contains("two cohorts"));
    assert!(refused(&["--maf", "x:0.1"]).contains("no cohort \"x\""));
    assert!(refused(&["--maf", "2"]).contains("a number from 0 to 1"));
    assert!(refused(&["-r", "chr99"]).contains("chr99"));
    assert!(refused(&["--format", "gcount", "--hwe"]).contains("--hwe"));
    let two = [
        "--cohort", "a=SEX==1", "--cohort", "b=SEX==2", "--format", "afreq",
    ];
    assert!(refused(&two).contains("-o PREFIX"));
    // A damaged store: the last byte of a shard's site table is another.
    let sites = store.folder.path().join("store/g000001/s00000.sites.arrow");
    let mut bytes = fs::read(&sites).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&sites, &bytes).unwrap();
    let output = genodex()
        .arg("freq")
        .arg(store.folder.path().join("store"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&sites, &bytes).unwrap();
    assert!(refused(&["-o", "/nonexistent/x.tsv"]).contains("/nonexistent/x.tsv"));
}
