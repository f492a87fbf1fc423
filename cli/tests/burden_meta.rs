//! Summaries of two sites, together, against all people at once.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use common::{fails, stdout};

/// regenie's example on real genotypes; `None` (said aloud) where the data is not there.
fn data() -> Option<PathBuf> {
    let Some(root) = std::env::var_os("GENODEX_CONFORMANCE_DATA") else {
        eprintln!("skipped: GENODEX_CONFORMANCE_DATA is not set");
        return None;
    };
    Some(Path::new(&root).join("regenie_kg"))
}

/// Rows of a table by trait, set, mask and test: the numbers from AF on.
fn rows(text: &str) -> BTreeMap<Vec<String>, Vec<String>> {
    let row = |line: &str| {
        let fields: Vec<String> = line.split('\t').map(str::to_owned).collect();
        let key = [0, 1, 4, 5].map(|i| fields[i].clone()).to_vec();
        (key, fields[8..15].to_vec())
    };
    text.lines().skip(1).map(row).collect()
}

/// Every third person is of the first site. Covariates that each site has of its own.
fn sites(data: &Path, dir: &Path) {
    let text = std::fs::read_to_string(data.join("covar.txt")).unwrap();
    let (mut ids, mut covariates) = ([String::new(), String::new()], String::new());
    for (i, line) in text.lines().enumerate() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        write!(covariates, "{}", fields.join(" ")).unwrap();
        if i == 0 {
            covariates.push_str(" SITE");
            for name in &fields[2..] {
                write!(covariates, " S_{name}").unwrap();
            }
        } else {
            let first = i % 3 == 0;
            writeln!(ids[usize::from(!first)], "{}", fields[1]).unwrap();
            write!(covariates, " {}", u8::from(first)).unwrap();
            for value in &fields[2..] {
                write!(covariates, " {}", if first { value } else { "0" }).unwrap();
            }
        }
        covariates.push('\n');
    }
    for (i, ids) in ids.iter().enumerate() {
        std::fs::write(dir.join(format!("site{i}.txt")), ids).unwrap();
    }
    std::fs::write(dir.join("covar.txt"), covariates).unwrap();
}

struct Run<'r> {
    data: &'r Path,
    dir: &'r Path,
}

impl Run<'_> {
    fn burden(&self, covar: &Path, more: &[&str]) -> String {
        let file = |name: &str| self.data.join(name).to_str().unwrap().to_owned();
        let store = self.dir.join("kg.gdx").to_str().unwrap().to_owned();
        let mut args = vec!["burden".to_owned(), store, "-q".to_owned()];
        for (flag, value) in [
            ("--covar", covar.to_str().unwrap().to_owned()),
            ("--anno-file", file("shared.anno")),
            ("--set-list", file("shared.setlist")),
            ("--mask-def", file("shared.masks")),
            ("--build-mask", "sum".to_owned()),
        ] {
            args.extend([flag.to_owned(), value]);
        }
        args.extend(TESTS.iter().chain(more).map(|a| (*a).to_owned()));
        stdout(args)
    }

    fn path(&self, name: &str) -> String {
        self.dir.join(name).to_str().unwrap().to_owned()
    }
}

const TESTS: [&str; 8] = [
    "--aaf-bins",
    "0.01,0.2",
    "--vc-max-aaf",
    "0.2",
    "--vc-mac-threshold",
    "0",
    "--tests",
    "burden,skat,skato,acatv,acato",
];

#[test]
fn two_sites_are_all_people() {
    let Some(data) = data() else { return };
    let dir = tempfile::tempdir().unwrap();
    let run = Run {
        data: &data,
        dir: dir.path(),
    };
    stdout([
        "index",
        data.join("kg.bcf").to_str().unwrap(),
        "-r",
        "1,3",
        "-o",
        &run.path("kg.gdx"),
        "-q",
    ]);
    sites(&data, dir.path());
    let pheno = |name: &str| data.join(name).to_str().unwrap().to_owned();
    for traits in [
        vec![
            "--pheno".to_owned(),
            pheno("pheno.txt"),
            "--pheno-col".to_owned(),
            "OUTCOME".to_owned(),
        ],
        vec![
            "--pheno".to_owned(),
            pheno("pheno_bin.txt"),
            "--pheno-col".to_owned(),
            "STATUS".to_owned(),
            "--bt".to_owned(),
        ],
    ] {
        let traits: Vec<&str> = traits.iter().map(String::as_str).collect();
        let summaries = [0, 1].map(|site| {
            let summary = run.path(&format!("site{site}.summary.gz"));
            let keep = format!("@{}", run.path(&format!("site{site}.txt")));
            let mut more = traits.clone();
            more.extend(["--keep", &keep, "--summary", &summary]);
            run.burden(&data.join("covar.txt"), &more);
            summary
        });
        let mut args = vec!["burden-meta", &summaries[0], &summaries[1], "-q"];
        args.extend(TESTS);
        let together = rows(&stdout(args));
        let at_once = rows(&run.burden(&dir.path().join("covar.txt"), &traits));
        assert!(at_once.len() > 500);
        assert_eq!(together.len(), at_once.len());
        for (key, expected) in &at_once {
            for (a, b) in together[key].iter().zip(expected) {
                let same = match (a.parse::<f64>(), b.parse::<f64>()) {
                    (Ok(a), Ok(b)) => (a - b).abs() <= 2e-5 * b.abs() + 1e-9,
                    _ => a == b,
                };
                assert!(same, "{key:?}: {a} {b}");
            }
        }
    }
    // What is not a summary, and one of another version.
    let said = fails(2, ["burden-meta", &pheno("pheno.txt")]);
    assert!(
        said.contains("no summary") && said.contains("line 1"),
        "{said}"
    );
    let bad = run.path("bad.summary");
    let head = r#"{"genodex_burden_summary":9,"binary":false,"people":1,"traits":[],"masks":[]}"#;
    std::fs::write(&bad, head).unwrap();
    let said = fails(2, ["burden-meta", &bad]);
    assert!(said.contains("version 9"), "{said}");
}
