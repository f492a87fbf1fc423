//! Counting on the CPU: blocks of rows over the threads of the current pool, dense rows by
//! vector popcounts, lists by bit tests or membership masks.

mod extras;
mod lists;
mod portable;
mod simd;

#[cfg(test)]
mod tests;

use std::ops::Range;

use rayon::prelude::*;

pub(super) use extras::{HaploidCache, add as add_extras};
pub(super) use lists::decode as decode_list;
pub(super) use portable::TimesRows;
pub use simd::Isa;

use super::report::{Counters, add};
use super::{Cohorts, ComputeError};
use crate::codec::CodecError;
use crate::format::FormatError;
use crate::format::matrix::{GROUP_ROWS, GenotypeFile};
use crate::format::row::{OneList, RowBody, RowView};
use crate::genotype::{CallCounts, Genotype, plane_words};
use lists::Scratch;

/// Rows that one thread takes at a time: whole groups, so that no header is read twice.
const BLOCK_ROWS: usize = 16 * GROUP_ROWS;

/// Appends the counts of `rows`, which lie within the file, in every cohort.
pub(super) fn genotype_counts(
    isa: Isa,
    file: &GenotypeFile,
    rows: Range<usize>,
    cohorts: &Cohorts,
    out: &mut Vec<CallCounts>,
    counters: &Counters,
) -> Result<(), ComputeError> {
    let k = cohorts.len();
    if k == 0 || rows.is_empty() {
        return Ok(());
    }
    let before = out.len();
    out.resize(before + rows.len() * k, CallCounts::default());
    let out = &mut out[before..];
    if rayon::current_num_threads() == 1 || rows.len() <= BLOCK_ROWS {
        return count_block(isa, file, rows, cohorts, out, counters);
    }
    // The first block ends at a group's end, the others are whole.
    let first = (BLOCK_ROWS - rows.start % GROUP_ROWS).min(rows.len());
    let (head, tail) = out.split_at_mut(first * k);
    let start = rows.start + first;
    let (a, b) = rayon::join(
        || count_block(isa, file, rows.start..start, cohorts, head, counters),
        || {
            tail.par_chunks_mut(BLOCK_ROWS * k)
                .enumerate()
                .try_for_each(|(i, out)| {
                    let start = start + i * BLOCK_ROWS;
                    let rows = start..start + out.len() / k;
                    count_block(isa, file, rows, cohorts, out, counters)
                })
        },
    );
    a.and(b)
}

/// As [`genotype_counts`], of single rows, ascending, which are all within the file. Rows between
/// them are passed over.
pub(super) fn genotype_counts_at(
    isa: Isa,
    file: &GenotypeFile,
    rows: &[usize],
    cohorts: &Cohorts,
    out: &mut Vec<CallCounts>,
    counters: &Counters,
) -> Result<(), ComputeError> {
    let k = cohorts.len();
    if k == 0 || rows.is_empty() {
        return Ok(());
    }
    let before = out.len();
    out.resize(before + rows.len() * k, CallCounts::default());
    let out = &mut out[before..];
    let count = |(rows, out): (&[usize], &mut [CallCounts])| {
        count_block(isa, file, rows.iter().copied(), cohorts, out, counters)
    };
    if rayon::current_num_threads() == 1 || rows.len() <= BLOCK_ROWS {
        return count((rows, out));
    }
    let blocks = rows.par_chunks(BLOCK_ROWS);
    (blocks.zip(out.par_chunks_mut(BLOCK_ROWS * k))).try_for_each(count)
}

/// Sets `out`, one entry per row and cohort, to the counts of `rows`, ascending.
fn count_block(
    isa: Isa,
    file: &GenotypeFile,
    asked: impl ExactSizeIterator<Item = usize>,
    cohorts: &Cohorts,
    out: &mut [CallCounts],
    counters: &Counters,
) -> Result<(), ComputeError> {
    let mut counter = RowCounter::new(isa, cohorts);
    let mut haploid = extras::HaploidCache::default();
    let (mut dense_rows, mut extras_rows) = (0, 0);
    let n_rows = asked.len();
    let mut rows = file.rows(0..file.n_rows());
    for (row, out) in asked.zip(out.chunks_exact_mut(cohorts.len())) {
        rows.skip_to(row);
        // Invariant: the rows asked for lie within the file.
        let Some(raw) = rows.next_raw() else { break };
        let raw = raw?;
        if let Some(one) = raw.one_list()? {
            counter
                .one_list(&one, out)
                .map_err(FormatError::row(file.path(), raw.row))?;
            continue;
        }
        let view = raw.view()?;
        counter
            .genotypes(&view, out)
            .map_err(FormatError::row(file.path(), raw.row))?;
        dense_rows += u64::from(raw.dense().is_some());
        if view.has_extras() {
            extras_rows += 1;
            extras::add(&mut counter, &mut haploid, file, raw.row, &view, out)?;
        }
    }
    add(&counters.dense_rows, dense_rows);
    add(&counters.sparse_rows, n_rows as u64 - dense_rows);
    add(&counters.extras_rows, extras_rows);
    Ok(())
}

