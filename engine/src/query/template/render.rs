//! From items and a record to text.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::line::{push_calls, push_line};
use super::sampled::Sampled;
use super::text::{push_call, push_float, push_info};
use super::{Item, Template};
use crate::format::samples::SampleIds;
use crate::genome::variant_type;
use crate::genotype::{CallCounts, Plane};
use crate::query::expr::{Count, INT_END, Info, RowAccess};
use crate::query::select::Record;

impl Template {
    /// Appends a record. Brackets are written for the samples of `samples`, for all where there
    /// are none.
    pub fn render(&self, record: &Record<'_>, samples: Option<&Plane>, out: &mut String) {
        let n = record.names().sample_ids().len();
        let site = record.only_site();
        let mut formats: Vec<Sampled<'_>> = Vec::new();
        for &field in &self.formats {
            formats.push(Sampled::new(record.format(field), n));
        }
        for item in &self.items {
            match item {
                Item::Each(items) => {
                    let mut show = |s: usize, passes: bool| {
                        for item in items {
                            match (&self.filtered, item) {
                                (Some(text), item) if !passes && item.is_of_sample() => {
                                    out.push_str(text);
                                }
                                (_, Item::Sampled(_, at, index)) => match formats.get(*at) {
                                    Some(format) => format.push(out, s, *index),
                                    None => out.push('.'),
                                },
                                (_, item) => push(out, item, record, Some(s)),
                            }
                        }
                    };
                    match samples {
                        None => (0..n).for_each(|s| show(s, true)),
                        Some(p) if self.filtered.is_none() => {
                            p.iter().for_each(|s| show(s as usize, true));
                        }
                        Some(p) => (0..n).for_each(|s| show(s, p.get(s))),
                    }
                }
                item => match (item, site) {
                    (Item::Text(text), _) => push_short(out, text),
                    (Item::Chrom, _) => out.push_str(record.chrom()),
                    (Item::Pos(zero), Some((sites, row))) => {
                        let pos = i64::from(sites.positions()[row]);
                        push_int(out, pos - i64::from(*zero));
                    }
                    (Item::Ref, Some((sites, row))) => push_short(out, sites.alleles_of(row).0),
                    (Item::Alt(None | Some(0)), Some((sites, row))) => {
                        push_short(out, sites.alleles_of(row).1);
                    }
                    _ => push(out, item, record, None),
                },
            }
        }
    }

    /// The line of names that bcftools 1.16 prints with `-H`.
    #[must_use]
    pub fn header(&self, samples: &SampleIds) -> String {
        let mut out = "# ".to_owned();
        let mut n = 0;
        let mut name = |out: &mut String, item: &Item, sample: Option<&str>| {
            if let Item::Text(text) = item {
                out.push_str(text);
                return;
            }
            n += 1;
            let named = sample.filter(|_| !matches!(item, Item::Sample));
            let of = named.map_or_else(String::new, |s| format!("{s}:"));
            let _ = write!(out, "[{n}]{of}{}", item.name());
        };
        for item in &self.items {
            match item {
                Item::Each(items) => {
                    for sample in samples.iter() {
                        items.iter().for_each(|i| name(&mut out, i, Some(sample)));
                    }
                }
                item => name(&mut out, item, None),
            }
        }
        if !out.ends_with('\n') {
            out.push('\n');
        }
        out
    }
}

impl Item {
    /// Whether it is a value of a sample.
    const fn is_of_sample(&self) -> bool {
        matches!(
            self,
            Self::Gt | Self::Tgt | Self::IupacGt | Self::PhaseSet | Self::Sampled(..)
        )
    }

