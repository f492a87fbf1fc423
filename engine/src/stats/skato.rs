//! SKAT-O: the p-value of the least p-value over mixtures of burden and SKAT.
//!
//! The integral of Lee et al. 2012 (*Biostatistics* 13:762, section 2.3): given the burden
//! statistic `x`, chi-square of one degree of freedom, the least p-value is above `p` where the
//! rest of the statistic is below `min over rho of (q_rho - tau_rho x) / (1 - rho)`, `q_rho` being
//! the quantile of `Q_rho` at `p`. The rest is a mixture of chi-square variables, scaled to the
//! variance that its product with the burden statistic adds. Never more than `p` times the size of
//! the grid.
//!
//! Where the rest has few weights, it is not taken as independent of the burden statistic: given
//! that, it is a sum of squares that are not central, whose tail is exact.
//!
//! The R package SKAT and regenie take `q_rho` from a chi-square variable with the moments of
//! `Q_rho`, which makes p-values near one half too large by a tenth; over exact tails it is the
//! quantile itself.

use std::f64::consts::PI;

use nalgebra::{DMatrix, DVector};

use super::davies::davies_fails;
use super::qags::integrate_like_quadpack;
use super::quadrature::integrate;
use super::tail_table::TailTable;
use super::variance_component::eigenvalues;
use super::{
    Tails, chi_square_ln_survival, chi_square_quantile, mixture_ln_survival,
    shifted_mixture_ln_survival,
};

/// Relative accuracy of the integral over exact tails.
const ACCURACY: f64 = 1e-7;
/// That of the integral over tails that change with the burden statistic.
const CONDITIONAL: f64 = 1e-5;
/// Weights are few where the square of their sum is less than this times the sum of squares.
const FEW: f64 = 24.0;
/// A chi-square statistic of the burden that adds nothing to a p-value of one.
const ENOUGH: f64 = 60.0;
/// How near the logarithm of a quantile's tail is to the one asked for.
const QUANTILE: f64 = 1e-8;
/// That of regenie and of R's `integrate`: the fourth root of the machine's.
const COARSE: f64 = 1.220_703_125e-4;
/// An absolute accuracy that is never what stops the integral.
const ABSOLUTE: f64 = 1e-25;
/// `ln` of the least probability for which Davies' method is not followed in its errors.
const LARGE: f64 = -6.0;
/// Intervals that regenie's integral is cut into at most.
const INTERVALS: usize = 1000;

/// What of SKAT-O does not depend on the scores.
#[derive(Clone, Debug)]
pub(super) struct BestMixture {
    rest: Rest,
    rho: Vec<f64>,
    mean: f64,
    /// Root of the share of the rest's own variance in all of its variance.
    shrink: f64,
    /// For each rho, the weight of the burden statistic.
    tau: Vec<f64>,
    /// For each rho: mean, variance / 2 and degrees of freedom of the chi-square variable whose
    /// moments `Q_rho` has.
    moments: Vec<(f64, f64, f64)>,
    /// For each rho, the weights of `Q_rho`.
    lambdas: Vec<Vec<f64>>,
}

/// The rest given the burden statistic `z`, exactly: `sum (sqrt(lambda_i) Z_i + c_i z)^2`, and
/// `(c z)^2` of what does not vary.
#[derive(Clone, Debug)]
struct Conditional {
    lambdas: Vec<f64>,
    /// The `c_i^2`.
    shares: Vec<f64>,
    /// `c^2`.
    fixed: f64,
    /// The variance of the burden score: `Q_rho` has `rho` times it of the burden statistic.
    total: f64,
}

/// The part of the statistic beside the burden statistic.
#[derive(Clone, Debug)]
enum Rest {
    /// Of few weights: given the burden statistic.
    Conditional(Conditional),
    /// Taken as independent of it.
    Exact(TailTable),
    /// As regenie has it.
    Approximated(Vec<f64>, TailTable),
}

/// `(q - tau x) / (1 - rho)` of one rho.
#[derive(Clone, Copy)]
struct Line {
    at_zero: f64,
    slope: f64,
}

impl Line {
    fn at(&self, x: f64) -> f64 {
        self.at_zero - self.slope * x
    }
}

