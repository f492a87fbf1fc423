//! Values as VCF and bcftools write them.

use std::fmt::Write as _;

use super::expr::{FLOAT_END, FLOAT_MISSING, INT_END, INT_MISSING, Info};

/// A float as C's `%g` prints it: six significant digits, no zeros at the end.
pub(crate) fn push_g(out: &mut String, value: f64) {
    if value == 0.0 {
        out.push_str(if value.is_sign_negative() { "-0" } else { "0" });
        return;
    }
    if !value.is_finite() {
        let sign = if value < 0.0 { "-" } else { "" };
        let _ = write!(out, "{sign}{}", if value.is_nan() { "nan" } else { "inf" });
        return;
    }
    let scientific = format!("{value:.5e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        let decimals = usize::try_from(5 - exponent).unwrap_or(0);
        let fixed = format!("{value:.decimals$}");
        out.push_str(trimmed(&fixed));
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        let _ = write!(out, "{}e{sign}{:02}", trimmed(digits), exponent.abs());
    }
}

/// Without zeros after the decimal point, and without a point at the end.
fn trimmed(digits: &str) -> &str {
    if digits.contains('.') {
        digits.trim_end_matches('0').trim_end_matches('.')
    } else {
        digits
    }
}

/// The values of an INFO field, joined by commas; `.` for a missing one. `index`: only that one.
/// Nothing for a flag; returns whether there was anything to write.
pub(crate) fn push_info(out: &mut String, info: &Info<'_>, index: Option<usize>) -> bool {
    fn join<T: Copy>(
        out: &mut String,
        values: &[T],
        index: Option<usize>,
        end: impl Fn(T) -> bool,
        push: impl Fn(&mut String, T),
    ) {
        let values = values.split(|v| end(*v)).next().unwrap_or(&[]);
        if let Some(i) = index {
            // As bcftools has it, a field of one value gives it whatever the index.
            let i = if values.len() == 1 { 0 } else { i };
            match values.get(i) {
                Some(v) => push(out, *v),
                None => out.push('.'),
            }
            return;
        }
        for (i, v) in values.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            push(out, *v);
        }
        if values.is_empty() {
            out.push('.');
        }
    }
    match info {
        Info::Absent | Info::Flag => return false,
        Info::Ints(v) => join(
            out,
            v,
            index,
            |v| v == INT_END,
            |out, v| match v {
                INT_MISSING => out.push('.'),
                v => drop(write!(out, "{v}")),
            },
        ),
        Info::Floats(v) => join(
            out,
            v,
            index,
            |v: f32| v.to_bits() == FLOAT_END,
            |out, v| match v.to_bits() {
                FLOAT_MISSING => out.push('.'),
                _ => push_g(out, f64::from(v)),
            },
        ),
        Info::Text(t) => match index {
            Some(i) => out.push_str(t.split(',').nth(i).unwrap_or(".")),
            None => out.push_str(t),
        },
    }
    true
}

/// A call in BCF's coding, as VCF writes it.
pub(crate) fn push_call(out: &mut String, call: &[i32]) {
    for (i, &code) in call.iter().take_while(|c| **c != INT_END).enumerate() {
        if i > 0 {
            out.push(if code & 1 == 1 { '|' } else { '/' });
        }
        match code >> 1 {
            0 => out.push('.'),
            1 => out.push('0'),
            2 => out.push('1'),
            n => drop(write!(out, "{}", n - 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_printed_as_c_does() {
        // printf '%g\n' with these values.
        let cases = [
            (0.0, "0"),
            (1.0, "1"),
            (-12.5, "-12.5"),
            (0.000_123_456_7, "0.000123457"),
            (0.000_012_3, "1.23e-05"),
            (123_456.0, "123456"),
            (1_234_567.0, "1.23457e+06"),
            (999_999.5, "1e+06"),
            (f64::from(0.1f32), "0.1"),
            (99.999_999, "100"),
            (1e-30, "1e-30"),
        ];
        for (value, expected) in cases {
            let mut out = String::new();
            push_g(&mut out, value);
            assert_eq!(out, expected, "{value}");
        }
    }
}
