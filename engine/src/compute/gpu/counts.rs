//! Whole queries on a GPU: dense rows and lists by kernels, haploid and half calls on the CPU.

use std::ops::Range;

use super::Gpu;
use crate::codec::CodecError;
use crate::compute::cpu::{HaploidCache, Isa, RowCounter, add_extras, check_padding, field};
use crate::compute::report::{Counters, add};
use crate::compute::{Cohorts, ComputeError};
use crate::format::FormatError;
use crate::format::matrix::GenotypeFile;
use crate::format::row::{RowBody, SparseLists};
use crate::genotype::{CallCounts, Genotype};

/// Rows between two that are counted for which a launch of its own is not worth it.
const GAP: usize = 1 << 10;

impl Gpu {
    /// As [`genotype_counts`](Self::genotype_counts), of single rows, ascending, which are all
    /// within the file. Rows that lie between are counted with them.
    pub(in crate::compute) fn genotype_counts_at(
        &self,
        file: &GenotypeFile,
        rows: &[usize],
        cohorts: &Cohorts,
        out: &mut Vec<CallCounts>,
        counters: &Counters,
    ) -> Result<(), ComputeError> {
        let k = cohorts.len();
        let mut counted = Vec::new();
        for run in rows.chunk_by(|a, b| b - a <= GAP) {
            let (Some(&first), Some(&last)) = (run.first(), run.last()) else {
                continue;
            };
            counted.clear();
            self.genotype_counts(file, first..last + 1, cohorts, &mut counted, counters)?;
            for row in run {
                let at = (row - first) * k;
                out.extend_from_slice(&counted[at..at + k]);
            }
        }
        Ok(())
    }

    /// Appends the counts of `rows`, which lie within the file, in every cohort.
    pub(in crate::compute) fn genotype_counts(
        &self,
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
        self.alive()?;
        let dense = dense_ordinals(file, rows.clone())?;
        let dense_sums = self.dense_sums(file, dense.clone(), cohorts, counters)?;
        let list_sums = if dense.len() < rows.len() {
            self.list_sums(file, rows.clone(), cohorts, counters)?
        } else {
            Vec::new()
        };
        add(&counters.dense_rows, dense.len() as u64);
        add(&counters.sparse_rows, (rows.len() - dense.len()) as u64);

        let before = out.len();
        out.extend((0..rows.len()).flat_map(|_| {
            cohorts.sizes().iter().map(|&samples| CallCounts {
                samples,
                ..CallCounts::default()
            })
        }));
        let mut counter = RowCounter::new(Isa::detect(), cohorts);
        let mut cache = HaploidCache::default();
        let first = rows.start;
        for (item, out) in file.rows(rows).zip(out[before..].chunks_exact_mut(k)) {
            let (row, view, ordinal) = item?;
            let at = |e: CodecError| FormatError::row(file.path(), row)(e);
            match &view.body {
                RowBody::Dense(words) => {
                    check_padding(words, cohorts.n_samples()).map_err(at)?;
                    // Invariant: the ordinals of these rows are those that were counted.
                    let ordinal = ordinal.unwrap_or(dense.start) - dense.start;
                    let sums = &dense_sums[ordinal * k..(ordinal + 1) * k];
                    for (out, &[lo, hi, both]) in out.iter_mut().zip(sums) {
                        out.het = lo - both;
                        out.hom_alt = hi - both;
                        out.missing = both;
                    }
                }
                RowBody::Sparse(sparse) => {
                    let sums = &list_sums[(row - first) * k..(row - first + 1) * k];
                    for (out, sums) in out.iter_mut().zip(sums) {
                        add_lists(sparse, sums, out).map_err(at)?;
                    }
                }
            }
            if view.has_extras() {
                add(&counters.extras_rows, 1);
                add_extras(&mut counter, &mut cache, file, row, &view, out)?;
            }
        }
        Ok(())
    }
}

/// The ordinals, among all dense rows, of the dense rows in `rows`: a run.
fn dense_ordinals(file: &GenotypeFile, rows: Range<usize>) -> Result<Range<usize>, ComputeError> {
    let mut ordinals: Option<Range<usize>> = None;
    for item in file.rows(rows) {
        let (row, _, ordinal) = item?;
        if let Some(d) = ordinal {
            let run = ordinals.get_or_insert(d..d);
            if run.end != d {
                let reason = "its group does not continue the dense rows before";
                return Err(FormatError::corrupt(file.path(), format!("row {row}"), reason).into());
            }
            run.end += 1;
        }
    }
    Ok(ordinals.unwrap_or(0..0))
}

/// Adds the members in each list to `out`, and those in none to the base genotype.
fn add_lists(
    sparse: &SparseLists<'_>,
    sums: &[u32; 3],
    out: &mut CallCounts,
) -> Result<(), CodecError> {
    let listed: u64 = sums.iter().map(|&n| u64::from(n)).sum();
    let rest = out.samples.checked_sub(listed).ok_or(CodecError::Overlap)?;
    for ((genotype, _), &n) in sparse.lists.iter().zip(sums) {
        if let Some(field) = field(*genotype) {
            *field(out) = u64::from(n);
        }
    }
    if sparse.base != Genotype::HomRef
        && let Some(field) = field(sparse.base)
    {
        *field(out) = rest;
    }
    Ok(())
}
