//! `genodex withdraw`: participants who take back their consent.

use std::path::PathBuf;

use anyhow::bail;
use genodex_engine::format::disk::OsDisk;
use genodex_engine::store::{Store, withdraw};

use super::Global;

/// Take participants who withdraw their consent out of a store
///
/// They are gone from every answer at once: stored counts leave them out and their rows of the
/// sample table are emptied. With --rewrite they are gone from every byte, which
/// `genodex verify --absent FILE` confirms.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  genodex withdraw cohort.gdx --samples left.txt
  genodex withdraw cohort.gdx --samples left.txt --rewrite && genodex verify cohort.gdx --absent left.txt")]
pub(crate) struct Args {
    /// The store
    #[arg(value_name = "STORE")]
    store: PathBuf,
    /// File of sample ids, one on a line
    #[arg(short = 'S', long, value_name = "FILE")]
    samples: PathBuf,
    /// Write the genotypes anew without them, and without all who left before
    #[arg(long)]
    rewrite: bool,
}

pub(crate) fn run(args: &Args, global: &Global) -> anyhow::Result<()> {
    let text = super::read_file(&args.samples)?;
    let store = Store::open(&args.store)?;
    let mut leave = Vec::new();
    let mut unknown = Vec::new();
    for id in text
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        match store.samples().index_of(id) {
            Some(sample) => leave.push(sample as u32),
            None => unknown.push(id),
        }
    }
    let rewrites = args.rewrite && !store.manifest().withdrawn.is_empty();
    if leave.is_empty() && !rewrites {
        bail!(
            "{}: none of its {} ids is in {}; nothing was changed",
            args.samples.display(),
            unknown.len(),
            args.store.display()
        );
    }
    if !unknown.is_empty() {
        global.note(format_args!(
            "note: {} ids are not in the store (or have left before), the first is {:?}",
            unknown.len(),
            unknown[0]
        ));
    }
    drop(store);
    let done = withdraw(&OsDisk, &args.store, &leave, args.rewrite, super::PROGRAM)?;
    global.note(format_args!(
        "{} participants withdrawn; generation {}",
        done.withdrawn, done.generation
    ));
    for path in &done.still_read {
        global.note(format_args!(
            "note: {} still holds their data, because another process reads it; \
             run this command again when that has ended",
            path.display()
        ));
    }
    Ok(())
}
