//! Counts of random samples against looking at each genotype, on every device that there is.

use super::*;
use crate::compute::cpu::Isa;
use crate::compute::tests::{Numbers, devices};

fn samples(n: usize, variants: usize, missing: bool, seed: u64) -> Vec<Vec<u8>> {
    let mut numbers = Numbers(seed);
    let kinds = if missing { 4 } else { 3 };
    let mut sample = |_| (0..variants).map(|_| numbers.below(kinds) as u8).collect();
    (0..n).map(&mut sample).collect()
}

fn planes(samples: &[Vec<u8>], variants: usize) -> SamplePlanes {
    let words = SamplePlanes::words_of(variants.div_ceil(64));
    let mut planes = vec![0u64; 2 * words * samples.len()];
    for (s, genotypes) in samples.iter().enumerate() {
        for (v, genotype) in genotypes.iter().enumerate() {
            let (lo, hi) = (u64::from(genotype & 1), u64::from(genotype >> 1));
            planes[2 * s * words + v / 64] |= lo << (v % 64);
            planes[(2 * s + 1) * words + v / 64] |= hi << (v % 64);
        }
    }
    SamplePlanes::new(variants, words, planes)
}

fn naive(a: &[u8], b: &[u8]) -> (PairCounts, u32) {
    let mut counts = PairCounts::default();
    let mut both = 0;
    for (a, b) in a.iter().zip(b) {
        both += u32::from(*a != 3 && *b != 3);
        match (a, b) {
            (1, 1) => counts.het_het += 1,
            (0, 2) | (2, 0) => counts.ibs0 += 1,
            (1, 0 | 2) => counts.het_hom += 1,
            (0 | 2, 1) => counts.hom_het += 1,
            _ => {}
        }
    }
    (counts, both)
}

#[test]
fn pairs_are_those_of_every_genotype() {
    let mut all: Vec<Compute> = (Isa::available().into_iter())
        .map(|isa| Compute {
            device: Device::Cpu(isa),
            ..Compute::with_cpu("a test")
        })
        .collect();
    // Chunks of some samples.
    all.extend(devices(1 << 12));
    for (n, variants, missing) in [
        (1, 1, true),
        (2, 0, false),
        (9, 130, true),
        (70, 513, false),
        (37, 3000, true),
        (5, 30_000, false),
    ] {
        let samples = samples(n, variants, missing, variants as u64);
        let planes = planes(&samples, variants);
        for compute in &all {
            let counter = compute.pairs(&planes).unwrap();
            let mut out = Vec::new();
            let (rows, columns) = (n / 3..n, 0..n - n / 4);
            counter
                .count(rows.clone(), columns.clone(), &mut out)
                .unwrap();
            let mut found = out.iter();
            for i in rows {
                for j in columns.clone() {
                    let (expected, both) = naive(&samples[i], &samples[j]);
                    assert_eq!(found.next(), Some(&expected), "{n} {variants} {i} {j}");
                    assert_eq!(counter.both_called(i, j), both);
                }
            }
        }
    }
}

#[test]
fn kinship_of_a_twin_and_of_a_stranger() {
    let twin = PairCounts {
        het_het: 10,
        ..PairCounts::default()
    };
    assert_eq!(twin.kinship(), 0.5);
    let stranger = PairCounts {
        het_het: 2,
        ibs0: 2,
        het_hom: 6,
        hom_het: 2,
    };
    // 0.5 - (8 + 8) / (4 * 4).
    assert_eq!(stranger.kinship(), -0.5);
    assert!(PairCounts::default().kinship().is_nan());
}
