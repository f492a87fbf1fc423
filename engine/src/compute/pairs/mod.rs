//! Counts of genotypes of pairs of samples: what kinship coefficients and identity by state are
//! made of.
//!
//! All are whole numbers, the same on every device.

mod planes;

#[cfg(test)]
mod tests;

use std::ops::Range;

pub use planes::SamplePlanes;

use super::gpu::GpuPlanes;
use super::{Compute, ComputeError, Device};

/// Rows that share a pass over the words of the columns.
const ROWS: usize = 4;
/// Words of a plane that four rows and a column take in the nearest cache.
const WORDS: usize = 384;

/// Variants by the genotypes that two samples have there, where both have one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PairCounts {
    /// Heterozygous in both.
    pub het_het: u32,
    /// Homozygous in both, for different alleles: no allele is identical by state.
    pub ibs0: u32,
    /// Heterozygous in the first, homozygous in the second.
    pub het_hom: u32,
    /// Homozygous in the first, heterozygous in the second.
    pub hom_het: u32,
}

impl PairCounts {
    /// The KING-robust kinship coefficient, between families: equation 11 of Manichaikul et al.
    /// 2010 (*Bioinformatics* 26:2867), with heterozygotes counted where both have a call. Not a
    /// number where one has no heterozygote.
    #[must_use]
    pub fn kinship(&self) -> f64 {
        let first = self.het_het + self.het_hom;
        let second = self.het_het + self.hom_het;
        let apart = 4 * u64::from(self.ibs0) + u64::from(self.het_hom) + u64::from(self.hom_het);
        0.5 - apart as f64 / (4 * u64::from(first.min(second))) as f64
    }
}

/// Samples whose pairs are counted, where the device has them.
#[derive(Debug)]
pub struct PairCounter<'c> {
    compute: &'c Compute,
    planes: &'c SamplePlanes,
    on_gpu: Option<GpuPlanes>,
}

impl Compute {
    /// Prepares the counting of pairs of samples.
    ///
    /// # Errors
    /// [`ComputeError`] where a GPU does not take them.
    pub fn pairs<'c>(&'c self, planes: &'c SamplePlanes) -> Result<PairCounter<'c>, ComputeError> {
        let on_gpu = match &self.device {
            Device::Cpu(_) => None,
            Device::Gpu(gpu) => Some(gpu.sample_planes(planes, &self.counters)?),
        };
        Ok(PairCounter {
            compute: self,
            planes,
            on_gpu,
        })
    }
}

impl PairCounter<'_> {
    /// Whether few large tiles are better than many small ones, one after the other.
    #[must_use]
    pub const fn on_gpu(&self) -> bool {
        self.on_gpu.is_some()
    }

    /// Sets `out` to the counts of every sample of `rows` with every one of `columns`, row by row.
    /// On the CPU it is the work of one thread.
    ///
    /// # Errors
    /// [`ComputeError`].
    ///
    /// # Panics
    /// Where the planes have no such samples.
    pub fn count(
        &self,
        rows: Range<usize>,
        columns: Range<usize>,
        out: &mut Vec<PairCounts>,
    ) -> Result<(), ComputeError> {
        assert!(rows.end.max(columns.end) <= self.planes.len());
        out.clear();
        out.resize(rows.len() * columns.len(), PairCounts::default());
        match (&self.compute.device, &self.on_gpu) {
            (Device::Gpu(gpu), Some(held)) => {
                gpu.pair_counts(held, (rows, columns), out, &self.compute.counters)
            }
            (Device::Cpu(isa), _) => {
                self.on_cpu(*isa, rows, columns, out);
                Ok(())
            }
            // Planes are held by the GPU that there is.
            (Device::Gpu(_), None) => Ok(()),
        }
    }

    fn on_cpu(
        &self,
        isa: super::cpu::Isa,
        rows: Range<usize>,
        columns: Range<usize>,
        out: &mut [PairCounts],
    ) {
        let planes = self.planes;
        let complete = rows.clone().all(|s| planes.missing(s) == 0)
            && columns.clone().all(|s| planes.missing(s) == 0);
        let hets: Vec<u32> = columns.clone().map(|s| planes.hets(s)).collect();
        let width = columns.len();
        for start in (0..planes.words()).step_by(WORDS) {
            let part = start..(start + WORDS).min(planes.words());
            for (four, out) in rows.clone().step_by(ROWS).zip(out.chunks_mut(ROWS * width)) {
                let n = out.len() / width.max(1);
                // Places beyond the last row repeat it.
                let of: [_; ROWS] =
                    std::array::from_fn(|r| planes.part(four + r.min(n - 1), part.clone()));
                for (c, column) in columns.clone().enumerate() {
                    let column = planes.part(column, part.clone());
                    if complete {
                        let counts = isa.pairs_complete(&of, column);
                        for (r, [het_het, ibs0]) in counts.into_iter().take(n).enumerate() {
                            out[r * width + c].het_het += het_het;
                            out[r * width + c].ibs0 += ibs0;
                        }
                    } else {
                        let counts = isa.pairs(&of, column);
                        for (r, counts) in counts.into_iter().take(n).enumerate() {
                            let to = &mut out[r * width + c];
                            to.het_het += counts[0];
                            to.ibs0 += counts[1];
                            to.het_hom += counts[2];
                            to.hom_het += counts[3];
                        }
                    }
                }
            }
        }
        if complete {
            for (row, out) in rows.zip(out.chunks_mut(width.max(1))) {
                let mine = planes.hets(row);
                for (to, theirs) in out.iter_mut().zip(&hets) {
                    to.het_hom = mine - to.het_het;
                    to.hom_het = theirs - to.het_het;
                }
            }
        }
    }

    /// Variants at which both samples have a call.
    #[must_use]
    pub fn both_called(&self, i: usize, j: usize) -> u32 {
        let planes = self.planes;
        let called = planes.variants() as u32 - planes.missing(i) - planes.missing(j);
        if planes.missing(i) == 0 || planes.missing(j) == 0 {
            return called;
        }
        let all = 0..planes.words();
        let ([lo_i, hi_i], [lo_j, hi_j]) = (planes.part(i, all.clone()), planes.part(j, all));
        let (first, second) = (lo_i.iter().zip(hi_i), lo_j.iter().zip(hi_j));
        let neither = first
            .zip(second)
            .map(|((a, b), (c, d))| (a & b & c & d).count_ones());
        called + neither.sum::<u32>()
    }
}

/// Of four samples with another, all without missing genotypes: variants that are het in both, and
/// those with opposite homozygotes.
///
/// # Panics
/// Where the planes have no such samples.
#[must_use]
pub fn four_with(planes: &SamplePlanes, four: [usize; 4], other: usize) -> [[u32; 2]; 4] {
    let isa = super::cpu::Isa::detect();
    isa.pairs_complete(&four.map(|s| planes.sample(s)), planes.sample(other))
}
