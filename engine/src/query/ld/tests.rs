//! Correlations against the textbook's formula; pruning against looking at every pair.

use proptest::prelude::*;

use super::*;
use crate::compute::SamplePlanes;

fn planes(variants: &[Vec<u8>], people: usize) -> SamplePlanes {
    let words = SamplePlanes::words_of(people.div_ceil(64));
    let mut bits = vec![0u64; 2 * words * variants.len()];
    for (v, genotypes) in variants.iter().enumerate() {
        for (i, g) in genotypes.iter().enumerate() {
            bits[2 * v * words + i / 64] |= u64::from(g & 1) << (i % 64);
            bits[(2 * v + 1) * words + i / 64] |= u64::from(g >> 1) << (i % 64);
        }
    }
    SamplePlanes::new(people, words, bits)
}

fn r2(a: &[u8], b: &[u8]) -> f64 {
    let both: Vec<(f64, f64)> = (a.iter().zip(b))
        .filter(|(a, b)| **a < 3 && **b < 3)
        .map(|(a, b)| (f64::from(*a), f64::from(*b)))
        .collect();
    let n = both.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| both.iter().map(of).sum::<f64>() / n;
    let (a, b) = (mean(|p| p.0), mean(|p| p.1));
    let (aa, bb, ab) = (
        mean(|p| p.0 * p.0),
        mean(|p| p.1 * p.1),
        mean(|p| p.0 * p.1),
    );
    (ab - a * b).powi(2) / ((aa - a * a) * (bb - b * b))
}

proptest! {
    #[test]
    fn correlations_are_those_of_genotypes(
        people in 2usize..200, seed in any::<u64>(), kinds in 3u64..=4, bound in 0.05f64..0.9,
    ) {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 33
        };
        let mut variants: Vec<Vec<u8>> = Vec::new();
        for v in 0..12 {
            // Some follow an earlier one in most people.
            let row = (0..people).map(|i| match variants.get(v / 2) {
                Some(earlier) if v % 2 == 1 && next() % 5 > 0 => earlier[i],
                _ => (next() % kinds) as u8,
            });
            let row = row.collect();
            variants.push(row);
        }
        let planes = planes(&variants, people);
        for i in 0..12 {
            for j in 0..12 {
                let (found, expected) = (joint(&planes, i, j).r2(), r2(&variants[i], &variants[j]));
                prop_assert!((found - expected).abs() < 1e-9 || !expected.is_finite(), "{found} {expected}");
            }
        }
        let positions: Vec<u64> = (0..12).map(|v| 100 * v).collect();
        for window in [Window::Variants(12, 1), Window::Variants(5, 2), Window::Bases(450)] {
            let kept = prune(&planes, &positions, &PruneOptions { window, r2: bound });
            let reach = match window {
                Window::Variants(12, _) => 12,
                _ => 3,
            };
            for i in 0..12 {
                for j in (i + 1..12).filter(|j| j - i < reach) {
                    if kept[i] && kept[j] && window != Window::Variants(5, 2) {
                        let (covariance, [a, b]) = joint(&planes, i, j).moments();
                        let near = (covariance as f64).powi(2) <= bound * 1.000_001 * a as f64 * b as f64;
                        prop_assert!(near, "{i} {j} {window:?}");
                    }
                }
            }
        }
    }
}

/// A table with known haplotypes: of coupled alleles, of one that is only on half of the other's.
#[test]
fn haplotypes_by_hand() {
    let coupled = Haplotypes::of(&[[25, 0, 0], [0, 50, 0], [0, 0, 25]]).unwrap();
    assert!((coupled.r2 - 1.0).abs() < 1e-9 && (coupled.d_prime - 1.0).abs() < 1e-9);
    // Without people heterozygous at both, haplotypes are counted.
    let counted = Haplotypes::of(&[[10, 4, 1], [6, 0, 2], [3, 1, 5]]).unwrap();
    let expected = [30.0, 8.0, 13.0, 13.0].map(|n| n / 64.0);
    let apart = counted
        .frequencies
        .iter()
        .zip(expected)
        .map(|(a, b)| (a - b).abs());
    assert!(apart.fold(0.0, f64::max) < 1e-12, "{counted:?}");
    assert_eq!(Haplotypes::of(&[[5, 3, 1], [0; 3], [0; 3]]), None);
}
