//! `genodex assoc`: single variants against plink2, predictions and conditioning.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::collections::HashMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use common::{run as output, stdout};

/// 1000 Genomes genotypes with traits; `None` (said aloud) where the data is not there.
fn data() -> Option<PathBuf> {
    let Some(root) = std::env::var_os("GENODEX_CONFORMANCE_DATA") else {
        eprintln!("skipped: GENODEX_CONFORMANCE_DATA is not set");
        return None;
    };
    Some(Path::new(&root).join("regenie_kg"))
}

struct Run {
    _dir: tempfile::TempDir,
    dir: PathBuf,
    args: Vec<String>,
}

impl Run {
    fn new(data: &Path) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| data.join(name).to_str().unwrap().to_owned();
        let store = dir.path().join("kg.gdx").to_str().unwrap().to_owned();
        stdout(["index", &path("kg.bcf"), "-r", "22", "-o", &store, "-q"]);
        let args = [
            "assoc".to_owned(),
            store,
            "--pheno".to_owned(),
            path("pheno.txt"),
            "--pheno-col".to_owned(),
            "QSIM".to_owned(),
            "--covar".to_owned(),
            path("covar.txt"),
            "-q".to_owned(),
        ];
        Self {
            dir: dir.path().to_owned(),
            _dir: dir,
            args: args.to_vec(),
        }
    }

    fn with(&self, more: &[&str]) -> Vec<String> {
        let mut args = self.args.clone();
        args.extend(more.iter().map(|m| (*m).to_owned()));
        args
    }
}

/// The fields of a table by the names in its header, by ID.
fn by_id(text: &str) -> HashMap<String, HashMap<String, String>> {
    let mut lines = text.lines();
    let head: Vec<&str> = lines
        .next()
        .unwrap()
        .trim_start_matches('#')
        .split('\t')
        .collect();
    let row = |line: &str| -> HashMap<String, String> {
        let pairs = head.iter().zip(line.split('\t'));
        pairs
            .map(|(h, f)| ((*h).to_owned(), f.to_owned()))
            .collect()
    };
    lines.map(row).map(|r| (r["ID"].clone(), r)).collect()
}

#[test]
fn quantitative_traits_as_plink2() {
    let Some(data) = data() else { return };
    let run = Run::new(&data);
    let ours = by_id(&stdout(run.with(&["--min-mac", "20"])));
    let theirs = by_id(include_str!("golden/assoc/chr22.QSIM.glm.linear"));
    // plink2 counted copies among all people, we among those with the trait.
    assert_eq!((ours.len(), theirs.len()), (320, 323));
    for (id, our) in &ours {
        let their = &theirs[id];
        let number =
            |of: &HashMap<String, String>, name: &str| -> f64 { of[name].parse().unwrap() };
        let sign = if their["A1"] == their["ALT"] {
            1.0
        } else {
            -1.0
        };
        assert_eq!(number(our, "BETA"), sign * number(their, "BETA"), "{id}");
        // plink2 tests against the variance that the variant leaves, a score test against that
        // without it: both are functions of the same partial correlation.
        let (n, covariates) = (number(their, "OBS_CT"), 7.0);
        let t = number(their, "T_STAT");
        let chisq = (n - covariates) * t * t / (t * t + n - covariates - 1.0);
        let close = (number(our, "CHISQ") - chisq).abs() <= 1e-4 * chisq.max(1e-2);
        assert!(close, "{id}: {} {chisq}", our["CHISQ"]);
        assert_eq!(our["N"], their["OBS_CT"]);
    }
}

/// A list and a file of predictions, `value` for each person and chromosome.
fn predictions(run: &Run, data: &Path, chromosome: &str, value: impl Fn(usize) -> f64) -> String {
    let text = std::fs::read_to_string(data.join("pheno.txt")).unwrap();
    let ids = text
        .lines()
        .skip(1)
        .map(|l| l.split_whitespace().nth(1).unwrap());
    let (mut head, mut line) = ("FID_IID".to_owned(), chromosome.to_owned());
    for (i, id) in ids.enumerate() {
        write!(head, " {id}_{id}").unwrap();
        write!(line, " {}", value(i)).unwrap();
    }
    std::fs::write(run.dir.join("q.loco"), format!("{head}\n{line}\n")).unwrap();
    let list = run.dir.join("pred.list");
    std::fs::write(&list, "QSIM q.loco\n").unwrap();
    list.to_str().unwrap().to_owned()
}

#[test]
fn predictions_are_taken_off() {
    let Some(data) = data() else { return };
    let run = Run::new(&data);
    let plain = stdout(&run.args);
    let list = predictions(&run, &data, "22", |_| 0.0);
    assert_eq!(stdout(run.with(&["--pred", &list])), plain);
    let list = predictions(&run, &data, "22", |i| (i as f64 * 0.7).sin());
    let other = stdout(run.with(&["--pred", &list]));
    assert_ne!(other, plain);
    assert_eq!(other.lines().count(), plain.lines().count());
    // No predictions for the chromosome of the tests.
    let list = predictions(&run, &data, "21", |_| 0.0);
    let failed = output(run.with(&["--pred", &list]));
    assert!(!failed.status.success());
    let said = String::from_utf8(failed.stderr).unwrap();
    assert!(
        said.contains("no line for chromosome 22") && said.contains("21"),
        "{said}"
    );
}

#[test]
fn a_variant_given_itself_says_nothing() {
    let Some(data) = data() else { return };
    let run = Run::new(&data);
    let plain = by_id(&stdout(&run.args));
    let mut best: Vec<_> = plain.iter().collect();
    best.sort_by(|a, b| {
        let p = |r: &HashMap<String, String>| r["LOG10P"].parse::<f64>().unwrap();
        p(b.1).total_cmp(&p(a.1))
    });
    let (id, before) = best[0];
    let given = by_id(&stdout(run.with(&["--condition", id])));
    assert_eq!(given[id]["EXTRA"], "NO_VARIANCE");
    assert_eq!(given[id]["LOG10P"], ".");
    assert_ne!(before["LOG10P"], ".");
    let failed = output(run.with(&["--condition", "22:1:A:T"]));
    let said = String::from_utf8(failed.stderr).unwrap();
    assert!(said.contains("the store has no variant 22:1:A:T"), "{said}");
}
