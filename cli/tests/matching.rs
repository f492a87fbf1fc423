//! `genodex match` against scipy, and what comes of a matched cohort.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use common::{fails, run, stdout, write};
use serde_json::Value;

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden/matching")
        .join(name)
}

struct Indexed {
    folder: tempfile::TempDir,
    store: String,
}

impl Indexed {
    fn path(&self, name: &str) -> String {
        let path = self.folder.path().join(name);
        path.to_str().unwrap().to_owned()
    }

    /// Words of `match` on the store, cases by t2d.
    fn words<'w>(&'w self, more: &'w str) -> Vec<String> {
        let fixed = ["match", &self.store, "--cases", "t2d==1"];
        let mut words: Vec<String> = fixed.map(str::to_owned).to_vec();
        words.extend(["--controls", "t2d==0"].map(str::to_owned));
        words.extend(common::words(more));
        words
    }
}

/// A store of the people of a table, with a few variants.
fn indexed(table: &str) -> Indexed {
    let folder = tempfile::tempdir().unwrap();
    let ids: Vec<&str> = (table.lines().skip(1))
        .filter_map(|l| l.split('\t').next())
        .collect();
    let mut text = "##fileformat=VCFv4.2\n##contig=<ID=1,length=249250621>\n".to_owned();
    let _ = writeln!(
        text,
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t{}",
        ids.join("\t")
    );
    for row in 0..20 {
        let _ = write!(text, "1\t{}\t.\tA\tC\t.\t.\t.\tGT", 100 + row);
        for s in 0..ids.len() {
            let call = ["0/0", "0/1", "1/1"][(s * 7919 + row * 104_729) % 13 % 3];
            let _ = write!(text, "\t{call}");
        }
        text.push('\n');
    }
    let input = write(folder.path(), "in.vcf", text);
    let people = write(folder.path(), "people.tsv", table);
    let store = folder.path().join("s.gdx").to_str().unwrap().to_owned();
    let (input, people) = (input.to_str().unwrap(), people.to_str().unwrap());
    stdout([
        "index",
        "-q",
        input,
        "--samples-table",
        people,
        "-o",
        &store,
    ]);
    Indexed { folder, store }
}

fn people() -> Indexed {
    indexed(&std::fs::read_to_string(golden("people.tsv")).unwrap())
}

/// Pairs, matched cases, the sum of distances, and the difference of ages afterwards: those of
/// `golden/matching/make.py`.
#[test]
fn as_scipy_matches() {
    let s = people();
    let expected = std::fs::read_to_string(golden("expected.tsv")).unwrap();
    let mut compared = 0;
    for line in expected.lines().skip(1) {
        let [options, pairs, cases, total, smd] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let words = s.words(options);
        let words = words.iter().map(String::as_str);
        let found = stdout(words.chain(["-q", "-O", "json"]));
        let found: Value = serde_json::from_str(&found).unwrap();
        assert_eq!(
            found["pairs"].as_array().unwrap().len(),
            pairs.parse::<usize>().unwrap()
        );
        assert_eq!(
            found["matched_cases"],
            cases.parse::<u64>().unwrap(),
            "{options}"
        );
        let sum = found["total_distance"].as_f64().unwrap();
        assert!(
            (sum - total.parse::<f64>().unwrap()).abs() < 2e-6,
            "{options}: {sum}"
        );
        let age = found["balance"].as_array().unwrap().iter();
        let age = age.clone().find(|b| b["covariate"] == "age").unwrap();
        let after = age["after"]["smd"].as_f64().unwrap();
        assert!(
            (after - smd.parse::<f64>().unwrap()).abs() < 2e-6,
            "{options}: {after}"
        );
        if options.contains("optimal") {
            let certificate = &found["certificate"];
            assert_eq!(certificate["violation"], 0.0, "{options}");
            assert_eq!(certificate["dual"], certificate["objective"], "{options}");
        }
        compared += 1;
    }
    assert_eq!(compared, 21);
}

