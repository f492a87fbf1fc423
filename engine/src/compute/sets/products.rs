//! Products of genotypes with vectors on the CPU: values are gathered sample by sample, those of
//! all vectors together.

use rayon::prelude::*;

use super::{ClassSums, SetCalls, split};
use crate::association::FixedVectors;
use crate::compute::ComputeError;
use crate::compute::cpu::{Isa, check_padding, decode_list};
use crate::format::FormatError;
use crate::format::matrix::GenotypeFile;
use crate::format::row::{RowBody, RowView};
use crate::genotype::{CallPlanes, Genotype, ones};

/// Rows that one thread takes at a time.
const BLOCK_ROWS: usize = 64;

/// Adds a sample's values to one class of a row's sums.
#[inline]
fn gather(vectors: &FixedVectors, sample: u32, class: usize, sums: &mut [ClassSums]) {
    for (sums, value) in sums.iter_mut().zip(vectors.of_sample(sample)) {
        sums[class] = sums[class].wrapping_add(*value);
    }
}

pub(super) fn of_set(calls: &SetCalls, vectors: &FixedVectors) -> Vec<ClassSums> {
    let mut out = vec![[0; 3]; calls.len() * vectors.len()];
    (out.par_chunks_mut(vectors.len()).enumerate())
        .with_min_len(BLOCK_ROWS)
        .for_each(|(row, sums)| {
            for entry in &calls.entries[calls.row(row)] {
                let (sample, genotype) = split(*entry);
                // An entry's genotype is from 1 to 3.
                gather(vectors, sample, genotype - 1, sums);
            }
        });
    out
}

pub(super) fn of_rows(
    isa: Isa,
    file: &GenotypeFile,
    rows: &[usize],
    vectors: &FixedVectors,
) -> Result<Vec<ClassSums>, ComputeError> {
    let mut out = vec![[0; 3]; rows.len() * vectors.len()];
    (out.par_chunks_mut(BLOCK_ROWS * vectors.len()))
        .zip(rows.par_chunks(BLOCK_ROWS))
        .try_for_each(|(out, rows)| {
            let mut ids = Vec::new();
            for (row, sums) in rows.iter().zip(out.chunks_exact_mut(vectors.len())) {
                of_row(isa, file, *row, vectors, &mut ids, sums)?;
            }
            Ok::<_, ComputeError>(())
        })?;
    Ok(out)
}

fn of_row(
    isa: Isa,
    file: &GenotypeFile,
    row: usize,
    vectors: &FixedVectors,
    ids: &mut Vec<u32>,
    sums: &mut [ClassSums],
) -> Result<(), FormatError> {
    let view = file.row(row)?;
    let at = |e| FormatError::row(file.path(), row)(e);
    match &view.body {
        RowBody::Sparse(sparse) if sparse.base == Genotype::HomRef => {
            for (class, (_, list)) in sparse.lists.iter().enumerate() {
                decode_list(isa, list, file.n_samples(), ids).map_err(at)?;
                for &sample in &*ids {
                    gather(vectors, sample, class, sums);
                }
            }
        }
        RowBody::Dense(words) => {
            check_padding(words, file.n_samples()).map_err(at)?;
            let (lo, hi) = words.split_at(words.len() / 2);
            of_planes(lo, hi, vectors, sums);
        }
        RowBody::Sparse(_) => {
            let planes = planes_of(file, row, &view)?;
            of_planes(planes.lo.words(), planes.hi.words(), vectors, sums);
        }
    }
    Ok(())
}

fn of_planes(lo: &[u64], hi: &[u64], vectors: &FixedVectors, sums: &mut [ClassSums]) {
    for (i, (lo, hi)) in lo.iter().zip(hi).enumerate() {
        for (class, bits) in [lo & !hi, hi & !lo, lo & hi].into_iter().enumerate() {
            for bit in ones(&[bits]) {
                gather(vectors, i as u32 * 64 + bit, class, sums);
            }
        }
    }
}

/// The genotypes of a row, whatever most people have there.
pub(in crate::compute) fn planes_of(
    file: &GenotypeFile,
    row: usize,
    view: &RowView<'_>,
) -> Result<CallPlanes, FormatError> {
    let mut planes = CallPlanes::new(file.n_samples());
    view.genotypes_into(&mut planes)
        .map_err(FormatError::row(file.path(), row))?;
    Ok(planes)
}
