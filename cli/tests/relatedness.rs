//! `genodex kinship`, `pca`, `prune` and `panel` beside plink2 on 1000 Genomes genotypes.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use common::{devices, fails, index, stdout, vcf, write};

fn golden(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden/relatedness")
        .join(name);
    std::fs::read_to_string(&path).unwrap()
}

fn people() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/relatedness/people.txt");
    format!("@{}", path.display())
}

/// The store of all chromosomes, made once; `None` (said aloud) where the data are not there.
fn store() -> Option<&'static Path> {
    static STORE: OnceLock<Option<(tempfile::TempDir, PathBuf)>> = OnceLock::new();
    let made = STORE.get_or_init(|| {
        let Some(root) = std::env::var_os("GENODEX_CONFORMANCE_DATA") else {
            eprintln!("skipped: GENODEX_CONFORMANCE_DATA is not set");
            return None;
        };
        let folder = Path::new(&root).join("kg_p3_subset_uwgac");
        let dir = tempfile::tempdir().unwrap();
        let store = dir.path().join("kg.gdx");
        let file = |c: u32| folder.join(format!("1KG_phase3_subset_chr{c}.vcf.gz"));
        let mut args: Vec<PathBuf> = vec!["index".into(), "-q".into()];
        args.extend((1..=22).map(file));
        args.extend(["-o".into(), store.clone()]);
        stdout(args);
        Some((dir, store))
    });
    made.as_ref().map(|m| m.1.as_path())
}

fn run(command: &str, more: &[&str]) -> Option<String> {
    let mut args = vec![command, store()?.to_str().unwrap(), "-q"];
    args.extend(more);
    Some(stdout(args))
}

#[test]
fn kinship_is_that_of_plink2() {
    let people = people();
    for device in devices() {
        for threads in ["1", "3"] {
            let args = [
                "--all-variants",
                "--include",
                &people,
                "-O",
                "kin0",
                "-j",
                threads,
            ];
            let Some(found) = run("kinship", &[&args[..], &["--device", device]].concat()) else {
                return;
            };
            assert_eq!(found, golden("some.kin0"), "{device}");
        }
    }
    let kept = run(
        "kinship",
        &[
            "--all-variants",
            "--include",
            &people,
            "--king-cutoff",
            "0.0",
        ],
    );
    assert_eq!(kept.unwrap(), golden("some.king.cutoff.in.id"));
    // No fewer without the greedy order.
    let more = run(
        "kinship",
        &["--all-variants", "--include", &people, "--unrelated", "0.0"],
    );
    assert!(more.unwrap().lines().count() >= golden("some.king.cutoff.in.id").lines().count());
}

/// A filter and groups are parts of all pairs; a matrix is all of them.
#[test]
fn pairs_are_parts_of_all() {
    let people = people();
    let asked = ["--all-variants", "--include", &people, "-O", "kin0"];
    let Some(few) = run(
        "kinship",
        &[&asked[..], &["--min-kinship", "0.02"]].concat(),
    ) else {
        return;
    };
    let all = golden("some.kin0");
    let kinship = |line: &&str| line.rsplit('\t').next().unwrap().parse().unwrap_or(1.0) >= 0.02;
    assert_eq!(
        few.lines().collect::<Vec<_>>(),
        all.lines().filter(kinship).collect::<Vec<_>>()
    );
    let between = ["--between", "id==\"HG00096\""];
    let some = run("kinship", &[&asked[..], &between].concat()).unwrap();
    let has = |line: &&&str| line.split('\t').take(2).any(|id| id == "HG00096");
    let lines: Vec<&str> = all.lines().collect();
    assert_eq!(some.lines().count(), 1 + lines.iter().filter(has).count());
    let triangle = run("kinship", &[&asked[..4], &["king"]].concat()).unwrap();
    let cells = triangle.split(['\t', '\n']).filter(|c| !c.is_empty());
    let listed = all.lines().skip(1).map(|l| l.rsplit('\t').next().unwrap());
    assert!(cells.eq(listed));
}

