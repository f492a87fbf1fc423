//! Going through pairs: in strips of rows, each against all columns before it.

use std::ops::Range;

use rayon::prelude::*;

use crate::compute::{ComputeError, PairCounter, PairCounts};

/// Pairs of a strip: 16 bytes each, for each thread.
const STRIP: usize = 1 << 19;
/// On a GPU, where a strip is counted in one go.
const GPU_STRIP: usize = 1 << 24;
/// Columns that are counted together: they stay in the cache while rows go by.
const COLUMNS: usize = 64;

/// A pair of samples: their places, the later first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The first, a place among the samples counted.
    pub first: u32,
    /// The second.
    pub second: u32,
    /// Variants by their genotypes.
    pub counts: PairCounts,
    /// Variants at which both have a call.
    pub called: u32,
}

impl Pair {
    /// Its kinship coefficient; not a number where one has no heterozygote.
    #[must_use]
    pub fn kinship(&self) -> f64 {
        self.counts.kinship()
    }

    /// Identity by state: the mean share of alleles that the two have in common.
    #[must_use]
    pub fn ibs(&self) -> f64 {
        let half = f64::from(self.counts.het_hom + self.counts.hom_het) / 2.0;
        1.0 - (f64::from(self.counts.ibs0) + half) / f64::from(self.called)
    }

    /// A share of the variants at which both have a call.
    #[must_use]
    pub fn share(&self, count: u32) -> f64 {
        f64::from(count) / f64::from(self.called)
    }
}

/// Which pairs are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pairs {
    /// All among the samples.
    Within,
    /// Those of the first so many samples with the others.
    Across(usize),
}

/// Hands pairs on with the first ascending, then the second; only those with at least the kinship
/// coefficient `least`, where there is one. `done` hears of pairs counted.
///
/// # Errors
/// The first of `write`, or [`ComputeError`].
pub fn run<E: From<ComputeError>>(
    counter: &PairCounter<'_>,
    (samples, pairs): (usize, Pairs),
    least: Option<f64>,
    done: &(dyn Fn(u64) + Sync),
    mut write: impl FnMut(&[Pair]) -> Result<(), E>,
) -> Result<(), E> {
    let size = if counter.on_gpu() { GPU_STRIP } else { STRIP };
    let strips = strips(samples, pairs, size);
    if counter.on_gpu() {
        for strip in strips {
            write(&of_strip(counter, strip, pairs, least, done)?)?;
        }
        return Ok(());
    }
    for some in strips.chunks(rayon::current_num_threads().max(1) * 4) {
        let found: Vec<Result<Vec<Pair>, ComputeError>> = some
            .par_iter()
            .map(|strip| of_strip(counter, strip.clone(), pairs, least, done))
            .collect();
        for pairs in found {
            write(&pairs?)?;
        }
    }
    Ok(())
}

/// Rows in strips of about `size` pairs.
fn strips(samples: usize, pairs: Pairs, size: usize) -> Vec<Range<usize>> {
    let first = match pairs {
        Pairs::Within => 1,
        Pairs::Across(n) => n,
    };
    let mut out = Vec::new();
    let mut start = first.min(samples);
    while start < samples {
        let columns = columns(start, pairs).end;
        let rows = (size / columns.max(1)).clamp(1, 1 << 12);
        // Whole groups of rows are counted together.
        let rows = if rows > 4 { rows / 4 * 4 } else { rows };
        let end = (start + rows).min(samples);
        out.push(start..end);
        start = end;
    }
    out
}

/// The columns of a row.
const fn columns(row: usize, pairs: Pairs) -> Range<usize> {
    match pairs {
        Pairs::Within => 0..row,
        Pairs::Across(n) => 0..n,
    }
}

fn of_strip(
    counter: &PairCounter<'_>,
    rows: Range<usize>,
    pairs: Pairs,
    least: Option<f64>,
    done: &(dyn Fn(u64) + Sync),
) -> Result<Vec<Pair>, ComputeError> {
    let all = columns(rows.end - 1, pairs);
    let step = if counter.on_gpu() { all.len() } else { COLUMNS };
    let mut found = Vec::new();
    let mut counts = Vec::new();
    for start in all.clone().step_by(step.max(1)) {
        let part = start..(start + step).min(all.end);
        counter.count(rows.clone(), part.clone(), &mut counts)?;
        for (row, counts) in rows.clone().zip(counts.chunks(part.len())) {
            let columns = part.clone().zip(counts);
            for (column, counts) in columns.take_while(|c| all.end <= row || c.0 < row) {
                // What is not a number is below any bound.
                if least.is_none_or(|least| counts.kinship() >= least) {
                    found.push(Pair {
                        first: row as u32,
                        second: column as u32,
                        counts: *counts,
                        called: counter.both_called(row, column),
                    });
                }
            }
        }
    }
    found.sort_unstable_by_key(|p| (p.first, p.second));
    done(rows.map(|row| columns(row, pairs).len() as u64).sum());
    Ok(found)
}