    fn name(&self) -> String {
        match self {
            Self::Text(_) | Self::Each(_) => String::new(),
            Self::Chrom => "CHROM".to_owned(),
            Self::Pos(zero) => if *zero { "POS0" } else { "POS" }.to_owned(),
            Self::End(zero) => if *zero { "END0" } else { "END" }.to_owned(),
            Self::Id => "ID".to_owned(),
            Self::Ref => "REF".to_owned(),
            Self::Alt(None) => "ALT".to_owned(),
            Self::Alt(Some(0)) => "FIRST_ALT".to_owned(),
            // bcftools leaves the index out.
            Self::Alt(Some(_)) => "ALT".to_owned(),
            Self::Qual => "QUAL".to_owned(),
            Self::Filter => "FILTER".to_owned(),
            Self::Type => "TYPE".to_owned(),
            // bcftools 1.16 has no name for these.
            Self::InfoAll | Self::Line | Self::Format => "(null)".to_owned(),
            Self::Passing(checked, _) => checked.source().to_owned(),
            Self::Info(name, ..)
            | Self::Sampled(name, ..)
            | Self::Undefined(name)
            | Self::Column(name, _) => name.clone(),
            Self::Mask => "MASK".to_owned(),
            Self::Count(count, cohort, _) => {
                format!("{}{{{cohort}}}", count.name())
            }
            Self::Sample => "SAMPLE".to_owned(),
            Self::Gt | Self::Tgt | Self::IupacGt => "GT".to_owned(),
            Self::PhaseSet => "PS".to_owned(),
        }
    }
}

/// Texts are mostly of one byte.
#[inline]
fn push_short(out: &mut String, text: &str) {
    match text.as_bytes() {
        [byte] => out.push(char::from(*byte)),
        _ => out.push_str(text),
    }
}

fn push_int(out: &mut String, value: i64) {
    out.push_str(itoa::Buffer::new().format(value));
}

fn push(out: &mut String, item: &Item, record: &Record<'_>, sample: Option<usize>) {
    let call = || {
        let alleles = record.alleles()?;
        let start = sample? * alleles.ploidy;
        let place = start..start + alleles.ploidy;
        Some(match alleles.codes {
            Cow::Borrowed(codes) => Cow::Borrowed(codes.get(place)?),
            Cow::Owned(codes) => Cow::Owned(codes.get(place)?.to_vec()),
        })
    };
    match item {
        Item::Text(text) => out.push_str(text),
        Item::Each(_) => {}
        Item::Undefined(_) | Item::Sampled(..) => out.push('.'),
        Item::Mask => out.push('1'),
        Item::Chrom => out.push_str(record.chrom()),
        // A position may be 0, that of a telomere.
        Item::Pos(zero) => push_int(out, record.pos().cast_signed() - i64::from(*zero)),
        Item::End(zero) => push_int(out, i64::from(record.end()) - i64::from(*zero)),
        Item::Id => out.push_str(record.id()),
        Item::Ref => out.push_str(record.reference()),
        Item::Alt(None) => push_alts(out, record),
        Item::Alt(Some(i)) => out.push_str(if *i < record.n_alts() {
            record.alt(*i)
        } else {
            "."
        }),
        Item::Qual => match record.qual() {
            Some(q) => push_float(out, f64::from(q)),
            None => out.push('.'),
        },
        Item::Filter => out.push_str(record.filter_text().unwrap_or(".")),
        Item::Type => {
            let alts = (0..record.n_alts()).map(|i| record.alt(i));
            let types = variant_type::types(record.reference(), alts);
            let mut first = true;
            for name in ["ref", "snp", "mnp", "indel", "other", "bnd", "overlap"] {
                if variant_type::mask(name).is_some_and(|m| m & types != 0) {
                    if !std::mem::take(&mut first) {
                        out.push(',');
                    }
                    out.push_str(&name.to_ascii_uppercase());
                }
            }
        }
        Item::InfoAll => push_all_info(out, record),
        Item::Info(_, field, index) => match record.info(*field) {
            Info::Absent => out.push('.'),
            Info::Flag => out.push('1'),
            info => push_info(out, &info, *index),
        },
        Item::Column(_, column) => {
            let text = record.column(*column);
            out.push_str(text.as_deref().filter(|t| !t.is_empty()).unwrap_or("."));
        }
        Item::Count(count, _, cohort) => {
            for alt in 0..record.n_alts() {
                if alt > 0 {
                    if !count.is_of_alt() {
                        break;
                    }
                    out.push(',');
                }
                push_count(out, *count, &record.cohort_counts(*cohort, alt));
            }
        }
        Item::Sample => {
            let id = sample.and_then(|s| record.names().sample_ids().get(s));
            out.push_str(id.unwrap_or("."));
        }
        Item::Gt => match call() {
            Some(call) => push_call(out, &call),
            None => out.push('.'),
        },
        Item::Tgt => match call() {
            Some(call) => push_bases(out, record, &call),
            None => out.push('.'),
        },
        Item::IupacGt => match call() {
            Some(call) => match iupac(record, &call) {
                Some(letter) => out.push(letter),
                None => push_bases(out, record, &call),
            },
            None => out.push('.'),
        },
        Item::Line => push_line(out, record),
        Item::Format => {
            let start = out.len();
            push_calls(out, record, record.names().sample_ids().len());
            match out.get(start..) {
                Some("") | None => out.push('.'),
                Some(_) => drop(out.remove(start)),
            }
        }
        Item::Passing(checked, share) => {
            let all = record.names().sample_ids().len();
            let passing = checked.evaluate(record).map(|outcome| {
                let whole = if outcome.passes { all } else { 0 };
                outcome.samples.map_or(whole as u64, |p| p.count())
            });
            match passing {
                Ok(n) if *share && all > 0 => push_float(out, n as f64 / all as f64),
                Ok(n) if !*share => drop(write!(out, "{n}")),
                Ok(_) => out.push('.'),
                Err(e) => record.fail(e),
            }
        }
        Item::PhaseSet => match sample.and_then(|s| record.phase_set(s)).flatten() {
            Some(set) => drop(write!(out, "{set}")),
            None => out.push('.'),
        },
    }
}

