//! Records as VCF text.

use std::fmt::Write as _;

use super::block::RowCalls;
use super::people::People;
use super::plan::Plan;
use super::site::Record;
use genodex_engine::genotype::ones;

/// The header without the line of sample names, as VCF and BCF share it.
pub(super) fn header(plan: &Plan, samples: usize) -> String {
    let mut text = String::from(
        "##fileformat=VCFv4.2\n\
         ##FILTER=<ID=PASS,Description=\"All filters passed\">\n\
         ##FILTER=<ID=LowQual,Description=\"Low quality\">\n\
         ##INFO=<ID=AC,Number=A,Type=Integer,Description=\"Allele count\">\n\
         ##INFO=<ID=AN,Number=1,Type=Integer,Description=\"Called alleles\">\n\
         ##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n",
    );
    for c in &plan.contigs {
        // Writing to a string does not fail.
        let _ = writeln!(text, "##contig=<ID={},length={}>", c.name, c.length);
    }
    let _ = writeln!(text, "##source=genodex synthetic cohort");
    text.push_str("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT");
    for s in 0..samples {
        text.push('\t');
        text.push_str(&People::id(s));
    }
    text.push('\n');
    text
}

/// Bytes of a diploid call with the tab before it.
const CALL: usize = 4;

/// Lines of records over one number of samples.
pub(super) struct VcfLines {
    /// Everyone `0|0`.
    blank: Vec<u8>,
}

impl VcfLines {
    pub(super) fn new(samples: usize) -> Self {
        Self {
            blank: b"\t0|0".repeat(samples),
        }
    }

    /// Puts a record's line into `line`, in place of what was there.
    pub(super) fn write(
        &self,
        line: &mut Vec<u8>,
        contig: &str,
        record: &Record,
        rows: &[RowCalls],
    ) {
        line.clear();
        let counts: Vec<String> = rows.iter().map(|r| r.allele_count.to_string()).collect();
        let number = rows.first().map_or(0, |r| r.allele_number);
        let site = format!(
            "{contig}\t{}\t{}\t{}\t{}\t{}\t{}\tAC={};AN={number}\tGT",
            record.pos,
            record.id,
            record.reference,
            record.alternates.join(","),
            record.qual,
            record.filter,
            counts.join(","),
        );
        line.extend_from_slice(site.as_bytes());
        let start = line.len();
        line.extend_from_slice(&self.blank);
        line.push(b'\n');
        let calls = line[start..].as_chunks_mut::<CALL>().0;
        for (row, digit) in rows.iter().zip(b'1'..) {
            for (side, plane) in row.haplotypes().into_iter().enumerate() {
                for s in ones(plane.words()) {
                    calls[s as usize][1 + 2 * side] = digit;
                }
            }
        }
        if let Some(row) = rows.first() {
            for s in row.missing() {
                calls[s as usize] = *b"\t.|.";
            }
        }
    }
}
