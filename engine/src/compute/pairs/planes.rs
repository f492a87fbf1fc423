//! Genotypes sample by sample, as bit planes.

use std::ops::Range;

/// Words of a line: planes are a whole number of them.
const LINE: usize = 8;

/// Genotypes of some samples at some variants, sample by sample: two planes each, `lo` and `hi`
/// (00 hom-ref, 10 het, 01 hom-alt, 11 missing), over the variants in their order; padding is
/// zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SamplePlanes {
    variants: usize,
    /// Of a plane.
    words: usize,
    /// By sample: `lo`, then `hi`.
    planes: Vec<u64>,
    hets: Vec<u32>,
    missing: Vec<u32>,
}

impl SamplePlanes {
    /// Words of a plane over so many words of 64 variants: a line at least.
    #[must_use]
    pub fn words_of(words: usize) -> usize {
        words.div_ceil(LINE).max(1) * LINE
    }

    /// Of planes as described, of `words` words each.
    ///
    /// # Panics
    /// Where `words` is no whole number of lines, one at least, or the planes are not pairs of such.
    #[must_use]
    pub fn new(variants: usize, words: usize, planes: Vec<u64>) -> Self {
        assert!(words > 0 && words.is_multiple_of(LINE) && planes.len().is_multiple_of(2 * words));
        let (mut hets, mut missing) = (Vec::new(), Vec::new());
        for sample in planes.chunks_exact(2 * words) {
            let (lo, hi) = sample.split_at(words);
            let ones = |of: fn(u64, u64) -> u64| -> u32 {
                lo.iter()
                    .zip(hi)
                    .map(|(lo, hi)| of(*lo, *hi).count_ones())
                    .sum()
            };
            hets.push(ones(|lo, hi| lo & !hi));
            missing.push(ones(|lo, hi| lo & hi));
        }
        Self {
            variants,
            words,
            planes,
            hets,
            missing,
        }
    }

    /// Some of the samples, in this order.
    #[must_use]
    pub fn some(&self, samples: &[usize]) -> Self {
        let planes = samples.iter().flat_map(|s| self.sample(*s)).flatten();
        Self::new(self.variants, self.words, planes.copied().collect())
    }

    /// Number of samples.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.hets.len()
    }

    /// Whether there is no sample.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.hets.is_empty()
    }

    /// Number of variants.
    #[must_use]
    pub const fn variants(&self) -> usize {
        self.variants
    }

    /// Words of a plane.
    #[must_use]
    pub const fn words(&self) -> usize {
        self.words
    }

    /// All planes, sample by sample.
    #[must_use]
    pub fn planes(&self) -> &[u64] {
        &self.planes
    }

    /// Some words of both planes of a sample.
    pub(in crate::compute) fn part(&self, sample: usize, words: Range<usize>) -> [&[u64]; 2] {
        let of = &self.planes[2 * sample * self.words..2 * (sample + 1) * self.words];
        let (lo, hi) = of.split_at(self.words);
        [&lo[words.clone()], &hi[words]]
    }

    /// Both planes of a sample.
    #[must_use]
    pub fn sample(&self, sample: usize) -> [&[u64]; 2] {
        self.part(sample, 0..self.words)
    }

    /// Heterozygous genotypes of a sample.
    #[must_use]
    pub fn hets(&self, sample: usize) -> u32 {
        self.hets[sample]
    }

    /// Variants at which a sample has no call.
    #[must_use]
    pub fn missing(&self, sample: usize) -> u32 {
        self.missing[sample]
    }
}
