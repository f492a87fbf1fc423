//! Errors beside a naive reading of hail's table.
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

use proptest::prelude::*;

use super::super::tests::people;
use super::*;
use crate::genotype::Genotype::{self, Het, HomAlt, HomRef, Missing};
use crate::query::pedigree::{Pedigree, PedigreeError};
use crate::store::Store;

/// Father, mother, child, as hail's documentation of `mendel_errors` lists them in order.
const HAIL: [(u8, &str, &str, Genotype); 8] = [
    (1, "alt", "alt", Het),
    (2, "ref", "ref", Het),
    (5, "ref", "ref", HomAlt),
    (3, "ref", "not ref", HomAlt),
    (4, "not ref", "ref", HomAlt),
    (8, "alt", "alt", HomRef),
    (6, "alt", "not alt", HomRef),
    (7, "not alt", "alt", HomRef),
];

fn is(genotype: Genotype, what: &str) -> bool {
    match what {
        "ref" => genotype == HomRef,
        "alt" => genotype == HomAlt,
        "not ref" => genotype != HomRef,
        _ => genotype != HomAlt,
    }
}

fn naive(contig: usize, par: bool, child_sex: i64, calls: [Genotype; 3]) -> Option<u8> {
    let [father, mother, child] = calls;
    let one = |parent: Genotype, first: u8| match (parent, child) {
        (HomAlt, HomRef) => Some(first),
        (HomRef, HomAlt) => Some(first + 1),
        _ => None,
    };
    match (contig, par, child_sex) {
        (1, false, 1) => return one(mother, 9),
        (2, false, 1) => return one(father, 11),
        (2, false, _) => return None,
        (3, ..) => return one(mother, 13),
        _ => {}
    }
    let father = if contig == 1 && !par && father == Het {
        Missing
    } else {
        father
    };
    let found = HAIL
        .iter()
        .find(|(_, f, m, c)| is(father, f) && is(mother, m) && child == *c);
    found.map(|row| row.0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn trios_contradict_each_other_where_they_do(
        people in people(),
        shard_rows in 1usize..20,
        families in prop::collection::vec((0usize..90, 0usize..90, 0usize..90), 0..12),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("store");
        people.write(&root, shard_rows);
        let store = Store::open(&root).unwrap();
        let n = people.sexes.len();
        // Fathers have even numbers, mothers odd ones, children come after both.
        let mut text = String::new();
        let mut trios = Vec::new();
        let mut taken = std::collections::BTreeSet::new();
        for (a, b, c) in families {
            let (father, mother, child) = (a / 2 * 2, b / 2 * 2 + 1, c);
            if child < n && child > father.max(mother) && taken.insert(child) {
                let sex = people.sexes[child];
                text.push_str(&format!("F S{child} S{father} S{mother} {sex} 0\n"));
                trios.push((father, mother, child));
            }
        }
        if trios.is_empty() {
            return Ok(());
        }
        let path = std::path::Path::new("x.fam");
        let pedigree = match Pedigree::read(text.as_bytes(), path, store.samples()) {
            // Nobody of the file is in the store once those who withdrew are gone from it.
            Err(PedigreeError::NoneMatched { .. }) => {
                let gone = |&(_, _, c): &(usize, usize, usize)| people.withdrawn.contains(&(c as u32));
                prop_assert!(trios.iter().all(gone));
                return Ok(());
            }
            read => read.unwrap(),
        };
        let counted = people.counted();
        trios.retain(|&(f, m, c)| counted[f] && counted[m] && counted[c]);
        let request = Request { cohort: people.cohort(), list: true, ..Request::default() };
        let plan = Plan::new(&store, &pedigree, &request).unwrap();
        let by_child = |c: usize| plan.trios().iter().position(|t| t.child as usize == c);
        prop_assert_eq!(plan.trios().len(), trios.len());
        let mut found = Vec::new();
        let mut by_row = Vec::new();
        let answer = run::<QcError>(&plan, |_| {}, |partial| {
            let start = by_row.len();
            by_row.extend(std::iter::repeat_n(0, partial.rows as usize));
            for &(row, n) in &partial.by_row {
                by_row[start + row as usize] = n;
            }
            for e in &partial.errors {
                found.push((start + e.row as usize, e.trio as usize, e.code.number()));
            }
            Ok(())
        }).unwrap();
        let mut expected = Vec::new();
        for (r, row) in people.rows.iter().enumerate() {
            for &(father, mother, child) in &trios {
                // A child that is a parent elsewhere has that parent's sex.
                let place = by_child(child).unwrap();
                let sex = i64::from(plan.child_is_male[place]);
                let calls = [father, mother, child].map(|s| row.calls[s].0);
                if let Some(code) = naive(row.contig, row.par, sex, calls) {
                    expected.push((r, place, code));
                }
            }
        }
        expected.sort_unstable();
        prop_assert_eq!(&found, &expected);
        for code in Code::all() {
            for trio in 0..trios.len() {
                let n = expected.iter().filter(|e| e.1 == trio && e.2 == code.number()).count();
                prop_assert_eq!(answer.of_trio(trio, code) as usize, n);
            }
        }
        for (r, n) in by_row.iter().enumerate() {
            prop_assert_eq!(*n as usize, expected.iter().filter(|e| e.0 == r).count());
        }
    }
}
