//! `genodex add`: more contigs for a store.

use std::path::PathBuf;

use super::Global;
use super::import::{self, Reading, Target};

/// Add contigs to a store
///
/// The inputs must have the store's samples, in its order. Makes a new generation; whoever has
/// the store open keeps the one that they opened.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  genodex add cohort.gdx chr3.vcf.gz chr4.vcf.gz")]
pub(crate) struct Args {
    /// The store
    #[arg(value_name = "STORE")]
    store: PathBuf,
    /// VCF or BCF files (`-`: standard input)
    #[arg(required = true, value_name = "IN")]
    inputs: Vec<PathBuf>,
    /// Only say what would be read, split and skipped, and why
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    reading: Reading,
}

pub(crate) fn run(args: Args, global: &Global) -> anyhow::Result<()> {
    let target = if args.check {
        Target::Nothing {
            store: Some(args.store),
        }
    } else {
        Target::Add { path: args.store }
    };
    import::run(args.inputs, &args.reading, &target, global)
}
