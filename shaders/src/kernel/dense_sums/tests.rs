//! Worked answers.

use super::*;
use crate::WRITTEN;

#[test]
fn four_genotypes_by_hand() {
    // Samples 0 to 4: hom-ref, het, hom-alt, missing, het.
    let line = |w| vec![w, 0, 0, 0];
    let mut values = [0i64; LINE_SAMPLES];
    values[..5].copy_from_slice(&[1 << 50, 3, -(1 << 33), 7, -4]);
    let case = Case {
        name: "",
        params: vec![1, 1, 1, 1],
        inputs: vec![
            [line(0b11010), line(0b01100)].concat(),
            values.into_iter().flat_map(wide::words).collect(),
        ],
        output: CLASSES * SUM_WORDS,
        groups: [1, 1, 1],
    };
    let out = case.expected(&KERNEL);
    let sums: Vec<i64> = (out.as_chunks().0.iter().copied())
        .map(wide::unpack)
        .collect();
    assert_eq!(sums, [-1, -(1 << 33), 7]);
}

#[test]
fn every_case_fills_its_output() {
    for case in cases() {
        let out = case.expected(&KERNEL);
        assert!(out.iter().all(|c| c & WRITTEN != 0), "{}", case.name);
    }
}
