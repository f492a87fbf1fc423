//! Planes of random stores against looking at each call.

use proptest::prelude::*;

use super::*;
use crate::query::random_store::{a_cohort, write};
use crate::query::rows::RowSet;
use crate::store::Store;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn planes_are_what_the_calls_say(
        cohort in a_cohort(), shard_rows in 1usize..6, chosen in any::<u64>(), some in any::<u64>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("s");
        let places = write(&root, &cohort, shard_rows);
        let store = Store::open(&root).unwrap();
        let mut rows = RowSet::default();
        let mut calls = Vec::new();
        let mut order: Vec<_> = cohort.rows.iter().zip(&places).enumerate().collect();
        order.sort_by_key(|r| *r.1.1);
        for (i, (row, &(shard, place))) in order {
            if chosen >> (i % 64) & 1 == 1 {
                rows.insert(shard, place);
                calls.push(&row.calls);
            }
        }
        let samples: Vec<u32> = (store.active().bitmap().iter())
            .filter(|s| some >> (s % 64) & 1 == 1)
            .collect();
        let found = read_planes(&store, &rows, samples.clone(), &|_| {}).unwrap();
        prop_assert_eq!(found.planes.variants(), calls.len());
        prop_assert_eq!(found.bits().count(), calls.len());
        prop_assert_eq!(found.planes.len(), samples.len());
        for (place, &sample) in samples.iter().enumerate() {
            let [lo, hi] = found.planes.sample(place);
            let mut ones = 0;
            for ((word, bit), calls) in found.bits().zip(&calls) {
                let code = calls[sample as usize].genotype() as u64;
                let seen = lo[word] >> bit & 1 | (hi[word] >> bit & 1) << 1;
                prop_assert_eq!(seen, code);
                ones += code.count_ones();
            }
            let all: u32 = lo.iter().chain(hi).map(|w| w.count_ones()).sum();
            prop_assert_eq!(all, ones, "padding is zero");
        }
    }
}