impl BestMixture {
    /// Of a covariance with its row sums and total; `lambdas_of` are the eigenvalues for each rho.
    pub(super) fn new(
        (k, row_sums, total): (&DMatrix<f64>, &DVector<f64>, f64),
        rho: &[f64],
        lambdas_of: &[Vec<f64>],
        tails: Tails,
    ) -> Option<Self> {
        let squares = row_sums.norm_squared();
        let cubes = row_sums.dot(&(k * row_sums));
        let rest = k - row_sums * row_sums.transpose() / total;
        let lambdas = eigenvalues(rest.clone());
        if lambdas.is_empty() || lambdas_of.iter().any(Vec::is_empty) {
            return None;
        }
        let sum = |power: i32| -> f64 { lambdas.iter().map(|l| l.powi(power)).sum() };
        let mean = sum(1);
        let own = 2.0 * sum(2);
        let shared = 4.0 * (cubes / total - (squares / total) * (squares / total));
        let variance = own + shared;
        if variance.is_nan() || variance <= 0.0 {
            return None;
        }
        // Few weights of any size: their product with the burden statistic is felt.
        let few = mean * mean < FEW * sum(2);
        let rest = match tails {
            Tails::Exact if few => {
                Rest::Conditional(Conditional::new(rest, row_sums, total, lambdas.len()))
            }
            Tails::Exact => Rest::Exact(TailTable::new(lambdas)),
            Tails::Approximated => Rest::Approximated(lambdas.clone(), TailTable::new(lambdas)),
        };
        let tau = (rho.iter()).map(|r| total * r + squares / total * (1.0 - r));
        Some(Self {
            rest,
            rho: rho.to_vec(),
            mean,
            shrink: (own / variance).sqrt(),
            tau: tau.collect(),
            moments: lambdas_of.iter().map(|l| moments(l)).collect(),
            lambdas: lambdas_of.to_vec(),
        })
    }

    /// `ln` of the probability that the least p-value over the grid is at most `exp(least)`.
    pub(super) fn ln_p_of_least(&mut self, least: f64) -> Option<f64> {
        if least >= -1e-7 {
            return Some(0.0);
        }
        let exact = !matches!(self.rest, Rest::Approximated(..));
        // For each rho, the Q that has this p-value.
        let quantiles: Vec<f64> = (self.moments.iter().zip(&self.lambdas))
            .map(|(&(c1, c2, df), lambdas)| {
                let scale = (c2 / df).sqrt();
                let by_moments = chi_square_quantile(least, df);
                let near = c1 + (by_moments - df) * scale;
                if !exact {
                    return near;
                }
                // How the tail falls there, by the variable of the same moments.
                let step = 1e-4 * (1.0 + by_moments);
                let fall = chi_square_ln_survival(by_moments + step, df) - least;
                quantile(least, lambdas, near, -fall / (step * scale)).unwrap_or(near)
            })
            .collect();
        let sum = match &self.rest {
            Rest::Conditional(rest) => rest.beyond(least, &quantiles, &self.rho),
            _ => self.beyond(least, &quantiles)?,
        };
        let bonferroni = self.rho.len() as f64;
        if !sum.is_finite() || sum <= 0.0 {
            // The integral failed: the bound stands, where it is one.
            let ln = least + bonferroni.ln();
            return (ln <= 0.0).then_some(ln);
        }
        Some((least + sum.min(bonferroni).ln()).min(0.0))
    }

