//! SKAT, SKAT-O and burden of a set of variants, from their scores and the scores' covariance.
//!
//! With weighted scores `S` (length m) whose covariance under the null is `K` (m x m),
//!
//! - SKAT: `Q = S'S`, distributed as `sum lambda_i chi2_1`, `lambda` the eigenvalues of `K` (Wu et
//!   al. 2011, *Am. J. Hum. Genet.* 89:82);
//! - burden: `(sum S)^2 / (1'K1)`, chi-square of one degree of freedom;
//! - between them `Q_rho = (1 - rho) S'S + rho (sum S)^2`, with the eigenvalues of
//!   `R^(1/2) K R^(1/2)`, `R = (1 - rho) I + rho 11'`;
//! - SKAT-O: the least p-value over a grid of rho, whose own p-value is the integral of Lee et al.
//!   2012 (*Biostatistics* 13:762, section 2.3), with the moments and quantiles of the R package
//!   SKAT, and never more than the least p-value times the size of the grid.
//!
//! Tails are exact ([`mixture_ln_survival`]), or those of the R package and of regenie, which
//! approximate them ([`Tails`]).

use std::f64::consts::{LN_10, PI};

use nalgebra::{DMatrix, DVector};

use super::quadrature::integrate;
use super::{
    chi_square_ln_survival, chi_square_log10p, chi_square_quantile, mixture_ln_survival,
    mixture_ln_survival_approximated,
};

/// Eigenvalues below this part of their mean are zero, as in the R package SKAT.
const EIGENVALUE_TOLERANCE: f64 = 1e-5;

/// How tails of mixtures are computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tails {
    /// To ten digits, at any depth.
    #[default]
    Exact,
    /// As regenie and the R package SKAT do.
    Approximated,
}

impl Tails {
    /// The relative accuracy to which SKAT-O's integral over them is taken: approximated tails
    /// are themselves not smooth beyond it (regenie asks for 1e-4).
    fn accuracy(self) -> f64 {
        match self {
            Self::Exact => 1e-7,
            Self::Approximated => 1e-6,
        }
    }

    fn ln_survival(self, q: f64, lambdas: &[f64]) -> Option<f64> {
        match self {
            Self::Exact => mixture_ln_survival(q, lambdas),
            Self::Approximated => mixture_ln_survival_approximated(q, lambdas),
        }
    }
}

/// What does not depend on the scores: one covariance serves every trait of the same people.
#[derive(Clone, Debug)]
pub struct Kernel {
    m: usize,
    rho: Vec<f64>,
    tails: Tails,
    /// Eigenvalues for each rho, ascending; empty where there is no variance.
    lambdas: Vec<Vec<f64>>,
    mixture: Option<Mixture>,
}

/// The part of SKAT-O's statistic that is independent of the burden statistic.
#[derive(Clone, Debug)]
struct Mixture {
    lambdas: Vec<f64>,
    mean: f64,
    /// Root of the share of its own variance in that of `Q`.
    shrink: f64,
    /// For each rho, the weight of the burden statistic.
    tau: Vec<f64>,
    /// For each rho: mean, variance / 2 and degrees of freedom of the chi-square variable whose
    /// moments `Q_rho` has.
    moments: Vec<(f64, f64, f64)>,
}

/// The p-values of a set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SetP {
    /// `-log10` p of SKAT: of rho = 0, where the grid has it.
    pub skat: Option<f64>,
    /// `-log10` p of SKAT-O.
    pub skato: Option<f64>,
    /// `-log10` p for each rho of the grid.
    pub grid: Vec<f64>,
}

impl Kernel {
    /// From the covariance of weighted scores, symmetric, in rows, and a grid of rho. With one
    /// rho there is no SKAT-O.
    ///
    /// `None` where no variant has any variance.
    #[must_use]
    pub fn new(covariance: &[f64], rho: &[f64], tails: Tails) -> Option<Self> {
        let m = covariance.len().isqrt();
        if m == 0 || m * m != covariance.len() || covariance.iter().any(|k| !k.is_finite()) {
            return None;
        }
        let k = DMatrix::from_row_slice(m, m, covariance);
        if k.diagonal().iter().all(|d| *d <= 0.0) {
            return None;
        }
        if m == 1 {
            return Some(Self {
                m,
                rho: rho.to_vec(),
                tails,
                lambdas: vec![vec![k[(0, 0)]]],
                mixture: None,
            });
        }
        let row_sums: DVector<f64> = k.column_sum();
        let total = row_sums.sum();
        let lambdas: Vec<Vec<f64>> = rho
            .iter()
            .map(|&rho| eigenvalues(rotated(&k, &row_sums, total, rho)))
            .collect();
        let mixture = (rho.len() > 1 && total > 0.0)
            .then(|| Mixture::new(&k, &row_sums, total, rho, &lambdas))
            .flatten();
        Some(Self {
            m,
            rho: rho.to_vec(),
            tails,
            lambdas,
            mixture,
        })
    }

