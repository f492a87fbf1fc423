//! Worked answers.

use super::*;
use crate::WRITTEN;

#[test]
fn two_lists_by_hand() {
    let values: [i64; 6] = [5, -1, 1 << 40, -(1 << 40), -7, i64::MAX];
    let case = Case {
        name: "",
        params: vec![3, 2, 1],
        inputs: vec![
            vec![0, 2, 1],
            vec![0, 2, 3, 3],
            values.into_iter().flat_map(wide::words).collect(),
        ],
        output: 3 * 2 * SUM_WORDS,
        groups: [1, 1, 1],
    };
    let out = case.expected(&KERNEL);
    let sums: Vec<i64> = (out.as_chunks().0.iter().copied())
        .map(wide::unpack)
        .collect();
    assert_eq!(sums, [-2, i64::MAX - 1, 1 << 40, -(1 << 40), 0, 0]);
}

#[test]
fn every_case_fills_its_output() {
    for case in cases() {
        let out = case.expected(&KERNEL);
        assert!(out.iter().all(|c| c & WRITTEN != 0), "{}", case.name);
    }
}
