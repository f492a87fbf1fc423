//! Records as lines of VCF, and the header before them.

use std::fmt::Write as _;

use super::expr::RowAccess;
use super::select::Record;
use super::template::{push_all_info, push_alts};
use super::text_values::{push_call, push_g};
use crate::format::FormatError;
use crate::store::Store;

/// The header: the lines of the store's first input, and what they lack of the filters, contigs
/// and fields that records use; then the line of columns with `samples`, none where `None`.
///
/// # Errors
/// [`FormatError`] where the store's header cannot be read.
pub fn header(store: &Store, samples: Option<&[String]>) -> Result<String, FormatError> {
    let mut out = store.header()?;
    if !out.starts_with("##fileformat=") {
        out.insert_str(0, "##fileformat=VCFv4.2\n");
    }
    let has = |text: &str, key: &str, id: &str| {
        let (comma, end) = (format!("##{key}=<ID={id},"), format!("##{key}=<ID={id}>"));
        text.lines().any(|l| l.starts_with(&comma) || l == end)
    };
    if !has(&out, "FILTER", "PASS") {
        let after = out.find('\n').map_or(out.len(), |i| i + 1);
        out.insert_str(
            after,
            "##FILTER=<ID=PASS,Description=\"All filters passed\">\n",
        );
    }
    for contig in &store.manifest().contigs {
        if !has(&out, "contig", &contig.name) {
            let length = contig
                .length
                .map_or_else(String::new, |l| format!(",length={l}"));
            let _ = writeln!(out, "##contig=<ID={}{length}>", contig.name);
        }
    }
    if samples.is_some() && !has(&out, "FORMAT", "GT") {
        out.push_str("##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n");
    }
    out.push_str("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO");
    if let Some(samples) = samples.filter(|s| !s.is_empty()) {
        out.push_str("\tFORMAT");
        for sample in samples {
            out.push('\t');
            out.push_str(sample);
        }
    }
    out.push('\n');
    Ok(out)
}

/// A record as a line, with the calls of the samples shown where `genotypes`.
pub fn push_line(out: &mut String, record: &Record<'_>, genotypes: bool) {
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
        Some(q) => push_g(out, f64::from(q)),
        None => out.push('.'),
    }
    let _ = write!(out, "\t{}\t", record.filter_text().unwrap_or("."));
    push_all_info(out, record);
    let samples = record.names().sample_ids().len();
    if genotypes && samples > 0 {
        push_calls(out, record, samples);
    }
    out.push('\n');
}

/// A tab, FORMAT, and the calls of as many samples; nothing where there are none.
pub(crate) fn push_calls(out: &mut String, record: &Record<'_>, samples: usize) {
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
