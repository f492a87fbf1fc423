//! Numbers as htslib writes them.

/// A whole number.
pub fn push_int(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    push_unsigned(out, value.unsigned_abs());
}

/// A whole number that is not negative.
pub fn push_unsigned(out: &mut Vec<u8>, mut value: u64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// A float with six significant digits, as htslib's `kputd` writes it: like C's `%g`, but
/// rounded from ten decimals where the value is between 0.0001 and 999999.
pub fn push_float(out: &mut Vec<u8>, value: f64) {
    if value == 0.0 {
        out.extend_from_slice(if value.is_sign_negative() {
            b"-0"
        } else {
            b"0"
        });
        return;
    }
    let size = value.abs();
    if value < 0.0 {
        out.push(b'-');
    }
    if !(0.0001..=999_999.0).contains(&size) {
        push_g(out, size);
        return;
    }
    // Half of the last digit shown, in units of 1e-10.
    let half = [
        (0.001, 5),
        (0.01, 50),
        (0.1, 500),
        (1.0, 5_000),
        (10.0, 50_000),
        (100.0, 500_000),
        (1_000.0, 5_000_000),
        (10_000.0, 50_000_000),
        (100_000.0, 500_000_000),
    ];
    let half = (half.iter().find(|(below, _)| size < *below)).map_or(5_000_000_000, |h| h.1);
    let scaled = (size * 1e10) as u64 + half;
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut left = scaled;
    while left > 0 {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
    }
    let digits = &digits[at..];
    let start = out.len();
    match digits.len().checked_sub(10) {
        None | Some(0) => {
            out.extend_from_slice(b"0.");
            out.extend(std::iter::repeat_n(b'0', 10 - digits.len()));
            out.extend(digits.iter().take(6));
        }
        Some(whole) => {
            let shown = &digits[..6.max(whole).min(digits.len())];
            out.extend_from_slice(&shown[..whole]);
            out.push(b'.');
            out.extend_from_slice(&shown[whole..]);
        }
    }
    trim(out, start);
}

/// Takes zeros after the point off, and the point if it is last.
fn trim(out: &mut Vec<u8>, start: usize) {
    while out.len() > start && out.last() == Some(&b'0') {
        out.pop();
    }
    if out.last() == Some(&b'.') {
        out.pop();
    }
}

/// `%g` of a value that is not negative and needs an exponent, or is none.
fn push_g(out: &mut Vec<u8>, value: f64) {
    if value.is_nan() {
        out.extend_from_slice(b"nan");
        return;
    }
    if value.is_infinite() {
        out.extend_from_slice(b"inf");
        return;
    }
    let scientific = format!("{value:.5e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let start = out.len();
    if (-4..6).contains(&exponent) {
        let decimals = usize::try_from(5 - exponent).unwrap_or(0);
        out.extend_from_slice(format!("{value:.decimals$}").as_bytes());
        if decimals > 0 {
            trim(out, start);
        }
        return;
    }
    out.extend_from_slice(digits.as_bytes());
    trim(out, start);
    let sign = if exponent < 0 { '-' } else { '+' };
    out.extend_from_slice(format!("e{sign}{:02}", exponent.abs()).as_bytes());
}
