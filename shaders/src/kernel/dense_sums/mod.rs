//! Sums of vectors over the samples of each genotype of dense rows.
//!
//! A row is two planes, `lo` and `hi`; a vector has a value of 64 bits for each sample. By row and
//! vector: the sums of the vector over `lo & !hi` (het), `hi & !lo` (hom-alt) and `lo & hi`
//! (missing), 64 bits that wrap, packed as in [`wide`](super::wide). A plane is a whole number of
//! lines of 128 samples, and so is a vector, padded with zeros. Sums are exact where the values
//! have at most `63 - ceil(log2 samples)` bits.
//!
//! Grid: `(x, y)` is a tile of four rows, `y * width + x`; `z` is a vector.

mod cpu;

#[cfg(test)]
mod tests;

use super::wide::{self, SUM_WORDS};
use crate::{Case, Kernel};

pub use generated::Params;

mod generated {
    include!(concat!(env!("OUT_DIR"), "/dense_sums.rs"));
}

/// Samples of a line.
pub const LINE_SAMPLES: usize = 128;
/// Sums by row and vector: het, hom-alt, missing.
pub const CLASSES: usize = 3;
/// Rows that one workgroup sums.
pub const TILE: u32 = 4;

/// The kernel.
pub const KERNEL: Kernel = Kernel {
    name: "dense_sums",
    wgsl: generated::WGSL,
    workgroup: generated::WORKGROUP,
    bindings: generated::BINDINGS,
    twin: cpu::dense_sums,
    cases,
};

/// A launch over `rows` rows of `lines` lines, whose planes' words come from `word`.
fn case(
    name: &'static str,
    [rows, lines, vectors]: [u32; 3],
    width: u32,
    mut word: impl FnMut(u32) -> u32,
) -> Case {
    let planes = (0..rows * lines * 8).map(&mut word).collect();
    let mut state = rows.wrapping_add(lines << 8);
    let mut random = move || {
        state = state.wrapping_mul(0x915f_77f5).wrapping_add(0x2545_f491);
        state ^ state >> 15
    };
    let values = (0..vectors * lines * LINE_SAMPLES as u32)
        .flat_map(|_| wide::words(wide::any_value(random(), random())))
        .collect();
    let height = rows.div_ceil(TILE).div_ceil(width.max(1));
    Case {
        name,
        params: vec![rows, lines, vectors, width],
        inputs: vec![planes, values],
        output: (rows * vectors) as usize * CLASSES * SUM_WORDS,
        groups: [width, height, vectors],
    }
}

fn cases() -> Vec<Case> {
    let mut state = 1u32;
    let mut random = move |_| {
        state = state.wrapping_mul(0x915f_77f5).wrapping_add(0x2545_f491);
        state ^ state >> 15
    };
    vec![
        case("no samples", [3, 0, 2], 3, |_| 0),
        case("one sample", [1, 1, 1], 1, |i| u32::from(i == 0)),
        case("all missing", [4, 5, 1], 4, |_| u32::MAX),
        case("a row more than a tile", [5, 3, 2], 2, &mut random),
        case("the last row of the grid is not full", [37, 2, 3], 4, &mut random),
        case("many vectors", [2, 2, 19], 1, &mut random),
        case("20,000 samples", [3, 157, 2], 1, &mut random),
    ]
}
