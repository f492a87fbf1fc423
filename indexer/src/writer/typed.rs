//! BCF's typed values: a byte of type and length, then the values in as few bytes as hold them.

use genodex_engine::record::{INT_END, INT_MISSING};

const INT8: u8 = 1;
const INT16: u8 = 2;
const INT32: u8 = 3;
const FLOAT: u8 = 5;
const CHAR: u8 = 7;

/// The byte of type and length; lengths from 15 on follow as a typed number.
fn push_type(out: &mut Vec<u8>, length: usize, kind: u8) {
    if length < 15 {
        out.push((length as u8) << 4 | kind);
        return;
    }
    out.push(15 << 4 | kind);
    push_int(out, i32::try_from(length).unwrap_or(i32::MAX));
}

/// One whole number.
pub(super) fn push_int(out: &mut Vec<u8>, value: i32) {
    push_ints(out, &[value]);
}

/// The smallest type that holds the values: BCF keeps the eight lowest of each type apart.
fn width(values: &[i32]) -> u8 {
    let (mut low, mut high) = (0, 0);
    for &v in values {
        let v = if v == INT_MISSING || v == INT_END {
            0
        } else {
            v
        };
        low = low.min(v);
        high = high.max(v);
    }
    if low >= -120 && high <= 127 {
        INT8
    } else if low >= -32760 && high <= 32767 {
        INT16
    } else {
        INT32
    }
}

fn push_values(out: &mut Vec<u8>, kind: u8, values: &[i32]) {
    match kind {
        INT8 => {
            let start = out.len();
            out.resize(start + values.len(), 0);
            for (to, &v) in out.iter_mut().skip(start).zip(values) {
                // The low byte of a missing value is 0 and of an end 1: only the sign is lost.
                *to = v as u8 | if v <= INT_END { 0x80 } else { 0 };
            }
        }
        INT16 => {
            for &v in values {
                let v = match v {
                    INT_MISSING => i16::MIN,
                    INT_END => i16::MIN + 1,
                    v => v as i16,
                };
                out.extend_from_slice(&v.to_le_bytes());
            }
        }
        _ => {
            for v in values {
                out.extend_from_slice(&v.to_le_bytes());
            }
        }
    }
}

/// A vector of whole numbers; nothing at all where it is empty.
pub(super) fn push_ints(out: &mut Vec<u8>, values: &[i32]) {
    if values.is_empty() {
        out.push(0);
        return;
    }
    let kind = width(values);
    push_type(out, values.len(), kind);
    push_values(out, kind, values);
}

/// A vector of floats.
pub(super) fn push_floats(out: &mut Vec<u8>, values: &[f32]) {
    push_type(out, values.len(), FLOAT);
    push_float_values(out, values);
}

fn push_float_values(out: &mut Vec<u8>, values: &[f32]) {
    for v in values {
        out.extend_from_slice(&v.to_bits().to_le_bytes());
    }
}

/// Text.
pub(super) fn push_text(out: &mut Vec<u8>, text: &str) {
    push_type(out, text.len(), CHAR);
    out.extend_from_slice(text.as_bytes());
}

/// `each` whole numbers a sample.
pub(super) fn push_sample_ints(out: &mut Vec<u8>, each: usize, values: &[i32]) {
    let kind = width(values);
    push_type(out, each, kind);
    push_values(out, kind, values);
}

/// `each` floats a sample.
pub(super) fn push_sample_floats(out: &mut Vec<u8>, each: usize, values: &[f32]) {
    push_type(out, each, FLOAT);
    push_float_values(out, values);
}

/// A text a sample, each as long as the longest, with zeros after it.
pub(super) fn push_sample_texts(out: &mut Vec<u8>, texts: &[String]) {
    let each = texts.iter().map(String::len).max().unwrap_or(0);
    push_type(out, each, CHAR);
    for text in texts {
        out.extend_from_slice(text.as_bytes());
        out.extend(std::iter::repeat_n(0, each - text.len()));
    }
}
