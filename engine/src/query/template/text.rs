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

/// Which values of a field are shown.
#[derive(Clone, Copy)]
pub(super) enum Shown {
    All,
    /// That of an index; `.` where there is none.
    One(usize),
    /// The same, but a field of one value gives it whatever the index: bcftools' rule for INFO.
    OneOrOnly(usize),
}

impl Shown {
    /// Of the values of an INFO field.
    fn of_info(index: Option<usize>) -> Self {
        index.map_or(Self::All, Self::OneOrOnly)
    }

    /// Of the values of a sample.
    pub(super) fn of_sample(index: Option<usize>) -> Self {
        index.map_or(Self::All, Self::One)
    }

    fn among<T>(self, values: &[T]) -> &[T] {
        match self {
            Self::OneOrOnly(_) if values.len() == 1 => values,
            Self::One(i) | Self::OneOrOnly(i) => values.get(i).map_or(&[], std::slice::from_ref),
            Self::All => values,
        }
    }
}

/// Whole numbers, joined by commas; `.` for none and for each that is missing.
pub(super) fn push_ints(out: &mut String, values: &[i32], shown: Shown) {
    push_values(
        out,
        values,
        shown,
        |v| *v == INT_END,
        |out, v| match v {
            INT_MISSING => out.push('.'),
            v => out.push_str(itoa::Buffer::new().format(v)),
        },
    );
}

/// The same for floats, as htslib writes them.
pub(super) fn push_floats(out: &mut String, values: &[f32], shown: Shown) {
    let end = |v: &f32| v.to_bits() == FLOAT_END;
    push_values(out, values, shown, end, |out, v| match v.to_bits() {
        FLOAT_MISSING => out.push('.'),
        _ => push_float(out, f64::from(v)),
    });
}

/// The values up to the first that is the `end` of a vector shorter than others.
fn push_values<T: Copy>(
    out: &mut String,
    values: &[T],
    shown: Shown,
    end: impl Fn(&T) -> bool,
    push: impl Fn(&mut String, T),
) {
    let values = values.split(end).next().unwrap_or(&[]);
    let shown = shown.among(values);
    for (i, v) in shown.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        push(out, *v);
    }
    if shown.is_empty() {
        out.push('.');
    }
}

/// The values of an INFO field, joined by commas; `.` for a missing one. `index`: only that one.
/// Nothing for a flag.
pub(super) fn push_info(out: &mut String, info: &Info<'_>, index: Option<usize>) {
    let shown = Shown::of_info(index);
    match info {
        Info::Absent | Info::Flag => {}
        Info::Ints(v) => push_ints(out, v, shown),
        Info::Floats(v) => push_floats(out, v, shown),
        Info::Text(t) => match index {
            Some(i) => out.push_str(t.split(',').nth(i).unwrap_or(".")),
            None => out.push_str(t),
        },
    }
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
