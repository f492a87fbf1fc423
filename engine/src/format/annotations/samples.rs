//! The values of a FORMAT field: those of every sample in one row.
//!
//! ```text
//! byte   1, 2, 3: whole numbers of 1, 2, 4 bytes; 5: floats; 7: text
//!        + 16: what follows is one sample's, and every sample has the same
//! varint values of each sample (text: 1)
//! values sample after sample, little-endian; of text a varint length and the bytes
//! ```
//!
//! As in BCF the two least whole numbers of each width stand for a missing value and for the end
//! of a vector shorter than others, and two NaNs for those among floats.

use crate::codec::{put_varint, take_varint};

/// A missing whole number.
pub const INT_MISSING: i32 = i32::MIN;
/// After the last whole number of a sample that has fewer than others.
pub const INT_END: i32 = i32::MIN + 1;
/// Bits of a missing float.
pub const FLOAT_MISSING: u32 = 0x7f80_0001;
/// Bits after the last float of a sample that has fewer than others.
pub const FLOAT_END: u32 = 0x7f80_0002;

const SAME: u8 = 16;
/// Values of a row at most: a few bytes cannot ask for more memory than this.
const MOST: usize = 1 << 30;

/// Values of a field in one row: as many for each sample, sample after sample.
#[derive(Clone, Debug, PartialEq)]
pub enum SampleValues {
    /// Whole numbers; [`INT_MISSING`] and [`INT_END`] where there is none.
    Ints(Vec<i32>),
    /// Floats, by their bits; [`FLOAT_MISSING`] and [`FLOAT_END`] where there is none.
    Floats(Vec<u32>),
    /// Text as written, one a sample; `.` where missing.
    Text(Vec<String>),
}

impl SampleValues {
    fn len(&self) -> usize {
        match self {
            Self::Ints(v) => v.len(),
            Self::Floats(v) => v.len(),
            Self::Text(v) => v.len(),
        }
    }

    /// The values of `stay` only, of as many samples as there are.
    #[must_use]
    pub fn keep(&self, n_samples: usize, stay: impl Iterator<Item = u32> + Clone) -> Self {
        fn some<T: Clone>(v: &[T], n: usize, stay: impl Iterator<Item = u32>) -> Vec<T> {
            let each = v.len().checked_div(n).unwrap_or(0);
            let of = |s: u32| v.get(s as usize * each..(s as usize + 1) * each);
            stay.filter_map(of).flatten().cloned().collect()
        }
        match self {
            Self::Ints(v) => Self::Ints(some(v, n_samples, stay)),
            Self::Floats(v) => Self::Floats(some(v, n_samples, stay)),
            Self::Text(v) => Self::Text(some(v, n_samples, stay)),
        }
    }

    /// The bytes that are stored; the number of values is a multiple of `n_samples`.
    #[must_use]
    pub fn encode(&self, n_samples: usize) -> Vec<u8> {
        let each = self.len().checked_div(n_samples).unwrap_or(0);
        let same = match self {
            Self::Ints(v) => is_same(v, each),
            Self::Floats(v) => is_same(v, each),
            Self::Text(v) => is_same(v, each),
        };
        let n = if same { each } else { each * n_samples };
        let mark = if same { SAME } else { 0 };
        let mut out = Vec::new();
        match self {
            Self::Ints(values) => {
                let values = values.get(..n).unwrap_or_default();
                let width = values.iter().map(|v| width(*v)).max().unwrap_or(1);
                out.push(mark | if width == 4 { 3 } else { width });
                put_varint(&mut out, each as u64);
                for &v in values {
                    let special = matches!(v, INT_MISSING | INT_END);
                    let from_least = v.wrapping_sub(i32::MIN);
                    match width {
                        1 if special => out.push((i8::MIN + from_least as i8).cast_unsigned()),
                        1 => out.push((v as i8).cast_unsigned()),
                        2 if special => {
                            out.extend((i16::MIN + from_least as i16).to_le_bytes());
                        }
                        2 => out.extend((v as i16).to_le_bytes()),
                        _ => out.extend(v.to_le_bytes()),
                    }
                }
            }
            Self::Floats(bits) => {
                out.push(mark | 5);
                put_varint(&mut out, each as u64);
                let bits = bits.get(..n).unwrap_or_default();
                out.extend(bits.iter().flat_map(|b| b.to_le_bytes()));
            }
            Self::Text(texts) => {
                out.push(mark | 7);
                put_varint(&mut out, 1);
                for text in texts.get(..n).unwrap_or_default() {
                    put_varint(&mut out, text.len() as u64);
                    out.extend_from_slice(text.as_bytes());
                }
            }
        }
        out
    }

