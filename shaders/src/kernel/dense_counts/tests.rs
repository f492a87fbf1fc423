//! Worked answers.

use super::*;
use crate::WRITTEN;

#[test]
fn four_genotypes_by_hand() {
    // Samples 0 to 3: hom-ref, het, hom-alt, missing.
    let line = |w| vec![w, 0, 0, 0];
    let (lo, hi) = (line(0b1010), line(0b1100));
    let case = Case {
        name: "",
        params: vec![1, 0, 1, 3, 1],
        inputs: vec![
            [lo, hi].concat(),
            [line(0b1111), line(0b0110), line(0b1001)].concat(),
        ],
        output: 9,
        groups: [1, 1, 1],
    };
    let counts: Vec<u32> = case.expected(&KERNEL);
    assert!(counts.iter().all(|c| c & WRITTEN != 0));
    let counts: Vec<u32> = counts.iter().map(|c| c & !WRITTEN).collect();
    assert_eq!(counts, [2, 2, 1, 1, 1, 0, 1, 1, 1]);
}

#[test]
fn every_case_fills_its_output() {
    for case in cases() {
        let out = case.expected(&KERNEL);
        assert!(out.iter().all(|c| c & WRITTEN != 0), "{}", case.name);
    }
}
