//! Prints CHROM, POS, REF and ALT of each split row in normal form, as
//! `bcftools norm -m-any | bcftools norm -f FASTA | bcftools query` does, to compare the two:
//!
//! ```text
//! normal_forms FASTA FILE
//! ```

use std::path::Path;
use std::process::ExitCode;

use genodex_indexer::fasta::Reference;
use genodex_indexer::normalise::normalise;
use genodex_indexer::reader::{CallOptions, ContigId, Parser, RawRecord, Record, Source};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [fasta, path] = args.as_slice() else {
        eprintln!("usage: normal_forms FASTA FILE");
        return ExitCode::from(2);
    };
    match run(Path::new(fasta), Path::new(path)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn run(fasta: &Path, path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let mut reference = Reference::open(fasta)?;
    let mut source = Source::open(path, 0)?;
    let mut parser = Parser::new(source.header().clone(), CallOptions::default())?;
    let (mut raw, mut record) = (RawRecord::default(), Record::default());
    let mut current: Option<(ContigId, String, Vec<u8>)> = None;
    while source.read(&mut raw)? {
        parser.parse_site(&raw, &mut record)?;
        if current.as_ref().is_none_or(|(id, ..)| *id != record.contig) {
            let name = source.contigs()[record.contig.0 as usize].name.clone();
            let bases = reference.read_contig(&name)?;
            current = Some((record.contig, name, bases));
        }
        let Some((_, name, bases)) = &current else {
            continue;
        };
        for alternate in &record.alternates {
            match normalise(bases, record.pos, &record.reference, alternate)? {
                Some(n) => println!("{name} {} {} {}", n.pos, n.reference, n.alternate),
                None => println!("{name} {} {} {alternate}", record.pos, record.reference),
            }
        }
    }
    Ok(())
}
