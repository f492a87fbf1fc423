//! Random numbers by key: the same key gives the same stream wherever and whenever it is read.

/// Odd constant of SplitMix64 (the golden ratio), which spreads neighbouring keys.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// SplitMix64's finaliser: a bijection in which every input bit changes half the output bits.
#[inline]
pub(super) const fn mix(key: u64) -> u64 {
    let mut z = key;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A key within a key.
#[inline]
pub(super) const fn key(parent: u64, part: u64) -> u64 {
    mix(parent ^ mix(part.wrapping_add(1).wrapping_mul(STEP)))
}

/// What a stream decides; the first part of its key, so that changing one choice leaves the
/// others as they were.
#[derive(Clone, Copy)]
#[repr(u64)]
pub(super) enum Purpose {
    Sample = 1,
    Trait,
    FounderWeights,
    Copying,
    Genealogy,
    Labels,
    Reference,
    Sites,
    Calls,
}

/// SplitMix64 from a key.
pub(super) struct Stream(u64);

impl Stream {
    pub(super) const fn new(key: u64) -> Self {
        Self(key)
    }

    #[inline]
    pub(super) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// Uniform in `0..n`; `n` is above 0. The bias is below `n / 2^64`.
    #[inline]
    pub(super) const fn below(&mut self, n: u64) -> u64 {
        ((self.next() as u128 * n as u128) >> 64) as u64
    }

    /// Uniform in `[0, 1)`, a multiple of 2^-53.
    #[inline]
    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// True with probability `p`.
    #[inline]
    pub(super) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// Roughly standard normal: the sum of twelve uniforms (no logarithm, so the same on every
    /// platform).
    pub(super) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}
