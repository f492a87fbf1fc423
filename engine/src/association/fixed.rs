//! Real vectors in fixed point: sums of them are whole numbers, the same in any order and on any
//! device.

/// Bits that are left for the multiplier of a value: twice an allele count at both of two
/// variants.
const MULTIPLIER_BITS: u32 = 4;

/// Vectors with a value for each sample, quantised once to 64-bit integers.
///
/// A vector's values are multiples of a power of two so small that the largest of them takes
/// `62 - log2(samples) - 4` bits: a sum over all samples, each times up to 16, does not overflow.
/// The error of a sum of n values is below `n / 2` units, which is `2^-(57 - 2 log2 n)` of n times
/// the largest value.
#[derive(Clone, Debug)]
pub struct FixedVectors {
    samples: usize,
    vectors: usize,
    /// Sample by sample, all vectors' values.
    values: Vec<i64>,
    /// The unit of each vector.
    units: Vec<f64>,
    /// The sum of each vector.
    totals: Vec<f64>,
}

impl FixedVectors {
    /// Of columns of `samples` finite values each: null models give no others.
    #[must_use]
    pub fn new(samples: usize, columns: &[&[f64]]) -> Self {
        let vectors = columns.len();
        let mut values = vec![0i64; samples * vectors];
        let bits = 62 - MULTIPLIER_BITS - samples.max(1).ilog2() - 1;
        let mut units = Vec::with_capacity(vectors);
        for (v, column) in columns.iter().enumerate() {
            let largest = column.iter().fold(0.0f64, |m, x| m.max(x.abs()));
            // The power of two that is above the largest value.
            let power = if largest > 0.0 {
                (largest.log2().floor() as i32).saturating_add(1)
            } else {
                0
            };
            let exponent = (bits as i32).saturating_sub(power);
            let scale = 2f64.powi(exponent.clamp(-1000, 1000));
            for (s, x) in column.iter().take(samples).enumerate() {
                values[s * vectors + v] = (x * scale).round_ties_even() as i64;
            }
            units.push(1.0 / scale);
        }
        let mut fixed = Self {
            samples,
            vectors,
            values,
            units,
            totals: Vec::new(),
        };
        let mut sums = vec![0i64; vectors];
        for row in fixed.values.chunks_exact(vectors.max(1)) {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum = sum.wrapping_add(*value);
            }
        }
        fixed.totals = sums
            .iter()
            .zip(&fixed.units)
            .map(|(s, u)| *s as f64 * u)
            .collect();
        fixed
    }

    /// One of the vectors by itself.
    #[must_use]
    pub fn only(&self, vector: usize) -> Self {
        let of_samples = self.values.chunks_exact(self.vectors.max(1));
        Self {
            samples: self.samples,
            vectors: 1,
            values: of_samples
                .map(|values| values.get(vector).copied().unwrap_or(0))
                .collect(),
            units: vec![self.unit(vector)],
            totals: vec![self.total(vector)],
        }
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

    /// The values of a sample, of all vectors.
    #[must_use]
    pub fn of_sample(&self, sample: u32) -> &[i64] {
        let start = sample as usize * self.vectors;
        self.values.get(start..start + self.vectors).unwrap_or(&[])
    }

    /// The values, sample by sample, those of all vectors of a sample together.
    #[must_use]
    pub fn values(&self) -> &[i64] {
        &self.values
    }

    /// Adds the values of `samples` to `sums`, vector by vector.
    pub fn add(&self, samples: &[u32], sums: &mut [i64]) {
        for &s in samples {
            for (sum, value) in sums.iter_mut().zip(self.of_sample(s)) {
                *sum = sum.wrapping_add(*value);
            }
        }
    }

    /// The unit of a vector: what a sum times it is.
    #[must_use]
    pub fn unit(&self, vector: usize) -> f64 {
        self.units.get(vector).copied().unwrap_or(0.0)
    }

    /// The sum of a vector.
    #[must_use]
    pub fn total(&self, vector: usize) -> f64 {
        self.totals.get(vector).copied().unwrap_or(0.0)
    }

    /// Number of samples.
    #[must_use]
    pub const fn samples(&self) -> usize {
        self.samples
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_exact_to_the_unit() {
        let n = 1000;
        let a: Vec<f64> = (0..n).map(|i| ((i * 7919) as f64).sin() * 1e3).collect();
        let b: Vec<f64> = (0..n).map(|i| f64::from(u8::from(i % 3 == 0))).collect();
        let zero = vec![0.0; n];
        let fixed = FixedVectors::new(n, &[&a, &b, &zero]);
        let samples: Vec<u32> = (0..n as u32).filter(|s| s % 7 == 1).collect();
        let mut sums = [0; 3];
        fixed.add(&samples, &mut sums);
        let exact = |v: &[f64]| samples.iter().map(|&s| v[s as usize]).sum::<f64>();
        assert!((sums[0] as f64 * fixed.unit(0) - exact(&a)).abs() < 1e-9);
        assert_eq!(sums[1] as f64 * fixed.unit(1), exact(&b));
        assert_eq!(fixed.total(1), 334.0);
        assert_eq!(sums[2], 0);
        // The largest value and all samples times 16 fit.
        let large = FixedVectors::new(n, &[&vec![1.999; n]]);
        assert!(large.of_sample(0)[0].checked_mul(16 * n as i64).is_some());
        assert_eq!(FixedVectors::new(n, &[]).len(), 0);
    }
}
