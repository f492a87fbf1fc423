//! Tail of a sum of independent chi-square variables, each of one degree of freedom, with
//! positive weights: `Q = sum lambda_i X_i`, the null distribution of SKAT; also of squares that
//! are not central, `Q = sum (sqrt(lambda_i) Z_i + d_i)^2`.
//!
//! With the cumulant generating function
//! `K(s) = sum -1/2 ln(1 - 2 lambda_i s) + d_i^2 s / (1 - 2 lambda_i s)`,
//!
//! `P(Q > q) = 1/(2 pi i) * integral exp(K(s) - s q) / s ds`
//!
//! over any path that crosses the real axis between 0 and `1/(2 max lambda)` (inversion of the
//! Laplace transform; for `P(Q <= q)` it crosses left of 0 and the sign changes). The path taken
//! is a parabola that crosses at the saddle point of the integrand and bends to the right, where
//! the integrand falls off as fast as an exponential, so that the trapezoidal rule converges
//! geometrically (Rice 1980, *SIAM J. Sci. Stat. Comput.* 1:438; Helstrom 1996, *IEEE Trans.
//! Aerosp. Electron. Syst.* 32:428). Everything is relative to the integrand at the saddle point,
//! whose logarithm is kept apart: the relative accuracy is the same at any depth of the tail.
//! Davies' method, which integrates along the imaginary axis, has an absolute accuracy, and the
//! saddlepoint approximation of Kuonen (1999) is the first term of this integral.

use std::f64::consts::{LN_10, PI};

use nalgebra::Complex;

/// Where halving the step changes less than this, relatively, the integral is done.
const ACCURACY: f64 = 1e-9;
/// Halvings of the step.
const HALVINGS: usize = 9;
/// The integrand is nothing where it has fallen to this part of its sum.
const NEGLIGIBLE: f64 = 1e-14;

/// `-log10 P(Q > q)`; `None` where there is no positive weight or the integral does not converge.
#[must_use]
pub fn mixture_log10p(q: f64, lambdas: &[f64]) -> Option<f64> {
    mixture_ln_survival(q, lambdas).map(|ln| (-ln / LN_10).max(0.0))
}

/// `ln P(Q > q)`.
#[must_use]
pub fn mixture_ln_survival(q: f64, lambdas: &[f64]) -> Option<f64> {
    shifted_mixture_ln_survival(q, lambdas, &[])
}

/// `ln P(Q > q)` of `Q = sum (sqrt(lambda_i) Z_i + d_i)^2`; `squares` are the `d_i^2`, none of them
/// where there are none.
#[must_use]
pub fn shifted_mixture_ln_survival(q: f64, lambdas: &[f64], squares: &[f64]) -> Option<f64> {
    let largest = lambdas.iter().copied().fold(0.0, f64::max);
    if largest <= 0.0 || !largest.is_finite() || q.is_nan() {
        return None;
    }
    if q <= 0.0 {
        return Some(0.0);
    }
    // The largest weight is one: everything is about that scale.
    let shift = |i: usize| squares.get(i).copied().unwrap_or(0.0) / largest;
    let weights: Vec<Weight> = (lambdas.iter().enumerate())
        .map(|(i, l)| Weight {
            lambda: l / largest,
            shift: shift(i),
        })
        .filter(|w| w.lambda > 0.0)
        .collect();
    let q = q / largest;
    if !q.is_finite() {
        return None;
    }
    if let [Weight { shift: 0.0, .. }] = weights.as_slice() {
        return Some(-super::chi_square_log10p(q) * LN_10);
    }
    let path = Path::new(q, &weights);
    let mean: f64 = weights.iter().map(|w| w.lambda + w.shift).sum();
    if q > mean {
        path.ln_integral(Side::Upper)
    } else {
        // The smaller of the two probabilities is integrated.
        path.ln_integral(Side::Lower)
            .map(|ln| (-ln.exp().min(1.0)).ln_1p())
    }
}

/// A square: of a normal variable of this variance, about the root of `shift`.
#[derive(Clone, Copy)]
struct Weight {
    lambda: f64,
    shift: f64,
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Lower,
    Upper,
}

struct Path<'w> {
    q: f64,
    weights: &'w [Weight],
}

impl<'w> Path<'w> {
    const fn new(q: f64, weights: &'w [Weight]) -> Self {
        Self { q, weights }
    }

    /// First to third derivative of `K(s) - s q - ln |s|`.
    fn derivatives(&self, s: f64) -> (f64, f64, f64) {
        let (mut k1, mut k2, mut k3) = (0.0, 0.0, 0.0);
        for w in self.weights {
            let inverse = 1.0 / (1.0 - 2.0 * w.lambda * s);
            let r = w.lambda * inverse;
            k1 += r;
            k2 += 2.0 * r * r;
            k3 += 8.0 * r * r * r;
            if w.shift > 0.0 {
                let t = w.shift * inverse * inverse;
                k1 += t;
                k2 += 4.0 * r * t;
                k3 += 24.0 * r * r * t;
            }
        }
        let s1 = 1.0 / s;
        (k1 - self.q - s1, k2 + s1 * s1, k3 - 2.0 * s1 * s1 * s1)
    }

