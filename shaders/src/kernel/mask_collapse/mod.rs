//! Alleles of the variants of masks, collapsed by person.
//!
//! An entry is a row (30 bits) and a person's genotype there: 1 het, 2 hom-alt, 3 missing. By
//! person and mask, over the mask's rows: the sum of copies (1 or 2 of each row), the most copies
//! of one row, and the number of rows without a call. A set has below 2^28 rows, so that no sum
//! reaches [`WRITTEN`](crate::WRITTEN), which both words bear.
//!
//! Grid: workgroup `(x, y)` is number `y * width + x`, and has 64 pairs of person and mask, masks
//! running fastest.

mod cpu;

#[cfg(test)]
mod tests;

use crate::{Case, Kernel, WRITTEN};

pub use generated::Params;

mod generated {
    include!(concat!(env!("OUT_DIR"), "/mask_collapse.rs"));
}

/// Words by person and mask.
pub const WORDS: usize = 2;
/// Pairs of person and mask that one workgroup has.
pub const LANES: u32 = generated::WORKGROUP[0];
/// The genotype of a person without a call.
pub const MISSING: u32 = 3;
/// Rows of a set: fewer.
pub const MAX_ROWS: usize = 1 << 28;

/// The kernel.
pub const KERNEL: Kernel = Kernel {
    name: "mask_collapse",
    wgsl: generated::WGSL,
    workgroup: generated::WORKGROUP,
    bindings: generated::BINDINGS,
    twin: cpu::mask_collapse,
    cases,
};

/// An entry for `genotype` at `row`.
#[must_use]
pub const fn entry(row: u32, genotype: u32) -> u32 {
    row & (u32::MAX >> 2) | genotype << 30
}

/// The sum of copies, the most copies of one row, and rows without a call.
#[must_use]
pub const fn unpack([sum, rest]: [u32; WORDS]) -> [u32; 3] {
    let rest = rest & !WRITTEN;
    [sum & !WRITTEN, rest & 3, rest >> 2]
}

/// A launch over people with the given numbers of entries.
fn case(name: &'static str, lengths: &[u32], rows: u32, masks: u32, width: u32) -> Case {
    let mut state = rows.wrapping_add(11);
    let mut random = move || {
        state = state.wrapping_mul(0x915f_77f5).wrapping_add(0x2545_f491);
        state ^ state >> 15
    };
    let mut starts = vec![0];
    for &length in lengths {
        starts.push(starts[starts.len() - 1] + length);
    }
    let entries = (0..starts[lengths.len()])
        .map(|_| entry(random() % rows, 1 + random() % 3))
        .collect();
    let words = rows.div_ceil(32);
    let members = (0..words * masks).map(|_| random()).collect();
    let pairs = lengths.len() as u32 * masks;
    Case {
        name,
        params: vec![lengths.len() as u32, masks, words, width],
        inputs: vec![entries, starts, members],
        output: pairs as usize * WORDS,
        groups: [width, pairs.div_ceil(LANES).div_ceil(width.max(1)), 1],
    }
}

fn cases() -> Vec<Case> {
    let full: Vec<u32> = (0..70).map(|i| i % 9).collect();
    vec![
        case("nobody", &[], 1, 1, 0),
        case("one person, one row", &[1], 1, 1, 1),
        case("people without entries", &[0, 3, 0, 0, 5], 40, 2, 1),
        case("a person with many rows", &[1000, 1], 30_000, 3, 1),
        case("a pair more than a workgroup", &[2; 65], 33, 1, 2),
        case("many masks, a grid of several rows", &full, 500, 17, 3),
    ]
}
