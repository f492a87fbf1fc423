//! `genodex burden` against regenie 4.1.2 on real genotypes, row by row.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;
#[path = "common/regenie.rs"]
mod regenie;

use std::path::{Path, PathBuf};

use common::stdout;
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

/// Compares with regenie's file: `off` is how many rows of each test are further than 1e-4 apart,
/// `alone` how many rows only we and only regenie have. What is not named agrees.
fn check(ours: &Results, theirs: &Path, off: &[(&str, usize)], alone: [usize; 2]) {
    let theirs = Results::read(theirs);
    assert_eq!(ours.head, theirs.head);
    let found: Difference = compare(ours, &theirs, 1e-4);
    for test in TESTS {
        let expected = off.iter().find(|o| o.0 == test).map_or(0, |o| o.1);
        let n = found.off_by_test.get(test).copied().unwrap_or(0);
        // Rows at the very bound may lie on either side, by the system's mathematical library.
        let near = n.abs_diff(expected) <= if expected > 0 { 2 } else { 0 };
        assert!(
            near,
            "{test}: {n} rows differ, not {expected}: {:?}",
            found.largest
        );
    }
    let missing = [found.missing[0].len(), found.missing[1].len()];
    assert_eq!(missing, alone, "{:?}", found.missing);
    assert_eq!(found.compared + missing[1], theirs.rows.len());
    assert!(found.compared > 5900);
}

/// Every test in regenie's files.
const TESTS: [&str; 5] = ["ADD", "ADD-SKAT", "ADD-SKATO", "ADD-ACATV", "ADD-ACATO"];

const ALL: [&str; 4] = [
    "--tests",
    "burden,skat,skato,acatv,acato",
    "--vc-max-aaf",
    "0.2",
];

#[test]
fn quantitative_traits() {
    let Some(data) = data() else { return };
    let dir = tempfile::tempdir().unwrap();
    let traits = ["OUTCOME", "QSIM"];
    let ours = burden(&data, dir.path(), "pheno.txt", &ALL, &traits);
    // ACAT of p-values that are nearly one, and SKAT-O where regenie's integral is coarse.
    let off = [
        [("ADD-ACATV", 8), ("ADD-ACATO", 15), ("ADD-SKATO", 7)],
        [("ADD-ACATV", 7), ("ADD-ACATO", 10), ("ADD-SKATO", 6)],
    ];
    for (i, (ours, t)) in ours.iter().zip(traits).enumerate() {
        let theirs = data.join(format!("qt_{t}.regenie.gz"));
        check(ours, &theirs, &off[i], [[0, 4][i], 0]);
    }
    for rule in ["sum", "comphet"] {
        let more = ["--build-mask", rule];
        let ours = burden(&data, dir.path(), "pheno.txt", &more, &traits);
        for (ours, t) in ours.iter().zip(traits) {
            check(
                ours,
                &data.join(format!("qt_{rule}_{t}.regenie.gz")),
                &[],
                [0, 0],
            );
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
    // The burden rows agree; of single variants that Firth corrects within SKAT some do not.
    let off = [
        [
            ("ADD-SKAT", 27),
            ("ADD-ACATV", 35),
            ("ADD-ACATO", 35),
            ("ADD-SKATO", 33),
        ],
        [
            ("ADD-SKAT", 32),
            ("ADD-ACATV", 37),
            ("ADD-ACATO", 38),
            ("ADD-SKATO", 38),
        ],
    ];
    for (i, (ours, t)) in ours.iter().zip(traits).enumerate() {
        let theirs = data.join(format!("bt_firth_{t}.regenie.gz"));
        check(ours, &theirs, &off[i], [20, [12, 8][i]]);
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
    let off: [&[(&str, usize)]; 2] = [&[("ADD-SKAT", 1), ("ADD-SKATO", 10)], &[("ADD-SKATO", 4)]];
    for (i, (ours, t)) in ours.iter().zip(traits).enumerate() {
        let theirs = data.join(format!("bt_spa_{t}.regenie.gz"));
        check(ours, &theirs, off[i], [4, 0]);
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
}