    /// Where the first derivative is zero: it rises from one end of the interval to the other.
    fn saddle(&self, side: Side) -> f64 {
        let (mut low, mut high) = match side {
            Side::Upper => (0.0, 0.5),
            Side::Lower => {
                let mut low = -1.0;
                while self.derivatives(low).0 > 0.0 && low > -1e300 {
                    low *= 4.0;
                }
                (low, 0.0)
            }
        };
        let mut s = f64::midpoint(low, high);
        for _ in 0..200 {
            let (d1, d2, _) = self.derivatives(s);
            if d1 > 0.0 {
                high = s;
            } else {
                low = s;
            }
            let mut next = s - d1 / d2;
            if !(next > low && next < high) {
                next = f64::midpoint(low, high);
            }
            if (next - s).abs() <= 1e-13 * s.abs() {
                return next;
            }
            s = next;
        }
        s
    }

    /// `ln` of the integrand `exp(K(s) - s q) / |s|` at a real point.
    fn ln_integrand(&self, s: f64) -> f64 {
        let (mut ln, mut shifts) = (0.0, 0.0);
        for w in self.weights {
            ln += (-2.0 * w.lambda * s).ln_1p();
            shifts += w.shift * s / (1.0 - 2.0 * w.lambda * s);
        }
        shifts - 0.5 * ln - s * self.q - s.abs().ln()
    }

    fn ln_integral(&self, side: Side) -> Option<f64> {
        let c = self.saddle(side);
        let (_, d2, d3) = self.derivatives(c);
        let at_saddle = self.ln_integrand(c);
        let width = 1.0 / d2.sqrt();
        // The path of steepest descent bends so; where it would bend little or to the left, a
        // gentle bend to the right makes the integrand fall off all the same.
        let bend = (d3 / (6.0 * d2)).max(0.1 / width);
        let value = |u: f64| -> f64 {
            // t = width * sinh(u): what falls off slowly is soon passed.
            let (t, dt) = (width * u.sinh(), width * u.cosh());
            let s = Complex::new(c + bend * t * t, t);
            let ds = Complex::new(2.0 * bend * t, 1.0) * dt;
            let mut product = Complex::new(1.0, 0.0);
            let mut ln = Complex::new(0.0, 0.0);
            let mut shifts = Complex::new(0.0, 0.0);
            for w in self.weights {
                let l = w.lambda;
                // Each factor stays in the lower half plane: arguments of a few can be added by
                // multiplication before they reach the cut.
                let factor = Complex::new(1.0 - 2.0 * l * s.re, -2.0 * l * s.im);
                if w.shift > 0.0 {
                    shifts += s * w.shift / factor;
                }
                let next = product * factor;
                if next.im > 0.0 || next.norm_sqr() > 1e200 || next.norm_sqr() < 1e-200 {
                    ln += product.ln();
                    product = factor;
                } else {
                    product = next;
                }
            }
            ln += product.ln();
            let pole = if side == Side::Upper { s } else { -s };
            let exponent = ln * -0.5 + shifts - s * self.q - at_saddle;
            // exp(..)/pole * ds / (2 pi i); the other half of the path is its conjugate.
            ((exponent.exp() / pole * ds) * Complex::new(0.0, -1.0)).re / PI
        };
        let mut step = 0.5;
        let mut sum = 0.5 * value(0.0);
        sum += tail(&value, step, step);
        let mut integral = sum * step;
        for _ in 0..HALVINGS {
            sum += tail(&value, step / 2.0, step);
            step /= 2.0;
            let finer = sum * step;
            let done = (finer - integral).abs() <= ACCURACY * finer.abs();
            integral = finer;
            if done {
                break;
            }
        }
        (integral > 0.0).then(|| integral.ln() + at_saddle)
    }
}

/// The sum of `value` at `first`, `first + step` and so on, to where nothing more comes.
fn tail(value: &impl Fn(f64) -> f64, first: f64, step: f64) -> f64 {
    let (mut u, mut sum, mut nothing) = (first, 0.0f64, 0);
    while nothing < 3 && u < 40.0 {
        let v = value(u);
        if !v.is_finite() {
            break;
        }
        sum += v;
        nothing = if v.abs() <= NEGLIGIBLE * sum.abs() {
            nothing + 1
        } else {
            0
        };
        u += step;
    }
    sum
}

#[cfg(test)]
#[path = "mixture_tests.rs"]
mod tests;
