//! Worked answers.

use super::*;
use crate::WRITTEN;

#[test]
fn all_pairs_of_genotypes_by_hand() {
    // Variants 0 to 15: the first sample's genotype runs slowest through 00, het, hom-alt, missing.
    let (mut first, mut second) = ([0u32; 2], [0u32; 2]);
    for variant in 0..16u32 {
        let (a, b) = (variant / 4, variant % 4);
        for (planes, genotype) in [(&mut first, a), (&mut second, b)] {
            planes[0] |= (genotype & 1) << variant;
            planes[1] |= (genotype >> 1) << variant;
        }
    }
    let sample = |[lo, hi]: [u32; 2]| vec![lo, 0, 0, 0, hi, 0, 0, 0];
    let case = Case {
        name: "",
        params: vec![1, 0, 1, 0, 1],
        inputs: vec![sample(first), sample(second)],
        output: COUNTS,
        groups: [1, 1, 1],
    };
    let counts: Vec<u32> = case.expected(&KERNEL);
    let counts: Vec<u32> = counts.iter().map(|c| c & !WRITTEN).collect();
    // het het; ref alt and alt ref; het with ref and alt; ref and alt with het.
    assert_eq!(counts, [1, 2, 2, 2]);
}

#[test]
fn every_case_fills_its_output() {
    for case in cases() {
        let out = case.expected(&KERNEL);
        assert!(out.iter().all(|c| c & WRITTEN != 0), "{}", case.name);
    }
}
