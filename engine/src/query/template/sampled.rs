//! Values of a FORMAT field, sample by sample.

use std::fmt::Write as _;

use super::text::push_float;
use crate::query::expr::{FLOAT_END, FLOAT_MISSING, Format, INT_END, INT_MISSING};

/// A record's values of one field, and how many there are for each sample.
pub(super) struct Sampled<'a> {
    format: Format<'a>,
    width: usize,
}

impl<'a> Sampled<'a> {
    /// Values of `samples` samples.
    pub(super) fn new(format: Format<'a>, samples: usize) -> Self {
        let values = match &format {
            Format::Absent => 0,
            Format::Ints(v) => v.len(),
            Format::Floats(v) => v.len(),
            Format::Text(v) => v.len(),
        };
        Self {
            format,
            width: values.checked_div(samples).unwrap_or(0),
        }
    }

    /// Whether the record has the field.
    pub(super) const fn is_there(&self) -> bool {
        !matches!(self.format, Format::Absent)
    }

    /// Appends a sample's values, or the one of `index`; `.` for a missing one.
    pub(super) fn push(&self, out: &mut String, sample: usize, index: Option<usize>) {
        let place = sample * self.width..(sample + 1) * self.width;
        match &self.format {
            Format::Absent => out.push('.'),
            Format::Ints(v) => join(
                out,
                v.get(place).unwrap_or(&[]),
                index,
                |v| v == INT_END,
                |out, v| match v {
                    INT_MISSING => out.push('.'),
                    v => drop(write!(out, "{v}")),
                },
            ),
            Format::Floats(v) => join(
                out,
                v.get(place).unwrap_or(&[]),
                index,
                |v: f32| v.to_bits() == FLOAT_END,
                |out, v| match v.to_bits() {
                    FLOAT_MISSING => out.push('.'),
                    _ => push_float(out, f64::from(v)),
                },
            ),
            Format::Text(v) => {
                let text = v.get(sample).map_or("", AsRef::as_ref);
                let part = match index {
                    Some(i) => text.split(',').nth(i).unwrap_or(""),
                    None => text,
                };
                out.push_str(if part.is_empty() { "." } else { part });
            }
        }
    }
}

fn join<T: Copy>(
    out: &mut String,
    values: &[T],
    index: Option<usize>,
    end: impl Fn(T) -> bool,
    push: impl Fn(&mut String, T),
) {
    let values = values.split(|v| end(*v)).next().unwrap_or(&[]);
    let shown = match index {
        Some(i) => values.get(i..i.saturating_add(1)).unwrap_or(&[]),
        None => values,
    };
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
