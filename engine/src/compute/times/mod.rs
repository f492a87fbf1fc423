//! Genotypes times vectors: what principal components are made of.
//!
//! Vectors are quantised once to 30 bits, sums are whole numbers, and so the products are the same
//! for any number of threads and any vector unit.

mod transpose;

#[cfg(test)]
mod tests;

use rayon::prelude::*;

use super::SamplePlanes;
use super::cpu::{Isa, TimesRows};

pub use transpose::transposed;

/// Bits of a value, without its sign.
const BITS: i32 = 29;
/// Bits of the lower half of a value.
const LOW: u32 = 15;
/// Words of planes whose sums of halves fit 32 bits: 64 genotypes each, of 2 at most.
const WORDS: usize = 32;
/// Rows that are multiplied together.
pub(super) const ROWS: usize = 4;

/// Vectors of as many values as planes have places, quantised.
///
/// The values of a vector are multiples of a power of two so small that the largest of them takes
/// 29 bits: each is off by at most `2^-30` of the largest.
#[derive(Clone, Debug)]
pub struct QuantisedVectors {
    vectors: usize,
    /// Words of a half of a vector: four values each.
    stride: usize,
    /// By vector: the high halves of all values as 16-bit integers, then the low ones.
    halves: Vec<u64>,
    /// By vector, what one is worth.
    units: Vec<f64>,
    /// By place, the values of all vectors.
    values: Vec<i32>,
}

impl QuantisedVectors {
    /// Of vectors of values for the places of planes with `words` words; padding is zero.
    #[must_use]
    pub fn new(words: usize, columns: &[Vec<f64>]) -> Self {
        let (vectors, places) = (columns.len(), 64 * words);
        let stride = places / 4;
        let mut out = Self {
            vectors,
            stride,
            halves: vec![0; 2 * stride * vectors],
            units: Vec::with_capacity(vectors),
            values: vec![0; places * vectors],
        };
        for (v, column) in columns.iter().enumerate() {
            let largest = column.iter().fold(0.0f64, |m, x| m.max(x.abs()));
            let power = if largest > 0.0 && largest.is_finite() {
                largest.log2().floor() as i32 + 1
            } else {
                0
            };
            let scale = 2f64.powi((BITS - power).clamp(-1000, 1000));
            out.units.push(1.0 / scale);
            let of = &mut out.halves[2 * stride * v..2 * stride * (v + 1)];
            let halves: &mut [i16] = bytemuck::cast_slice_mut(of);
            let (high, low) = halves.split_at_mut(places);
            for (place, x) in column.iter().enumerate().take(places) {
                let value = (x * scale).round_ties_even() as i32;
                high[place] = (value >> LOW) as i16;
                low[place] = (value & ((1 << LOW) - 1)) as i16;
                out.values[place * vectors + v] = value;
            }
        }
        out
    }

    /// How many vectors there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.vectors
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.vectors == 0
    }

    /// The sum of a vector.
    #[must_use]
    pub fn total(&self, vector: usize) -> f64 {
        let of = self.values.iter().skip(vector).step_by(self.vectors);
        of.map(|v| i64::from(*v)).sum::<i64>() as f64 * self.units[vector]
    }

    /// What a sum over a vector times it is.
    #[must_use]
    pub fn unit(&self, vector: usize) -> f64 {
        self.units[vector]
    }

    /// Words of both halves of a vector, of some words of planes.
    fn halves(&self, vector: usize, words: std::ops::Range<usize>) -> [&[u64]; 2] {
        let of = &self.halves[2 * self.stride * vector..2 * self.stride * (vector + 1)];
        let (high, low) = of.split_at(self.stride);
        let range = 16 * words.start..16 * words.end;
        [&high[range.clone()], &low[range]]
    }
}

/// A row of planes times a vector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Product {
    /// The sum over genotypes of copies of the alternative allele times the value.
    pub copies: i64,
    /// The sum of values where the genotype is missing.
    pub missing: i64,
}

/// Every row of `planes` times every vector: rows in order, for each row its vectors.
#[must_use]
pub fn times(planes: &SamplePlanes, vectors: &QuantisedVectors) -> Vec<Product> {
    times_with(Isa::detect(), planes, vectors)
}

fn times_with(isa: Isa, planes: &SamplePlanes, vectors: &QuantisedVectors) -> Vec<Product> {
    let n = vectors.len();
    let mut out = vec![Product::default(); planes.len() * n];
    if n == 0 {
        return out;
    }
    out.par_chunks_mut(ROWS * n).enumerate().for_each_init(
        TimesRows::default,
        |decoded, (block, out)| {
            let first = block * ROWS;
            let rows = out.len() / n;
            for start in (0..planes.words()).step_by(WORDS) {
                let part = start..(start + WORDS).min(planes.words());
                // Places beyond the last row repeat it.
                let of: [_; ROWS] =
                    std::array::from_fn(|r| planes.part(first + r.min(rows - 1), part.clone()));
                isa.decode_rows(&of, decoded);
                for v in 0..n {
                    let [high, low] = vectors.halves(v, part.clone());
                    let sums = isa.times_rows(decoded, high, low);
                    for (r, [high, low]) in sums.into_iter().enumerate().take(rows) {
                        out[r * n + v].copies += (i64::from(high) << LOW) + i64::from(low);
                    }
                }
            }
            for (r, out) in out.chunks_mut(n).enumerate() {
                if planes.missing(first + r) > 0 {
                    missing(planes.sample(first + r), vectors, out);
                }
            }
        },
    );
    out
}

/// Adds the values where a row is missing.
fn missing([lo, hi]: [&[u64]; 2], vectors: &QuantisedVectors, out: &mut [Product]) {
    for (word, (lo, hi)) in lo.iter().zip(hi).enumerate() {
        let mut both = lo & hi;
        while both != 0 {
            let place = 64 * word + both.trailing_zeros() as usize;
            both &= both - 1;
            let values = &vectors.values[place * out.len()..(place + 1) * out.len()];
            for (out, value) in out.iter_mut().zip(values) {
                out.missing += i64::from(*value);
            }
        }
    }
}
