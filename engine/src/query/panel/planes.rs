//! Genotypes of samples at SNPs, as planes.

use crate::compute::SamplePlanes;
use crate::query::matrix::{Haploid, Matrix};
use crate::query::rows::RowSet;
use crate::query::select::SelectError;
use crate::store::Store;

/// Planes, and whose they are.
#[derive(Clone, Debug, Default)]
pub struct SnpPlanes {
    /// The samples (columns of the store), ascending.
    pub samples: Vec<u32>,
    /// Their genotypes, by the places of `samples`.
    pub planes: SamplePlanes,
    /// By word of a plane, the variants in it (from its lowest bit on) among all.
    pub words: Vec<std::ops::Range<usize>>,
}

impl SnpPlanes {
    /// The bits of a plane that are variants, word and bit, in the order of the variants.
    pub fn bits(&self) -> impl Iterator<Item = (usize, u32)> + '_ {
        let words = self.words.iter().enumerate();
        words.flat_map(|(word, of)| (0..of.len() as u32).map(move |bit| (word, bit)))
    }
}

/// The genotypes of `samples` (ascending) at `rows`; haploid calls count as two copies.
///
/// # Errors
/// [`SelectError`] for a sample who has withdrawn, or where the store cannot be read.
pub fn read_planes(
    store: &Store,
    rows: &RowSet,
    samples: Vec<u32>,
    read: &dyn Fn(u64),
) -> Result<SnpPlanes, SelectError> {
    let matrix = Matrix::new(store, rows, samples, Haploid::Two)?;
    let (words, planes) = matrix.planes(read)?;
    Ok(SnpPlanes {
        samples: matrix.into_samples(),
        planes,
        words,
    })
}
