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

/// The sums of one row, those of a genotype side by side: a sample's values are added as they lie.
struct Row<'v> {
    vectors: &'v FixedVectors,
    sums: Vec<i64>,
}

impl<'v> Row<'v> {
    fn new(vectors: &'v FixedVectors) -> Self {
        Self {
            vectors,
            sums: vec![0; 3 * vectors.len()],
        }
    }

    /// Adds a sample's values to the sums of a genotype: 0 het, 1 hom-alt, 2 missing.
    #[inline]
    fn gather(&mut self, sample: u32, class: usize) {
        let n = self.vectors.len();
        let values = self.vectors.of_sample(sample);
        for (sum, value) in self.sums[class * n..][..n].iter_mut().zip(values) {
            *sum = sum.wrapping_add(*value);
        }
    }

    /// Moves the sums to `out`, vector by vector.
    fn take(&mut self, out: &mut [ClassSums]) {
        for (class, sums) in self.sums.chunks_exact_mut(out.len()).enumerate() {
            for (out, sum) in out.iter_mut().zip(sums) {
                out[class] = std::mem::take(sum);
            }
        }
    }
}

pub(super) fn of_set(calls: &SetCalls, vectors: &FixedVectors) -> Vec<ClassSums> {
    let mut out = vec![[0; 3]; calls.len() * vectors.len()];
    (out.par_chunks_mut(BLOCK_ROWS * vectors.len()).enumerate()).for_each(|(block, out)| {
        let mut sums = Row::new(vectors);
        for (row, out) in (block * BLOCK_ROWS..).zip(out.chunks_exact_mut(vectors.len())) {
            for entry in &calls.entries[calls.row(row)] {
                let (sample, genotype) = split(*entry);
                // An entry's genotype is from 1 to 3.
                sums.gather(sample, genotype - 1);
            }
            sums.take(out);
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
            let (mut ids, mut sums) = (Vec::new(), Row::new(vectors));
            for (row, out) in rows.iter().zip(out.chunks_exact_mut(vectors.len())) {
                of_row(isa, file, *row, &mut ids, &mut sums)?;
                sums.take(out);
            }
            Ok::<_, ComputeError>(())
        })?;
    Ok(out)
}

fn of_row(
    isa: Isa,
    file: &GenotypeFile,
    row: usize,
    ids: &mut Vec<u32>,
    sums: &mut Row<'_>,
) -> Result<(), FormatError> {
    let view = file.row(row)?;
    let at = |e| FormatError::row(file.path(), row)(e);
    match &view.body {
        RowBody::Sparse(sparse) if sparse.base == Genotype::HomRef => {
            for (class, (_, list)) in sparse.lists.iter().enumerate() {
                decode_list(isa, list, file.n_samples(), ids).map_err(at)?;
                for &sample in &*ids {
                    sums.gather(sample, class);
                }
            }
        }
        RowBody::Dense(words) => {
            check_padding(words, file.n_samples()).map_err(at)?;
            let (lo, hi) = words.split_at(words.len() / 2);
            of_planes(lo, hi, sums);
        }
        RowBody::Sparse(_) => {
            let planes = planes_of(file, row, &view)?;
            of_planes(planes.lo.words(), planes.hi.words(), sums);
        }
    }
    Ok(())
}

fn of_planes(lo: &[u64], hi: &[u64], sums: &mut Row<'_>) {
    for (i, (lo, hi)) in lo.iter().zip(hi).enumerate() {
        for (class, bits) in [lo & !hi, hi & !lo, lo & hi].into_iter().enumerate() {
            for bit in ones(&[bits]) {
                sums.gather(i as u32 * 64 + bit, class);
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
