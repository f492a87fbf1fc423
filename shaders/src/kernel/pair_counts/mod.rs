//! Counts of genotypes of pairs of samples, for the kinship coefficient (KING-robust) and IBS.
//!
//! A sample is two planes over variants, `lo` and `hi`: 00 hom-ref, 10 het, 01 hom-alt, 11 missing;
//! a plane is a whole number of lines of 128 variants, padded with zeros. By row `i` and column
//! `j`: variants that are het in both; homozygous in both, for different alleles (IBS0); het in `i`
//! and homozygous in `j`; and the reverse. Padding is hom-ref in both and counts nowhere. Counts are
//! at most the variants of a launch, below 2^31, and bear [`WRITTEN`](crate::WRITTEN).
//!
//! Grid: `x` is a tile of 32 columns, `y` a tile of 32 rows.

mod cpu;

#[cfg(test)]
mod tests;

use crate::{Case, Kernel};

pub use generated::Params;

mod generated {
    include!(concat!(env!("OUT_DIR"), "/pair_counts.rs"));
}

/// Words of a line.
pub const LINE: usize = 4;
/// Counts by row and column.
pub const COUNTS: usize = 4;
/// Rows and columns of a tile.
pub const TILE: u32 = 32;

/// The kernel.
pub const KERNEL: Kernel = Kernel {
    name: "pair_counts",
    wgsl: generated::WGSL,
    workgroup: generated::WORKGROUP,
    bindings: generated::BINDINGS,
    twin: cpu::pair_counts,
    cases,
};

/// A launch over samples of `lines` lines, whose words come from `word`.
fn case(
    name: &'static str,
    [rows, columns, lines]: [u32; 3],
    mut word: impl FnMut(u32) -> u32,
) -> Case {
    let mut planes = |n: u32| (0..n * 2 * lines * LINE as u32).map(&mut word).collect();
    let inputs = vec![planes(rows), planes(columns)];
    Case {
        name,
        params: vec![rows, 0, columns, 0, lines],
        inputs,
        output: (rows * columns) as usize * COUNTS,
        groups: [columns.div_ceil(TILE), rows.div_ceil(TILE), 1],
    }
}

fn cases() -> Vec<Case> {
    let mut state = 3u32;
    let mut random = move |_| {
        state = state.wrapping_mul(0x915f_77f5).wrapping_add(0x2545_f491);
        state ^ state >> 15
    };
    let mut later = case("rows and columns further on", [6, 9, 3], &mut random);
    later.params[..4].copy_from_slice(&[4, 2, 5, 3]);
    later.output = 4 * 5 * COUNTS;
    vec![
        later,
        case("no variants", [2, 3, 0], &mut random),
        case("one pair", [1, 1, 1], &mut random),
        case("all missing", [3, 2, 2], |_| u32::MAX),
        case("all hom-ref", [2, 2, 5], |_| 0),
        case("a tile", [32, 32, 4], &mut random),
        case("tiles that are not full", [33, 70, 7], &mut random),
        case("one row", [1, 40, 3], &mut random),
        case("20,000 variants", [17, 5, 157], &mut random),
    ]
}