    /// The p-values of weighted scores.
    #[must_use]
    pub fn test(&self, scores: &[f64]) -> SetP {
        let mut out = SetP::default();
        if scores.len() != self.m || scores.iter().any(|s| !s.is_finite()) {
            return out;
        }
        let squares: f64 = scores.iter().map(|s| s * s).sum();
        let sum: f64 = scores.iter().sum();
        if self.m == 1 {
            // All tests are the variant's score test.
            let variance = self.lambdas.first().and_then(|l| l.first());
            let p = variance.map(|v| chi_square_log10p(squares / v));
            out.skat = p;
            out.skato = p.filter(|_| self.rho.len() > 1);
            out.grid = p.into_iter().collect();
            return out;
        }
        let mut ln_p = Vec::with_capacity(self.rho.len());
        for (&rho, lambdas) in self.rho.iter().zip(&self.lambdas) {
            let q = (1.0 - rho) * squares + rho * sum * sum;
            let ln = match (lambdas.as_slice(), lambdas.last()) {
                (_, None) => None,
                (all, Some(last)) if rho == 1.0 || all.len() == 1 => {
                    Some(-chi_square_log10p(q / last) * LN_10)
                }
                (all, _) => self.tails.ln_survival(q, all),
            };
            let Some(ln) = ln else { return out };
            if rho == 0.0 {
                out.skat = Some(to_log10p(ln));
            }
            ln_p.push(ln);
        }
        out.grid = ln_p.iter().map(|&ln| to_log10p(ln)).collect();
        if let Some(mixture) = &self.mixture {
            let least = ln_p.iter().copied().fold(f64::INFINITY, f64::min);
            out.skato = mixture
                .p_of_least(least, &self.rho, self.tails)
                .map(to_log10p);
        }
        out
    }
}

fn to_log10p(ln: f64) -> f64 {
    (-ln / LN_10).max(0.0)
}

/// `R^(1/2) K R^(1/2)`: `R^(1/2) = a I + b 11'` with `a = sqrt(1 - rho)` and
/// `b = (sqrt(1 - rho + m rho) - a) / m`.
fn rotated(k: &DMatrix<f64>, row_sums: &DVector<f64>, total: f64, rho: f64) -> DMatrix<f64> {
    let m = k.nrows() as f64;
    let a = (1.0 - rho).sqrt();
    let b = ((1.0 - rho + m * rho).sqrt() - a) / m;
    DMatrix::from_fn(k.nrows(), k.ncols(), |i, j| {
        a * a * k[(i, j)] + a * b * (row_sums[i] + row_sums[j]) + b * b * total
    })
}

/// Ascending, without those that are zero.
fn eigenvalues(matrix: DMatrix<f64>) -> Vec<f64> {
    let all = matrix.symmetric_eigenvalues();
    let mut all: Vec<f64> = all.iter().copied().filter(|l| l.is_finite()).collect();
    all.sort_by(f64::total_cmp);
    let positive = all.iter().filter(|l| **l >= 0.0);
    let mean = positive.clone().sum::<f64>() / positive.count().max(1) as f64;
    all.retain(|l| *l > mean * EIGENVALUE_TOLERANCE);
    all
}

impl Mixture {
    fn new(
        k: &DMatrix<f64>,
        row_sums: &DVector<f64>,
        total: f64,
        rho: &[f64],
        lambdas_of: &[Vec<f64>],
    ) -> Option<Self> {
        let squares = row_sums.norm_squared();
        let cubes = row_sums.dot(&(k * row_sums));
        let lambdas = eigenvalues(k - row_sums * row_sums.transpose() / total);
        if lambdas.is_empty() || lambdas_of.iter().any(Vec::is_empty) {
            return None;
        }
        let sum = |power: i32| -> f64 { lambdas.iter().map(|l| l.powi(power)).sum() };
        let own = 2.0 * sum(2);
        let shared = 4.0 * (cubes / total - (squares / total) * (squares / total));
        let variance = own + shared;
        if variance.is_nan() || variance <= 0.0 {
            return None;
        }
        let tau = (rho.iter()).map(|r| total * r + squares / total * (1.0 - r));
        let moments = lambdas_of.iter().map(|l| {
            let c = |power: i32| -> f64 { l.iter().map(|l| l.powi(power)).sum() };
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
        });
        Some(Self {
            mean: sum(1),
            shrink: (own / variance).sqrt(),
            tau: tau.collect(),
            moments: moments.collect(),
            lambdas,
        })
    }

