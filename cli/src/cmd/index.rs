//! `genodex index`: VCF and BCF to a store.

use std::path::PathBuf;

use super::Global;
use super::import::{self, Reading, Target};

/// Index VCF or BCF files into a store
///
/// Multi-allelic records are split, one row for each ALT. Records without an ALT and the
/// reference blocks of gVCFs (<NON_REF>, <*>) are skipped and counted: the report at the end
/// says what became of every record.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  genodex index chr1.vcf.gz chr2.vcf.gz --samples-table panel.tsv -o cohort.gdx
  bcftools view -Ou big.bcf | genodex index - -o cohort.gdx
  genodex index exome.bcf --check --min-gq 20 --min-dp 8")]
pub(crate) struct Args {
    /// VCF or BCF files (`-`: standard input), in order: one per contig, say
    #[arg(required = true, value_name = "IN")]
    inputs: Vec<PathBuf>,
    /// Folder to make the store in
    #[arg(short, long, value_name = "STORE", required_unless_present = "check")]
    output: Option<PathBuf>,
    /// Replace the store that is there; it stays whole until the new one is
    #[arg(long)]
    force: bool,
    /// Only say what would be read, split and skipped, and why
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    reading: Reading,
}

pub(crate) fn run(args: Args, global: &Global) -> anyhow::Result<()> {
    let target = match args.output {
        Some(path) if !args.check => Target::New {
            path,
            replace: args.force,
        },
        _ => Target::Nothing { store: None },
    };
    import::run(args.inputs, &args.reading, &target, global)
}
