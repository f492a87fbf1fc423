//! Copies of the ALT allele of many samples at many variants, as a matrix of bytes.
//!
//! A store lies variant by variant; who wants each sample's genotypes together gets them
//! transposed in strips of samples ([`Matrix::by_sample`]), each strip in one pass over the
//! variants. [`Matrix::by_variant`] gives them as they lie. Both need memory for one strip and
//! for [`PLANES`] bytes of bit planes, however large the matrix. What is written of them, and
//! where, is left to others.

mod block;
mod strip;
mod tile;

#[cfg(test)]
mod tests;

use std::ops::Range;

use rayon::prelude::*;

use super::rows::RowSet;
use super::select::SelectError;
use crate::compute::SamplePlanes;
use crate::format::FormatError;
use crate::store::Store;
use block::Block;

/// The value of a call that is missing or half missing, as an `i8`.
pub const MISSING: i8 = -1;

/// Most bytes of bit planes at a time, where samples are transposed.
pub const PLANES: usize = 64 << 20;

/// How a haploid call of ALT is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Haploid {
    /// As the one copy that it is.
    #[default]
    One,
    /// As a call of two copies.
    Two,
}

/// Samples and variants of a store. Its values are bytes, each an `i8`: 0, 1 or 2 copies of ALT,
/// or [`MISSING`]. Other ALT alleles of the same record count as reference.
pub struct Matrix<'s> {
    store: &'s Store,
    samples: Vec<u32>,
    haploid: Haploid,
    blocks: Vec<Block>,
    variants: usize,
}

impl<'s> Matrix<'s> {
    /// A matrix of `samples` (columns of the store) in their order, and `rows` in the store's.
    ///
    /// # Errors
    /// [`SelectError::Sample`] for one who has withdrawn or is not there.
    pub fn new(
        store: &'s Store,
        rows: &RowSet,
        samples: Vec<u32>,
        haploid: Haploid,
    ) -> Result<Self, SelectError> {
        if let Some(&s) = samples.iter().find(|&&s| !store.active().contains(s)) {
            return Err(SelectError::Sample(s));
        }
        let blocks = block::split(rows);
        Ok(Self {
            store,
            samples,
            haploid,
            variants: blocks.last().map_or(0, |b| b.column + b.len()),
            blocks,
        })
    }

    /// Number of samples.
    #[must_use]
    pub const fn n_samples(&self) -> usize {
        self.samples.len()
    }

    /// Number of variants.
    #[must_use]
    pub const fn n_variants(&self) -> usize {
        self.variants
    }

    /// The samples, in their order.
    #[must_use]
    pub fn into_samples(self) -> Vec<u32> {
        self.samples
    }

    /// All of it as planes, sample by sample, and by word of a plane the variants in it. `read`
    /// hears of variants as they are read.
    ///
    /// # Errors
    /// [`FormatError`] where the store cannot be read.
    pub fn planes(
        &self,
        read: &dyn Fn(u64),
    ) -> Result<(Vec<Range<usize>>, SamplePlanes), FormatError> {
        let words = SamplePlanes::words_of(self.blocks.len());
        let mut planes = vec![0; 2 * words * self.samples.len()];
        strip::planes(self, words, &mut planes, read)?;
        let of = self.blocks.iter().map(|b| b.column..b.column + b.len());
        let planes = SamplePlanes::new(self.variants, words, planes);
        Ok((of.collect(), planes))
    }

    /// Samples of a strip of about `memory` bytes.
    fn strip_samples(&self, memory: usize) -> usize {
        let fit = memory / self.variants.max(1);
        // Whole words of the planes, where there is room.
        let whole = if fit >= 64 { fit / 64 * 64 } else { fit };
        whole.clamp(1, self.samples.len().max(1))
    }

    /// Gives the samples to `write`, some in order at a time: which, and all variants of the
    /// first, then of the second. A strip takes about `memory` bytes, or one sample if that is
    /// more. Where there are no variants samples are given without values.
    ///
    /// # Errors
    /// The first of `write`; [`FormatError`] where the store cannot be read.
    pub fn by_sample<E: From<FormatError>>(
        &self,
        memory: usize,
        mut write: impl FnMut(Range<usize>, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let step = self.strip_samples(memory);
        let mut values = Vec::new();
        for start in (0..self.samples.len()).step_by(step) {
            let range = start..(start + step).min(self.samples.len());
            values.clear();
            values.resize(range.len() * self.variants, 0);
            let samples = self.samples.get(range.clone()).unwrap_or_default();
            strip::fill(self, samples, &mut values)?;
            write(range, &values)?;
        }
        Ok(())
    }

    /// Gives the variants to `write`, some in order at a time: which, and all samples of the
    /// first, then of the second. They take about `memory` bytes, or 64 variants if that is more.
    /// Nothing is given where there are no samples or no variants.
    ///
    /// # Errors
    /// The first of `write`; [`FormatError`] where the store cannot be read.
    pub fn by_variant<E: From<FormatError>>(
        &self,
        memory: usize,
        mut write: impl FnMut(Range<usize>, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let n = self.samples.len();
        if n == 0 {
            return Ok(());
        }
        let runs = block::runs(&self.samples);
        let at_once = (memory / (64 * n)).max(1);
        let mut values = Vec::new();
        for blocks in self.blocks.chunks(at_once) {
            let start = blocks.first().map_or(0, |b| b.column);
            let end = blocks.last().map_or(0, |b| b.column + b.len());
            values.clear();
            values.resize((end - start) * n, 0);
            let mut parts = Vec::with_capacity(blocks.len());
            let mut rest = values.as_mut_slice();
            for block in blocks {
                let (part, left) = rest.split_at_mut(block.len() * n);
                parts.push((block, part));
                rest = left;
            }
            parts
                .into_par_iter()
                .try_for_each(|(block, part)| block.copies(self, &runs, part))?;
            write(start..end, &values)?;
        }
        Ok(())
    }
}
