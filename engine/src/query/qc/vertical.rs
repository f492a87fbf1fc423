//! Counting bits by sample over many planes: bit-sliced counters.
//!
//! Eight planes are added into a number of four bits for each sample by full adders, and that
//! number into sixteen counter planes: about five operations a plane for 64 samples, whatever
//! the planes hold. Sixteen bits are turned into ordinary counts when they may be full.

/// Words handled together: the padding of planes.
const TILE: usize = 8;
/// Planes added at once.
const BATCH: usize = 8;
/// Counter planes.
const DEPTH: usize = 16;
/// Planes after which counters are emptied.
const FULL: u32 = (1 << DEPTH) - BATCH as u32;

type Tile = [u64; TILE];

/// Counters of one property by sample.
#[derive(Debug, Default)]
pub(super) struct Vertical {
    /// Planes that wait, [`BATCH`] for each tile.
    pending: Vec<[Tile; BATCH]>,
    n_pending: usize,
    counters: Vec<[Tile; DEPTH]>,
    added: u32,
}

#[inline]
fn zip(a: Tile, b: Tile, f: impl Fn(u64, u64) -> u64) -> Tile {
    std::array::from_fn(|i| f(a[i], b[i]))
}

/// Sum and carry of two.
#[inline]
fn half(a: Tile, b: Tile) -> (Tile, Tile) {
    (zip(a, b, |a, b| a ^ b), zip(a, b, |a, b| a & b))
}

/// Sum and carry of three.
#[inline]
fn full(a: Tile, b: Tile, c: Tile) -> (Tile, Tile) {
    let (s, first) = half(a, b);
    let (s, second) = half(s, c);
    (s, zip(first, second, |a, b| a | b))
}

impl Vertical {
    /// Adds the plane whose word `i` is `word(i)`; `words` is a multiple of eight. Counts go to
    /// `counts` when counters are full.
    #[inline]
    pub(super) fn add(
        &mut self,
        words: usize,
        counts: &mut Vec<u32>,
        n_samples: usize,
        word: impl Fn(usize) -> u64,
    ) {
        if self.pending.is_empty() {
            self.pending = vec![[[0; TILE]; BATCH]; words / TILE];
            self.counters = vec![[[0; TILE]; DEPTH]; words / TILE];
        }
        for (t, tile) in self.pending.iter_mut().enumerate() {
            if let Some(place) = tile.get_mut(self.n_pending) {
                *place = std::array::from_fn(|i| word(t * TILE + i));
            }
        }
        self.n_pending += 1;
        if self.n_pending == BATCH {
            self.add_pending();
            if self.added >= FULL {
                self.empty(counts, n_samples);
            }
        }
    }

    fn add_pending(&mut self) {
        for (planes, counters) in self.pending.iter_mut().zip(&mut self.counters) {
            let [a, b, c, d, e, f, g, h] = *planes;
            let (s1, c1) = full(a, b, c);
            let (s2, c2) = full(d, e, f);
            let (s3, c3) = full(s1, s2, g);
            let (ones, c4) = half(s3, h);
            let (t1, d1) = full(c1, c2, c3);
            let (twos, d2) = half(t1, c4);
            let (fours, eights) = half(d1, d2);
            let mut carry = [0; TILE];
            let (low, high) = counters.split_at_mut(4);
            for (counter, bit) in low.iter_mut().zip([ones, twos, fours, eights]) {
                (*counter, carry) = full(*counter, bit, carry);
            }
            for counter in high {
                if carry == [0; TILE] {
                    break;
                }
                (*counter, carry) = half(*counter, carry);
            }
            *planes = [[0; TILE]; BATCH];
        }
        self.added += self.n_pending as u32;
        self.n_pending = 0;
    }

    /// Adds what was counted to `counts`, one for each sample, and starts again from zero.
    pub(super) fn empty(&mut self, counts: &mut Vec<u32>, n_samples: usize) {
        if self.n_pending > 0 {
            self.add_pending();
        }
        if self.added == 0 {
            return;
        }
        counts.resize(n_samples, 0);
        let wide = self.added >= 256;
        let tiles = counts.chunks_mut(64 * TILE).zip(&mut self.counters);
        for (counts, counters) in tiles {
            for (w, counts) in counts.chunks_mut(64).enumerate() {
                for (b, counts) in counts.chunks_mut(8).enumerate() {
                    let bytes = |from: usize| {
                        let rows = std::array::from_fn(|k| {
                            let word = counters.get(from + k).and_then(|c| c.get(w));
                            (word.copied().unwrap_or(0) >> (8 * b)) as u8
                        });
                        transpose(u64::from_le_bytes(rows)).to_le_bytes()
                    };
                    let (low, high) = (bytes(0), if wide { bytes(8) } else { [0; 8] });
                    for ((count, l), h) in counts.iter_mut().zip(low).zip(high) {
                        *count += u32::from(l) | u32::from(h) << 8;
                    }
                }
            }
            *counters = [[0; TILE]; DEPTH];
        }
        self.added = 0;
    }
}

/// Turns a matrix of 8 x 8 bits, a byte for each row, around its diagonal.
const fn transpose(x: u64) -> u64 {
    let t = (x ^ (x >> 7)) & 0x00aa_00aa_00aa_00aa;
    let x = x ^ t ^ (t << 7);
    let t = (x ^ (x >> 14)) & 0x0000_cccc_0000_cccc;
    let x = x ^ t ^ (t << 14);
    let t = (x ^ (x >> 28)) & 0x0000_0000_f0f0_f0f0;
    x ^ t ^ (t << 28)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::genotype::{Plane, plane_words};

    proptest! {
        #[test]
        fn counts_bits(n in 1usize..700, seed in any::<u64>(), planes in 0usize..600) {
            let words = plane_words(n);
            let (mut vertical, mut counts) = (Vertical::default(), Vec::new());
            let mut expected = vec![0u32; n];
            let mut state = seed | 1;
            for row in 0..planes {
                let mut plane = Plane::zeros(n);
                for (s, e) in expected.iter_mut().enumerate() {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    // Some samples are set always, some seldom.
                    if (state >> 60) as usize >= s % 17 {
                        plane.set(s);
                        *e += 1;
                    }
                }
                vertical.add(words, &mut counts, n, |i| plane.words()[i]);
                if row % 97 == 96 {
                    vertical.empty(&mut counts, n);
                }
            }
            vertical.empty(&mut counts, n);
            counts.resize(n, 0);
            prop_assert_eq!(counts, expected);
        }
    }

    #[test]
    fn full_counters_are_emptied() {
        let (mut vertical, mut counts) = (Vertical::default(), Vec::new());
        for row in 0..70_000u32 {
            vertical.add(8, &mut counts, 3, |i| {
                if i == 0 {
                    0b101 | u64::from(row % 2) << 1
                } else {
                    0
                }
            });
        }
        vertical.empty(&mut counts, 3);
        assert_eq!(counts, [70_000, 35_000, 70_000]);
    }
}
