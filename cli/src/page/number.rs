//! Numbers as people read them: the same text on every machine.

/// A whole number with commas: `1,234,567`.
pub(crate) fn whole(value: u64) -> String {
    group(&value.to_string())
}

/// `digits` significant digits without trailing zeros: `0.0123`, `1,234`, `1.5e-7`; `–` where
/// there is no number, `∞` where it has no end.
pub(crate) fn real(value: f64, digits: usize) -> String {
    if value.is_nan() {
        return "–".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "-∞" }.to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    // The standard library rounds the exact value: no logarithm is taken.
    let text = format!("{:.*e}", digits.max(1) - 1, value);
    let Some((mantissa, exponent)) = text.split_once('e') else {
        return text;
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..7).contains(&exponent) {
        return format!("{}e{exponent}", trim(mantissa));
    }
    let places = (digits.max(1) as i32 - 1 - exponent).max(0) as usize;
    // Digits beyond those asked for are zeros: 123,456 in three digits is 123,000.
    let rounded: f64 = text.parse().unwrap_or(value);
    group(trim(&format!("{rounded:.places$}")))
}

/// `digits` significant digits of a number that may be missing.
pub(crate) fn optional(value: Option<f64>, digits: usize) -> String {
    real(value.unwrap_or(f64::NAN), digits)
}

/// A probability: `0.034`, `2.1e-9`, never 0 where it is not.
pub(crate) fn probability(value: f64) -> String {
    real(value, 2)
}

/// An interval: `0.2 to 1.4`.
pub(crate) fn interval(low: f64, high: f64, digits: usize) -> String {
    format!("{} to {}", real(low, digits), real(high, digits))
}

/// Without zeros after the point.
fn trim(text: &str) -> &str {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    }
}

/// With commas between thousands.
fn group(text: &str) -> String {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (whole, rest) = match text.find('.') {
        Some(point) => text.split_at(point),
        None => (text, ""),
    };
    let mut out = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(rest);
    out
}
