//! Numbers that may be missing, and how they compare.
//!
//! Missing values and the ends of short vectors are two NaN patterns of their own, so that a
//! vector stays one slice of `f64`. A NaN that comes out of arithmetic is neither.

use super::lex::Op;

/// A missing value.
pub(super) const MISSING: f64 = f64::from_bits(0x7ff8_0000_6d69_7373);

/// After the last value of a vector that is shorter than others.
pub(super) const END: f64 = f64::from_bits(0x7ff8_0000_656e_6421);

/// Above this a 32-bit float cannot hold every whole number.
const EXACT: f64 = 16_777_216.0;

pub(super) fn is_missing(value: f64) -> bool {
    value.to_bits() == MISSING.to_bits() || value.to_bits() == END.to_bits()
}

/// `a op b`. Files hold 32-bit floats, so that `0.1` of a file is not the `0.1` of an
/// expression in 64 bits: small numbers are compared in 32.
pub(super) fn holds(op: Op, a: f64, b: f64) -> bool {
    let (a, b) = if a > EXACT || b > EXACT {
        (a, b)
    } else {
        (f64::from(a as f32), f64::from(b as f32))
    };
    match op {
        Op::Equal => a == b,
        Op::NotEqual => a != b,
        Op::Less => a < b,
        Op::LessEqual => a <= b,
        Op::Greater => a > b,
        Op::GreaterEqual => a >= b,
        _ => false,
    }
}

/// What `op` says of a pair of which `missing` (1 or 2) are missing.
pub(super) fn holds_missing(op: Op, missing: usize) -> bool {
    match op {
        Op::Equal | Op::Like => missing == 2,
        Op::NotEqual | Op::NotLike => missing == 1,
        _ => false,
    }
}

/// `a op b` where either may be missing.
pub(super) fn test(op: Op, a: f64, b: f64) -> bool {
    match usize::from(is_missing(a)) + usize::from(is_missing(b)) {
        0 => holds(op, a, b),
        missing => holds_missing(op, missing),
    }
}

/// `a op b` for the five operators of arithmetic.
pub(super) fn calculate(op: Op, a: f64, b: f64) -> f64 {
    if is_missing(a) || is_missing(b) {
        return MISSING;
    }
    match op {
        Op::Add => a + b,
        Op::Subtract => a - b,
        Op::Multiply => a * b,
        Op::Divide => a / b,
        // Whole numbers, as C has it; a remainder by zero is missing.
        Op::Modulo => (a as i32).checked_rem(b as i32).map_or(MISSING, f64::from),
        _ => MISSING,
    }
}

/// The two-sided binomial test of `a` against `b` successes at probability one half; missing
/// where there are none of either.
pub(super) fn binom(a: f64, b: f64) -> f64 {
    if is_missing(a) || is_missing(b) {
        return MISSING;
    }
    let (a, b) = (f64::from(a as i32), f64::from(b as i32));
    if a < 0.0 || b < 0.0 || a + b == 0.0 {
        return MISSING;
    }
    if a == b {
        return 1.0;
    }
    let (more, less) = if a > b { (a, b) } else { (b, a) };
    // P(X >= more) of Binomial(more + less, 1/2) is the regularised incomplete beta function.
    (2.0 * incomplete_beta_half(more, less + 1.0)).min(1.0)
}

/// I(1/2; a, b) by Lentz's continued fraction, to about 1e-13; a > b - 1, so that it converges
/// in some sqrt(a) steps.
fn incomplete_beta_half(a: f64, b: f64) -> f64 {
    const X: f64 = 0.5;
    const TINY: f64 = 1e-300;
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + (a + b) * X.ln()).exp() / a;
    let floor = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / floor(1.0 - (a + b) * X / (a + 1.0));
    let mut h = d;
    for i in 1..100_000 {
        let m = f64::from(i);
        let even = m * (b - m) * X / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * X / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            d = 1.0 / floor(1.0 + term * d);
            c = floor(1.0 + term / c);
            change = d * c;
            h *= change;
        }
        if (change - 1.0).abs() < 1e-15 {
            break;
        }
    }
    front * h
}

/// ln Γ(x) for x >= 1 by Stirling's series, shifted to where it is accurate.
fn ln_gamma(mut x: f64) -> f64 {
    let mut shift = 1.0f64;
    while x < 12.0 {
        shift *= x;
        x += 1.0;
    }
    let r = 1.0 / (x * x);
    let series = (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r / 1680.0))) / x;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series - shift.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binomial_test_equals_the_sum_of_its_terms() {
        for n in 1..60i32 {
            for a in 0..=n {
                let b = n - a;
                let mut term = 0.5f64.powi(n);
                let mut below = 0.0;
                for k in 0..=a.min(b) {
                    below += term;
                    term *= f64::from(n - k) / f64::from(k + 1);
                }
                let expected = if a == b { 1.0 } else { (2.0 * below).min(1.0) };
                let got = binom(f64::from(a), f64::from(b));
                assert!((got - expected).abs() < 1e-11, "{a} {b}: {got} {expected}");
            }
        }
        assert!(is_missing(binom(0.0, 0.0)));
        assert!(binom(2e9, 1.0) < 1e-300);
    }

    #[test]
    fn missing_is_not_any_nan() {
        assert!(!is_missing(calculate(Op::Divide, 0.0, 0.0)));
        assert!(!is_missing(f64::NAN));
        assert!(is_missing(calculate(Op::Modulo, 5.0, 0.0)));
        assert!(test(Op::NotEqual, MISSING, 1.0) && !test(Op::Equal, MISSING, 1.0));
        assert!(test(Op::Equal, 0.1, f64::from(0.1f32)));
        assert!(!test(Op::Equal, 16_777_217.0, 16_777_216.0));
    }
}
