//! A record as a line of VCF, as templates show it.

use std::fmt::Write as _;

use super::render::{push_all_info, push_alts};
use super::sampled::Sampled;
use super::text::{push_call, push_float};
use crate::query::expr::RowAccess;
use crate::query::select::Record;

/// A record as a line, with the calls of the samples shown.
pub(super) fn push_line(out: &mut String, record: &Record<'_>) {
    let _ = write!(
        out,
        "{}\t{}\t{}\t{}\t",
        record.chrom(),
        record.pos(),
        record.id(),
        record.reference()
    );
    push_alts(out, record);
    out.push('\t');
    match record.qual() {
        Some(q) => push_float(out, f64::from(q)),
        None => out.push('.'),
    }
    let _ = write!(out, "\t{}\t", record.filter_text().unwrap_or("."));
    push_all_info(out, record);
    let samples = record.names().sample_ids().len();
    if samples > 0 {
        push_calls(out, record, samples);
    }
    out.push('\n');
}

/// A tab, FORMAT, and the calls of as many samples with the FORMAT fields that the store keeps;
/// nothing where there are none.
pub(super) fn push_calls(out: &mut String, record: &Record<'_>, samples: usize) {
    let alleles = record.alleles();
    let sets = record.phase_set(0).is_some();
    let formats: Vec<(&str, Sampled<'_>)> = (record.names().formats())
        .filter(|(_, name)| !matches!(*name, "GT" | "PS"))
        .map(|(field, name)| (name, Sampled::new(record.format(field), samples)))
        .filter(|(_, values)| values.is_there())
        .collect();
    let calls = alleles.is_some().then_some("GT");
    let keys = calls.into_iter().chain(formats.iter().map(|f| f.0));
    let keys: Vec<&str> = keys.chain(sets.then_some("PS")).collect();
    if keys.is_empty() {
        return;
    }
    out.push('\t');
    out.push_str(&keys.join(":"));
    let mut codes = (alleles.as_ref()).map(|a| a.codes.chunks_exact(a.ploidy.max(1)));
    for s in 0..samples {
        out.push('\t');
        let start = out.len();
        match codes.as_mut().map(Iterator::next) {
            None => {}
            // The calls that nearly all are.
            Some(Some([2, 2])) => out.push_str("0/0"),
            Some(Some([2, 3])) => out.push_str("0|0"),
            Some(call) => push_call(out, call.unwrap_or_default()),
        }
        for (_, values) in &formats {
            if out.len() > start {
                out.push(':');
            }
            values.push(out, s, None);
        }
        if sets {
            if out.len() > start {
                out.push(':');
            }
            match record.phase_set(s).flatten() {
                Some(set) => drop(write!(out, "{set}")),
                None => out.push('.'),
            }
        }
    }
}
