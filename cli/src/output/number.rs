//! Numbers as text.

/// Appends a whole number, `.` for a missing one.
pub(crate) fn push_int(out: &mut Vec<u8>, value: Option<i64>) {
    match value {
        None => out.push(b'.'),
        Some(value) => {
            if value < 0 {
                out.push(b'-');
            }
            push_uint(out, value.unsigned_abs());
        }
    }
}

/// Appends a whole number.
pub(crate) fn push_uint(out: &mut Vec<u8>, value: u64) {
    if value < 10 {
        out.push(b'0' + value as u8);
    } else if value < 1_000_000 {
        // Eight bytes whatever the length, of which the digits are kept: no call, no loop.
        let v = value as u32;
        let digit = |power| b'0' + (v / power % 10) as u8;
        let digits = u64::from_be_bytes([
            0,
            0,
            digit(100_000),
            digit(10_000),
            digit(1000),
            digit(100),
            digit(10),
            digit(1),
        ]);
        let used = 1 + v.ilog10() as usize;
        let end = out.len() + used;
        out.extend_from_slice(&(digits << (8 * (8 - used))).to_be_bytes());
        out.truncate(end);
    } else {
        out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
    }
}

/// Half of a whole number: `3`, `3.5`.
pub(crate) fn push_half(out: &mut Vec<u8>, twice: u64) {
    push_uint(out, twice / 2);
    if twice % 2 == 1 {
        out.extend_from_slice(b".5");
    }
}

/// Six significant digits, as C's `%g` and plink2: `0.25`, `1e-05`, `0.333333`. A tie goes to
/// the even digit, and what is within 5e-9 of a tie is one: decimal fractions are seldom
/// exact in binary. `value` is finite.
pub(crate) fn push_g6(out: &mut Vec<u8>, value: f64) {
    if value < 0.0 {
        out.push(b'-');
        return push_g6(out, -value);
    }
    if value == 0.0 {
        out.push(b'0');
        return;
    }
    if value == 1.0 {
        out.push(b'1');
        return;
    }
    let mut exponent = exponent(value);
    let mut digits = round_even(scale(value, 5 - exponent));
    if digits >= 1_000_000 {
        digits /= 10;
        exponent += 1;
    } else if digits < 100_000 && digits > 0 {
        // The exponent was one too high, by rounding of its logarithm.
        exponent -= 1;
        digits = round_even(scale(value, 5 - exponent));
    }
    let mut text = [b'0'; 6];
    for place in text.iter_mut().rev() {
        *place = b'0' + (digits % 10) as u8;
        digits /= 10;
    }
    let used = 6 - text.iter().rev().take_while(|&&d| d == b'0').count();
    match exponent {
        0..6 => {
            let whole = exponent as usize + 1;
            out.extend_from_slice(&text[..whole]);
            if used > whole {
                out.push(b'.');
                out.extend_from_slice(&text[whole..used]);
            }
        }
        -4..0 => {
            out.extend_from_slice(b"0.");
            out.extend_from_slice(&b"000"[..(-1 - exponent) as usize]);
            out.extend_from_slice(&text[..used]);
        }
        _ => {
            out.push(text[0]);
            if used > 1 {
                out.push(b'.');
                out.extend_from_slice(&text[1..used]);
            }
            out.extend_from_slice(if exponent < 0 { b"e-" } else { b"e+" });
            let exponent = u64::from(exponent.unsigned_abs());
            if exponent < 10 {
                out.push(b'0');
            }
            push_uint(out, exponent);
        }
    }
}

/// The power of ten of the first digit, or one more.
fn exponent(value: f64) -> i32 {
    const SMALL: [f64; 9] = [1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8];
    if value < 1.0
        && let Some(below) = SMALL.iter().position(|&p| value >= p)
    {
        return -(below as i32);
    }
    value.log10().floor() as i32
}

/// `value * 10^by`, in two steps where the power itself would be beyond a float.
fn scale(value: f64, by: i32) -> f64 {
    const POWERS: [f64; 16] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ];
    match usize::try_from(by).ok().and_then(|by| POWERS.get(by)) {
        Some(power) => value * power,
        None if by > 300 => value * 1e300 * 10f64.powi(by - 300),
        None => value * 10f64.powi(by),
    }
}

/// To the nearest whole number, ties to even, within 5e-9.
fn round_even(value: f64) -> u64 {
    const TIE: f64 = 5e-9;
    let floor = value as u64;
    let rest = value - floor as f64;
    let up = if floor.is_multiple_of(2) {
        rest >= 0.5 + TIE
    } else {
        rest >= 0.5 - TIE
    };
    floor + u64::from(up)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn g6(value: f64) -> String {
        let mut out = Vec::new();
        push_g6(&mut out, value);
        String::from_utf8(out).unwrap()
    }

    /// As plink2 prints them.
    #[test]
    fn six_digits() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (-0.0587452, "-0.0587452"),
            (-1.0, "-1"),
            (-123456789.0, "-1.23457e+08"),
            (1.0, "1"),
            (0.5, "0.5"),
            (1.0 / 3.0, "0.333333"),
            (2.0 / 3.0, "0.666667"),
            (1e-5, "1e-05"),
            (5.0 / 2e5, "2.5e-05"),
            (1e-4, "0.0001"),
            (0.000123456789, "0.000123457"),
            (0.1, "0.1"),
            (0.01, "0.01"),
            (0.1953125, "0.195312"),
            (0.1328125, "0.132812"),
            (0.1171875, "0.117188"),
            (0.9999999, "1"),
            (0.0000999999996, "0.0001"),
            (1.31967e-301, "1.31967e-301"),
            (3.84992e-18, "3.84992e-18"),
            (123456.0, "123456"),
            (12.5, "12.5"),
            (1234567.0, "1.23457e+06"),
            (9.5e-8, "9.5e-08"),
            (1e-9, "1e-09"),
        ] {
            assert_eq!(g6(value), text);
        }
    }

    #[test]
    fn close_to_the_value() {
        for n in 1..400u32 {
            for k in 1..=n {
                let value = f64::from(k) / f64::from(n);
                let back: f64 = g6(value).parse().unwrap();
                assert!((back - value).abs() <= value * 5.000_001e-6, "{k}/{n}");
            }
        }
        for e in -307..0 {
            let value = 1.234_567 * 10f64.powi(e);
            let back: f64 = g6(value).parse().unwrap();
            assert!((back - value).abs() <= value * 5.000_001e-6, "{value}");
        }
        assert_eq!(g6(5e-324).parse::<f64>().unwrap(), 5e-324);
    }

    #[test]
    fn whole_numbers() {
        for value in (0..20_000).chain([99_999, 100_000, 999_999, 1_000_000, u64::MAX]) {
            let mut out = Vec::new();
            push_uint(&mut out, value);
            assert_eq!(out, value.to_string().as_bytes());
        }
    }

    #[test]
    fn halves() {
        let half = |twice| {
            let mut out = Vec::new();
            push_half(&mut out, twice);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(half(0), "0");
        assert_eq!(half(7), "3.5");
        assert_eq!(half(2_000_000), "1000000");
    }
}
