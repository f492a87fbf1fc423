//! `genodex burden`: what must not change an answer does not: other traits, units, names.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use common::{index, stdout, vcf, write};

const PEOPLE: usize = 300;
/// Every third has no value.
fn value(person: usize, missing: bool) -> Option<f64> {
    let x = ((person * 7919 % 1009) as f64).sin() + (person % 17) as f64 / 17.0;
    (!missing || !person.is_multiple_of(3)).then_some(x)
}

/// A name, and who has which value.
type Trait<'t> = (&'t str, &'t dyn Fn(usize) -> Option<f64>);

struct Run {
    dir: tempfile::TempDir,
}

impl Run {
    fn new(text: &str) -> Self {
        let run = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        let file = write(run.dir.path(), "in.vcf", text);
        index(&file, &run.path("s.gdx"));
        run
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A file of traits: names, and who has what.
    fn traits(&self, name: &str, of: &[Trait<'_>]) {
        let mut text = "FID\tIID".to_owned();
        of.iter().for_each(|t| write!(text, "\t{}", t.0).unwrap());
        for person in 0..PEOPLE {
            write!(text, "\nS{person}\tS{person}").unwrap();
            for (_, of) in of {
                match of(person) {
                    Some(value) => write!(text, "\t{value}").unwrap(),
                    None => text.push_str("\tNA"),
                }
            }
        }
        text.push('\n');
        write(self.dir.path(), name, text);
        let mut covariates = "FID\tIID\tAGE".to_owned();
        for person in 0..PEOPLE {
            write!(
                covariates,
                "\nS{person}\tS{person}\t{}",
                20 + person * 31 % 60
            )
            .unwrap();
        }
        write(self.dir.path(), "covar.txt", covariates);
    }

    /// Rows by trait, mask and test: effect, standard error and -log10 p.
    fn burden(&self, traits: &str, more: &[&str]) -> BTreeMap<[String; 3], [Option<f64>; 3]> {
        let text = |name: &str| self.path(name).to_str().unwrap().to_owned();
        let (store, pheno, covar) = (text("s.gdx"), text(traits), text("covar.txt"));
        let mut args = vec!["burden", &store, "-q", "--pheno", &pheno, "--covar", &covar];
        args.extend([
            "--windows",
            "100kb",
            "--aaf-bins",
            "0.5",
            "--vc-max-aaf",
            "0.5",
        ]);
        args.extend(["--tests", "burden,skat,skato,acatv,acato"]);
        args.extend(more);
        let out = stdout(args);
        let mut lines = out.lines().map(|l| l.split('\t').collect::<Vec<_>>());
        let head = lines.next().unwrap();
        let at = |name: &str| {
            head.iter()
                .position(|h| h.trim_start_matches('#') == name)
                .unwrap()
        };
        let (key, values) = (
            ["TRAIT", "MASK", "TEST"].map(at),
            ["BETA", "SE", "LOG10P"].map(at),
        );
        lines
            .map(|l| {
                (
                    key.map(|k| l[k].to_owned()),
                    values.map(|v| l[v].parse().ok()),
                )
            })
            .collect()
    }
}

fn near(a: Option<f64>, b: Option<f64>, times: f64) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b * times).abs() <= 2e-5 * a.abs().max(1e-6),
        (a, b) => a == b,
    }
}

/// A trait has one answer: by itself, beside others, with a constant added, in other units.
#[test]
fn a_trait_with_missing_values_is_tested_among_those_who_have_it() {
    // Weights and means of missing calls are of all people analysed: here there are none.
    let complete = vcf("1", PEOPLE, 60)
        .replace("./.", "0|0")
        .replace("./1", "0|1");
    let run = Run::new(&complete);
    let flat = ["--weights-beta", "1,1", "--vc-mac-threshold", "0"];
    run.traits("alone.txt", &[("X", &|p| value(p, true))]);
    run.traits(
        "beside.txt",
        &[
            ("FULL", &|p| value(p + 5, false)),
            ("X", &|p| value(p, true)),
            ("FAR", &|p| Some(value(p, true)? + 1000.0)),
            ("SMALL", &|p| Some(value(p, true)? * 1e-9)),
        ],
    );
    let beside = run.burden("beside.txt", &flat);
    let alone = run.burden("alone.txt", &flat);
    assert!(alone.len() >= 5, "{alone:?}");
    for ([_, mask, test], [beta, se, p]) in &alone {
        // ACAT-V's weights are of frequencies.
        if test.starts_with("acat") || !mask.ends_with(".0.5") {
            continue;
        }
        for (name, unit) in [("X", 1.0), ("FAR", 1.0), ("SMALL", 1e-9)] {
            let of = beside[&[name.to_owned(), mask.clone(), test.clone()]];
            let same = near(of[0], *beta, unit) && near(of[1], *se, unit) && near(of[2], *p, 1.0);
            assert!(same, "{name} {mask} {test}: {of:?} {beta:?} {se:?} {p:?}");
        }
    }
    for ([name, mask, test], of) in &beside {
        let x = beside[&["X".to_owned(), mask.clone(), test.clone()]];
        assert!(
            name == "FULL" || near(of[2], x[2], 1.0),
            "{name} {mask} {test}"
        );
    }
}