#[test]
fn components_are_those_of_plink2() {
    let people = people();
    let dir = tempfile::tempdir().unwrap();
    let prefix = dir.path().join("pc");
    let asked = [
        "--all-variants",
        "--include",
        &people,
        "-k",
        "4",
        "--accuracy",
        "1e-5",
        "-o",
    ];
    let mut args = asked.to_vec();
    args.push(prefix.to_str().unwrap());
    if run("pca", &args).is_none() {
        return;
    }
    let read = |ending: &str| std::fs::read_to_string(prefix.with_extension(ending)).unwrap();
    let numbers = |text: &str| -> Vec<f64> { text.lines().map(|l| l.parse().unwrap()).collect() };
    for (ours, theirs) in numbers(&read("eigenval"))
        .iter()
        .zip(numbers(&golden("some.eigenval")))
    {
        assert!((ours - theirs).abs() <= 2e-5 * theirs, "{ours} {theirs}");
    }
    let columns = |text: &str| -> Vec<Vec<f64>> {
        let rows: Vec<Vec<f64>> = (text.lines().skip(1))
            .map(|l| l.split('\t').skip(1).map(|v| v.parse().unwrap()).collect())
            .collect();
        (0..4)
            .map(|k| rows.iter().map(|r| r[k]).collect())
            .collect()
    };
    let (ours, theirs) = (
        columns(&read("eigenvec")),
        columns(&golden("some.eigenvec")),
    );
    for (a, b) in ours.iter().zip(&theirs) {
        let along: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
        assert!(along.abs() > 0.9999, "{along}");
    }
    // The same bytes with other threads.
    let before = read("eigenvec");
    args.extend(["-j", "3"]);
    run("pca", &args);
    assert_eq!(before, read("eigenvec"));
}

/// People who are left out and projected come near to where they are when they are not.
#[test]
fn people_are_projected() {
    let Some(store) = store() else { return };
    let dir = tempfile::tempdir().unwrap();
    let loadings = dir.path().join("all.loadings");
    let text = |p: &Path| p.to_str().unwrap().to_owned();
    let all = run(
        "pca",
        &["--all-variants", "-k", "2", "--loadings", &text(&loadings)],
    )
    .unwrap();
    let onto = run("pca", &["--onto", &text(&loadings)]).unwrap();
    let people = people();
    let projected = run("pca", &["--all-variants", "-k", "2", "--project", &people]).unwrap();
    let first = |text: &str| -> Vec<f64> {
        text.lines()
            .skip(1)
            .map(|l| l.split('\t').nth(1).unwrap().parse().unwrap())
            .collect()
    };
    let correlation = |a: &[f64], b: &[f64]| {
        let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
        let (ma, mb) = (mean(a), mean(b));
        let sum = |f: &dyn Fn(f64, f64) -> f64| {
            a.iter().zip(b).map(|(a, b)| f(a - ma, b - mb)).sum::<f64>()
        };
        sum(&|a, b| a * b) / (sum(&|a, _| a * a) * sum(&|_, b| b * b)).sqrt()
    };
    let whole = first(&all);
    assert_eq!(whole.len(), 1126);
    assert!(correlation(&whole, &first(&onto)) > 0.9999);
    assert!(correlation(&whole, &first(&projected)).abs() > 0.999);
    let _ = store;
}

#[test]
fn pruned_lists_are_those_of_plink2() {
    let dir = tempfile::tempdir().unwrap();
    for (name, args) in [
        ("kb", vec!["--indep-pairwise", "200kb", "0.1"]),
        ("variants", vec!["--indep-pairwise", "50", "5", "0.05"]),
        (
            "maf",
            vec!["--indep-pairwise", "1000kb", "0.02", "--maf", "0.05"],
        ),
    ] {
        let prefix = dir.path().join(name);
        let mut args = args;
        args.extend(["-r", "21,22", "-o", prefix.to_str().unwrap()]);
        if run("prune", &args).is_none() {
            return;
        }
        for ending in ["prune.in", "prune.out"] {
            let found = std::fs::read_to_string(prefix.with_extension(ending)).unwrap();
            assert_eq!(
                found,
                golden(&format!("{name}.{ending}")),
                "{name}.{ending}"
            );
        }
    }
}

#[test]
fn a_panel_is_kept_and_taken() {
    let dir = tempfile::tempdir().unwrap();
    let file = write(dir.path(), "in.vcf", vcf("22", 40, 300));
    let store = dir.path().join("s.gdx");
    index(&file, &store);
    let store = store.to_str().unwrap();
    let none = fails(2, ["kinship", store, "-q"]);
    assert!(none.contains("genodex panel"), "{none}");
    stdout([
        "panel",
        store,
        "-q",
        "--min-call-rate",
        "0.5",
        "--maf",
        "0.02",
        "--r2",
        "0.2",
    ]);
    let nsnp = |text: &str| -> u64 {
        let cell = text.lines().nth(1).unwrap().split('\t').nth(2).unwrap();
        cell.parse().unwrap()
    };
    let (panel, all) = (
        stdout(["kinship", store, "-q"]),
        stdout(["kinship", store, "-q", "--all-variants"]),
    );
    assert!(nsnp(&panel) > 0 && nsnp(&panel) < nsnp(&all));
    let components = stdout(["pca", store, "-q", "-k", "2", "--store"]);
    let kept = stdout([
        "samples",
        store,
        "-q",
        "--columns",
        "PC1,PC2",
        "--include",
        "PC1>-9",
    ]);
    let first = |text: &str, column: &str| -> Vec<f64> {
        let rows: Vec<Vec<&str>> = text.lines().map(|l| l.split('\t').collect()).collect();
        let at = rows[0].iter().position(|h| *h == column).unwrap();
        rows[1..].iter().map(|r| r[at].parse().unwrap()).collect()
    };
    let (kept, components) = (first(&kept, "PC1"), first(&components, "PC1"));
    let near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-6;
    assert!(kept.len() == 40 && kept.iter().zip(&components).all(near));
    let strict = fails(2, ["panel", store, "-q", "--maf", "0.5"]);
    assert!(strict.contains("none of 300 SNPs"), "{strict}");
}

