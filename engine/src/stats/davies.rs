//! Tail of a weighted sum of chi-square variables as regenie and the R package SKAT compute it,
//! to give the numbers that they give: Davies' method with an absolute accuracy of 1e-6, below
//! 1e-5 or where it fails Kuonen's saddlepoint approximation, Davies' method with 1e-9, and at
//! last a chi-square variable with the same moments (Liu, Tang & Zhang 2009, *Comput. Stat. Data
//! Anal.* 53:853).
//!
//! Kuonen 1999, *Biometrika* 86:929.

use super::as155::Davies;
use super::{TailMethod, chi_square_ln_survival, normal_ln_survival};

/// Below this p-value the first of the methods is not used.
const DAVIES_FROM: f64 = 1e-5;
/// So many weights of about one size make the integral of Davies' method a short one.
const SEVERAL: usize = 6;

/// `ln P(Q > q)` of `Q = sum lambda_i X_i`, as regenie has it; `lambdas` are positive. `None`
/// where every method fails. A single weight has no way of its own, in SKAT-O's integral
/// neither: Davies' method takes long for it, and Kuonen's approximation is off by up to 1 %.
#[must_use]
pub fn mixture_ln_survival_approximated(q: f64, lambdas: &[f64]) -> Option<(f64, TailMethod)> {
    let largest = lambdas.iter().copied().fold(0.0, f64::max);
    if largest <= 0.0 || q.is_nan() {
        return None;
    }
    let (q, lambdas): (f64, Vec<f64>) =
        (q / largest, lambdas.iter().map(|l| l / largest).collect());
    if !davies_fails(q, &lambdas)
        && let Some(p) = Davies::survival(q, &lambdas, 10_000, 1e-6)
        && p > DAVIES_FROM
    {
        return Some((p.ln(), TailMethod::Davies));
    }
    if let Some(ln_p) = kuonen(q, &lambdas) {
        return Some((ln_p, TailMethod::Kuonen));
    }
    if let Some(p) = Davies::survival(q, &lambdas, 1_000_000, 1e-9) {
        return Some((p.ln(), TailMethod::Davies));
    }
    liu(q, &lambdas).map(|ln_p| (ln_p, TailMethod::Liu))
}

/// Whether Davies' method, as the first of those above, ends without a result; found without
/// taking the integral. With several weights of about one size it always has one.
pub(super) fn davies_fails(q: f64, lambdas: &[f64]) -> bool {
    let largest = lambdas.iter().copied().fold(0.0, f64::max);
    let large = lambdas.iter().filter(|l| **l > 0.1 * largest);
    if large.take(SEVERAL).count() == SEVERAL {
        return false;
    }
    let lambdas: Vec<f64> = lambdas.iter().map(|l| l / largest).collect();
    !Davies::ends(q / largest, &lambdas, 10_000, 1e-6)
}

/// Kuonen's approximation; `None` near the mean and where there is no saddle point.
fn kuonen(q: f64, lambdas: &[f64]) -> Option<f64> {
    let sum: f64 = lambdas.iter().sum();
    let (mut low, mut high) = if q > sum {
        (0.0, 0.5 - 1e-8)
    } else {
        (-0.5 * lambdas.len() as f64 / q, 0.5 - 1e-8)
    };
    let k1 = |t: f64| lambdas.iter().map(|l| l / (1.0 - 2.0 * t * l)).sum::<f64>() - q;
    let k2 = |t: f64| -> f64 {
        lambdas
            .iter()
            .map(|l| 2.0 * (l / (1.0 - 2.0 * t * l)).powi(2))
            .sum()
    };
    if k1(low) > 0.0 || k1(high) < 0.0 {
        return None;
    }
    let mut t = low;
    for _ in 0..1000 {
        let at = k1(t);
        if at.abs() < 1e-10 {
            break;
        }
        if at > 0.0 {
            high = t;
        } else {
            low = t;
        }
        let next = t - at / k2(t);
        t = if next > low && next < high {
            next
        } else {
            f64::midpoint(low, high)
        };
    }
    let k: f64 = -0.5 * lambdas.iter().map(|l| (-2.0 * t * l).ln_1p()).sum::<f64>();
    let w = t.signum() * (2.0 * (q * t - k)).sqrt();
    let u = t * k2(t).sqrt();
    if u.abs() < 1e-4 || w.is_nan() {
        return None;
    }
    let ln_p = normal_ln_survival(w + (u / w).ln() / w);
    (ln_p < 0.0 && ln_p.is_finite()).then_some(ln_p)
}

/// A central chi-square variable with the moments of the mixture.
fn liu(q: f64, lambdas: &[f64]) -> Option<f64> {
    let c = |power: i32| -> f64 { lambdas.iter().map(|l| l.powi(power)).sum() };
    let (c1, c2, c4) = (c(1), c(2), c(4));
    let df = c2 * c2 / c4;
    let value = (q - c1) / (2.0 * c2).sqrt() * (2.0 * df).sqrt() + df;
    (value > 0.0).then(|| chi_square_ln_survival(value, df))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::mixture_ln_survival;

    #[test]
    fn near_the_exact_tail() {
        let spectra: [&[f64]; 4] = [
            &[1.0, 0.9, 0.8, 0.5, 0.2],
            &[1.0; 12],
            &[1.0, 0.1, 0.01, 0.001],
            &[3.0, 2.0, 1.0, 1.0, 0.5, 0.4, 0.3],
        ];
        for lambdas in spectra {
            let mean: f64 = lambdas.iter().sum();
            for part in [0.3, 0.9, 1.1, 2.0, 4.0, 9.0] {
                let exact = mixture_ln_survival(mean * part, lambdas).unwrap();
                let found = mixture_ln_survival_approximated(mean * part, lambdas)
                    .unwrap()
                    .0;
                // The saddlepoint approximation, where it is used, is off by a tenth at most.
                assert!(
                    (found - exact).abs() < 0.15,
                    "{lambdas:?} {part}: {found} {exact}"
                );
                if exact > -8.0 && lambdas.len() > 4 {
                    assert!(
                        (found.exp() - exact.exp()).abs() < 2e-6,
                        "{lambdas:?} {part}"
                    );
                }
            }
        }
    }
}
