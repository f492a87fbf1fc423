//! Numbers of an expression, compared exactly with whole and real values.

use std::cmp::Ordering;

/// A number as written: whole where it has neither point nor exponent and fits 64 bits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Int(i64),
    /// Never NaN.
    Float(f64),
}

impl Number {
    /// `None` where the text is no number or is beyond what a real number can hold.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Ok(int) = text.parse() {
            return Some(Self::Int(int));
        }
        text.parse()
            .ok()
            .filter(|f: &f64| f.is_finite())
            .map(Self::Float)
    }

    /// How a whole value compares with this number.
    pub(super) fn order_of_int(self, value: i64) -> Ordering {
        match self {
            Self::Int(n) => value.cmp(&n),
            Self::Float(n) => int_with_float(value, n),
        }
    }

    /// How a real value compares with this number; `None` for NaN.
    pub(super) fn order_of_float(self, value: f64) -> Option<Ordering> {
        match self {
            Self::Float(n) => value.partial_cmp(&n),
            Self::Int(_) if value.is_nan() => None,
            Self::Int(n) => Some(int_with_float(n, value).reverse()),
        }
    }
}

/// Compares without rounding: an `i64` near 2^63 has no `f64` of its own.
fn int_with_float(int: i64, float: f64) -> Ordering {
    // 2^63, which `f64` holds exactly.
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    if float >= BEYOND {
        return Ordering::Less;
    }
    if float < -BEYOND {
        return Ordering::Greater;
    }
    let whole = float.trunc();
    // In range by the two checks above, so that the conversion is exact.
    int.cmp(&(whole as i64)).then_with(|| {
        let rest = float - whole;
        0f64.partial_cmp(&rest).unwrap_or(Ordering::Equal)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparison_does_not_round() {
        let big = (1i64 << 53) + 1;
        assert_eq!(
            int_with_float(big, 9_007_199_254_740_992.0),
            Ordering::Greater
        );
        assert_eq!(int_with_float(i64::MAX, 9.3e18), Ordering::Less);
        assert_eq!(
            int_with_float(i64::MAX, 9_223_372_036_854_775_808.0),
            Ordering::Less
        );
        assert_eq!(
            int_with_float(i64::MIN, -9_223_372_036_854_775_808.0),
            Ordering::Equal
        );
        assert_eq!(int_with_float(-3, -3.5), Ordering::Greater);
        assert_eq!(int_with_float(3, 3.5), Ordering::Less);
        assert_eq!(int_with_float(0, -0.0), Ordering::Equal);
        assert_eq!(int_with_float(0, f64::INFINITY), Ordering::Less);
        assert_eq!(Number::Int(0).order_of_float(f64::NAN), None);
        assert_eq!(Number::parse("1e400"), None);
        assert_eq!(Number::parse("20"), Some(Number::Int(20)));
    }
}
