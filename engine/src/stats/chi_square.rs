//! Tails of the chi-square and normal distributions on a logarithmic scale: nothing underflows.

use std::f64::consts::{LN_2, LN_10, PI};

use statrs::function::gamma;

/// Beyond this, the error function's complement is taken from its continued fraction.
const FAR: f64 = 2.0;
const STEPS: usize = 500;
const TINY: f64 = 1e-300;

/// `ln P(Z > z)` of a standard normal variable.
#[must_use]
pub fn normal_ln_survival(z: f64) -> f64 {
    ln_erfc(z / std::f64::consts::SQRT_2) - LN_2
}

/// `-log10 P(X > x)` of a chi-square variable of one degree of freedom; 0 where `x` is not
/// positive.
#[must_use]
pub fn chi_square_log10p(x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    (-ln_erfc((0.5 * x).sqrt()) / LN_10).max(0.0)
}

/// The chi-square statistic of one degree of freedom whose p-value is `10^-log10p`.
#[must_use]
pub fn chi_square_of_log10p(log10p: f64) -> f64 {
    if log10p.is_nan() || log10p <= 0.0 {
        return if log10p.is_nan() { f64::NAN } else { 0.0 };
    }
    let target = -log10p * LN_10;
    // Near the mode the p-value is nearly one less the root of the statistic: by bisection on
    // the root; in the tail by Newton's method, where the logarithm is nearly straight.
    let f = |root: f64| ln_erfc(root / std::f64::consts::SQRT_2) - target;
    let (mut low, mut high) = (0.0f64, (-2.0 * target).sqrt() + 1.0);
    let mut root = (-2.0 * target).sqrt().min(high);
    for _ in 0..200 {
        let at = f(root);
        if at > 0.0 {
            low = root;
        } else {
            high = root;
        }
        // d/dz ln erfc(z/sqrt 2) = -sqrt(2/pi) exp(-z^2/2) / erfc(z/sqrt 2)
        let slope = -(0.5 * (2.0 / PI).ln() - 0.5 * root * root - (at + target)).exp();
        let mut next = root - at / slope;
        if !(next > low && next < high) {
            next = f64::midpoint(low, high);
        }
        if (next - root).abs() <= 1e-15 * root.abs() {
            root = next;
            break;
        }
        root = next;
    }
    root * root
}

/// `ln P(X > x)` of a chi-square variable of `df` degrees of freedom (not whole, too).
#[must_use]
pub fn chi_square_ln_survival(x: f64, df: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let (a, x) = (0.5 * df, 0.5 * x);
    if x < a + 1.0 {
        return gamma::checked_gamma_lr(a, x).map_or(f64::NAN, |p| (-p).ln_1p());
    }
    // Legendre's continued fraction of the upper incomplete gamma function, by Lentz's method.
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut h = d;
    for i in 1..STEPS {
        let n = -(i as f64) * (i as f64 - a);
        b += 2.0;
        d = 1.0 / non_zero(n * d + b);
        c = non_zero(b + n / c);
        h *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    -x + a * x.ln() - gamma::ln_gamma(a) + h.ln()
}

/// The `x` with `ln P(X > x) = ln_p`, of a chi-square variable of `df` degrees of freedom.
#[must_use]
pub fn chi_square_quantile(ln_p: f64, df: f64) -> f64 {
    if ln_p >= 0.0 {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, df.max(1.0));
    while chi_square_ln_survival(high, df) > ln_p && high < 1e300 {
        low = high;
        high *= 2.0;
    }
    let mut x = f64::midpoint(low, high);
    for _ in 0..200 {
        let at = chi_square_ln_survival(x, df);
        if at > ln_p {
            low = x;
        } else {
            high = x;
        }
        let (a, half) = (0.5 * df, 0.5 * x);
        let ln_density = (a - 1.0) * half.ln() - half - gamma::ln_gamma(a) - LN_2;
        let mut next = x + (at - ln_p) / (ln_density - at).exp();
        if !(next > low && next < high) {
            next = f64::midpoint(low, high);
        }
        if (next - x).abs() <= 1e-14 * x {
            return next;
        }
        x = next;
    }
    x
}

/// `ln erfc(z)`.
fn ln_erfc(z: f64) -> f64 {
    if z < FAR {
        return libm::erfc(z).ln();
    }
    // erfc(z) = exp(-z^2)/sqrt(pi) * 1/(z + (1/2)/(z + 1/(z + (3/2)/(z + ...)))), by Lentz.
    let mut f = z;
    let (mut c, mut d) = (z, 0.0);
    for i in 1..STEPS {
        let n = 0.5 * i as f64;
        d = 1.0 / non_zero(z + n * d);
        c = non_zero(z + n / c);
        f *= c * d;
        if (c * d - 1.0).abs() < 1e-16 {
            break;
        }
    }
    -z * z - 0.5 * PI.ln() - f.ln()
}

fn non_zero(value: f64) -> f64 {
    if value.abs() < TINY { TINY } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By mpmath with 60 digits: `-log10(erfc(sqrt(x/2)))`.
    const OF_ONE: [(f64, f64); 8] = [
        (1e-8, 3.465_306_861_329_96e-5),
        (0.5, 0.319_211_277_825_720_3),
        (3.841_458_820_694_124, 1.301_029_995_663_981),
        (10.0, 2.805_374_044_070_92),
        (65.1211, 15.152_218_522_993_96),
        (700.0, 153.524_295_845_019_1),
        (1380.0, 301.331_506_133_013_5),
        (1e5, 21_717.322_159_443_94),
    ];
    /// `ln(gammainc(df/2, x/2, regularized=True))`.
    const GENERAL: [(f64, f64, f64); 5] = [
        (2.0, 3.5, -1.75),
        (7.3, 30.0, -9.014_016_232_884_979),
        (7.3, 2.0, -0.032_790_397_900_386_67),
        (150.0, 900.0, -245.309_454_526_573_2),
        (0.7, 0.01, -0.192_903_819_023_6),
    ];

    #[test]
    fn tails_and_their_inverse() {
        for (x, log10p) in OF_ONE {
            let p = chi_square_log10p(x);
            assert!((p - log10p).abs() <= 1e-12 * log10p, "{x}: {p}");
            let back = chi_square_of_log10p(p);
            assert!((back - x).abs() <= 1e-8 * x, "{x}: {back}");
        }
        for (df, x, ln_p) in GENERAL {
            let p = chi_square_ln_survival(x, df);
            assert!((p - ln_p).abs() <= 1e-9 * ln_p.abs(), "{x}: {p}");
            let back = chi_square_quantile(ln_p, df);
            assert!((back - x).abs() <= 1e-9 * x, "{x}: {back}");
        }
    }
}