/// A covariate of large values and small spread is one: as its spread alone.
#[test]
fn time_stamps_are_covariates() {
    let run = Run::new(&vcf("1", PEOPLE, 60));
    run.traits("x.txt", &[("X", &|p| value(p, false))]);
    let plain = run.burden("x.txt", &[]);
    let mut stamps = "FID\tIID\tTIME".to_owned();
    for person in 0..PEOPLE {
        write!(
            stamps,
            "\nS{person}\tS{person}\t{}",
            1_600_000_000_000u64 + 512 * (person as u64 * 31 % 60)
        )
        .unwrap();
    }
    write(run.dir.path(), "covar.txt", stamps);
    let by_time = run.burden("x.txt", &[]);
    for (key, [_, _, p]) in &plain {
        // The same covariate in other units, to the precision of its numbers.
        let of = by_time[key][2].unwrap();
        assert!(
            (of - p.unwrap()).abs() < 1e-3 * p.unwrap().max(0.1),
            "{key:?} {of} {p:?}"
        );
    }
}

/// A variant that is a covariate says nothing: not that there is nothing.
#[test]
fn a_variant_that_is_conditioned_on_leaves_the_set() {
    let run = Run::new(&vcf("1", PEOPLE, 12));
    run.traits("x.txt", &[("X", &|p| value(p, false))]);
    let condition = run.burden("x.txt", &["--condition", "1:13:A:C"]);
    let without: Vec<String> = (0..12)
        .filter(|r| *r != 1)
        .map(|r| format!("1:{}", 10 + 3 * r))
        .collect();
    let rest = run.burden(
        "x.txt",
        &["--condition", "1:13:A:C", "-r", &without.join(",")],
    );
    let mut compared = 0;
    for (key, [_, _, p]) in rest.iter().filter(|r| r.0[2].starts_with("acatv")) {
        assert!(
            near(condition[key][2], *p, 1.0),
            "{key:?}: {:?} {p:?}",
            condition[key]
        );
        compared += 1;
    }
    assert!(compared > 0);
}

/// Variants that the same people carry are one test, whatever the mixture.
#[test]
fn variants_in_perfect_disequilibrium_have_a_skato() {
    let one = vcf("1", PEOPLE, 8);
    let mut lines: Vec<&str> = one.lines().collect();
    let last = lines.pop().unwrap();
    let again = last.replacen("1\t31\t", "1\t40\t", 1);
    let head: Vec<&str> = lines
        .iter()
        .filter(|l| l.starts_with('#'))
        .copied()
        .collect();
    let run = Run::new(&format!("{}\n{last}\n{again}\n", head.join("\n")));
    run.traits("x.txt", &[("X", &|p| value(p, false))]);
    let found = run.burden("x.txt", &[]);
    let p = |test: &str| {
        let row = found.iter().find(|r| r.0[2] == test).unwrap();
        row.1[2].unwrap()
    };
    assert!((p("skato") - p("skat")).abs() < 1e-9 && (p("skat") - p("burden")).abs() < 1e-5);
}

/// Sites meet by alleles: with IDs, without them, and where one record has two ALTs.
#[test]
fn sites_with_and_without_ids_have_the_same_variants() {
    let plain = vcf("1", PEOPLE, 30);
    let mut named = String::new();
    for line in plain.lines() {
        let mut cells: Vec<&str> = line.split('\t').collect();
        if !line.starts_with('#') {
            // One name for all of them.
            cells[2] = "rs1";
        }
        named.push_str(&cells.join("\t"));
        named.push('\n');
    }
    let sites = [
        Run::new(&plain),
        Run::new(
            &named
                .replace("\n1\t", "\nchr1\t")
                .replace("ID=1,", "ID=chr1,"),
        ),
    ];
    let mut summaries = Vec::new();
    for (at, run) in sites.iter().enumerate() {
        run.traits("x.txt", &[("X", &|p| value(p + 40 * at, false))]);
        let path = run.path("site.sum").to_str().unwrap().to_owned();
        run.burden("x.txt", &["--summary", &path]);
        summaries.push(path);
    }
    let out = stdout([
        "burden-meta",
        &summaries[0],
        &summaries[1],
        "-q",
        "--aaf-bins",
        "0.5",
    ]);
    let rows: Vec<Vec<&str>> = out.lines().map(|l| l.split('\t').collect()).collect();
    let at = |name: &str| {
        rows[0]
            .iter()
            .position(|h| h.trim_start_matches('#') == name)
            .unwrap()
    };
    let burden = rows
        .iter()
        .find(|r| r[at("TEST")] == "burden" && r[at("MASK")].ends_with(".0.5"))
        .unwrap();
    assert_eq!((burden[at("N")], burden[at("VARIANTS")]), ("600", "30"));
    // The same site twice is an error, a summary that was cut short, too.
    let twice = common::fails(2, ["burden-meta", &summaries[0], &summaries[0]]);
    assert!(twice.contains("are the same summary"), "{twice}");
    let text = std::fs::read_to_string(&summaries[0]).unwrap();
    let cut = write(sites[0].dir.path(), "cut.sum", text.lines().next().unwrap());
    let short = common::fails(2, ["burden-meta".as_ref(), cut.as_os_str()]);
    assert!(short.contains("cut short"), "{short}");
}