    /// The probability that some rho's `Q` is beyond its quantile, in units of `exp(least)`; not
    /// finite where the integral failed.
    fn beyond(&mut self, least: f64, quantiles: &[f64]) -> Option<f64> {
        let each = || quantiles.iter().zip(&self.tau).zip(&self.rho);
        let slack = self.mean * (1.0 - self.shrink) / self.shrink;
        // Beyond this value of the burden statistic, some rho's Q is reached by it alone.
        let upper = each()
            .map(|((q, tau), rho)| (q + (1.0 - rho) * slack) / tau)
            .fold(f64::INFINITY, f64::min);
        if upper.is_nan() || upper <= 0.0 {
            return None;
        }
        let lines: Vec<Line> = each()
            .filter(|(_, rho)| **rho < 1.0)
            .map(|((q, tau), rho)| Line {
                at_zero: q / (1.0 - rho),
                slope: tau / (1.0 - rho),
            })
            .collect();
        let (mean, shrink) = (self.mean, self.shrink);
        let scaled = |value: f64| (value - mean) * shrink + mean;
        let within = match &mut self.rest {
            // It has an integral of its own.
            Rest::Conditional(_) => return None,
            Rest::Exact(table) => {
                // In units of the least p-value, so that nothing underflows.
                let mut sum = 0.0;
                for (line, from, to) in envelope(&lines, upper) {
                    let mut integrand = |z: f64| -> f64 {
                        let x = z * z;
                        let at = scaled(line.at(x));
                        let ln = table.ln_survival(at).unwrap_or(f64::NAN);
                        // With x = z^2 the density of chi2_1 becomes twice the normal one.
                        (ln - least - 0.5 * x).exp() * (2.0 / PI).sqrt()
                    };
                    sum += integrate(&mut integrand, (from.sqrt(), to.sqrt()), ACCURACY);
                }
                sum
            }
            Rest::Approximated(lambdas, table) => {
                let mut failed = false;
                let mut integrand = |x: f64| -> f64 {
                    let limit = (lines.iter().map(|l| l.at(x))).fold(f64::INFINITY, f64::min);
                    let at = scaled(limit);
                    let ln = match at {
                        at if at <= 0.0 => Some(0.0),
                        // As in the R package.
                        _ if limit > mean * 1e4 => Some(f64::NEG_INFINITY),
                        at => match table.ln_survival(at) {
                            // Davies' method is exact there to 1e-5, where it has a result.
                            Some(ln) if ln > LARGE && !davies_fails(at, lambdas) => Some(ln),
                            _ => Tails::Approximated.ln_survival(at, lambdas).map(|t| t.0),
                        },
                    };
                    failed |= ln.is_none();
                    let density = (-0.5 * x).exp() / (2.0 * PI * x).sqrt();
                    ln.map_or(0.0, |ln| ln.exp().min(1.0) * density)
                };
                let bounds = (ABSOLUTE, COARSE);
                let integral =
                    integrate_like_quadpack(&mut integrand, (0.0, upper), bounds, INTERVALS);
                let integral = integral.filter(|_| !failed).unwrap_or(f64::NAN);
                integral / least.exp()
            }
        };
        Some(within + (chi_square_ln_survival(upper, 1.0) - least).exp())
    }
}

impl Conditional {
    /// Of the covariance of the rest, of which the largest `n` eigenvalues are not zero.
    fn new(rest: DMatrix<f64>, row_sums: &DVector<f64>, total: f64, n: usize) -> Self {
        let burden = row_sums / total.sqrt();
        let eigen = rest.symmetric_eigen();
        let mut parts: Vec<(f64, f64)> = (eigen.eigenvalues.iter())
            .zip(eigen.eigenvectors.column_iter())
            .map(|(lambda, vector)| (*lambda, vector.dot(&burden).powi(2)))
            .collect();
        parts.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (varying, constant) = parts.split_at(n.min(parts.len()));
        Self {
            lambdas: varying.iter().map(|p| p.0).collect(),
            shares: varying.iter().map(|p| p.1).collect(),
            fixed: constant.iter().map(|p| p.1).sum(),
            total,
        }
    }

    /// The probability that some rho's `Q` is beyond its quantile, in units of `exp(least)`; not
    /// finite where the integral failed.
    fn beyond(&self, least: f64, quantiles: &[f64], rho: &[f64]) -> f64 {
        let each = || quantiles.iter().zip(rho);
        let lines: Vec<Line> = each()
            .filter(|(_, rho)| **rho < 1.0)
            .map(|(q, rho)| Line {
                at_zero: q / (1.0 - rho),
                slope: rho * self.total / (1.0 - rho) + self.fixed,
            })
            .collect();
        let alone = lines.iter().map(|l| l.at_zero / l.slope);
        let burden = each().filter(|(_, rho)| **rho == 1.0);
        let upper = (alone.chain(burden.map(|(q, _)| q / self.total)))
            .filter(|x| !x.is_nan())
            .fold(f64::INFINITY, f64::min);
        // Beyond so many standard deviations there is nothing beside exp(least).
        let end = upper.min(ENOUGH - 2.0 * least);
        let mut squares = vec![0.0; self.shares.len()];
        let mut sum = (chi_square_ln_survival(upper, 1.0) - least).exp();
        for (line, from, to) in envelope(&lines, end) {
            let mut integrand = |z: f64| -> f64 {
                let x = z * z;
                for (square, share) in squares.iter_mut().zip(&self.shares) {
                    *square = share * x;
                }
                let ln = shifted_mixture_ln_survival(line.at(x), &self.lambdas, &squares);
                let ln = ln.unwrap_or(f64::NAN);
                (ln - least - 0.5 * x).exp() * (2.0 / PI).sqrt()
            };
            sum += integrate(&mut integrand, (from.sqrt(), to.sqrt()), CONDITIONAL);
        }
        sum
    }
}

