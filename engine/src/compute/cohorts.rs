//! Sets of samples, prepared for counting.

use bytemuck::{Pod, Zeroable};

use crate::genotype::SampleSet;

/// Words of a cohort's plane are padded to this many (65,536 samples), so that any 16-bit
/// offset of a list indexes the chunk's words without a check.
pub(super) const CHUNK_WORDS: usize = 1024;
/// Samples of a chunk.
pub(super) const CHUNK_SAMPLES: usize = 64 * CHUNK_WORDS;
/// Cohorts that share one membership mask per sample.
pub(super) const MASK_COHORTS: usize = 16;
/// From this many cohorts on, lists are counted by membership masks.
pub(super) const MASKS_FROM: usize = 3;

/// A cache line of a plane. Kernels read whole lines.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C, align(64))]
struct Line([u64; 8]);

/// Any number of sample sets over the same samples, in the forms that kernels read: a bit plane
/// per cohort, and where there are several, a mask per sample with one bit for each of 16
/// cohorts.
#[derive(Clone, Debug)]
pub struct Cohorts {
    n_samples: usize,
    sizes: Vec<u64>,
    /// Words of one plane.
    words: usize,
    planes: Vec<Line>,
    /// By cohort, the lines that are not all zero, where these are few.
    lines: Vec<Option<Vec<u32>>>,
    /// For each 16 cohorts, one mask per sample, padded to whole chunks.
    masks: Vec<Vec<u16>>,
}

impl Cohorts {
    /// Prepares `sets`. A set over fewer samples than `n_samples` has none of the rest; samples
    /// at or beyond `n_samples` are left out.
    #[must_use]
    pub fn new(n_samples: usize, sets: &[SampleSet]) -> Self {
        let words = n_samples.div_ceil(CHUNK_SAMPLES) * CHUNK_WORDS;
        let mut planes = vec![Line::zeroed(); words / 8 * sets.len()];
        let bits: &mut [u64] = bytemuck::cast_slice_mut(&mut planes);
        if words > 0 {
            for (set, plane) in sets.iter().zip(bits.chunks_exact_mut(words)) {
                for s in set
                    .bitmap()
                    .iter()
                    .take_while(|&s| (s as usize) < n_samples)
                {
                    plane[s as usize / 64] |= 1 << (s % 64);
                }
            }
        }
        let mut cohorts = Self::from_planes(n_samples, planes, sets.len());
        if sets.len() >= MASKS_FROM {
            cohorts.masks = sets
                .chunks(MASK_COHORTS)
                .map(|sets| mask_of_each_sample(n_samples, words, sets))
                .collect();
        }
        cohorts
    }

    /// Each cohort's members who are also in `plane` (words beyond its end are zero), as planes
    /// only: for sets that are used on few rows.
    pub(super) fn within(&self, plane: &[u64]) -> Self {
        let mut planes = self.planes.clone();
        let bits: &mut [u64] = bytemuck::cast_slice_mut(&mut planes);
        if self.words > 0 {
            for cohort in bits.chunks_exact_mut(self.words) {
                for (i, w) in cohort.iter_mut().enumerate() {
                    *w &= plane.get(i).copied().unwrap_or(0);
                }
            }
        }
        Self::from_planes(self.n_samples, planes, self.len())
    }

    fn from_planes(n_samples: usize, planes: Vec<Line>, len: usize) -> Self {
        let words = n_samples.div_ceil(CHUNK_SAMPLES) * CHUNK_WORDS;
        let of = |i: usize| &planes[i * words / 8..(i + 1) * words / 8];
        let ones = |l: &Line| l.0.iter().map(|w| u64::from(w.count_ones())).sum::<u64>();
        let sizes = (0..len).map(|i| of(i).iter().map(ones).sum()).collect();
        let lines = (0..len)
            .map(|i| {
                let used = || {
                    let lines = (0u32..).zip(of(i));
                    lines.filter(|l| l.1.0 != [0; 8]).map(|l| l.0)
                };
                (used().count() * 4 < n_samples.div_ceil(512)).then(|| used().collect())
            })
            .collect();
        Self {
            n_samples,
            sizes,
            words,
            planes,
            lines,
            masks: Vec::new(),
        }
    }

    /// Samples that the cohorts are chosen from.
    #[must_use]
    pub const fn n_samples(&self) -> usize {
        self.n_samples
    }

    /// How many cohorts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sizes.len()
    }

    /// Whether there is no cohort.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sizes.is_empty()
    }

    /// How many samples each cohort has.
    #[must_use]
    pub fn sizes(&self) -> &[u64] {
        &self.sizes
    }

    /// Whether sample `s` is in cohort `i`.
    #[must_use]
    pub fn contains(&self, i: usize, s: u32) -> bool {
        i < self.len()
            && (self.plane(i).get(s as usize / 64)).is_some_and(|w| w >> (s % 64) & 1 == 1)
    }

    /// The bits of cohort `i`, padded with zeros to whole chunks of 65,536 samples.
    pub(super) fn plane(&self, i: usize) -> &[u64] {
        &bytemuck::cast_slice(&self.planes)[i * self.words..(i + 1) * self.words]
    }

    /// The lines of cohort `i` that have a member, where these are few.
    pub(super) fn lines(&self, i: usize) -> Option<&[u32]> {
        self.lines[i].as_deref()
    }

    /// Masks of all samples for each 16 cohorts; none where the cohorts are few.
    pub(super) fn masks(&self) -> &[Vec<u16>] {
        &self.masks
    }
}

fn mask_of_each_sample(n_samples: usize, words: usize, sets: &[SampleSet]) -> Vec<u16> {
    let mut masks = vec![0u16; words * 64];
    for (i, set) in sets.iter().enumerate() {
        for s in set
            .bitmap()
            .iter()
            .take_while(|&s| (s as usize) < n_samples)
        {
            masks[s as usize] |= 1 << i;
        }
    }
    masks
}
