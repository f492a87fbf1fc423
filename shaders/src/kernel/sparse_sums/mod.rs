//! Sums of vectors over the listed samples of sparse rows.
//!
//! The lists of a row are cut into segments, each of one list. By segment and vector: the sum of
//! the vector's values over the segment's samples, 64 bits that wrap, packed as in
//! [`wide`](super::wide). The host adds the segments of a list. Every sample has values. A sum
//! over any samples is exact where the values have at most `63 - ceil(log2 samples)` bits.
//!
//! Grid: workgroup `(x, y)` is number `y * width + x`, and has 64 pairs of segment and vector,
//! vectors running fastest.

mod cpu;

#[cfg(test)]
mod tests;

use super::wide::{self, SUM_WORDS};
use crate::{Case, Kernel};

pub use generated::Params;

mod generated {
    include!(concat!(env!("OUT_DIR"), "/sparse_sums.rs"));
}

/// Samples that the host puts into a segment: few enough that lanes end together.
pub const SEGMENT: usize = 128;
/// Pairs of segment and vector that one workgroup sums.
pub const LANES: u32 = generated::WORKGROUP[0];

/// The kernel.
pub const KERNEL: Kernel = Kernel {
    name: "sparse_sums",
    wgsl: generated::WGSL,
    workgroup: generated::WORKGROUP,
    bindings: generated::BINDINGS,
    twin: cpu::sparse_sums,
    cases,
};

/// A launch over segments of the given lengths.
fn case(name: &'static str, lengths: &[u32], samples: u32, vectors: u32, width: u32) -> Case {
    let mut state = samples.wrapping_add(3);
    let mut random = move || {
        state = state.wrapping_mul(0x915f_77f5).wrapping_add(0x2545_f491);
        state ^ state >> 15
    };
    let mut starts = vec![0];
    for &length in lengths {
        starts.push(starts[starts.len() - 1] + length);
    }
    let listed = (0..starts[lengths.len()])
        .map(|_| random() % samples)
        .collect();
    let values = (0..samples * vectors)
        .flat_map(|_| wide::words(wide::any_value(random(), random())))
        .collect();
    let pairs = lengths.len() as u32 * vectors;
    Case {
        name,
        params: vec![lengths.len() as u32, vectors, width],
        inputs: vec![listed, starts, values],
        output: pairs as usize * SUM_WORDS,
        groups: [width, pairs.div_ceil(LANES).div_ceil(width.max(1)), 1],
    }
}

fn cases() -> Vec<Case> {
    let full: Vec<u32> = (0..70).map(|i| i % 9).collect();
    vec![
        case("no segments", &[], 1, 1, 0),
        case("one sample", &[1], 1, 1, 1),
        case("empty segments", &[0, 3, 0, 0, 5], 40, 2, 1),
        case("a long segment", &[1000, 1, 128], 3000, 3, 1),
        case("a pair more than a workgroup", &[2; 65], 33, 1, 2),
        case("many vectors, a grid of several rows", &full, 500, 17, 3),
    ]
}