#[test]
fn a_saved_cohort_is_used_at_once() {
    let s = people();
    let (pairs, html) = (s.path("pairs.tsv"), s.path("m.html"));
    let more = format!(
        "--exact sex --numeric age:caliper=3 --numeric bmi --pcs 2 --ratio 1:2 --method optimal \
         -o {pairs} --html {html} --save-cohort m1"
    );
    let mut words = s.words(&more);
    words.push("--then".to_owned());
    words
        .push("freq -r 1:100-101 --cohort cases=m1==1 --cohort 'controls=m1==0' -O tsv".to_owned());
    let out = stdout(&words);
    let pairs = std::fs::read_to_string(pairs).unwrap();
    let rows: Vec<Vec<&str>> = pairs.lines().map(|l| l.split('\t').collect()).collect();
    assert_eq!(rows[0], ["#GROUP", "CASE", "CONTROL", "DISTANCE"]);
    // Every case and every control of the pairs, and nobody else.
    let of = |place: usize| -> std::collections::BTreeSet<&str> {
        rows[1..].iter().map(|r| r[place]).collect()
    };
    let ids = |expression: &str| stdout(["samples", "-q", &s.store, "-i", expression, "--ids"]);
    for (expression, place) in [("m1==1", 1), ("m1==0", 2)] {
        let found = ids(expression);
        assert_eq!(
            found.lines().collect::<std::collections::BTreeSet<_>>(),
            of(place)
        );
    }
    let samples = ["samples", "-q", &s.store, "-i", "m1.group==1", "--ids"];
    assert_eq!(
        stdout(samples).lines().count(),
        rows[1..].iter().filter(|r| r[0] == "1").count() + 1
    );
    // Nobody lacks a genotype: AN is two for each of the cohort.
    let mut lines = out.lines().map(|l| l.split('\t').collect::<Vec<_>>());
    let (head, row) = (lines.next().unwrap(), lines.next().unwrap());
    for (column, count) in [("AN_cases", of(1).len()), ("AN_controls", of(2).len())] {
        let place = head.iter().position(|c| *c == column).unwrap();
        assert_eq!(row[place], (2 * count).to_string(), "{column}");
    }
    let html = std::fs::read_to_string(html).unwrap();
    for text in [
        "standardised mean difference",
        "People by PC1 and PC2",
        "Certificate",
    ] {
        assert!(html.contains(text), "{text}");
    }
    assert!(!html.contains("://"), "the page asks for something");
    // As a trait; and saved again under its name.
    let burden = [
        "burden",
        "-q",
        &s.store,
        "--pheno-col",
        "m1",
        "--bt",
        "--windows",
        "50",
        "--aaf-bins",
        "0.9",
    ];
    let results = stdout(burden);
    let mut lines = results.lines().map(|l| l.split('\t').collect::<Vec<_>>());
    let (head, row) = (lines.next().unwrap(), lines.next().unwrap());
    for (column, count) in [("N", of(1).len() + of(2).len()), ("CASES", of(1).len())] {
        let place = head.iter().position(|c| *c == column).unwrap();
        assert_eq!(row[place], count.to_string(), "{column}");
    }
    stdout(s.words("-q --numeric age --save-cohort m1"));
    assert!(ids("m1==1").lines().count() > of(1).len());
    stdout(["verify", "-q", &s.store]);
    let said = fails(2, s.words("-q --numeric bmi --save-cohort age"));
    assert!(said.contains("choose another name"), "{said}");
}

#[test]
fn the_same_bytes_whatever_the_threads() {
    let s = people();
    let more = "-q --numeric age --pcs 3 --ratio 1:3 --method optimal -j";
    let [one, two] = ["1", "2"].map(|n| stdout(s.words(&format!("{more} {n}"))));
    assert_eq!(one, two);
    // The same components out of a file.
    let table = std::fs::read_to_string(golden("people.tsv")).unwrap();
    let mut eigenvec = "#FID\tIID\tPC1\tPC2\tPC3\n0\tnobody\t1\t2\t3\n".to_owned();
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let _ = writeln!(eigenvec, "0\t{}\t{}", cells[0], cells[6..9].join("\t"));
    }
    let file = write(s.folder.path(), "kg.eigenvec", eigenvec);
    let from_file = format!("{more} 2 --eigenvec {}", file.display());
    assert_eq!(stdout(s.words(&from_file)), one);
    let by_chance = |seed| {
        let more = format!("-q --numeric age --pcs 3 --order random --seed {seed}");
        stdout(s.words(&more))
    };
    assert_eq!(by_chance(3), by_chance(3));
    assert_ne!(by_chance(3), by_chance(4));
}

const HAND: &str =
    "id\tsex\tage\tbmi\tt2d\tword\tconst\ttwice\tPC1\nA\tF\t50\t20\t1\tx\t1\t100\t0.1
B\tM\t60\t25\t1\ty\t1\t120\t0.2\nC\tM\tNA\t30\t1\tx\t1\tNA\t0.3\nD\tF\t90\t31\t1\tz\t1\t180\t0.1
E\tF\t51\t21\t0\tx\t1\t102\t0.1\nF\tF\t49\t22\t0\tx\t1\t98\t0.3\nG\tF\t55\t23\t0\tq\t1\t110\t0.2
H\tF\t52\t24\t0\tx\t1\t104\t0.5\nI\tF\t70\t26\t0\tx\t1\t140\t0.6\n";

