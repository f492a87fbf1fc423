//! SKAT, SKAT-O and burden of a set of variants, from their scores and the scores' covariance.
//!
//! With weighted scores `S` (length m) whose covariance under the null is `K` (m x m),
//!
//! - SKAT: `Q = S'S`, distributed as `sum lambda_i chi2_1`, `lambda` the eigenvalues of `K` (Wu et
//!   al. 2011, *Am. J. Hum. Genet.* 89:82);
//! - burden: `(sum S)^2 / (1'K1)`, chi-square of one degree of freedom;
//! - between them `Q_rho = (1 - rho) S'S + rho (sum S)^2`, with the eigenvalues of
//!   `R^(1/2) K R^(1/2)`, `R = (1 - rho) I + rho 11'`;
//! - SKAT-O: the least p-value over a grid of rho ([`skato`](super::skato)).
//!
//! Tails are exact ([`mixture_ln_survival`]), or those of the R package and of regenie, which
//! approximate them ([`Tails`]).

use std::f64::consts::LN_10;

use nalgebra::{DMatrix, DVector};

use super::skato::BestMixture;
use super::{chi_square_log10p, mixture_ln_survival, mixture_ln_survival_approximated};

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

/// How a tail was computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TailMethod {
    /// One chi-square variable: its own tail.
    #[default]
    ChiSquare,
    /// The inversion integral along the path through the saddle point.
    Inversion,
    /// Davies' method.
    Davies,
    /// Kuonen's saddlepoint approximation.
    Kuonen,
    /// A chi-square variable of the same moments.
    Liu,
}

impl TailMethod {
    /// The name in results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ChiSquare => "CHI2",
            Self::Inversion => "INVERSION",
            Self::Davies => "DAVIES",
            Self::Kuonen => "KUONEN",
            Self::Liu => "LIU",
        }
    }
}

impl Tails {
    pub(super) fn ln_survival(self, q: f64, lambdas: &[f64]) -> Option<(f64, TailMethod)> {
        match self {
            Self::Exact => mixture_ln_survival(q, lambdas).map(|ln| (ln, TailMethod::Inversion)),
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
    best: Option<BestMixture>,
}

/// The p-values of a set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SetP {
    /// `-log10` p of SKAT: of rho = 0, where the grid has it.
    pub skat: Option<f64>,
    /// `-log10` p of SKAT-O.
    pub skato: Option<f64>,
    /// How the tail of SKAT was computed.
    pub method: TailMethod,
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
                best: None,
            });
        }
        let row_sums: DVector<f64> = k.column_sum();
        let total = row_sums.sum();
        let lambdas: Vec<Vec<f64>> = rho
            .iter()
            .map(|&rho| eigenvalues(rotated(&k, &row_sums, total, rho)))
            .collect();
        let best = (rho.len() > 1 && total > 0.0)
            .then(|| BestMixture::new((&k, &row_sums, total), rho, &lambdas, tails))
            .flatten();
        Some(Self {
            m,
            rho: rho.to_vec(),
            tails,
            lambdas,
            best,
        })
    }

    /// The p-values of weighted scores. What is tabulated for them serves the next.
    #[must_use]
    pub fn test(&mut self, scores: &[f64]) -> SetP {
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
                    Some((-chi_square_log10p(q / last) * LN_10, TailMethod::ChiSquare))
                }
                (all, _) => self.tails.ln_survival(q, all),
            };
            let Some((ln, method)) = ln else { return out };
            if rho == 0.0 {
                out.method = method;
                out.skat = Some(to_log10p(ln));
            }
            ln_p.push(ln);
        }
        out.grid = ln_p.iter().map(|&ln| to_log10p(ln)).collect();
        if self.rho.len() > 1 && self.lambdas.iter().all(|l| l.len() == 1) {
            // One variance alone, as of variants that the same people carry: all rho are one test.
            out.skato = out.grid.first().copied();
        } else if let Some(best) = &mut self.best {
            let least = ln_p.iter().copied().fold(f64::INFINITY, f64::min);
            out.skato = best.ln_p_of_least(least).map(to_log10p);
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
pub(super) fn eigenvalues(matrix: DMatrix<f64>) -> Vec<f64> {
    let all = matrix.symmetric_eigenvalues();
    let mut all: Vec<f64> = all.iter().copied().filter(|l| l.is_finite()).collect();
    all.sort_by(f64::total_cmp);
    let positive = all.iter().filter(|l| **l >= 0.0);
    let mean = positive.clone().sum::<f64>() / positive.count().max(1) as f64;
    all.retain(|l| *l > mean * EIGENVALUE_TOLERANCE);
    all
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