    /// What bytes say of `n_samples` samples.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn decode(bytes: &[u8], n_samples: usize) -> Result<Self, String> {
        let short = || "too few bytes".to_owned();
        let text = |e: crate::codec::CodecError| e.to_string();
        let (&head, mut rest) = bytes.split_first().ok_or_else(short)?;
        let each = take_varint(&mut rest).map_err(text)?;
        let each = usize::try_from(each).map_err(|e| e.to_string())?;
        let samples = if head & SAME == 0 { n_samples } else { 1 };
        let n = each.checked_mul(samples).ok_or("too many values")?;
        let exactly = |width: usize| match n.checked_mul(width) {
            Some(bytes) if bytes == rest.len() => Ok(()),
            _ => Err(format!("{} bytes for {n} values", rest.len())),
        };
        let values = match head & !SAME {
            1 => {
                exactly(1)?;
                let value = |b: &u8| match b.cast_signed() {
                    i8::MIN => INT_MISSING,
                    -127 => INT_END,
                    v => i32::from(v),
                };
                Self::Ints(rest.iter().map(value).collect())
            }
            2 => {
                exactly(2)?;
                let value = |b: &[u8; 2]| match i16::from_le_bytes(*b) {
                    i16::MIN => INT_MISSING,
                    -32767 => INT_END,
                    v => i32::from(v),
                };
                Self::Ints(rest.as_chunks().0.iter().map(value).collect())
            }
            3 => {
                exactly(4)?;
                let value = |b: &[u8; 4]| i32::from_le_bytes(*b);
                Self::Ints(rest.as_chunks().0.iter().map(value).collect())
            }
            5 => {
                exactly(4)?;
                let value = |b: &[u8; 4]| u32::from_le_bytes(*b);
                Self::Floats(rest.as_chunks().0.iter().map(value).collect())
            }
            7 => {
                let mut texts = Vec::with_capacity(n.min(rest.len()));
                for _ in 0..n {
                    let length = take_varint(&mut rest).map_err(text)?;
                    let length = usize::try_from(length).map_err(|e| e.to_string())?;
                    let (value, more) = rest.split_at_checked(length).ok_or_else(short)?;
                    texts.push(str::from_utf8(value).map_err(|e| e.to_string())?.to_owned());
                    rest = more;
                }
                if !rest.is_empty() {
                    return Err("bytes after the last value".to_owned());
                }
                Self::Text(texts)
            }
            kind => return Err(format!("kind {kind}")),
        };
        if head & SAME == 0 {
            return Ok(values);
        }
        let total = each.checked_mul(n_samples).filter(|n| *n <= MOST);
        let total = total.ok_or("too many values")?;
        Ok(match values {
            Self::Ints(v) => Self::Ints(v.into_iter().cycle().take(total).collect()),
            Self::Floats(v) => Self::Floats(v.into_iter().cycle().take(total).collect()),
            Self::Text(v) => Self::Text(v.into_iter().cycle().take(total).collect()),
        })
    }
}

/// Whether every sample's values are the first one's.
fn is_same<T: PartialEq>(values: &[T], each: usize) -> bool {
    each > 0 && values.len() > each && values.windows(each + 1).all(|w| w[0] == w[each])
}

/// Bytes that a whole number needs beside the two reserved ones.
fn width(v: i32) -> u8 {
    match v {
        INT_MISSING | INT_END | -126..=127 => 1,
        -32766..=32767 => 2,
        _ => 4,
    }
}
