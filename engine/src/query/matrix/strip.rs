//! The variants of some samples, sample by sample.

use rayon::prelude::*;

use super::block::{Block, WIDTH, Words};
use super::{Matrix, PLANES, tile};
use crate::format::FormatError;
use crate::genotype::transpose;

/// Samples whose rows one thread fills at a time: few enough for all threads to have some.
const ROWS: usize = 1 << 10;

/// Fills `values`, which are zero, with all variants of `samples`.
pub(super) fn fill(
    matrix: &Matrix<'_>,
    samples: &[u32],
    values: &mut [u8],
) -> Result<(), FormatError> {
    let words = Words::of(samples, matrix.store.n_samples());
    let size = 2 * WIDTH * words.list.len();
    let at_once = (PLANES / (8 * size.max(1))).max(rayon::current_num_threads());
    let mut planes: Vec<u64> = Vec::new();
    for blocks in matrix.blocks.chunks(at_once) {
        planes.clear();
        planes.resize(blocks.len() * size, 0);
        let parts = planes.par_chunks_exact_mut(size).zip(blocks);
        parts.try_for_each(|(part, block)| block.bits(matrix, &words, part))?;
        let rows = values.par_chunks_mut(ROWS * matrix.variants);
        rows.zip(samples.par_chunks(ROWS))
            .for_each(|(rows, samples)| {
                spread(matrix.variants, (blocks, &planes), &words, samples, rows);
            });
    }
    Ok(())
}

/// Fills `out`, zero before, with the planes of all samples: `words` of `lo` and as many of `hi` for
/// each, a word for each block.
pub(super) fn planes(
    matrix: &Matrix<'_>,
    words: usize,
    out: &mut [u64],
    read: &dyn Fn(u64),
) -> Result<(), FormatError> {
    let samples = matrix.samples.as_slice();
    let of = Words::of(samples, matrix.store.n_samples());
    let size = 2 * WIDTH * of.list.len();
    let at_once = (PLANES / (8 * size.max(1))).max(rayon::current_num_threads());
    let mut bits: Vec<u64> = Vec::new();
    let mut first = 0;
    for blocks in matrix.blocks.chunks(at_once) {
        bits.clear();
        bits.resize(blocks.len() * size, 0);
        let parts = bits.par_chunks_exact_mut(size.max(1)).zip(blocks);
        parts.try_for_each(|(part, block)| block.bits(matrix, &of, part))?;
        let rows = out.par_chunks_mut(ROWS * 2 * words);
        rows.zip(samples.par_chunks(ROWS))
            .for_each(|(rows, samples)| turn((first, words), &bits, &of, samples, rows));
        first += blocks.len();
        read(blocks.iter().map(|b| b.len() as u64).sum());
    }
    Ok(())
}

/// Writes the words of `samples` at blocks from the `first` on.
fn turn(
    (first, words): (usize, usize),
    bits: &[u64],
    of: &Words,
    samples: &[u32],
    rows: &mut [u64],
) {
    let size = 2 * WIDTH * of.list.len();
    let mut rest = rows;
    for samples in samples.chunk_by(|a, b| a / 64 == b / 64) {
        let (rows, after) = rest.split_at_mut(samples.len() * 2 * words);
        rest = after;
        let slot = samples.first().and_then(|s| of.slots.get(*s as usize / 64));
        let start = slot.map_or(0, |&s| s as usize) * 2 * WIDTH;
        for (at, bits) in (first..).zip(bits.chunks_exact(size)) {
            let tile = bits.get(start..).unwrap_or_default();
            for (plane, tile) in tile.as_chunks::<WIDTH>().0.iter().take(2).enumerate() {
                if tile.iter().all(|w| *w == 0) {
                    continue;
                }
                let mut tile = *tile;
                transpose(&mut tile);
                for (row, s) in rows.chunks_exact_mut(2 * words).zip(samples) {
                    row[plane * words + at] = tile[(s % 64) as usize];
                }
            }
        }
    }
}

/// Writes the values of `samples` at the variants of `blocks`.
fn spread(
    variants: usize,
    (blocks, planes): (&[Block], &[u64]),
    words: &Words,
    samples: &[u32],
    rows: &mut [u8],
) {
    let size = 2 * WIDTH * words.list.len();
    let same_word = |a: &u32, b: &u32| a / 64 == b / 64;
    let mut rest = rows;
    for samples in samples.chunk_by(same_word) {
        let (rows, after) = rest.split_at_mut(samples.len() * variants);
        rest = after;
        let slot = samples
            .first()
            .and_then(|s| words.slots.get(*s as usize / 64));
        let start = slot.map_or(0, |&s| s as usize) * 2 * WIDTH;
        for (block, planes) in blocks.iter().zip(planes.chunks_exact(size)) {
            let Some((lo, rest)) = planes.get(start..).and_then(<[u64]>::split_first_chunk) else {
                continue;
            };
            let Some(hi) = rest.first_chunk() else {
                continue;
            };
            let (mut lo, mut hi): ([u64; 64], [u64; 64]) = (*lo, *hi);
            let any = |words: &[u64; 64]| words.iter().fold(0, |a, w| a | w) != 0;
            let (any_lo, any_hi) = (any(&lo), any(&hi));
            if any_lo {
                transpose(&mut lo);
            }
            if any_hi {
                transpose(&mut hi);
            }
            if !any_lo && !any_hi {
                continue;
            }
            for (row, s) in rows.chunks_exact_mut(variants).zip(samples) {
                let bit = (s % 64) as usize;
                let (lo, hi) = (lo[bit], hi[bit]);
                // The values are zero before.
                if lo | hi != 0
                    && let Some(to) = row.get_mut(block.column..block.column + block.len())
                {
                    tile::expand(lo, hi, to);
                }
            }
        }
    }
}
