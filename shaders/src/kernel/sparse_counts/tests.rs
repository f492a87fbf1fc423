//! Worked answers.

use super::*;
use crate::WRITTEN;

#[test]
fn two_rows_by_hand() {
    let case = Case {
        name: "",
        params: vec![2, 2, 2, 1],
        inputs: vec![
            vec![entry(0, 0), entry(33, 0), entry(5, 2), entry(33, 1)],
            vec![0, 3, 4],
            vec![0b10_0001, 0, 1, 0b10],
        ],
        output: 4,
        groups: [1, 1, 1],
    };
    let counts: Vec<[u32; 3]> = case
        .expected(&KERNEL)
        .iter()
        .map(|w| {
            assert!(w & WRITTEN != 0);
            unpack(w & !WRITTEN)
        })
        .collect();
    assert_eq!(counts, [[1, 0, 1], [2, 0, 0], [0, 0, 0], [0, 1, 0]]);
}

#[test]
fn every_case_fills_its_output() {
    for case in cases() {
        let out = case.expected(&KERNEL);
        assert!(out.iter().all(|c| c & WRITTEN != 0), "{}", case.name);
    }
}
