//! Davies' method: algorithm AS 155 (Davies 1980, *Appl. Stat.* 29:323), for variables of one degree
//! of freedom without a normal part.

use std::f64::consts::PI;

/// Terms of the integral that are computed side by side.
const LANES: usize = 4;
/// Terms after which the angle of a term is computed anew, not from that of the one before.
const RENEWED: usize = 64;
/// `ln(2) / 8`.
const LN2_8: f64 = 0.086_643_397_569_993_16;

/// The state of algorithm AS 155.
pub(super) struct Davies<'l> {
    lambdas: &'l [f64],
    /// The value whose distribution function is asked for.
    c: f64,
    /// Variance of the convergence factor, which is a normal part.
    variance: f64,
    mean: f64,
    largest: f64,
    /// Integral and its rounding error so far.
    integral: f64,
    rounding: f64,
    /// How often the functions have been called, and how often they may.
    count: usize,
    limit: usize,
    /// Integrals are not taken.
    only_planned: bool,
}

/// More evaluations than allowed.
struct TooLong;

impl<'l> Davies<'l> {
    fn new(c: f64, lambdas: &'l [f64], limit: usize) -> Self {
        Self {
            lambdas,
            c,
            variance: 0.0,
            mean: lambdas.iter().sum(),
            largest: lambdas.iter().copied().fold(0.0, f64::max),
            integral: 0.0,
            rounding: 0.0,
            count: 0,
            limit,
            only_planned: false,
        }
    }

    /// Whether [`survival`](Self::survival) has a result, found without taking the integral.
    pub(super) fn ends(q: f64, lambdas: &'l [f64], limit: usize, accuracy: f64) -> bool {
        let mut state = Self::new(q, lambdas, limit);
        state.only_planned = true;
        matches!(state.run(accuracy), Ok(Some(_)))
    }

    /// `P(Q > q)`; `None` where the accuracy is not reached or the result is no probability.
    pub(super) fn survival(q: f64, lambdas: &'l [f64], limit: usize, accuracy: f64) -> Option<f64> {
        let mut state = Self::new(q, lambdas, limit);
        let below = state.run(accuracy).ok()??;
        let p = 1.0 - below;
        (p > 0.0 && p <= 1.0).then_some(p)
    }

    fn run(&mut self, accuracy: f64) -> Result<Option<f64>, TooLong> {
        let sd = self.lambdas.iter().map(|l| 2.0 * l * l).sum::<f64>().sqrt();
        let mut accuracy_left = accuracy;
        let mut terms_left = self.limit as f64;
        let mut truncation = 16.0 / sd;
        let (mut up, mut down) = (4.5 / sd, -4.5 / sd);
        self.find_truncation(&mut truncation, 0.5 * accuracy_left)?;
        if self.c != 0.0 && self.largest > 0.07 * sd {
            // A convergence factor may help.
            if let Some(error) = self.factor_error(self.c)? {
                let factor = 0.25 * accuracy_left / error;
                if self.truncation_error(truncation, factor)? < 0.2 * accuracy_left {
                    self.variance += factor;
                    self.find_truncation(&mut truncation, 0.25 * accuracy_left)?;
                }
            }
        }
        accuracy_left *= 0.5;
        loop {
            let above = self.cut_off(accuracy_left, &mut up)? - self.c;
            if above < 0.0 {
                return Ok(Some(1.0));
            }
            let below = self.c - self.cut_off(accuracy_left, &mut down)?;
            if below < 0.0 {
                return Ok(Some(0.0));
            }
            let interval = 2.0 * PI / above.max(below);
            let terms = truncation / interval;
            let auxiliary = 3.0 / accuracy_left.sqrt();
            if terms > auxiliary * 1.5 {
                if auxiliary > terms_left {
                    return Ok(None);
                }
                let n = (auxiliary + 0.5).floor();
                let step = truncation / n;
                let x = 2.0 * PI / step;
                if x > self.c.abs() {
                    let errors = (
                        self.factor_error(self.c - x)?,
                        self.factor_error(self.c + x)?,
                    );
                    if let (Some(a), Some(b)) = errors {
                        let factor = 0.33 * accuracy_left / (1.1 * (a + b));
                        accuracy_left *= 0.67;
                        self.integrate(n as usize, step, Some(factor));
                        terms_left -= auxiliary;
                        self.variance += factor;
                        self.find_truncation(&mut truncation, 0.25 * accuracy_left)?;
                        accuracy_left *= 0.75;
                        continue;
                    }
                }
            }
            if terms > terms_left {
                return Ok(None);
            }
            self.integrate((terms + 0.5).floor() as usize, interval, None);
            // The rounding error must be small beside the accuracy.
            let more = self.rounding + accuracy / 10.0;
            let lost = [1.0, 2.0, 4.0, 8.0]
                .iter()
                .any(|r| r * more == r * self.rounding);
            return Ok((!lost).then_some(0.5 - self.integral));
        }
    }

