//! Prints CHROM, POS, REF, ALT, AC and AN of each split row, as
//! `bcftools norm -m-any | bcftools +fill-tags | bcftools query` does, to compare the two:
//!
//! ```text
//! allele_counts FILE [count]
//! ```
//!
//! With `count`, prints only the number of rows, to time the reader alone.

use std::io::{BufWriter, Write, stdout};
use std::path::Path;
use std::process::ExitCode;

use genodex_indexer::reader::{CallOptions, CallTallies, Parser, RawRecord, Record, Source};

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let Some(path) = args.next() else {
        eprintln!("usage: allele_counts FILE [count [THREADS]]");
        return ExitCode::from(2);
    };
    let quiet = args.next().is_some();
    let threads = args.next().and_then(|t| t.parse().ok()).unwrap_or(0);
    match run(&path, quiet, threads) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn run(path: &str, quiet: bool, threads: usize) -> Result<(), Box<dyn std::error::Error>> {
    let mut source = Source::open(Path::new(path), threads)?;
    let mut parser = Parser::new(source.header().clone(), CallOptions::default())?;
    let (mut raw, mut record) = (RawRecord::default(), Record::default());
    let mut tallies = CallTallies::default();
    let (mut rows, mut bytes) = (0u64, 0);
    let mut out = BufWriter::new(stdout().lock());
    while source.read(&mut raw)? {
        parser.parse(&raw, &mut record)?;
        tallies += record.tallies;
        rows += record.calls.len() as u64;
        bytes += raw.len();
        if quiet {
            continue;
        }
        let contig = &source.contigs()[record.contig.0 as usize].name;
        for (alternate, calls) in record.alternates.iter().zip(&record.calls) {
            let counts = calls.counts();
            writeln!(
                out,
                "{contig} {} {} {alternate} {} {}",
                record.pos,
                record.reference,
                counts.allele_count(),
                counts.allele_number()
            )?;
        }
    }
    out.flush()?;
    for warning in source.warnings() {
        eprintln!("warning: {warning}");
    }
    eprintln!("{rows} rows, {bytes} bytes, {tallies:?}");
    Ok(())
}
