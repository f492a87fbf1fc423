//! `genodex verify`: every checksum and every invariant.

use std::path::PathBuf;

use genodex_engine::store::{Store, verify};

use super::Global;
use crate::exit::CorruptStore;
use crate::progress::Progress;
use crate::say::say;

/// Check every checksum and every invariant of a store
///
/// Reads all of it, decodes every row, and compares the stored counts. Prints each damage on
/// a line of its own and exits with 3 if there is any.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  genodex verify cohort.gdx
  genodex verify cohort.gdx --absent withdrawn.txt")]
pub(crate) struct Args {
    /// The store
    #[arg(value_name = "STORE")]
    store: PathBuf,
    /// Also confirm that none of the sample ids in FILE is in any byte of the store
    #[arg(long, value_name = "FILE")]
    absent: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, global: &Global) -> anyhow::Result<()> {
    let rows = Store::open(&args.store)?.manifest().n_rows();
    let progress = Progress::bar(global, "Verifying", rows, "rows");
    let report = verify(&args.store, &|rows| progress.add(rows))?;
    drop(progress);
    for damage in &report.damage {
        say!("{damage}");
    }
    for path in &report.leftovers {
        global.note(format_args!(
            "note: {} is not part of the store; the next write removes it",
            path.display()
        ));
    }
    let mut findings = report.damage.len();
    if let Some(path) = &args.absent {
        let text = super::read_file(path)?;
        let ids = text.lines().map(str::trim).filter(|l| !l.is_empty());
        let found = genodex_engine::store::present(&args.store, ids)?;
        for place in &found {
            say!("{place}");
        }
        findings += found.len();
    }
    if findings > 0 {
        return Err(CorruptStore(format!(
            "{}: {findings} {} found",
            args.store.display(),
            if findings == 1 { "fault" } else { "faults" }
        ))
        .into());
    }
    global.note(format_args!(
        "{}: {} files, {} bytes, {} rows: whole",
        args.store.display(),
        report.files,
        report.bytes,
        report.rows
    ));
    Ok(())
}
