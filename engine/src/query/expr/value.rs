//! What is on the stack while an expression is evaluated.

use std::borrow::Cow;

use super::number::{END, MISSING, is_missing};
use super::row::{FLOAT_END, FLOAT_MISSING, Format, INT_END, INT_MISSING, Info};
use super::subscript::{Pick, Samples};
use crate::genotype::Plane;

/// Numbers: of the site, or `per` of each sample. Empty where the record has not got them.
#[derive(Clone, Debug)]
pub(super) struct Numbers {
    pub(super) values: Vec<f64>,
    /// Values of each sample; 0 for those of the site.
    pub(super) per: usize,
    pub(super) samples: bool,
    pub(super) used: Samples,
}

#[derive(Clone, Debug)]
pub(super) enum Value<'a> {
    Numbers(Numbers),
    /// A text of the site; `None` where the record has not got it.
    Text(Option<Cow<'a, str>>),
    /// A text of each sample; `None` where the record has not got the field.
    Texts(Option<Vec<Cow<'a, str>>>, Samples),
    Pass(Pass),
}

/// The outcome of a test.
#[derive(Clone, Debug)]
pub(super) struct Pass {
    pub(super) site: bool,
    /// The samples for which it holds, if it is about samples.
    pub(super) samples: Option<Plane>,
    pub(super) used: Samples,
}

impl Pass {
    pub(super) const fn site(site: bool) -> Self {
        Self {
            site,
            samples: None,
            used: None,
        }
    }

    pub(super) fn samples(samples: Plane, used: Samples) -> Self {
        Self {
            site: !samples.is_empty(),
            samples: Some(samples),
            used,
        }
    }
}

impl Numbers {
    pub(super) fn site(values: Vec<f64>) -> Self {
        Self {
            values,
            per: 0,
            samples: false,
            used: None,
        }
    }

    pub(super) fn one(value: f64) -> Self {
        Self::site(vec![value])
    }

    pub(super) fn of_option(value: Option<f64>) -> Self {
        Self::site(value.into_iter().collect())
    }

    pub(super) fn uses(&self, sample: usize) -> bool {
        self.used.as_ref().is_none_or(|u| u.get(sample))
    }

    /// The values of one sample after the other; none of a sample that is not used.
    pub(super) fn by_sample(&self) -> impl Iterator<Item = (usize, &[f64])> {
        let per = self.per.max(1);
        (self.values.chunks_exact(per).enumerate()).filter(|(s, _)| self.uses(*s))
    }

    /// All values of used samples, or of the site.
    pub(super) fn all(&self) -> Cow<'_, [f64]> {
        if !self.samples || self.used.is_none() {
            return Cow::Borrowed(&self.values);
        }
        Cow::Owned(self.by_sample().flat_map(|(_, v)| v).copied().collect())
    }
}

pub(super) fn of_int(value: i32) -> f64 {
    match value {
        INT_MISSING => MISSING,
        INT_END => END,
        v => f64::from(v),
    }
}

pub(super) fn of_float(value: f32) -> f64 {
    match value.to_bits() {
        FLOAT_MISSING => MISSING,
        FLOAT_END => END,
        _ => f64::from(value),
    }
}

/// The numbers of an INFO field.
///
/// Two of bcftools' ways are kept: an index into a field with one value gives that value,
/// whatever the index, and a value that is missing alone is as if the field were absent.
pub(super) fn info_numbers(info: &Info<'_>, pick: &Pick, single: bool) -> Numbers {
    let mut values: Vec<f64> = match info {
        Info::Ints(v) => v.iter().map(|v| of_int(*v)).collect(),
        Info::Floats(v) => v.iter().map(|v| of_float(*v)).collect(),
        Info::Absent | Info::Flag | Info::Text(_) => Vec::new(),
    };
    while values.last().is_some_and(|v| v.to_bits() == END.to_bits()) {
        values.pop();
    }
    let one = if single {
        Some(0)
    } else if let Pick::One(i) = pick {
        Some(*i)
    } else {
        None
    };
    if let Some(i) = one {
        let i = if values.len() == 1 { 0 } else { i };
        let value = values.get(i).copied().filter(|v| !is_missing(*v));
        return Numbers::of_option(value);
    }
    if *pick != Pick::All {
        let picked = values.iter().enumerate().filter(|(i, _)| pick.has(*i));
        values = picked.map(|(_, v)| *v).collect();
    }
    Numbers::site(values)
}

/// The numbers of a FORMAT field over `n` samples.
pub(super) fn format_numbers(
    format: &Format<'_>,
    pick: &Pick,
    used: &Samples,
    n: usize,
) -> Numbers {
    let mut out = Numbers {
        values: Vec::new(),
        per: 0,
        samples: true,
        used: used.clone(),
    };
    match format {
        Format::Ints(v) => fill(&mut out, v, pick, n, of_int),
        Format::Floats(v) => fill(&mut out, v, pick, n, of_float),
        Format::Absent | Format::Text(_) => {}
    }
    out
}

fn fill<T: Copy>(out: &mut Numbers, source: &[T], pick: &Pick, n: usize, of: fn(T) -> f64) {
    let there = source.len().checked_div(n).unwrap_or(0);
    if there == 0 {
        return;
    }
    if let Pick::One(i) = pick {
        out.per = 1;
        let value = |call: &[T]| call.get(*i).map_or(MISSING, |v| of(*v));
        out.values = source.chunks_exact(there).map(value).collect();
        return;
    }
    // A list of indices keeps its width, and one value that is not there stands for many.
    let found = (0..there).filter(|i| pick.has(*i)).count();
    out.per = pick.len().map_or(there, |len| len.min(found + 1));
    out.values.reserve(out.per * n);
    for call in source.chunks_exact(there) {
        let start = out.values.len();
        let picked = call.iter().enumerate().filter(|(i, _)| pick.has(*i));
        out.values.extend(picked.map(|(_, v)| of(*v)));
        if out.values.len() == start {
            out.values.push(MISSING);
        }
        out.values.resize(start + out.per, END);
    }
}

/// The chosen comma-separated values of a text.
pub(super) fn pick_text<'a>(text: Cow<'a, str>, pick: &Pick) -> Option<Cow<'a, str>> {
    match pick {
        Pick::All => Some(text),
        Pick::One(i) => Some(match text {
            Cow::Borrowed(t) => Cow::Borrowed(t.split(',').nth(*i)?),
            Cow::Owned(t) => Cow::Owned(t.split(',').nth(*i)?.to_owned()),
        }),
        Pick::Ranges(_) => {
            let parts = text.split(',').enumerate().filter(|(i, _)| pick.has(*i));
            let parts: Vec<&str> = parts.map(|(_, p)| p).collect();
            (!parts.is_empty()).then(|| Cow::Owned(parts.join(",")))
        }
    }
}