    /// `ln` of the probability that the least p-value over the grid is at most `exp(least)`.
    fn p_of_least(&self, least: f64, rho: &[f64], tails: Tails) -> Option<f64> {
        if least >= -1e-7 {
            return Some(0.0);
        }
        // For each rho, the Q that has this p-value by its moments.
        let quantiles: Vec<f64> = (self.moments.iter())
            .map(|&(c1, c2, df)| c1 + (chi_square_quantile(least, df) - df) * (c2 / df).sqrt())
            .collect();
        let each = || quantiles.iter().zip(&self.tau).zip(rho);
        let slack = self.mean * (1.0 - self.shrink) / self.shrink;
        // Beyond this value of the burden statistic, some rho's Q is reached by it alone.
        let upper = each()
            .map(|((q, tau), rho)| (q + (1.0 - rho) * slack) / tau)
            .fold(f64::INFINITY, f64::min);
        if upper.is_nan() || upper <= 0.0 {
            return None;
        }
        let beyond = chi_square_ln_survival(upper, 1.0);
        // In units of the least p-value, so that nothing underflows.
        let integrand = |z: f64| -> f64 {
            let x = z * z;
            let limit = each()
                .filter(|(_, rho)| **rho < 1.0)
                .map(|((q, tau), rho)| (q - tau * x) / (1.0 - rho))
                .fold(f64::INFINITY, f64::min);
            let at = (limit - self.mean) * self.shrink + self.mean;
            let ln = if at <= 0.0 {
                0.0
            } else {
                tails.ln_survival(at, &self.lambdas).unwrap_or(f64::NAN)
            };
            // With x = z^2 the density of chi2_1 becomes twice the normal one.
            (ln - least - 0.5 * x).exp() * (2.0 / PI).sqrt()
        };
        let integral = integrate(&integrand, (0.0, upper.sqrt()), tails.accuracy());
        let sum = integral + (beyond - least).exp();
        if !sum.is_finite() || sum <= 0.0 {
            return None;
        }
        let bonferroni = rho.len() as f64;
        Some((least + sum.min(bonferroni).ln()).min(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: [f64; 8] = [0.0, 0.01, 0.04, 0.09, 0.16, 0.25, 0.5, 1.0];

    fn covariance() -> Vec<f64> {
        // Positive definite, of three unlike variants.
        vec![2.0, 0.3, -0.1, 0.3, 1.0, 0.2, -0.1, 0.2, 0.5]
    }

    #[test]
    fn ends_of_the_grid_are_skat_and_burden() {
        let k = covariance();
        let s = [1.5, -0.3, 0.9];
        let p = Kernel::new(&k, &GRID, Tails::Exact).unwrap().test(&s);
        let burden = s.iter().sum::<f64>().powi(2) / k.iter().sum::<f64>();
        assert!((p.grid[7] - chi_square_log10p(burden)).abs() < 1e-10);
        assert_eq!(p.skat, Some(p.grid[0]));
        let skat = Kernel::new(&k, &[0.0], Tails::Exact).unwrap().test(&s);
        assert!((skat.skat.unwrap() - p.grid[0]).abs() < 1e-12);
        assert_eq!(skat.skato, None);
        // The best of the grid costs something, and at most the size of the grid.
        let best = p.grid.iter().copied().fold(0.0, f64::max);
        let o = p.skato.unwrap();
        assert!(o < best && o > best - 8f64.log10(), "{o} {best}");
    }

    #[test]
    fn order_and_scale_do_not_matter() {
        let (k, s) = (covariance(), [1.5, -0.3, 0.9]);
        let p = Kernel::new(&k, &GRID, Tails::Exact).unwrap().test(&s);
        let order = [2, 0, 1];
        let k2: Vec<f64> = (0..9)
            .map(|i| 9.0 * k[order[i / 3] * 3 + order[i % 3]])
            .collect();
        let s2: Vec<f64> = order.iter().map(|&i| 3.0 * s[i]).collect();
        let p2 = Kernel::new(&k2, &GRID, Tails::Exact).unwrap().test(&s2);
        for (a, b) in p.grid.iter().zip(&p2.grid) {
            assert!((a - b).abs() < 1e-9);
        }
        assert!((p.skato.unwrap() - p2.skato.unwrap()).abs() < 1e-6);
    }

    #[test]
    fn one_variant_none_and_no_variance() {
        let one = Kernel::new(&[4.0], &GRID, Tails::Exact)
            .unwrap()
            .test(&[6.0]);
        let score = chi_square_log10p(9.0);
        assert_eq!((one.skat, one.skato), (Some(score), Some(score)));
        assert!(Kernel::new(&[], &GRID, Tails::Exact).is_none());
        assert!(Kernel::new(&[0.0; 4], &GRID, Tails::Exact).is_none());
        assert!(Kernel::new(&[f64::NAN], &GRID, Tails::Exact).is_none());
        // Two variants that are one: every test is the same.
        let twice = Kernel::new(&[1.0; 4], &GRID, Tails::Exact)
            .unwrap()
            .test(&[2.0, 2.0]);
        assert!((twice.grid[0] - chi_square_log10p(4.0)).abs() < 1e-9);
        assert!((twice.grid[7] - chi_square_log10p(4.0)).abs() < 1e-9);
        // Scores of great evidence.
        let far = Kernel::new(&covariance(), &GRID, Tails::Exact)
            .unwrap()
            .test(&[90.0, 80.0, 70.0]);
        assert!(far.skato.unwrap() > 1000.0 && far.skato.unwrap().is_finite());
    }
}
