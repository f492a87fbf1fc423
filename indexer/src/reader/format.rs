//! One FORMAT field of a record: the values of the kept samples.

use genodex_engine::format::annotations::{
    FLOAT_END, FLOAT_MISSING, INT_END, INT_MISSING, SampleValues,
};

use super::typed::{Kind, Values};

/// What a field's values are: whole numbers, floats, or (`None`) text.
pub(super) type Numbers = Option<bool>;

/// The values of texts, one for each sample, as a header's Type has them; and how many values
/// are not of that type, and missing therefore.
pub(super) fn from_texts(texts: &[&str], numbers: Numbers) -> (SampleValues, u64) {
    let mut bad = 0;
    let Some(floats) = numbers else {
        let texts = texts.iter().map(|t| if t.is_empty() { "." } else { t });
        return (SampleValues::Text(texts.map(str::to_owned).collect()), 0);
    };
    let each = texts
        .iter()
        .map(|t| t.split(',').count())
        .max()
        .unwrap_or(0);
    let (mut ints, mut bits) = (Vec::new(), Vec::new());
    for text in texts {
        let mut n = 0;
        for part in text.split(',') {
            n += 1;
            let missing = matches!(part, "." | "");
            if floats {
                let value = part.parse::<f64>().map(|v| (v as f32).to_bits());
                bad += u64::from(!missing && value.is_err());
                bits.push(value.unwrap_or(FLOAT_MISSING));
            } else {
                // The least numbers mean something else in BCF.
                let value = part.parse::<i32>().ok().filter(|v| *v >= i32::MIN + 8);
                bad += u64::from(!missing && value.is_none());
                ints.push(value.unwrap_or(INT_MISSING));
            }
        }
        for _ in n..each {
            if floats {
                bits.push(FLOAT_END);
            } else {
                ints.push(INT_END);
            }
        }
    }
    let values = if floats {
        SampleValues::Floats(bits)
    } else {
        SampleValues::Ints(ints)
    };
    (values, bad)
}

/// The values of a BCF vector of `len` values for each sample, of the `kept` samples; and how
/// many are not of the header's Type, and missing therefore.
pub(super) fn from_typed(
    values: &Values<'_>,
    len: usize,
    kept: impl Iterator<Item = usize>,
    numbers: Numbers,
) -> (SampleValues, u64) {
    let is_int = matches!(values.kind, Kind::Int8 | Kind::Int16 | Kind::Int32);
    let bit = |i: usize| {
        let bytes = values.bytes.get(4 * i..).and_then(|b| b.first_chunk());
        bytes.map_or(FLOAT_END, |b| u32::from_le_bytes(*b))
    };
    match numbers {
        Some(false) if is_int => {
            let ints = kept.flat_map(|s| (s * len..(s + 1) * len).map(|i| values.int(i)));
            let ints = ints.map(|v| v.unwrap_or(INT_END));
            (SampleValues::Ints(ints.collect()), 0)
        }
        Some(true) if values.kind == Kind::Float => {
            let bits = kept.flat_map(|s| (s * len..(s + 1) * len).map(bit));
            (SampleValues::Floats(bits.collect()), 0)
        }
        None if values.kind == Kind::Char => {
            let mut bad = 0;
            let text = |s: usize| {
                let bytes = values.bytes.get(s * len..(s + 1) * len).unwrap_or_default();
                let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
                match str::from_utf8(&bytes[..end]) {
                    Ok("") => ".".to_owned(),
                    Ok(text) => text.to_owned(),
                    Err(_) => {
                        bad += 1;
                        ".".to_owned()
                    }
                }
            };
            let texts = kept.map(text).collect();
            (SampleValues::Text(texts), bad)
        }
        _ => {
            let n = kept.count();
            let values = match numbers {
                Some(false) => SampleValues::Ints(vec![INT_MISSING; n]),
                Some(true) => SampleValues::Floats(vec![FLOAT_MISSING; n]),
                None => SampleValues::Text(vec![".".to_owned(); n]),
            };
            (values, if len == 0 { 0 } else { n as u64 })
        }
    }
}
