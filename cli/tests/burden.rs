//! `genodex burden` against regenie 4.1.2 on real genotypes, row by row.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;
#[path = "common/regenie.rs"]
mod regenie;

use std::path::{Path, PathBuf};

use common::{run, stdout};
use regenie::{Difference, Results, compare};

/// regenie's results; `None` (said aloud) where the data is not there.
fn data() -> Option<PathBuf> {
    let Some(root) = std::env::var_os("GENODEX_CONFORMANCE_DATA") else {
        eprintln!("skipped: GENODEX_CONFORMANCE_DATA is not set");
        return None;
    };
    Some(Path::new(&root).join("regenie_kg"))
}

/// Runs `burden` with the options common to regenie's runs; its results by trait.
fn burden(data: &Path, dir: &Path, pheno: &str, more: &[&str], traits: &[&str]) -> Vec<Results> {
    let store = dir.join("kg.gdx");
    if !store.exists() {
        stdout([
            "index",
            data.join("kg.bcf").to_str().unwrap(),
            "-o",
            store.to_str().unwrap(),
            "-q",
        ]);
    }
    let prefix = dir.join("out");
    let file = |name: &str| data.join(name).to_str().unwrap().to_owned();
    let mut args = vec![
        "burden".to_owned(),
        store.to_str().unwrap().to_owned(),
        "--pheno".to_owned(),
        file(pheno),
    ];
    for (flag, name) in [
        ("--covar", "covar.txt"),
        ("--anno-file", "shared.anno"),
        ("--set-list", "shared.setlist"),
        ("--mask-def", "shared.masks"),
    ] {
        args.extend([flag.to_owned(), file(name)]);
    }
    args.extend(
        [
            "--aaf-bins",
            "0.01,0.05,0.2",
            "--minMAC",
            "1",
            "--format",
            "regenie",
            "-q",
            "-o",
        ]
        .map(str::to_owned),
    );
    args.push(prefix.to_str().unwrap().to_owned());
    args.extend(more.iter().map(|a| (*a).to_owned()));
    stdout(&args);
    traits
        .iter()
        .map(|t| Results::read(&dir.join(format!("out_{t}.regenie"))))
        .collect()
}

fn check(ours: &Results, theirs: &Path, rows: usize) -> Difference {
    let theirs = Results::read(theirs);
    assert_eq!(ours.head, theirs.head);
    let found = compare(ours, &theirs, 1e-4);
    if std::env::var_os("GENODEX_SHOW").is_some() {
        eprintln!("{} compared, {} off", found.compared, found.off.len());
        for (test, largest) in &found.largest {
            eprintln!("{test}: {largest:?}");
        }
        for line in found.off.iter().take(12) {
            eprintln!("off: {line}");
        }
        eprintln!(
            "ours alone: {:?}\ntheirs alone: {:?}",
            &found.missing[0][..found.missing[0].len().min(5)],
            &found.missing[1][..found.missing[1].len().min(5)]
        );
    }
    assert_eq!(found.missing, [Vec::<String>::new(), Vec::new()]);
    assert_eq!(found.compared, rows);
    found
}

const ALL: [&str; 6] = [
    "--tests",
    "burden,skat,skato,acatv,acato",
    "--vc-max-aaf",
    "0.2",
    "--threads",
    "2",
];

#[test]
fn quantitative_traits() {
    let Some(data) = data() else { return };
    let dir = tempfile::tempdir().unwrap();
    let traits = ["OUTCOME", "QSIM"];
    let ours = burden(&data, dir.path(), "pheno.txt", &ALL, &traits);
    for (ours, t) in ours.iter().zip(traits) {
        let theirs = data.join(format!("qt_{t}.regenie.gz"));
        let found = check(ours, &theirs, ours.rows.len());
        assert!(found.off.is_empty(), "{:#?}", found.off);
    }
    for (rule, build) in [("sum", "sum"), ("comphet", "comphet")] {
        let more = ["--build-mask", build];
        let ours = burden(&data, dir.path(), "pheno.txt", &more, &traits);
        for (ours, t) in ours.iter().zip(traits) {
            let theirs = data.join(format!("qt_{rule}_{t}.regenie.gz"));
            let found = check(ours, &theirs, 5935);
            assert!(found.off.is_empty(), "{:#?}", found.off);
        }
    }
}

#[test]
fn binary_traits_by_firth() {
    let Some(data) = data() else { return };
    let dir = tempfile::tempdir().unwrap();
    let traits = ["STATUS", "BSIM"];
    let mut more = ALL.to_vec();
    more.extend(["--bt", "--firth", "--approx"]);
    let ours = burden(&data, dir.path(), "pheno_bin.txt", &more, &traits);
    for (ours, t) in ours.iter().zip(traits) {
        let theirs = data.join(format!("bt_firth_{t}.regenie.gz"));
        let found = check(ours, &theirs, ours.rows.len());
        assert!(found.off.is_empty(), "{:#?}", found.off);
    }
}

#[test]
fn binary_traits_by_saddlepoint() {
    let Some(data) = data() else { return };
    let dir = tempfile::tempdir().unwrap();
    let traits = ["STATUS", "BSIM"];
    let more = [
        "--bt",
        "--spa",
        "--tests",
        "burden,skat,skato",
        "--vc-max-aaf",
        "0.2",
    ];
    let ours = burden(&data, dir.path(), "pheno_bin.txt", &more, &traits);
    for (ours, t) in ours.iter().zip(traits) {
        let theirs = data.join(format!("bt_spa_{t}.regenie.gz"));
        let found = check(ours, &theirs, ours.rows.len());
        assert!(found.off.is_empty(), "{:#?}", found.off);
    }
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let Some(data) = data() else { return };
    let dir = tempfile::tempdir().unwrap();
    let read = |threads: &str| {
        let more = ["--threads", threads, "--tests", "burden,skato,acatv"];
        burden(&data, dir.path(), "pheno.txt", &more, &["QSIM"]);
        std::fs::read(dir.path().join("out_QSIM.regenie")).unwrap()
    };
    assert_eq!(read("1"), read("5"));
    let _ = run(["--version"]);
}
