//! Worked answers.

use super::*;
use crate::WRITTEN;

#[test]
fn two_rows_by_hand() {
    let case = Case {
        name: "",
        params: vec![2, 1, 1],
        inputs: vec![
            vec![entry(0, 1), entry(2, 2), entry(3, 3), entry(1, 2), entry(2, 1), entry(3, 3)],
            vec![0, 3, 6],
            vec![0, 1, 1, 1],
            [10i64, -20, 1 << 40, -3].into_iter().flat_map(wide::words).collect(),
        ],
        output: 2 * CELLS * SUM_WORDS,
        groups: [1, 1, 1],
    };
    let out = case.expected(&KERNEL);
    let sums: Vec<i64> = (out.as_chunks().0.iter().copied())
        .map(wide::unpack)
        .collect();
    // Sample 2 is hom-alt and het, sample 3 missing at both; then the second row with itself.
    assert_eq!(sums[..9], [0, 0, 0, 1 << 40, 0, 0, 0, 0, -3]);
    assert_eq!(sums[9..], [1 << 40, 0, 0, 0, -20, 0, 0, 0, -3]);
}

#[test]
fn every_case_fills_its_output() {
    for case in cases() {
        let out = case.expected(&KERNEL);
        assert!(out.iter().all(|c| c & WRITTEN != 0), "{}", case.name);
    }
}