    fn counted(&mut self) -> Result<(), TooLong> {
        self.count += 1;
        if self.count > self.limit {
            Err(TooLong)
        } else {
            Ok(())
        }
    }

    /// A bound of the tail probability by the moment generating function at `u`, and the value
    /// whose tail it bounds.
    fn tail_bound(&mut self, u: f64) -> Result<(f64, f64), TooLong> {
        self.counted()?;
        let mut value = u * self.variance;
        let mut sum = u * value;
        let u = 2.0 * u;
        for l in self.lambdas.iter().rev() {
            let x = u * l;
            let y = 1.0 - x;
            value += l / y;
            sum += x * x / y + ((-x).ln_1p() + x);
        }
        Ok((exp(-0.5 * sum), value))
    }

    /// A value beyond which there is less than `accuracy`.
    fn cut_off(&mut self, accuracy: f64, from: &mut f64) -> Result<f64, TooLong> {
        let (mut u1, mut u2) = (0.0, *from);
        let mut c1 = self.mean;
        let twice = if u2 > 0.0 { 2.0 * self.largest } else { 0.0 };
        let mut c2;
        loop {
            let (bound, value) = self.tail_bound(u2 / (1.0 + u2 * twice))?;
            c2 = value;
            if bound <= accuracy {
                break;
            }
            (u1, c1, u2) = (u2, c2, 2.0 * u2);
        }
        while (c1 - self.mean) / (c2 - self.mean) < 0.9 {
            let u = f64::midpoint(u1, u2);
            let (bound, value) = self.tail_bound(u / (1.0 + u * twice))?;
            if bound > accuracy {
                (u1, c1) = (u, value);
            } else {
                (u2, c2) = (u, value);
            }
        }
        *from = u2;
        Ok(c2)
    }

    /// A bound of the error of ending the integral at `u`.
    fn truncation_error(&mut self, u: f64, factor: f64) -> Result<f64, TooLong> {
        self.counted()?;
        let normal = (self.variance + factor) * u * u;
        let mut small = 2.0 * normal;
        let (mut large, mut larger, mut n) = (0.0, 0.0, 0.0);
        let u = 2.0 * u;
        for l in self.lambdas {
            let x = (u * l) * (u * l);
            if x > 1.0 {
                large += x.ln();
                larger += x.ln_1p();
                n += 1.0;
            } else {
                small += x.ln_1p();
            }
        }
        large += small;
        larger += small;
        let x = exp(-0.25 * large) / PI;
        let y = exp(-0.25 * larger) / PI;
        let first = if n == 0.0 { 1.0 } else { x * 2.0 / n };
        let second = if larger > 1.0 { 2.5 * y } else { 1.0 };
        let half = 0.5 * normal;
        let third = if half <= y { 1.0 } else { y / half };
        Ok(f64::min(f64::min(first, second), third))
    }

    /// A place where the integral may end for an error of `accuracy`.
    fn find_truncation(&mut self, at: &mut f64, accuracy: f64) -> Result<(), TooLong> {
        let mut end = *at;
        let mut u = end / 4.0;
        if self.truncation_error(u, 0.0)? > accuracy {
            while self.truncation_error(end, 0.0)? > accuracy {
                end *= 4.0;
            }
        } else {
            end = u;
            u /= 4.0;
            while self.truncation_error(u, 0.0)? <= accuracy {
                end = u;
                u /= 4.0;
            }
        }
        for divisor in [2.0, 1.4, 1.2, 1.1] {
            let u = end / divisor;
            if self.truncation_error(u, 0.0)? <= accuracy {
                end = u;
            }
        }
        *at = end;
        Ok(())
    }

    /// How the error of a convergence factor grows with its variance, at `x`; `None` where that
    /// cannot be said.
    fn factor_error(&mut self, x: f64) -> Result<Option<f64>, TooLong> {
        self.counted()?;
        let mut left = x.abs();
        let mut sum = 0.0;
        if x > 0.0 {
            let mut ascending: Vec<f64> = self.lambdas.to_vec();
            ascending.sort_by(f64::total_cmp);
            for (i, l) in ascending.iter().enumerate() {
                let next = left - l;
                let least = l / LN2_8;
                if next > least {
                    left = next;
                } else {
                    left = left.min(least);
                    sum = (left - next) / l + (ascending.len() - i - 1) as f64;
                    break;
                }
            }
        }
        Ok((sum <= 100.0).then(|| (sum / 4.0).exp2() / (PI * left * left)))
    }

