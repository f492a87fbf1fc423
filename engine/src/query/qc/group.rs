//! Counts by sample of the rows of one group, while they are made.

use super::tally::{N_COUNTS, Tally};
use super::vertical::Vertical;
use crate::genotype::Genotype;

/// Places of the counts in a [`Tally`].
pub(super) const HET: usize = 0;
pub(super) const HOM_ALT: usize = 1;
pub(super) const MISSING: usize = 2;
pub(super) const HAP_REF: usize = 3;
pub(super) const HAP_ALT: usize = 4;

/// The place where calls of a genotype are counted; none for the one that is what is left.
pub(super) const fn place(genotype: Genotype) -> Option<usize> {
    match genotype {
        Genotype::HomRef => None,
        Genotype::Het => Some(HET),
        Genotype::HomAlt => Some(HOM_ALT),
        Genotype::Missing => Some(MISSING),
    }
}

/// The genotypes of a row as planes, and who is haploid.
#[derive(Clone, Copy)]
pub(super) struct RowPlanes<'a> {
    pub(super) lo: &'a [u64],
    pub(super) hi: &'a [u64],
    /// Empty where nobody is.
    pub(super) haploid: &'a [u64],
}

#[derive(Debug, Default)]
pub(super) struct Group {
    n_samples: usize,
    rows: u64,
    counts: [Vec<u32>; N_COUNTS],
    planes: [Vertical; N_COUNTS],
}

impl Group {
    pub(super) fn new(n_samples: usize) -> Self {
        Self {
            n_samples,
            ..Self::default()
        }
    }

    pub(super) const fn add_row(&mut self) {
        self.rows += 1;
    }

    /// The counts at a place, one for each sample.
    #[inline]
    pub(super) fn counts_mut(&mut self, place: usize) -> &mut [u32] {
        let counts = &mut self.counts[place];
        if counts.is_empty() {
            counts.resize(self.n_samples, 0);
        }
        counts
    }

    #[inline]
    fn add(&mut self, place: usize, words: usize, word: impl Fn(usize) -> u64) {
        let (planes, counts) = (&mut self.planes[place], &mut self.counts[place]);
        planes.add(words, counts, self.n_samples, word);
    }

    /// Counts the calls of a row.
    pub(super) fn add_planes(&mut self, row: RowPlanes<'_>) {
        let RowPlanes { lo, hi, haploid } = row;
        let words = lo.len().min(hi.len());
        let (lo, hi) = (&lo[..words], &hi[..words]);
        self.add(HET, words, |i| lo[i] & !hi[i]);
        self.add(HOM_ALT, words, |i| hi[i] & !lo[i]);
        let missing = lo.iter().zip(hi).fold(0, |any, (l, h)| any | (l & h));
        if missing != 0 {
            self.add(MISSING, words, |i| lo[i] & hi[i]);
        }
        if haploid.len() == words {
            self.add(HAP_REF, words, |i| haploid[i] & !hi[i] & !lo[i]);
            self.add(HAP_ALT, words, |i| haploid[i] & hi[i] & !lo[i]);
        }
    }

    pub(super) fn finish(mut self) -> Tally {
        for (planes, counts) in self.planes.iter_mut().zip(&mut self.counts) {
            planes.empty(counts, self.n_samples);
        }
        Tally {
            rows: self.rows,
            counts: self.counts,
        }
    }
}
