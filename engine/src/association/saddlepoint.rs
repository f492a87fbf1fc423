//! The saddlepoint approximation of a score test's p-value, for rare genotypes and few cases.
//!
//! The score of a genotype is a sum of independent Bernoulli variables, whose cumulant generating
//! function is known (Dey et al. 2017, *Am. J. Hum. Genet.* 101:37; the tails by Barndorff-Nielsen's
//! formula). Of a sparse genotype, the many who do not carry it are taken as normal together
//! (their equation 7, "fastSPA").

use super::Search;
use crate::stats::normal_ln_survival;

const ITERATIONS: usize = 1000;
/// How near to the score its cumulant's derivative must come.
const CONVERGED: f64 = 1e-10;
/// The same in regenie: the fourth root of a number's precision.
const CONVERGED_REGENIE: f64 = 1.220_703_125e-4;
/// Beyond this regenie takes an exponential to overflow.
const LARGEST_EXPONENT: f64 = 708.0;

/// A genotype's score, and what its distribution depends on.
pub struct Score<'s> {
    /// The genotype's residuals on the covariates.
    pub genotype: &'s [f64],
    /// Fitted probabilities of being a case.
    pub probability: &'s [f64],
    /// Who has the trait.
    pub has: &'s [bool],
    /// The people who carry the genotype, where they are few.
    pub carriers: Option<&'s [u32]>,
    /// The score over the root of its variance.
    pub z: f64,
    /// The score's variance.
    pub variance: f64,
    /// How the saddle point is sought.
    pub search: Search,
}

/// `-log10` of the two-sided p-value; `None` where there is no saddle point or the approximation
/// fails.
#[must_use]
pub fn saddlepoint(score: &Score<'_>) -> Option<f64> {
    let cumulants = Cumulants::new(score);
    let (low, high) = cumulants.range();
    let value = score.z * cumulants.sd;
    if value < low || value > high {
        return None;
    }
    let t = -score.z.abs();
    let one = cumulants.ln_tail(t, 1.0, score.search)?;
    let other = cumulants.ln_tail(t, -1.0, score.search)?;
    let larger = one.max(other);
    let ln_p = larger + ((one - larger).exp() + (other - larger).exp()).ln();
    (ln_p <= 0.0).then_some(-ln_p / std::f64::consts::LN_10)
}

/// Terms of the cumulant generating function of the standardised score.
struct Cumulants {
    /// Genotype over the standard deviation, probability of being a case.
    terms: Vec<(f64, f64)>,
    /// Standard deviation of the score.
    sd: f64,
    /// Sum of the terms' means: the score is centred.
    mean: f64,
    /// Variance of those who are taken as normal together.
    normal: f64,
    /// Sums of negative and of positive genotypes, less the mean, of all people.
    ends: (f64, f64),
}

impl Cumulants {
    fn new(score: &Score<'_>) -> Self {
        let sd = score.variance.sqrt();
        let there = |s: usize| {
            let has = score.has.get(s).copied().unwrap_or(false);
            has.then(|| (score.genotype[s], score.probability[s]))
        };
        let (mut low, mut high, mut all) = (0.0, 0.0, 0.0);
        for (g, p) in (0..score.genotype.len()).filter_map(there) {
            all += g * p;
            if g < 0.0 { low += g } else { high += g }
        }
        let ends = (low - all, high - all);
        let terms: Vec<(f64, f64)> = match score.carriers {
            Some(carriers) => carriers.iter().filter_map(|&s| there(s as usize)).collect(),
            None => (0..score.genotype.len()).filter_map(there).collect(),
        };
        let variance: f64 = terms.iter().map(|(g, p)| g * g * p * (1.0 - p)).sum();
        let normal = match score.carriers {
            Some(_) => (1.0 - variance / score.variance).max(0.0),
            None => 0.0,
        };
        let terms: Vec<(f64, f64)> = terms.into_iter().map(|(g, p)| (g / sd, p)).collect();
        Self {
            mean: terms.iter().map(|(g, p)| g * p).sum(),
            terms,
            sd,
            normal,
            ends,
        }
    }

    const fn range(&self) -> (f64, f64) {
        self.ends
    }

    /// The function at `t`, and its first two derivatives.
    fn at(&self, t: f64) -> (f64, f64, f64) {
        let mut k = 0.5 * self.normal * t * t - self.mean * t;
        let mut k1 = self.normal * t - self.mean;
        let mut k2 = self.normal;
        for &(g, p) in &self.terms {
            // ln(1 - p + p e^(tg)), by the larger of the two terms.
            let x = t * g;
            let (first, q) = if x > 0.0 {
                let e = (1.0 - p) * (-x).exp();
                (x + (p + e).ln(), p / (p + e))
            } else {
                let e = p * x.exp();
                ((e - p).ln_1p(), e / (1.0 - p + e))
            };
            k += first;
            k1 += g * q;
            k2 += g * g * q * (1.0 - q);
        }
        (k, k1, k2)
    }