/// The value with this tail of a mixture, by the secant method from `near`, where its logarithm
/// falls by about `fall`.
fn quantile(ln_survival: f64, lambdas: &[f64], near: f64, fall: f64) -> Option<f64> {
    let off = |q: f64| Some(mixture_ln_survival(q, lambdas)? - ln_survival);
    let (mut last, mut off_last) = (near.max(f64::MIN_POSITIVE), off(near)?);
    let mut q = (last + off_last / fall).max(0.1 * last);
    for _ in 0..50 {
        let off_now = off(q)?;
        if off_now.abs() <= QUANTILE || q == last {
            return Some(q);
        }
        let next = q - off_now * (q - last) / (off_now - off_last);
        (last, off_last) = (q, off_now);
        // Never far beyond where it is at one step.
        q = next.clamp(0.1 * q, 10.0 * q);
        if !q.is_finite() {
            return None;
        }
    }
    None
}

fn moments(lambdas: &[f64]) -> (f64, f64, f64) {
    let c = |power: i32| -> f64 { lambdas.iter().map(|l| l.powi(power)).sum() };
    let (c1, c2, c3, c4) = (c(1), c(2), c(3), c(4));
    let s1 = c3 / (c2 * c2.sqrt());
    let s2 = c4 / (c2 * c2);
    let df = if s1 * s1 <= s2 {
        1.0 / s2
    } else {
        let a = 1.0 / (s1 - (s1 * s1 - s2).sqrt());
        a * a - 2.0 * (s1 * a - 1.0) * a * a
    };
    (c1, c2, df)
}

/// The least of falling lines from 0 to `to`: each with the interval where it is the least.
fn envelope(lines: &[Line], to: f64) -> Vec<(Line, f64, f64)> {
    let mut out = Vec::new();
    let (mut from, mut current) = (0.0, None::<Line>);
    loop {
        let next = match current {
            // At zero the lowest; of several, the one that falls most.
            None => (lines.iter().copied())
                .min_by(|a, b| (a.at_zero.total_cmp(&b.at_zero)).then(b.slope.total_cmp(&a.slope)))
                .map(|l| (0.0, l)),
            Some(line) => (lines.iter().copied())
                .filter(|l| l.slope > line.slope)
                .map(|l| ((l.at_zero - line.at_zero) / (l.slope - line.slope), l))
                .min_by(|a, b| a.0.total_cmp(&b.0).then(b.1.slope.total_cmp(&a.1.slope))),
        };
        let until = next.map_or(to, |n| n.0.max(from)).min(to);
        if let Some(line) = current
            && until > from
        {
            out.push((line, from, until));
        }
        match next {
            Some((x, line)) if x < to => (from, current) = (until, Some(line)),
            _ => break,
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_have_their_tails() {
        for lambdas in [&[1.0, 0.5][..], &[3.0, 3.0, 0.1, 0.01], &[7.0; 30]] {
            let (c1, c2, df) = moments(lambdas);
            for p in [0.99f64, 0.5, 0.01, 1e-8, 1e-100] {
                let near = c1 + (chi_square_quantile(p.ln(), df) - df) * (c2 / df).sqrt();
                let q = quantile(p.ln(), lambdas, near, 0.3 / lambdas[0]).unwrap();
                let tail = mixture_ln_survival(q, lambdas).unwrap();
                assert!((tail - p.ln()).abs() < 1e-7, "{lambdas:?} {p}");
            }
        }
    }

    #[test]
    fn the_least_line_everywhere() {
        let line = |at_zero, slope| Line { at_zero, slope };
        let lines = [
            line(3.0, 1.0),
            line(2.0, 0.5),
            line(8.0, 4.0),
            line(2.0, 0.25),
            line(30.0, 16.0),
        ];
        let parts = envelope(&lines, 2.5);
        assert_eq!((parts[0].1, parts[parts.len() - 1].2), (0.0, 2.5));
        assert!(parts.windows(2).all(|w| w[0].2 == w[1].1));
        for (line, from, to) in parts {
            for step in 0..=8 {
                let x = from + (to - from) * f64::from(step) / 8.0;
                let least = lines.iter().map(|l| l.at(x)).fold(f64::INFINITY, f64::min);
                assert!((line.at(x) - least).abs() < 1e-12, "{x}");
            }
        }
        assert!(envelope(&[], 1.0).is_empty());
    }
}
