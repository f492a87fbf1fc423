//! Planes by sample as planes by variant.

use rayon::prelude::*;

use crate::compute::SamplePlanes;
use crate::genotype::transpose;

/// The same genotypes the other way around: rows are the places of `planes`, padding included, and
/// places are its rows.
#[must_use]
pub fn transposed(planes: &SamplePlanes) -> SamplePlanes {
    let words = SamplePlanes::words_of(planes.len().div_ceil(64));
    let rows = 64 * planes.words();
    let mut out = vec![0u64; 2 * words * rows];
    out.par_chunks_mut(64 * 2 * words)
        .enumerate()
        .for_each(|(word, out)| {
            for (at, first) in (0..planes.len()).step_by(64).enumerate() {
                let last = (first + 64).min(planes.len());
                for plane in 0..2 {
                    let mut tile = [0; 64];
                    for (row, sample) in tile.iter_mut().zip(first..last) {
                        *row = planes.sample(sample)[plane][word];
                    }
                    transpose(&mut tile);
                    for (row, bits) in tile.into_iter().enumerate() {
                        out[(2 * row + plane) * words + at] = bits;
                    }
                }
            }
        });
    SamplePlanes::new(planes.len(), words, out)
}
