//! Values of a FORMAT field, sample by sample.

use super::text::{Shown, push_floats, push_ints};
use crate::query::expr::Format;

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
        let shown = Shown::of_sample(index);
        match &self.format {
            Format::Absent => out.push('.'),
            Format::Ints(v) => push_ints(out, v.get(place).unwrap_or(&[]), shown),
            Format::Floats(v) => push_floats(out, v.get(place).unwrap_or(&[]), shown),
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
