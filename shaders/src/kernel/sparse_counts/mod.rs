//! Counts of the listed samples of sparse rows in cohorts.
//!
//! The lists of a row are cut into segments of at most [`SEGMENT`] entries. An entry is a sample
//! (30 bits) and the number of its list within the row (0 to 2). By segment and cohort, one word:
//! the members of the cohort in each list, ten bits each, and [`WRITTEN`](crate::WRITTEN). The
//! host adds the segments of a row. Every sample lies within the cohorts' words.
//!
//! Grid: workgroup `(x, y)` is number `y * width + x`, and has 64 pairs of segment and cohort,
//! cohorts running fastest.

mod cpu;

#[cfg(test)]
mod tests;

use crate::{Case, Kernel};

pub use generated::Params;

mod generated {
    include!(concat!(env!("OUT_DIR"), "/sparse_counts.rs"));
}

/// Entries that a segment may have: what ten bits hold.
pub const MAX_SEGMENT: usize = 1023;
/// Entries that the host puts into one: short enough that lanes end together.
pub const SEGMENT: usize = 128;
/// Pairs of segment and cohort that one workgroup counts.
pub const LANES: u32 = generated::WORKGROUP[0];

const _: () = assert!(SEGMENT <= MAX_SEGMENT);

/// The kernel.
pub const KERNEL: Kernel = Kernel {
    name: "sparse_counts",
    wgsl: generated::WGSL,
    workgroup: generated::WORKGROUP,
    bindings: generated::BINDINGS,
    twin: cpu::sparse_counts,
    cases,
};

/// An entry for `sample` in list `list`.
#[must_use]
pub const fn entry(sample: u32, list: u32) -> u32 {
    sample & (u32::MAX >> 2) | list << 30
}

/// The three counts of an output word.
#[must_use]
pub const fn unpack(word: u32) -> [u32; 3] {
    [word & 1023, word >> 10 & 1023, word >> 20 & 1023]
}

/// A launch over segments of the given lengths.
fn case(name: &'static str, lengths: &[u32], samples: u32, cohorts: u32, width: u32) -> Case {
    let mut state = samples.wrapping_add(7);
    let mut random = move || {
        state = state.wrapping_mul(0x915f_77f5).wrapping_add(0x2545_f491);
        state ^ state >> 15
    };
    let mut starts = vec![0];
    for &length in lengths {
        starts.push(starts[starts.len() - 1] + length);
    }
    let entries = (0..starts[lengths.len()])
        .map(|_| entry(random() % samples, random() % 3))
        .collect();
    let words = samples.div_ceil(32);
    let members = (0..words * cohorts).map(|_| random()).collect();
    let output = lengths.len() * cohorts as usize;
    let groups = (output as u32).div_ceil(LANES);
    Case {
        name,
        params: vec![lengths.len() as u32, cohorts, words, width],
        inputs: vec![entries, starts, members],
        output,
        groups: [width, groups.div_ceil(width.max(1)), 1],
    }
}

fn cases() -> Vec<Case> {
    let full: Vec<u32> = (0..70).map(|i| i % 9).collect();
    vec![
        case("no segments", &[], 1, 1, 0),
        case("one sample", &[1], 1, 1, 1),
        case("empty segments", &[0, 3, 0, 0, 5], 40, 2, 1),
        case("the longest segment", &[1023, 1, 1023], 100_000, 3, 1),
        case("a pair more than a workgroup", &[2; 65], 33, 1, 2),
        case("many cohorts, a grid of several rows", &full, 5000, 17, 3),
    ]
}