/// Counts rows in one set of cohorts. Holds the memory that rows need in passing.
pub(super) struct RowCounter<'c> {
    isa: Isa,
    cohorts: &'c Cohorts,
    scratch: Scratch,
}

impl<'c> RowCounter<'c> {
    pub(super) fn new(isa: Isa, cohorts: &'c Cohorts) -> Self {
        Self {
            isa,
            cohorts,
            scratch: Scratch::default(),
        }
    }

    /// As [`RowCounter::genotypes`], for a row with one list.
    #[inline]
    fn one_list(&mut self, row: &OneList<'_>, out: &mut [CallCounts]) -> Result<(), CodecError> {
        let cohorts = self.cohorts;
        self.scratch.count(self.isa, &row.list, cohorts)?;
        let (base, listed) = (field(row.base), field(row.listed));
        let counts = cohorts.sizes().iter().zip(&self.scratch.counts);
        for (out, (&samples, &n)) in out.iter_mut().zip(counts) {
            let n = u64::from(n);
            let rest = samples.checked_sub(n).ok_or(CodecError::Overlap)?;
            *out = CallCounts {
                samples,
                ..CallCounts::default()
            };
            if let Some(listed) = listed {
                *listed(out) = n;
            }
            if let Some(base) = base {
                *base(out) = rest;
            }
        }
        Ok(())
    }

    /// Sets `out`, one entry per cohort, to the counts of genotypes; counts of haploid and half
    /// calls are zero.
    pub(super) fn genotypes(
        &mut self,
        view: &RowView<'_>,
        out: &mut [CallCounts],
    ) -> Result<(), CodecError> {
        let cohorts = self.cohorts;
        for (out, &samples) in out.iter_mut().zip(cohorts.sizes()) {
            *out = CallCounts {
                samples,
                ..CallCounts::default()
            };
        }
        match &view.body {
            RowBody::Dense(words) => {
                check_padding(words, cohorts.n_samples())?;
                for (i, out) in out.iter_mut().enumerate() {
                    let [lo, hi, both] = dense_counts(self.isa, words, cohorts, i);
                    out.het = lo - both;
                    out.hom_alt = hi - both;
                    out.missing = both;
                }
            }
            RowBody::Sparse(sparse) => {
                let mut listed = 0;
                for (genotype, list) in &sparse.lists {
                    if !list.is_empty() {
                        listed += list.len();
                        self.scratch.count(self.isa, list, cohorts)?;
                        let field = field(*genotype);
                        for (out, &n) in out.iter_mut().zip(&self.scratch.counts) {
                            if let Some(field) = field {
                                *field(out) = u64::from(n);
                            }
                        }
                        if sparse.base != Genotype::HomRef {
                            self.scratch.keep_listed();
                        }
                    }
                }
                if let Some(base) = field(sparse.base) {
                    // Those not listed, whose number the lists of this row give.
                    for (i, out) in out.iter_mut().enumerate() {
                        let listed = self.scratch.listed(i);
                        *base(out) = out.samples.checked_sub(listed).ok_or(CodecError::Overlap)?;
                    }
                    self.scratch.forget_listed();
                } else if listed > 0 {
                    // Lists that overlap can claim more calls than there are samples.
                    for out in out.iter() {
                        if out.het + out.hom_alt + out.missing > out.samples {
                            return Err(CodecError::Overlap);
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

/// Ones in `lo & c`, `hi & c` and `lo & hi & c` of a dense row, `c` being cohort `i`.
pub(super) fn dense_counts(isa: Isa, words: &[u64], cohorts: &Cohorts, i: usize) -> [u64; 3] {
    let (lo, hi) = words.split_at(words.len() / 2);
    let plane = &cohorts.plane(i)[..plane_words(cohorts.n_samples())];
    match cohorts.lines(i) {
        Some(lines) => isa.dense_lines(lo, hi, plane, lines),
        None => isa.dense(lo, hi, plane),
    }
}

/// Where a genotype is counted; hom-ref is what is left.
pub(super) fn field(genotype: Genotype) -> Option<fn(&mut CallCounts) -> &mut u64> {
    match genotype {
        Genotype::HomRef => None,
        Genotype::Het => Some(|c| &mut c.het),
        Genotype::HomAlt => Some(|c| &mut c.hom_alt),
        Genotype::Missing => Some(|c| &mut c.missing),
    }
}

/// Refuses planes with a bit at or beyond sample `n`.
pub(super) fn check_padding(words: &[u64], n: usize) -> Result<(), CodecError> {
    let (lo, hi) = words.split_at(words.len() / 2);
    if beyond(lo, n) || beyond(hi, n) {
        Err(CodecError::Sample(n as u32))
    } else {
        Ok(())
    }
}

/// Whether a bit at or beyond sample `n` is set.
fn beyond(words: &[u64], n: usize) -> bool {
    let full = n / 64;
    words.get(full).is_some_and(|w| w >> (n % 64) != 0)
        || words.iter().skip(full + 1).any(|&w| w != 0)
}