#[test]
fn what_cannot_be_compared_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let file = write(dir.path(), "in.vcf", vcf("22", 12, 50));
    let store = dir.path().join("s.gdx");
    index(&file, &store);
    let store = store.to_str().unwrap();
    let x = write(dir.path(), "x.vcf", vcf("X", 12, 50));
    let only_x = dir.path().join("x.gdx");
    index(&x, &only_x);
    let list = write(dir.path(), "none.txt", "rs1\n22:1:A:C\n");
    for (args, word) in [
        (
            vec![
                "kinship",
                store,
                "--all-variants",
                "--include",
                "id==\"S1\"",
            ],
            "one person",
        ),
        (
            vec![
                "kinship",
                store,
                "--all-variants",
                "--include",
                "id==\"nobody\"",
            ],
            "nobody is left",
        ),
        (
            vec!["kinship", only_x.to_str().unwrap(), "--all-variants"],
            "no SNP of chromosomes 1 to 22",
        ),
        (
            vec!["kinship", store, "--extract", list.to_str().unwrap()],
            "no SNP",
        ),
        (
            vec!["kinship", store, "--all-variants", "--between", "id!=\"x\""],
            "everybody",
        ),
        (
            vec!["kinship", store, "--all-variants", "--min-kinship", "2"],
            "at most 0.5",
        ),
        (
            vec!["pca", store, "--all-variants", "-k", "12"],
            "fewer components than people",
        ),
        (
            vec!["pca", store, "--all-variants", "--ancestry", "popp"],
            "no column popp",
        ),
        (
            vec!["pca", store, "--onto", list.to_str().unwrap()],
            "none.txt",
        ),
        (
            vec!["prune", store, "--indep-pairwise", "x", "0.2"],
            "a window as 200kb",
        ),
        (vec!["prune", store, "--maf", "0.7"], "between 0 and 0.5"),
    ] {
        let said = fails(2, &args);
        assert!(said.contains(word), "{args:?}: {said}");
    }
}

/// As plink2 prints of the same genotypes without phase (`--make-bed`, then `--ld`): squared
/// correlation of alleles, D' and haplotype frequencies.
#[test]
fn two_variants_are_those_of_plink2() {
    for (pair, expected) in [
        (
            ["rs1541102", "rs2836965"],
            [0.987977, 1.0, 0.756661, 0.0, 0.002220, 0.241119],
        ),
        (
            ["rs4368294", "rs7370844"],
            [0.987552, 0.997904, 0.306837, 0.002221, 0.000445, 0.690496],
        ),
    ] {
        let Some(found) = run("ld", &pair) else {
            return;
        };
        let cells: Vec<&str> = found.lines().nth(1).unwrap().split('\t').collect();
        assert_eq!(cells[2], "1126");
        for (cell, expected) in cells[4..].iter().zip(expected) {
            let value: f64 = cell.parse().unwrap();
            assert!(
                (value - expected).abs() < 2e-6,
                "{pair:?}: {cell} {expected}"
            );
        }
        // The other way around, and among those nearby.
        let turned = run("ld", &[pair[1], pair[0]]).unwrap();
        let r2 = |text: &str| {
            text.lines()
                .nth(1)
                .unwrap()
                .split('\t')
                .nth(3)
                .unwrap()
                .to_owned()
        };
        assert_eq!(r2(&found), r2(&turned));
        let near = run("ld", &[pair[0], "--min-r2", "0.9"]).unwrap();
        let line = near.lines().find(|l| l.starts_with(pair[1])).unwrap();
        assert_eq!(line.rsplit('\t').next().unwrap(), r2(&found));
    }
    let store = store().unwrap().to_str().unwrap();
    let said = fails(2, ["ld", store, "rs1541102", "rsNONE"]);
    assert!(said.contains("no variant rsNONE"), "{said}");
    let twice = fails(2, ["ld", store, "rs1541102", "rs1541102"]);
    assert!(twice.contains("one variant twice"), "{twice}");
}
