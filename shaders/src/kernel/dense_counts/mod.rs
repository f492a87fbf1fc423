//! Counts of genotypes of dense rows in cohorts.
//!
//! A row is two planes, `lo` and `hi`; a cohort is a plane `c`. By row and cohort:
//! ones in `lo & c` (het and missing), in `hi & c` (hom-alt and missing) and in `lo & hi & c`
//! (missing). A plane is a whole number of lines of 128 samples, padded with zeros. Counts are at
//! most the samples of a launch, below 2^31, and bear [`WRITTEN`](crate::WRITTEN).
//!
//! Grid: `(x, y)` is a row, `y * width + x`; `z` is a tile of four cohorts.

mod cpu;

#[cfg(test)]
mod tests;

use crate::{Case, Kernel};

pub use generated::Params;

mod generated {
    include!(concat!(env!("OUT_DIR"), "/dense_counts.rs"));
}

/// Words of a line.
pub const LINE: usize = 4;
/// Counts by row and cohort.
pub const COUNTS: usize = 3;
/// Cohorts that one workgroup counts.
pub const TILE: u32 = 4;

/// The kernel.
pub const KERNEL: Kernel = Kernel {
    name: "dense_counts",
    wgsl: generated::WGSL,
    workgroup: generated::WORKGROUP,
    bindings: generated::BINDINGS,
    twin: cpu::dense_counts,
    cases,
};

/// A launch over `rows` rows of `lines` lines, whose words come from `word`.
fn case(
    name: &'static str,
    [rows, lines, cohorts]: [u32; 3],
    width: u32,
    mut word: impl FnMut(u32) -> u32,
) -> Case {
    let mut words = |n: u32| (0..n * LINE as u32).map(&mut word).collect();
    let inputs = vec![words(rows * 2 * lines), words(cohorts * lines)];
    let height = rows.div_ceil(width.max(1));
    Case {
        name,
        params: vec![rows, 0, lines, cohorts, width],
        inputs,
        output: (rows * cohorts) as usize * COUNTS,
        groups: [width, height, cohorts.div_ceil(TILE)],
    }
}

fn cases() -> Vec<Case> {
    let mut state = 1u32;
    let mut random = move |_| {
        state = state.wrapping_mul(0x915f_77f5).wrapping_add(0x2545_f491);
        state ^ state >> 15
    };
    let one = |i: u32| u32::from(i == 0);
    let mut later = case("rows from the third on", [6, 3, 2], 2, &mut random);
    later.params[..2].copy_from_slice(&[4, 2]);
    later.output = 4 * 2 * COUNTS;
    vec![
        later,
        case("no samples", [3, 0, 2], 3, one),
        case("one sample", [1, 1, 1], 1, one),
        case("all missing, everyone", [4, 5, 1], 4, |_| u32::MAX),
        case("fewer lines than lanes", [7, 20, 3], 7, &mut random),
        case("as many lines as lanes", [2, 64, 4], 2, &mut random),
        case("one line more than lanes", [2, 65, 5], 2, &mut random),
        case("many cohorts, last tile of one", [3, 9, 17], 3, &mut random),
        case("the last row of the grid is not full", [11, 4, 2], 4, &mut random),
        case("100,000 samples", [3, 784, 2], 3, &mut random),
    ]
}