#[test]
fn cases_without_a_control_and_why() {
    let s = indexed(HAND);
    let file = s.path("unmatched.tsv");
    let more = format!("-q --exact sex --numeric age:caliper=5 --unmatched {file}");
    let pairs = stdout(s.words(&more));
    assert!(
        pairs.starts_with("#GROUP\tCASE\tCONTROL\tDISTANCE\n1\tA\tE\t"),
        "{pairs}"
    );
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        "#SAMPLE\tSIDE\tREASON\nB\tcase\tno control with the same exact values\n\
         D\tcase\tno control within the calipers\nC\tcase\tno value of age\n"
    );
    // E is a relative of a case, F of another control.
    let kin = "#IID1\tIID2\tNSNP\tHETHET\tIBS0\tKINSHIP\nE\tB\t9\t0.1\t0\t0.25\nF\tG\t9\t.1\t0\t0.2\n\
               H\tA\t9\t0.1\t0\t0.01\nZ\tA\t9\t0.1\t0\t0.3\n";
    let kin = write(s.folder.path(), "k.kin0", kin);
    let more = format!("{more} --exclude-related {}", kin.display());
    assert!(stdout(s.words(&more)).contains("\n1\tA\tF\t"));
    assert!(
        std::fs::read_to_string(&file)
            .unwrap()
            .contains("E\tcontrol\trelated to a case")
    );
    let more = format!("{more} --min-kinship 0.3");
    assert!(stdout(s.words(&more)).contains("\n1\tA\tE\t"));
}

#[test]
fn bad_input_has_a_clear_word() {
    let s = indexed(HAND);
    let said = |more: &str, word: &str| {
        let said = fails(2, s.words(more));
        assert!(said.contains(word), "{more}: {said}");
    };
    said("", "nothing to match by");
    said("--numeric agee", "did you mean \"age\"?");
    said("--numeric word", "holds text");
    said("--numeric const", "the value is 1 for everybody");
    said("--numeric age --numeric twice", "follows from age");
    said("--numeric age --numeric age", "named twice");
    said("--exact nothing", "no such column");
    said("--pcs 2", "no such column");
    said("--pcs 1 --numeric age:caliper=x", "caliper \"x\"");
    said("--numeric age --caliper 1sd", "standard deviations already");
    said("--numeric age --method optimal --replace", "--replace");
    said("--exact sex --distance propensity", "no covariate");
    said("--numeric age --ratio 1:0", "1:N is expected");
    said("--numeric age --save-cohort sex", "something else");
    said("--numeric age --then 'freq'", "--save-cohort");
    said("--numeric age --save-cohort x --then 'frq'", "--then");
    said("--numeric age --caliper 0", "nothing is matched");
    said("--exclude-related /none --numeric age", "cannot open");
    let alone = |cases: &str, controls: &str, word: &str| {
        let words = ["match", &s.store, "--cases", cases, "--controls", controls];
        let said = fails(2, words.into_iter().chain(["--numeric", "age"]));
        assert!(said.contains(word), "{said}");
    };
    alone("t2d==1", "age>40", "3 people are cases and controls, \"A\"");
    alone("t2d==7", "t2d==0", "there are no cases");
    alone("t2d==1", "t2d==7", "there are no controls");
    alone(
        "id==\"C\"",
        "t2d==0",
        "there are no cases who can be matched",
    );
    alone("t2d==", "t2d==0", "^");
    let kin = write(
        s.folder.path(),
        "bad.kin0",
        "#IID1\tIID2\tKINSHIP\nA\tE\tx\n",
    );
    said(
        &format!("--numeric age --exclude-related {}", kin.display()),
        "line 2: \"x\" is not a number",
    );
    let eigen = write(
        s.folder.path(),
        "e.eigenvec",
        "#FID IID PC1\n0 A 0.1\n0 E 0.2\n0 F 0.5\n",
    );
    said(
        &format!("--pcs 2 --eigenvec {}", eigen.display()),
        "no column PC2",
    );
    let few = format!("--pcs 1 --eigenvec {}", eigen.display());
    said(&few, "3 people with all values are too few");
    let by_file = write(s.folder.path(), "cases.txt", "A\nB\n");
    let cases = format!("@{}", by_file.display());
    let words = ["match", &s.store, "--cases", &cases, "--controls", "t2d==0"];
    let out = run(words.into_iter().chain(["--numeric", "age"]));
    let errors = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{errors}");
    assert!(errors.contains("Matched: 2 of 2 cases"), "{errors}");
}
