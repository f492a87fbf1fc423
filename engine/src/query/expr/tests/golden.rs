//! What bcftools 1.16 selects, expression by expression.
//!
//! `tests/expr/cases.tsv` names a file and an expression on each line; `expected.tsv` has what
//! bcftools printed, by `make.sh` beside them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::super::*;
use super::vcf::Vcf;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expr")
}

/// `pos:sample,sample ...` of the rows that pass, or `!` where the expression is refused.
fn answer(vcf: &Vcf, expression: &str) -> String {
    let checked = match Expr::parse(expression).and_then(|e| e.check(&vcf.schema)) {
        Ok(checked) => checked,
        Err(_) => return "!".to_owned(),
    };
    let mut out = Vec::new();
    for row in &vcf.rows {
        let outcome = match checked.evaluate(row) {
            Ok(outcome) => outcome,
            Err(ExprError::Record { .. }) => return "!".to_owned(),
            Err(e) => panic!("{e}"),
        };
        // Every conjunct holds of a row that passes, and not all of another.
        let all = (checked.conjuncts().iter()).all(|c| checked.evaluate_conjunct(c, row).unwrap());
        assert_eq!(all, outcome.passes, "{expression}");
        assert_eq!(outcome.samples.is_some(), checked.selects_samples());
        if outcome.passes {
            let passes = |s: &usize| outcome.samples.as_ref().is_none_or(|p| p.get(*s));
            let samples = (0..vcf.samples.len()).filter(passes);
            let samples: Vec<&str> = samples.map(|s| vcf.samples[s].as_str()).collect();
            out.push(format!("{}:{}", row.pos, samples.join(",")));
        }
    }
    out.join(" ")
}

/// Differences between a table's answers and ours, and how many were compared.
fn compare(
    cases: &str,
    expected: &str,
    folder: &Path,
    differs: &HashMap<&str, &str>,
) -> (Vec<String>, usize) {
    let mut files: HashMap<&str, Vcf> = HashMap::new();
    let mut wrong = Vec::new();
    let mut n = 0;
    let mut expected = expected.lines();
    for line in cases.lines().filter(|l| !l.is_empty()) {
        let (file, expression) = line.split_once('\t').unwrap();
        let expected = expected
            .next()
            .expect("expected.tsv is older than cases.tsv");
        let vcf = files.entry(file).or_insert_with(|| {
            let path = folder.join(file);
            let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path:?}: {e}"));
            Vcf::parse(&text)
        });
        let expression = expression.replace("{PATH}", folder.to_str().unwrap());
        let got = answer(vcf, &expression);
        for row in &mut vcf.rows {
            row.forget_planes();
        }
        assert_eq!(
            got,
            answer(vcf, &expression),
            "planes and codes disagree: {line}"
        );
        n += 1;
        let known = differs.get(line);
        if (got != expected) != known.is_some() {
            wrong.push(format!(
                "{line}\n  expected {expected}\n  got      {got}\n  known    {known:?}"
            ));
        }
    }
    (wrong, n)
}

fn differences(text: &str) -> HashMap<&str, &str> {
    let lines = text
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'));
    lines.map(|l| l.rsplit_once('\t').unwrap()).collect()
}

#[test]
fn as_bcftools() {
    let read = |name: &str| std::fs::read_to_string(folder().join(name)).unwrap();
    let (cases, expected, differs) = (read("cases.tsv"), read("expected.tsv"), read("differs.tsv"));
    let (wrong, n) = compare(&cases, &expected, &folder(), &differences(&differs));
    assert!(
        wrong.is_empty(),
        "{} of {n}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(n >= 250, "only {n} cases");
}

/// Expressions of bcftools' own tests, over all of its files; needs them in a folder.
#[test]
fn bcftools_own_tests() {
    let Some(data) = std::env::var_os("GENODEX_CONFORMANCE_DATA") else {
        eprintln!("SKIPPED: bcftools' own tests, because GENODEX_CONFORMANCE_DATA is not set");
        return;
    };
    let data = Path::new(&data).join("bcftools_tests");
    let read = |name: &str| std::fs::read_to_string(folder().join(name)).unwrap();
    let (cases, expected) = (read("suite.tsv"), read("suite.expected.tsv"));
    let differs = read("differs.tsv");
    let (wrong, n) = compare(&cases, &expected, &data, &differences(&differs));
    assert!(
        wrong.is_empty(),
        "{} of {n}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!(n, cases.lines().count());
    // Nothing of the suite is left out, but what its table has cut off.
    let own = std::fs::read_to_string(data.join("cases.tsv")).unwrap();
    let mut whole = 0;
    for line in own.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        if !["test_vcf_query", "test_vcf_filter", "test_vcf_view"].contains(&columns[0]) {
            continue;
        }
        let arguments = columns[4].replace("-i ", "-i").replace("-e ", "-e");
        for flag in ["-i'", "-e'"] {
            let expressions = arguments
                .split(flag)
                .skip(1)
                .filter_map(|a| a.split_once('\''));
            for (expression, _) in expressions {
                whole += 1;
                let case = format!("{}.vcf\t{expression}", columns[2]);
                assert!(cases.lines().any(|c| c == case), "{case}");
            }
        }
    }
    assert!(whole >= 60, "{whole}");
}
