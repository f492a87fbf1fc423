//! Pedigrees from tables and files, good and bad.

use std::path::Path;

use super::*;
use crate::format::samples::SampleTableBuilder;

fn table(ids: &[&str]) -> SampleTable {
    SampleTable::new(ids.iter().copied()).unwrap()
}

fn read(text: &str, ids: &[&str]) -> Result<Pedigree, PedigreeError> {
    Pedigree::read(text.as_bytes(), Path::new("x.fam"), &table(ids))
}

fn trio(child: u32, father: u32, mother: u32) -> Trio {
    Trio {
        child,
        father,
        mother,
    }
}

#[test]
fn a_fam_file() {
    let text = "\u{feff}F1 kid dad mum 2 2\r\nF1 dad 0 0 1 1\r\nF1 mum 0 0 2 -9\r\nF2 kid2 far mum2 0 1\r\n";
    let pedigree = read(text, &["mum", "dad", "kid", "F2_kid2", "mum2"]).unwrap();
    assert_eq!(pedigree.trios(), [trio(2, 1, 0)]);
    let kid = pedigree.of_sample(2).unwrap();
    assert_eq!((kid.affected, kid.sex), (Some(true), Sex::Female));
    assert_eq!(pedigree.of_sample(0).unwrap().affected, None);
    // Parents without a line: one is in the store, one is not.
    assert_eq!(pedigree.parents(3), (None, Some(4)));
    let far = pedigree.people().iter().find(|p| p.id == "far").unwrap();
    assert_eq!((far.sex, far.sample), (Sex::Male, None));
    assert!(pedigree.warnings().is_empty(), "{:?}", pedigree.warnings());
}

#[test]
fn headers_name_the_columns() {
    let text = "#sample_id\tsex\tpaternal_id\tmaternal_id\nkid\t1\tdad\tmum\ndad\t1\t0\t0\nelse\t1\t0\t0\n";
    let pedigree = read(text, &["kid", "dad", "mum"]).unwrap();
    assert_eq!(pedigree.trios(), [trio(0, 1, 2)]);
    assert!(pedigree.warnings()[0].contains("1 of 3 people"));
}

#[test]
fn mistakes_have_their_line() {
    let ids = ["kid", "dad", "mum"];
    let refused = |text: &str| read(text, &ids).unwrap_err().to_string();
    assert!(refused("F kid dad\n").contains("x.fam: line 1: 3 columns"));
    assert!(refused("F kid 0 0 1 1\n\nF kid 0 0 1 1\n").contains("line 3: \"kid\""));
    assert!(refused("F kid kid 0 1 1\n").contains("own father"));
    assert!(refused("F kid dad dad 1 1\n").contains("a father and as a mother"));
    assert!(refused("F kid dad 0 1 1\nF dad kid 0 1 1\n").contains("cycle"));
    assert!(refused("F kid 0 0 1 1\nG kid 0 0 1 1\n").contains("same sample"));
    assert!(refused("F x 0 0 1 1\n").contains("the file has \"x\", the store \"kid\""));
    assert!(refused("").contains("none of its 0 people"));
    let swapped = read("F kid dad mum 1 1\nF dad 0 0 2 1\n", &ids).unwrap();
    assert!(swapped.warnings()[0].contains("\"dad\" is a father, but recorded as female"));
}

#[test]
fn a_sample_table() {
    let mut samples = SampleTableBuilder::new(["kid", "dad", "mum", "other"]).unwrap();
    let role = |of: [&'static str; 4]| of.map(Some);
    samples.text("FID", role(["F", "F", "F", "G"])).unwrap();
    samples.text("PAT", role(["dad", "0", "0", "0"])).unwrap();
    samples.text("MAT", role(["mum", "0", "0", "0"])).unwrap();
    samples.int("SEX", [1, 1, 2, 1].map(Some)).unwrap();
    samples.int("PHENO1", [2, 1, 1, 2].map(Some)).unwrap();
    let pedigree = Pedigree::from_samples(&samples.finish().unwrap()).unwrap();
    assert_eq!(pedigree.trios(), [trio(0, 1, 2)]);
    assert_eq!(pedigree.people().len(), 3);
    let kid = pedigree.of_sample(0).unwrap();
    assert_eq!((kid.family.as_str(), kid.affected), ("F", Some(true)));
    assert!(
        Pedigree::from_samples(&table(&["a"])).unwrap().is_empty(),
        "no parents, no pedigree"
    );
}

/// A long line of ancestors is walked without recursion.
#[test]
fn many_generations() {
    let n = 50_000;
    let mut text = String::new();
    for i in 0..n {
        text.push_str(&format!("F p{i} p{} 0 1 1\n", i + 1));
    }
    let pedigree = read(&text, &["p0", "p1"]).unwrap();
    assert_eq!(pedigree.people().len(), n + 1);
}
