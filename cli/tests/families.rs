//! Patterns in families, held against what other programs say: `golden/people/README.md`.
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use common::{stdout, write};

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden/people")
        .join(name)
}

fn index(folder: &Path, input: &Path) -> String {
    let store = folder.join("s.gdx").to_str().unwrap().to_owned();
    stdout(["index", "-q", input.to_str().unwrap(), "-o", &store]);
    store
}

/// Rows that `samples --pattern` prints, cell by cell.
fn found(store: &str, pattern: &str, ped: &Path) -> Vec<Vec<String>> {
    let ped = ped.to_str().unwrap();
    let args = ["samples", "-q", store, "--pattern", pattern, "--ped", ped];
    let text = stdout(args.iter().chain(&["--variants", "--format", "tsv"]));
    let cells = |line: &str| line.split('\t').map(str::to_owned).collect();
    text.lines().skip(1).map(cells).collect()
}

const TRIO: &str =
    "ash\tHG002\tHG003\tHG004\t1\t2\nash\tHG003\t0\t0\t1\t1\nash\tHG004\t0\t0\t2\t1\n";

/// slivar writes into each variant whether it is to be one of a pair in the child. A pair of
/// which one is de novo it takes; on which copy that one lies nobody knows: here the pair is
/// possible, and does not count.
#[test]
fn compound_heterozygotes_are_those_of_slivar() {
    let folder = tempfile::tempdir().unwrap();
    let input = golden("comphet.vcf");
    let store = index(folder.path(), &input);
    let ped = write(folder.path(), "trio.ped", TRIO);
    let (mut trans, mut possible) = (BTreeSet::new(), BTreeSet::new());
    for row in found(&store, "comphet", &ped) {
        let [sample, _, first, call, second, gene] = &row[..] else {
            panic!("{row:?}");
        };
        assert!(gene.starts_with("gene"), "{row:?}");
        if sample == "HG002" {
            let set = if call == "trans" {
                &mut trans
            } else {
                &mut possible
            };
            set.extend([first.clone(), second.clone()]);
        }
    }
    let text = std::fs::read_to_string(input).unwrap();
    let mut seen = 0;
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let variant = format!("{}-{}-{}-{}", cells[0], cells[1], cells[3], cells[4]);
        let expected = cells[7].split_once("expect=").unwrap().1;
        let expected = expected.split(';').next().unwrap();
        seen += 1;
        match expected {
            "yes,1DN" => assert!(possible.contains(&variant), "{variant} {expected}"),
            yes if yes.starts_with("yes") => assert!(trans.contains(&variant), "{variant} {yes}"),
            no => assert!(!trans.contains(&variant), "{variant} {no}"),
        }
    }
    assert_eq!(seen, 14);
}

/// Of Hail's Mendelian errors three are alleles that neither parent can have given: code 2 (het,
/// both parents without), 9 on X of a son and 11 on Y. The variants of its test file are numbered
/// by their code on 1 and 2; on X and Y these are the second.
#[test]
fn de_novo_variants_are_hails_mendelian_errors() {
    let folder = tempfile::tempdir().unwrap();
    let store = index(folder.path(), &golden("mendel.vcf"));
    // Of a family in which nobody's status is known every child counts.
    let fam = std::fs::read_to_string(golden("mendel.fam")).unwrap();
    let unknown: String = (fam.lines())
        .map(|l| format!("{} 0\n", l.rsplit_once(' ').unwrap().0))
        .collect();
    let ped = write(folder.path(), "unknown.fam", unknown);
    let rows = found(&store, "denovo", &ped);
    let rows: Vec<(&str, &str)> = rows.iter().map(|r| (&*r[0], &*r[2])).collect();
    assert_eq!(
        rows,
        [
            ("Son1", "1-2-C-T"),
            ("Son1", "X-2-C-T"),
            ("Son1", "Y-2-C-T")
        ]
    );
    // As recorded, Son1 is not affected.
    assert!(found(&store, "denovo", &golden("mendel.fam")).is_empty());
}

/// Counts of bcftools 1.16 in a real trio, split by `norm -m-any`: `GT[0]="het" && GT[1]="RR" &&
/// GT[2]="RR"` and the like.
#[test]
fn a_real_trio_is_counted_as_by_bcftools() {
    let Some(data) = std::env::var_os("GENODEX_CONFORMANCE_DATA") else {
        eprintln!("SKIPPED: a real trio, because GENODEX_CONFORMANCE_DATA is not set");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let store = index(
        folder.path(),
        &Path::new(&data).join("slivar/ashk-trio.vcf.gz"),
    );
    let ped = write(folder.path(), "trio.ped", TRIO);
    for (pattern, expected) in [
        ("denovo", 31),
        ("recessive", 339),
        ("het", 4777),
        ("hom", 2794),
    ] {
        let rows = found(&store, pattern, &ped);
        let child = rows.iter().filter(|r| r[0] == "HG002").count();
        assert_eq!(child, expected, "{pattern}");
    }
}
