//! Sums over the calls of a set of rows: products with vectors, masks, weighted covariances.
//!
//! All are whole numbers of 64 bits, the same on every device. Vectors are quantised once
//! ([`FixedVectors`]); people who are left out have the value 0. What sums mean is left to the
//! tests.

mod calls;
mod collapse;
mod covariance;
mod products;

#[cfg(test)]
mod tests;

pub use calls::SetCalls;
pub(super) use calls::split;
pub use collapse::MaskValue;
pub(super) use collapse::mask_bits;
pub use covariance::Covariances;
pub(super) use covariance::pairs as common_pairs;
pub(super) use products::planes_of;

use super::{Compute, ComputeError, Device};
use crate::association::FixedVectors;
use crate::format::matrix::GenotypeFile;
use calls::unsuitable;

/// Sums over the heterozygous, the homozygous and the uncalled samples of a row.
pub(super) type ClassSums = [i64; 3];

impl Compute {
    /// Sums of every vector over the samples of each genotype of single rows: rows in
    /// order, and for each row one entry per vector: heterozygous, homozygous or haploid with
    /// the alternative allele, and uncalled. Half calls count as uncalled.
    ///
    /// For one pass over rows on disk the CPU is faster than bringing them to a GPU; that pays
    /// with many vectors, as for permutations.
    ///
    /// # Errors
    /// [`ComputeError`], also for a row beyond the last or vectors of other samples.
    pub fn genotype_products(
        &self,
        file: &GenotypeFile,
        rows: &[usize],
        vectors: &FixedVectors,
    ) -> Result<Vec<ClassSums>, ComputeError> {
        check_vectors(file.n_samples(), vectors)?;
        if let Some(row) = rows.iter().find(|row| **row >= file.n_rows()) {
            return Err(unsuitable(format!("no row {row} of {}", file.n_rows())));
        }
        if vectors.is_empty() {
            return Ok(Vec::new());
        }
        match &self.device {
            Device::Cpu(isa) => products::of_rows(*isa, file, rows, vectors),
            Device::Gpu(gpu) => gpu.genotype_products(file, rows, vectors, &self.counters),
        }
    }

    /// As [`genotype_products`](Self::genotype_products), of the rows of a set.
    ///
    /// # Errors
    /// [`ComputeError`], also for vectors of other samples.
    pub fn set_products(
        &self,
        calls: &SetCalls,
        vectors: &FixedVectors,
    ) -> Result<Vec<ClassSums>, ComputeError> {
        check_vectors(calls.n_samples(), vectors)?;
        if vectors.is_empty() {
            return Ok(Vec::new());
        }
        match &self.device {
            Device::Cpu(_) => Ok(products::of_set(calls, vectors)),
            Device::Gpu(gpu) => gpu.set_products(calls, vectors, &self.counters),
        }
    }

    /// Collapses the rows of each mask (places in the set, in any order, each once) by person.
    /// People are in the order of their samples; who has all calls and carries nothing is left
    /// out.
    ///
    /// # Errors
    /// [`ComputeError`], also for a row beyond the last.
    pub fn mask_values(
        &self,
        calls: &SetCalls,
        masks: &[Vec<u32>],
    ) -> Result<Vec<Vec<MaskValue>>, ComputeError> {
        let bits = mask_bits(calls, masks)?;
        match &self.device {
            Device::Cpu(_) => Ok(collapse::mask_values(calls, &bits, masks.len())),
            Device::Gpu(gpu) => gpu.mask_values(calls, &bits, masks.len(), &self.counters),
        }
    }

    /// Sums of every vector of weights over the people whom two rows of a set both list, by their
    /// genotypes at both. Without weights everybody counts once.
    ///
    /// The CPU takes time in the square of the rows that a person carries, summed over people. A
    /// GPU needs the pairs listed by the same walk: it pays with many vectors of weights.
    ///
    /// # Errors
    /// [`ComputeError`], also for weights of other samples.
    pub fn covariances(
        &self,
        calls: &SetCalls,
        weights: Option<&FixedVectors>,
    ) -> Result<Covariances, ComputeError> {
        if let Some(weights) = weights {
            check_vectors(calls.n_samples(), weights)?;
        }
        match &self.device {
            Device::Cpu(_) => Ok(covariance::covariances(calls, weights)),
            Device::Gpu(gpu) => gpu.covariances(calls, weights, &self.counters),
        }
    }
}

fn check_vectors(n_samples: usize, vectors: &FixedVectors) -> Result<(), ComputeError> {
    if vectors.samples() == n_samples {
        return Ok(());
    }
    Err(ComputeError::Vectors {
        calls: n_samples,
        vectors: vectors.samples(),
    })
}
