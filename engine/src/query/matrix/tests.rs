//! Matrices of random stores against looking at each call.

use proptest::prelude::*;

use super::*;
use crate::genotype::Genotype;
use crate::query::random_store::{Call, a_cohort, write};

fn copies(call: Call, haploid: Haploid) -> i8 {
    match (call, call.genotype()) {
        (_, Genotype::HomRef) => 0,
        (_, Genotype::Het) => 1,
        (Call::Haploid(_), Genotype::HomAlt) if haploid == Haploid::One => 1,
        (_, Genotype::HomAlt) => 2,
        (_, Genotype::Missing) => MISSING,
    }
}

fn values(bytes: &[u8]) -> impl Iterator<Item = i8> {
    bytes.iter().map(|b| b.cast_signed())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn both_ways_are_what_the_calls_say(
        cohort in a_cohort(),
        shard_rows in 1usize..6,
        chosen in any::<u64>(),
        rows in any::<u64>(),
        order in any::<u64>(),
        memory in 0usize..400,
        two in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("s");
        let places = write(&root, &cohort, shard_rows);
        let store = Store::open(&root).unwrap();
        let haploid = if two { Haploid::Two } else { Haploid::One };
        let mut samples: Vec<u32> = store.active().bitmap().iter().collect();
        samples.retain(|s| chosen >> (s % 64) & 1 == 1);
        if order & 1 == 1 {
            samples.sort_by_key(|&s| order.wrapping_mul(u64::from(s) + 1));
        }
        let mut set = RowSet::default();
        let mut there = Vec::new();
        for (i, (row, &(shard, place))) in cohort.rows.iter().zip(&places).enumerate() {
            if rows >> i & 1 == 1 {
                set.insert(shard, place);
                there.push(((shard, place), row));
            }
        }
        there.sort_by_key(|t| t.0);
        let matrix = Matrix::new(&store, &set, samples.clone(), haploid).unwrap();
        prop_assert_eq!((matrix.n_samples(), matrix.n_variants()), (samples.len(), there.len()));
        let call = |s: u32, v: usize| copies(there[v].1.calls[s as usize], haploid);
        let n = there.len();
        let expected: Vec<i8> =
            samples.iter().flat_map(|&s| (0..n).map(move |v| (s, v))).map(|(s, v)| call(s, v)).collect();
        let mut found = Vec::new();
        matrix.by_sample(memory, |range, bytes| {
            assert_eq!((range.start * n, range.len() * n), (found.len(), bytes.len()));
            found.extend(values(bytes));
            Ok::<_, FormatError>(())
        }).unwrap();
        prop_assert_eq!(&found, &expected);
        let expected: Vec<i8> =
            (0..n).flat_map(|v| samples.iter().map(move |&s| (s, v))).map(|(s, v)| call(s, v)).collect();
        let mut found = Vec::new();
        matrix.by_variant(memory, |range, bytes| {
            assert_eq!(range.start * samples.len(), found.len());
            found.extend(values(bytes));
            Ok::<_, FormatError>(())
        }).unwrap();
        prop_assert_eq!(&found, &expected);
        for &s in &cohort.withdrawn {
            prop_assert!(Matrix::new(&store, &set, vec![s], haploid).is_err());
        }
    }
}
