//! Aggregated Cauchy association test: p-values that may depend on each other, combined.
//!
//! `T = sum w_i tan(pi (1/2 - p_i)) / sum w_i` is about standard Cauchy in its upper tail under
//! the null, whatever the dependence (Liu et al. 2019, *Am. J. Hum. Genet.* 104:410, equation 1;
//! Liu & Xie 2020, *J. Am. Stat. Assoc.* 115:393).

use std::f64::consts::PI;

/// From here on `tan(pi (1/2 - p))` is `1 / (pi p)` to the last bit.
const STEEP: f64 = 15.0;

/// `-log10` of the combined p-value, from pairs of `-log10` p-value and weight. Pairs whose
/// weight is zero do not count; one p-value is its own combination. `None` where nothing counts.
#[must_use]
pub fn cauchy_combination(pairs: &[(f64, f64)]) -> Option<f64> {
    let counted = || {
        pairs
            .iter()
            .copied()
            .filter(|(p, w)| *w > 0.0 && !p.is_nan())
    };
    let n = counted().count();
    if n <= 1 {
        return counted().next().map(|(log10p, _)| log10p);
    }
    let total: f64 = counted().map(|p| p.1).sum();
    let largest = counted().map(|p| p.0).fold(0.0, f64::max);
    // In units of the largest term, which may be beyond a float.
    let scale = if largest > STEEP { largest } else { 0.0 };
    // tan(pi (1/2 - p)) = 1 / tan(pi p), which loses nothing where p is small.
    let sum: f64 = counted()
        .map(|(log10p, weight)| {
            let term = if log10p > STEEP {
                10f64.powf(log10p - scale) / PI
            } else {
                10f64.powf(-scale) / (PI * 10f64.powf(-log10p)).tan()
            };
            weight * term
        })
        .sum();
    let t = sum / total;
    if scale > 0.0 {
        return Some(scale + (PI * t).log10());
    }
    // Accurate at either end.
    let p = if t > 1.0 {
        (1.0 / t).atan() / PI
    } else {
        0.5 - t.atan() / PI
    };
    Some((-p.log10()).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combinations() {
        assert_eq!(cauchy_combination(&[]), None);
        assert_eq!(cauchy_combination(&[(2.0, 0.0)]), None);
        assert_eq!(cauchy_combination(&[(2.0, 5.0), (9.0, 0.0)]), Some(2.0));
        // Equal p-values combine to themselves.
        for p in [0.01, 0.3, 1.0, 7.0, 14.9, 15.1, 200.0, 400.0, 5000.0] {
            let found = cauchy_combination(&[(p, 1.0), (p, 2.0), (p, 0.5)]).unwrap();
            assert!((found - p).abs() < 1e-9 * p, "{p}: {found}");
        }
        // One strong p-value of n with equal weights is n times as likely by chance.
        let found = cauchy_combination(&[(1000.0, 1.0), (0.3, 1.0)]).unwrap();
        assert!((found - (1000.0 - 2f64.log10())).abs() < 1e-9);
        // By the definition.
        let p = [0.02, 0.4, 0.9];
        let w = [1.0, 3.0, 2.0];
        let t: f64 = (0..3)
            .map(|i| w[i] * (PI * (0.5 - p[i])).tan())
            .sum::<f64>()
            / 6.0;
        let expected = -(0.5 - t.atan() / PI).log10();
        let pairs: Vec<_> = (0..3).map(|i| (-p[i].log10(), w[i])).collect();
        assert!((cauchy_combination(&pairs).unwrap() - expected).abs() < 1e-12);
    }
}
