//! Degrees, families, and sets of unrelated people against trying all.

use proptest::prelude::*;

use super::*;
use crate::compute::{Compute, SamplePlanes};

fn pairs(n: u32) -> impl Strategy<Value = Vec<(u32, u32)>> {
    let pair = (1..n).prop_flat_map(|b| (0..b, Just(b)));
    prop::collection::btree_set(pair, 0..14).prop_map(|pairs| pairs.into_iter().collect())
}

fn is_free(pairs: &[(u32, u32)], left_out: &[u32]) -> bool {
    let out = |p: &u32| left_out.contains(p);
    pairs.iter().all(|(a, b)| out(a) || out(b))
}

proptest! {
    #[test]
    fn as_few_as_can_be_are_left_out(pairs in pairs(12)) {
        let left_out = unrelated(12, &pairs);
        prop_assert!(is_free(&pairs, &left_out));
        let fewest = (0u32..1 << 12)
            .filter(|set| {
                let out: Vec<u32> = (0..12).filter(|p| set >> p & 1 == 1).collect();
                is_free(&pairs, &out)
            })
            .map(u32::count_ones)
            .min();
        prop_assert_eq!(Some(left_out.len() as u32), fewest);
        let greedy = king_cutoff(12, &pairs);
        prop_assert!(is_free(&pairs, &greedy) && greedy.len() >= left_out.len());
    }

    /// In whatever strips pairs are counted, each comes once, in order.
    #[test]
    fn every_pair_once(n in 1usize..40, first in 0usize..40, across in any::<bool>()) {
        let planes = SamplePlanes::new(512, 8, (0..16 * n as u64).map(|i| i * 0x9e37_79b9).collect());
        let compute = Compute::with_cpu("a test");
        let counter = compute.pairs(&planes).unwrap();
        let which = if across { Pairs::Across(first.min(n)) } else { Pairs::Within };
        let mut found = Vec::new();
        run(&counter, (n, which), None, &|_| {}, |pairs| {
            found.extend(pairs.iter().map(|p| (p.first as usize, p.second as usize)));
            Ok::<_, crate::compute::ComputeError>(())
        })
        .unwrap();
        let all = (0..n).flat_map(|i| (0..i).map(move |j| (i, j)));
        let first = first.min(n);
        let asked = all.filter(|&(i, j)| !across || (i >= first && j < first));
        prop_assert_eq!(found, asked.collect::<Vec<_>>());
    }
}

#[test]
fn degrees_are_those_of_the_table() {
    for (kinship, ibs0, degree) in [
        (0.5, 0.0, Degree::Duplicate),
        (0.36, 0.0, Degree::Duplicate),
        (0.25, 0.0005, Degree::ParentChild),
        (0.25, 0.03, Degree::Sibling),
        (0.125, 0.05, Degree::Second),
        (0.0625, 0.05, Degree::Third),
        (0.04, 0.05, Degree::Unrelated),
        (f64::NAN, f64::NAN, Degree::Unrelated),
    ] {
        assert_eq!(Degree::of(kinship, ibs0), degree, "{kinship} {ibs0}");
    }
}

#[test]
fn families_are_in_order() {
    let found = components(8, &[(6, 3), (1, 7), (3, 1)]);
    assert_eq!(found, [vec![1, 3, 6, 7]]);
    assert!(components(3, &[]).is_empty());
    // A star: its centre leaves.
    assert_eq!(unrelated(5, &[(0, 4), (1, 4), (2, 4)]), [4]);
    assert_eq!(king_cutoff(5, &[(0, 4), (1, 4), (2, 4)]), [4]);
}