/// ALT alleles, joined by commas; `.` for none.
pub(super) fn push_alts(out: &mut String, record: &Record<'_>) {
    for i in 0..record.n_alts() {
        if i > 0 {
            out.push(',');
        }
        out.push_str(record.alt(i));
    }
    if record.n_alts() == 0 {
        out.push('.');
    }
}

/// INFO as VCF has it.
pub(super) fn push_all_info(out: &mut String, record: &Record<'_>) {
    let keys = record.info_keys();
    if keys.is_empty() {
        out.push('.');
    }
    for (i, key) in keys.into_iter().enumerate() {
        if i > 0 {
            out.push(';');
        }
        out.push_str(key);
        match record.info_named(key) {
            Info::Flag => {}
            Info::Absent => out.push_str("=."),
            Info::Text(t) if t.is_empty() => {}
            info => {
                out.push('=');
                push_info(out, &info, None);
            }
        }
    }
}

/// The letter for two bases.
fn iupac(record: &Record<'_>, call: &[i32]) -> Option<char> {
    let base = |code: i32| {
        let allele = usize::try_from(code >> 1).ok()?.checked_sub(1)?;
        let text = match allele.checked_sub(1) {
            None => record.reference(),
            Some(alt) => record.alt(alt),
        };
        match text {
            "A" | "a" => Some(1),
            "C" | "c" => Some(2),
            "G" | "g" => Some(4),
            "T" | "t" => Some(8),
            _ => None,
        }
    };
    let [a, b] = *call else {
        return None;
    };
    let both: usize = base(a)? | base(b)?;
    ".ACMGRSVTWYHKDBN".chars().nth(both)
}

fn push_bases(out: &mut String, record: &Record<'_>, call: &[i32]) {
    for (i, &code) in call.iter().take_while(|c| **c != INT_END).enumerate() {
        if i > 0 {
            out.push(if code & 1 == 1 { '|' } else { '/' });
        }
        match code >> 1 {
            0 => out.push('.'),
            1 => out.push_str(record.reference()),
            n => {
                let alt = (n - 2) as usize;
                out.push_str(if alt < record.n_alts() {
                    record.alt(alt)
                } else {
                    "."
                });
            }
        }
    }
}

/// A count as a whole number, a part of one with six digits; `.` for a part of nothing.
fn push_count(out: &mut String, count: Count, calls: &CallCounts) {
    match count.of(calls) {
        None => out.push('.'),
        Some(value) if count.is_part() => push_float(out, value),
        // Numbers of people and alleles are exact in `f64`.
        Some(value) => drop(write!(out, "{value}")),
    }
}
