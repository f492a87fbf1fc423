//! What stands between brackets: which values of a vector, which samples.

use std::sync::Arc;

use super::files::{Lines, read_lines};
use super::lex::Subscript;
use super::schema::Schema;
use crate::genotype::Plane;

/// Highest index of a value or sample that may be written.
const MAX_INDEX: usize = 1 << 29;

/// Indices, from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pick {
    All,
    One(usize),
    /// Ranges, ends included, ascending and apart; an open one ends at `usize::MAX`.
    Ranges(Vec<(usize, usize)>),
}

impl Pick {
    pub(super) fn has(&self, i: usize) -> bool {
        match self {
            Self::All => true,
            Self::One(n) => i == *n,
            Self::Ranges(ranges) => ranges.iter().any(|(a, b)| (*a..=*b).contains(&i)),
        }
    }

    /// How many it picks at most; `None` where it is open.
    pub(super) fn len(&self) -> Option<usize> {
        match self {
            Self::All => None,
            Self::One(_) => Some(1),
            Self::Ranges(ranges) => ranges
                .iter()
                .try_fold(0, |n, (a, b)| (*b != usize::MAX).then(|| n + (b - a + 1))),
        }
    }

    /// `*`, nothing, `1`, `1-3`, `2-`, `0,2-4`.
    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() || text == "*" {
            return Ok(Self::All);
        }
        let index = |t: &str| match t.parse::<usize>() {
            Ok(n) if n <= MAX_INDEX => Ok(n),
            Ok(_) => Err(format!("the index {t} is too large")),
            Err(_) => Err(format!("{t:?} is not an index")),
        };
        if text.bytes().all(|b| b.is_ascii_digit()) {
            return index(text).map(Self::One);
        }
        let mut ranges = Vec::new();
        for part in text.split(',') {
            let (from, to) = match part.split_once('-') {
                None => (index(part)?, index(part)?),
                Some((from, "")) => (index(from)?, usize::MAX),
                Some((from, to)) => (index(from)?, index(to)?),
            };
            if from > to {
                return Err(format!("the range {part} is empty"));
            }
            ranges.push((from, to));
        }
        // Ascending and apart, so that they can be counted.
        ranges.sort_unstable();
        let mut merged: Vec<(usize, usize)> = Vec::new();
        for (from, to) in ranges {
            match merged.last_mut() {
                Some(last) if from <= last.1.saturating_add(1) => last.1 = last.1.max(to),
                _ => merged.push((from, to)),
            }
        }
        match merged[..] {
            [(0, usize::MAX)] => Ok(Self::All),
            _ => Ok(Self::Ranges(merged)),
        }
    }
}

/// Which samples; all where `None`.
pub(super) type Samples = Option<Arc<Plane>>;

/// Whether the text could be a cohort's name rather than indices.
pub(super) fn is_cohort(subscript: &Subscript) -> bool {
    subscript
        .text
        .trim()
        .starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Of an INFO field: `AF[0]`, `AF[*]`, `AF[1-2]`.
pub(super) fn parse_info(subscript: Option<&Subscript>) -> Result<Option<Pick>, String> {
    match subscript {
        None => Ok(None),
        Some(s) if s.text.contains(':') || s.text.starts_with('@') => {
            Err("samples are chosen of FORMAT fields only".to_owned())
        }
        Some(s) => Pick::parse(&s.text).map(Some),
    }
}

/// Of a FORMAT field: `AD[sample:value]`, `DP[sample]`, `GT[@file]`.
pub(super) fn parse_format(
    subscript: Option<&Subscript>,
    single: bool,
    schema: &Schema,
) -> Result<(Pick, Samples), String> {
    let Some(subscript) = subscript else {
        return Ok((if single { Pick::One(0) } else { Pick::All }, None));
    };
    let text = subscript.text.trim();
    if let Some(path) = text.strip_prefix('@') {
        return sample_file(path, single, schema);
    }
    if let Some((samples, values)) = text.rsplit_once(':') {
        let values = Pick::parse(values)?;
        return Ok((values, samples_of(&Pick::parse(samples)?, schema)?));
    }
    let samples = Pick::parse(text)?;
    if !single && samples != Pick::All {
        return Err("it has several values in each sample: write [sample:value]".to_owned());
    }
    let values = if single { Pick::One(0) } else { Pick::All };
    Ok((values, samples_of(&samples, schema)?))
}

fn samples_of(pick: &Pick, schema: &Schema) -> Result<Samples, String> {
    let n = schema.n_samples();
    let last = match pick {
        Pick::All => return Ok(None),
        Pick::One(i) => *i,
        Pick::Ranges(ranges) => ranges
            .iter()
            .map(|(a, b)| if *b == usize::MAX { *a } else { *b })
            .max()
            .unwrap_or(0),
    };
    if last >= n {
        return Err(format!("there is no sample {last}: there are {n}, from 0"));
    }
    let mut plane = Plane::zeros(n);
    (0..n).filter(|i| pick.has(*i)).for_each(|i| plane.set(i));
    Ok(Some(Arc::new(plane)))
}

/// `@file` or `@file:value`.
fn sample_file(path: &str, single: bool, schema: &Schema) -> Result<(Pick, Samples), String> {
    let whole = if single { Pick::One(0) } else { Pick::All };
    let (lines, pick) = match (
        read_lines(path, schema.files_allowed(), Lines::Whole),
        path.rsplit_once(':'),
    ) {
        (Ok(lines), _) => (lines, whole),
        (Err(e), None) => return Err(e),
        (Err(e), Some((path, values))) => {
            let lines = read_lines(path, schema.files_allowed(), Lines::Whole).map_err(|_| e)?;
            (lines, Pick::parse(values)?)
        }
    };
    let mut plane = Plane::zeros(schema.n_samples());
    for name in &lines {
        let place = schema.sample(name).ok_or_else(|| {
            let similar = schema.nearest_sample(name);
            let hint = similar.map_or_else(String::new, |s| format!("; did you mean {s:?}?"));
            format!("{path}: there is no sample {name:?}{hint}")
        })?;
        plane.set(place);
    }
    Ok((pick, Some(Arc::new(plane))))
}