    /// Adds the sum of `terms + 1` values of the integrand. The product of all `1 + 2 i l u` is
    /// taken as one complex number, whose half angle and root make the integrand: no logarithm
    /// and no arc tangent for each weight.
    fn integrate(&mut self, terms: usize, interval: f64, factor: Option<f64>) {
        if self.only_planned {
            return;
        }
        let scale = interval / PI;
        let angles = self.lambdas.len() as f64 * PI / 2.0;
        // From the last term on: the first ones are the largest.
        let mut left = terms + 1;
        // Sine and cosine of `u c`, turned back by an interval from term to term.
        let back = (interval * self.c).sin_cos();
        let mut turn = (0.0, 1.0);
        while left > 0 {
            if (terms + 1 - left).is_multiple_of(RENEWED) {
                turn = ((left as f64 - 0.5) * interval * self.c).sin_cos();
            }
            let u = std::array::from_fn(|lane| (left as f64 - 0.5 - lane as f64) * interval);
            let roots = self.roots_of_product(&u);
            for (u, root) in u.iter().zip(&roots).take(left) {
                let mut x = scale * root.size / u;
                if self.variance > 0.0 {
                    x *= exp(-0.5 * self.variance * u * u);
                }
                if let Some(factor) = factor {
                    x *= 1.0 - exp(-0.5 * factor * u * u);
                }
                self.integral += (root.sine * turn.1 - root.cosine * turn.0) * x;
                self.rounding += (u * self.c.abs() + 0.5 * angles) * x;
                turn = (
                    turn.0 * back.1 - turn.1 * back.0,
                    turn.1 * back.1 + turn.0 * back.0,
                );
            }
            left = left.saturating_sub(LANES);
        }
    }

    /// Of the products of `1 + 2 i l u`.
    fn roots_of_product(&self, u: &[f64; LANES]) -> [Root; LANES] {
        /// Beyond this, a product is brought back by as much.
        const LARGE: f64 = 1e70;
        let (mut re, mut im) = ([1.0f64; LANES], [0.0f64; LANES]);
        let (mut turned, mut scale) = ([false; LANES], [1.0f64; LANES]);
        // So many factors keep below the square of that.
        let most = 1.0 + 2.0 * self.largest * u.iter().copied().fold(0.0, f64::max);
        let chunk = (70.0 / most.log10()).clamp(1.0, 1e3) as usize;
        for weights in self.lambdas.chunks(chunk) {
            for l in weights {
                for lane in 0..LANES {
                    let x = 2.0 * l * u[lane];
                    let next = im[lane] + re[lane] * x;
                    re[lane] -= im[lane] * x;
                    // Every factor turns by less than a quarter: this passed the half turn.
                    turned[lane] ^= (im[lane] >= 0.0) & (next < 0.0);
                    im[lane] = next;
                }
            }
            for lane in 0..LANES {
                if re[lane].abs() + im[lane].abs() > LARGE {
                    (re[lane], im[lane]) = (re[lane] / LARGE, im[lane] / LARGE);
                    scale[lane] /= LARGE.sqrt();
                }
            }
        }
        std::array::from_fn(|lane| {
            let sign = if turned[lane] { -1.0 } else { 1.0 };
            Root::of(re[lane], im[lane], sign, scale[lane])
        })
    }
}

/// A complex number's root: sine and cosine of half its angle, and the inverse of its size.
#[derive(Clone, Copy)]
struct Root {
    sine: f64,
    cosine: f64,
    size: f64,
}

impl Root {
    fn of(re: f64, im: f64, sign: f64, scale: f64) -> Self {
        let size = (re * re + im * im).sqrt();
        let (re, im) = (re / size, im / size);
        // Of the two, the larger is a root; the other follows without loss.
        let larger = (0.5 + 0.5 * re.abs()).sqrt();
        let smaller = 0.5 * im / larger;
        let (sine, cosine) = if re >= 0.0 {
            (smaller, larger)
        } else {
            (larger.copysign(im), smaller.abs())
        };
        Self {
            sine: sign * sine,
            cosine: sign * cosine,
            size: scale / size.sqrt(),
        }
    }
}

fn exp(x: f64) -> f64 {
    if x < -50.0 { 0.0 } else { x.exp() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_is_that_of_its_factors() {
        let lambdas: Vec<f64> = (1..=40).map(|i| 1.0 / f64::from(i)).collect();
        let state = Davies::new(1.0, &lambdas, 1);
        for u in [1e-3, 0.1, 2.0, 30.0, 1e6] {
            let half: f64 = lambdas.iter().map(|l| 0.5 * (2.0 * l * u).atan()).sum();
            let ln: f64 = (lambdas.iter())
                .map(|l| -0.25 * (4.0 * l * l * u * u).ln_1p())
                .sum();
            let root = state.roots_of_product(&[1.0, u, 2.0 * u, 1e9])[1];
            assert!((root.sine - half.sin()).abs() < 1e-12);
            assert!((root.cosine - half.cos()).abs() < 1e-12);
            assert!((root.size / ln.exp() - 1.0).abs() < 1e-12);
        }
    }
}
