//! One bit per sample, padded to 64 bytes, as in a store's dense rows.

/// Planes are padded to a multiple of this many 64-bit words (64 bytes).
pub const PLANE_ALIGN_WORDS: usize = 8;

/// Words of a plane over `n_samples`: `ceil(n / 512) * 8`.
#[must_use]
pub const fn plane_words(n_samples: usize) -> usize {
    n_samples.div_ceil(512) * PLANE_ALIGN_WORDS
}

/// One bit per sample. Sample `s` is bit `s % 64` (least significant first) of word `s / 64`.
///
/// Bits at and beyond the number of samples are zero; whoever writes words directly
/// keeps it so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plane(Vec<u64>);

impl Plane {
    /// All zeros, over `n_samples`.
    #[must_use]
    pub fn zeros(n_samples: usize) -> Self {
        Self(vec![0; plane_words(n_samples)])
    }

    /// The words, padding included.
    #[must_use]
    pub fn words(&self) -> &[u64] {
        &self.0
    }

    /// The words, for kernels that fill a plane at once.
    pub fn words_mut(&mut self) -> &mut [u64] {
        &mut self.0
    }

    /// Whether sample `s` is set; false beyond the end.
    #[must_use]
    pub fn get(&self, s: usize) -> bool {
        self.0.get(s / 64).is_some_and(|w| w >> (s % 64) & 1 == 1)
    }

    /// Sets sample `s`.
    pub fn set(&mut self, s: usize) {
        self.0[s / 64] |= 1 << (s % 64);
    }

    /// Clears sample `s`.
    pub fn unset(&mut self, s: usize) {
        self.0[s / 64] &= !(1 << (s % 64));
    }

    /// Clears every sample.
    pub fn clear(&mut self) {
        self.0.fill(0);
    }

    /// How many samples are set.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.iter().map(|w| u64::from(w.count_ones())).sum()
    }

    /// Whether no sample is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|&w| w == 0)
    }

    /// The samples that are set, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        ones(&self.0)
    }
}

impl From<Vec<u64>> for Plane {
    fn from(words: Vec<u64>) -> Self {
        Self(words)
    }
}

/// The positions of the ones in `words`, ascending.
pub fn ones(words: &[u64]) -> impl Iterator<Item = u32> + '_ {
    words.iter().enumerate().flat_map(|(i, &w)| {
        let mut w = w;
        std::iter::from_fn(move || {
            (w != 0).then(|| {
                let bit = w.trailing_zeros();
                w &= w - 1;
                i as u32 * 64 + bit
            })
        })
    })
}
