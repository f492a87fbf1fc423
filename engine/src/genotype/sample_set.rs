//! A set of samples: a cohort, the founders, one sex.

use roaring::RoaringBitmap;

use super::{Plane, plane_words};

/// Samples by index into the sample table, out of a known number.
#[derive(Clone, Debug, PartialEq)]
pub struct SampleSet {
    n_samples: usize,
    bits: RoaringBitmap,
}

impl SampleSet {
    /// No sample of `n_samples`.
    #[must_use]
    pub fn none(n_samples: usize) -> Self {
        Self {
            n_samples,
            bits: RoaringBitmap::new(),
        }
    }

    /// Every sample of `n_samples`.
    #[must_use]
    pub fn all(n_samples: usize) -> Self {
        let mut bits = RoaringBitmap::new();
        bits.insert_range(0..n_samples as u32);
        Self { n_samples, bits }
    }

    /// From a bitmap; samples at or beyond `n_samples` are cut off.
    #[must_use]
    pub fn from_bitmap(n_samples: usize, mut bits: RoaringBitmap) -> Self {
        bits.remove_range(n_samples as u32..);
        Self { n_samples, bits }
    }

    /// Takes samples out.
    pub fn remove_all(&mut self, samples: &[u32]) {
        for &s in samples {
            self.bits.remove(s);
        }
    }

    /// How many samples there are to choose from.
    #[must_use]
    pub const fn n_samples(&self) -> usize {
        self.n_samples
    }

    /// How many samples are in the set.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.bits.len()
    }

    /// Whether the set is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bits.is_empty()
    }

    /// Whether sample `s` is in the set.
    #[must_use]
    pub fn contains(&self, s: u32) -> bool {
        self.bits.contains(s)
    }

    /// The bitmap.
    #[must_use]
    pub const fn bitmap(&self) -> &RoaringBitmap {
        &self.bits
    }

    /// One bit per sample, padded as a store's planes are.
    #[must_use]
    pub fn plane(&self) -> Plane {
        let mut words = vec![0u64; plane_words(self.n_samples)];
        for s in &self.bits {
            words[s as usize / 64] |= 1 << (s % 64);
        }
        words.into()
    }
}
