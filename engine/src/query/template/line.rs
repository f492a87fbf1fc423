//! A record as a line of VCF, as templates show it.

use std::fmt::Write as _;

use super::render::{push_all_info, push_alts};
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

/// A tab, FORMAT, and the calls of as many samples; nothing where there are none.
pub(super) fn push_calls(out: &mut String, record: &Record<'_>, samples: usize) {
    let Some(alleles) = record.alleles() else {
        return;
    };
    let sets = record.phase_set(0).is_some();
    out.push_str(if sets { "\tGT:PS" } else { "\tGT" });
    for (s, call) in alleles
        .codes
        .chunks_exact(alleles.ploidy.max(1))
        .take(samples)
        .enumerate()
    {
        out.push('\t');
        match call {
            // The calls that nearly all are.
            [2, 2] => out.push_str("0/0"),
            [2, 3] => out.push_str("0|0"),
            call => push_call(out, call),
        }
        if sets {
            match record.phase_set(s).flatten() {
                Some(set) => drop(write!(out, ":{set}")),
                None => out.push_str(":."),
            }
        }
    }
}