    /// `ln` of the probability that the standardised score, times `sign`, is at most `value`,
    /// which is not positive.
    fn ln_tail(&self, value: f64, sign: f64, search: Search) -> Option<f64> {
        if value == 0.0 {
            return Some(0.5f64.ln());
        }
        let t = match search {
            Search::Exact => self.saddle_point(value, sign)?,
            Search::LikeRegenie => self.saddle_point_like_regenie(value, sign)?,
        };
        let (k, _, k2) = self.at(sign * t);
        let inside = 2.0 * (t * value - k);
        if t == 0.0 || inside <= 0.0 || k2 <= 0.0 {
            return None;
        }
        let w = -inside.sqrt();
        let v = t * k2.sqrt();
        let r = w + (v / w).ln() / w;
        r.is_finite().then(|| normal_ln_survival(-r))
    }

    /// Where the derivative, times `sign`, is `value`.
    fn saddle_point(&self, value: f64, sign: f64) -> Option<f64> {
        let (mut low, mut high) = (f64::MIN, 0.0);
        let mut t = 0.0;
        for _ in 0..=ITERATIONS {
            let (_, k1, k2) = self.at(sign * t);
            let off = sign * k1 - value;
            if off.abs() <= CONVERGED {
                return Some(t);
            }
            if off > 0.0 {
                high = t;
            } else {
                low = t;
            }
            let mut next = t - off / k2;
            if !(next > low && next < high) {
                next = if low == f64::MIN {
                    2.0 * t - 1.0
                } else {
                    f64::midpoint(low, high)
                };
            }
            if !next.is_finite() {
                return None;
            }
            if next == t {
                return Some(t);
            }
            t = next;
        }
        None
    }

    /// The same by regenie's steps: the interval that is halved where a step leaves it reaches as
    /// far as numbers do, and an exponential that overflows on the way is a failure.
    fn saddle_point_like_regenie(&self, value: f64, sign: f64) -> Option<f64> {
        let slope = |t: f64| sign * self.at(sign * t).1 - value;
        let (mut low, mut high) = (f64::MIN, 0.0);
        let mut t = 0.0;
        let mut found = slope(t);
        for _ in 0..ITERATIONS {
            if self.overflows(sign * t) {
                return None;
            }
            let mut next = t - found / self.at(sign * t).2;
            let mut at_next = slope(next);
            if at_next.abs() < CONVERGED_REGENIE {
                return (!self.overflows(sign * next)).then_some(next);
            }
            if next != 0.0 && next > low && next < high {
                if at_next > 0.0 {
                    high = next;
                } else {
                    low = next;
                }
            } else {
                next = f64::midpoint(low, high);
                at_next = slope(next);
                if at_next <= 0.0 {
                    low = next;
                } else {
                    high = next;
                }
            }
            (t, found) = (next, at_next);
        }
        None
    }

    fn overflows(&self, t: f64) -> bool {
        self.terms.iter().any(|(g, _)| -t * g > LARGEST_EXPONENT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_searches_find_the_tail_that_all_outcomes_have() {
        // Twelve people, so that every outcome can be counted.
        let n = 12;
        let genotype: Vec<f64> = (0..n).map(|s| (f64::from(s) * 1.7).sin()).collect();
        let probability: Vec<f64> = (0..n).map(|s| 0.2 + 0.03 * f64::from(s)).collect();
        let has = vec![true; n as usize];
        let mean: f64 = genotype.iter().zip(&probability).map(|(g, p)| g * p).sum();
        let variance: f64 = (genotype.iter().zip(&probability))
            .map(|(g, p)| g * g * p * (1.0 - p))
            .sum();
        let z = 2.0;
        let mut exact = 0.0;
        for outcome in 0u32..1 << n {
            let (mut score, mut chance) = (-mean, 1.0);
            for s in 0..n as usize {
                let case = outcome >> s & 1 == 1;
                let p = probability[s];
                chance *= if case { p } else { 1.0 - p };
                score += if case { genotype[s] } else { 0.0 };
            }
            if score.abs() >= z * variance.sqrt() {
                exact += chance;
            }
        }
        let of = |search| {
            saddlepoint(&Score {
                genotype: &genotype,
                probability: &probability,
                has: &has,
                carriers: None,
                z,
                variance,
                search,
            })
            .unwrap()
        };
        let (found, regenie) = (of(Search::Exact), of(Search::LikeRegenie));
        assert!((found + exact.log10()).abs() < 0.1, "{found} {exact}");
        assert!((found - regenie).abs() < 1e-3, "{found} {regenie}");
    }
}
