//! Weighted counts of the people whom two rows of a set both list, by their genotypes at both.
//!
//! An entry is a sample (30 bits) and its genotype: 1 het, 2 hom-alt, 3 missing; those of a row
//! are ascending samples, each once. By pair of rows `(j, k)` and vector of weights: the sums of
//! the weights of the samples that both list, in nine cells, `3 * (genotype at j - 1) +
//! (genotype at k - 1)`; 64 bits that wrap, packed as in [`wide`](super::wide). Every sample has
//! weights. Sums are exact where the weights have at most `63 - ceil(log2 samples)` bits.
//!
//! Grid: workgroup `(x, y)` is number `y * width + x`, and has 64 pairs of a pair of rows and a
//! vector, vectors running fastest.

mod cpu;

#[cfg(test)]
mod tests;

use super::wide::{self, SUM_WORDS};
use crate::{Case, Kernel};

pub use generated::Params;

mod generated {
    include!(concat!(env!("OUT_DIR"), "/set_covariance.rs"));
}

/// Sums by pair of rows and vector.
pub const CELLS: usize = 9;
/// Pairs of a pair of rows and a vector that one workgroup has.
pub const LANES: u32 = generated::WORKGROUP[0];

/// The kernel.
pub const KERNEL: Kernel = Kernel {
    name: "set_covariance",
    wgsl: generated::WGSL,
    workgroup: generated::WORKGROUP,
    bindings: generated::BINDINGS,
    twin: cpu::set_covariance,
    cases,
};

/// An entry for `genotype` (1 to 3) of `sample`.
#[must_use]
pub const fn entry(sample: u32, genotype: u32) -> u32 {
    sample & (u32::MAX >> 2) | genotype << 30
}

/// A launch over all pairs of rows, of which row `r` lists one in `every[r]` samples; none where
/// that is 0.
fn case(name: &'static str, every: &[u32], samples: u32, vectors: u32, width: u32) -> Case {
    let mut state = samples.wrapping_add(5);
    let mut random = move || {
        state = state.wrapping_mul(0x915f_77f5).wrapping_add(0x2545_f491);
        state ^ state >> 15
    };
    let (mut entries, mut starts) = (Vec::new(), vec![0]);
    for &every in every {
        for sample in 0..samples {
            if every > 0 && random() % every == 0 {
                entries.push(entry(sample, 1 + random() % 3));
            }
        }
        starts.push(entries.len() as u32);
    }
    let m = every.len() as u32;
    let pairs: Vec<u32> = (0..m).flat_map(|j| (j..m).flat_map(move |k| [j, k])).collect();
    let weights = (0..samples * vectors)
        .flat_map(|_| wide::words(wide::any_value(random(), random())))
        .collect();
    let (n_pairs, n) = (pairs.len() as u32 / 2, pairs.len() as u32 / 2 * vectors);
    Case {
        name,
        params: vec![n_pairs, vectors, width],
        inputs: vec![entries, starts, pairs, weights],
        output: n as usize * CELLS * SUM_WORDS,
        groups: [width, n.div_ceil(LANES).div_ceil(width.max(1)), 1],
    }
}

fn cases() -> Vec<Case> {
    vec![
        case("no rows", &[], 1, 1, 0),
        case("one sample", &[1], 1, 1, 1),
        case("a row without entries", &[2, 0, 1], 40, 2, 1),
        case("everybody in every row", &[1; 3], 700, 1, 1),
        case("long and short lists", &[2, 500, 90], 3000, 3, 1),
        case("many rows, a grid of several rows", &[4; 17], 65, 5, 4),
    ]
}
