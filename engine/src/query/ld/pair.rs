//! Two variants, by the people who have a call at both.

use crate::compute::SamplePlanes;

/// Sums over the people with a call at both of two variants; a genotype is 1 for two reference
/// alleles, 0 and -1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Joint {
    /// People.
    pub people: i64,
    /// Of the first and of the second.
    pub sums: [i64; 2],
    /// Of their squares.
    pub squares: [i64; 2],
    /// Of their products.
    pub products: i64,
}

impl Joint {
    /// Covariance and variances, all times the square of the number of people: whole numbers.
    #[must_use]
    pub const fn moments(&self) -> (i64, [i64; 2]) {
        let n = self.people;
        let [a, b] = self.sums;
        let [aa, bb] = self.squares;
        (self.products * n - a * b, [aa * n - a * a, bb * n - b * b])
    }

    /// The squared correlation of genotypes; not a number where one does not vary.
    #[must_use]
    pub fn r2(&self) -> f64 {
        let (covariance, [a, b]) = self.moments();
        let covariance = covariance as f64;
        covariance * covariance / (a as f64 * b as f64)
    }
}

/// Sums of two rows of planes by variant.
#[must_use]
pub fn joint(planes: &SamplePlanes, i: usize, j: usize) -> Joint {
    let ([lo_i, hi_i], [lo_j, hi_j]) = (planes.sample(i), planes.sample(j));
    let people = planes.variants();
    let mut out = Joint::default();
    let (first, second) = (lo_i.iter().zip(hi_i), lo_j.iter().zip(hi_j));
    for (word, ((lo_i, hi_i), (lo_j, hi_j))) in first.zip(second).enumerate() {
        let there = match people.saturating_sub(64 * word) {
            0 => break,
            left if left < 64 => (1 << left) - 1,
            _ => u64::MAX,
        };
        let both = there & !(lo_i & hi_i) & !(lo_j & hi_j);
        let count = |bits: u64| i64::from((bits & both).count_ones());
        // Homozygous: not het, among those called.
        let (hom_i, hom_j) = (!lo_i, !lo_j);
        out.people += count(u64::MAX);
        for (side, (hom, hi)) in [(hom_i, hi_i), (hom_j, hi_j)].into_iter().enumerate() {
            let (all, alt) = (count(hom), count(hom & hi));
            out.squares[side] += all;
            out.sums[side] += all - 2 * alt;
        }
        out.products += count(hom_i & hom_j) - 2 * count(hom_i & hom_j & (hi_i ^ hi_j));
    }
    out
}
