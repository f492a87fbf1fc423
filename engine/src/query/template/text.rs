//! Values as VCF and bcftools write them.

use std::fmt::Write as _;

use crate::query::expr::{FLOAT_END, FLOAT_MISSING, INT_END, INT_MISSING, Info};
use crate::record::number;

/// A float as htslib writes it.
pub(super) fn push_float(out: &mut String, value: f64) {
    let mut bytes = Vec::with_capacity(24);
    number::push_float(&mut bytes, value);
    out.extend(bytes.into_iter().map(char::from));
}

/// The values of an INFO field, joined by commas; `.` for a missing one. `index`: only that one.
/// Nothing for a flag; returns whether there was anything to write.
pub(super) fn push_info(out: &mut String, info: &Info<'_>, index: Option<usize>) -> bool {
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
                _ => push_float(out, f64::from(v)),
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
pub(super) fn push_call(out: &mut String, call: &[i32]) {
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
