//! `genodex bench generate`.

use std::path::PathBuf;
use std::time::Instant;

use genodex_datasets::generator::{Outputs, Spec, generate};

use super::super::Global;
use crate::progress::Progress;

/// Makes a synthetic cohort of any size, as a store or as VCF or BCF
///
/// The variants look like those of human sequencing: two fifths are seen once, a few are common
/// and in linkage disequilibrium, populations differ, one variant in ten has missing calls. The
/// sample table has sex, population, age, t2d (0 or 1) and ldl. The same numbers and seed give
/// the same bytes, whatever the number of threads.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  genodex bench generate --samples 100000 --variants 50000 -o big.gdx
  genodex bench generate --samples 2504 --variants 100000 --bcf same.bcf --truth counts.tsv")]
pub(crate) struct Args {
    /// Samples
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    samples: usize,
    /// Variants: rows after multi-allelic records are split
    #[arg(long, value_name = "M", default_value_t = 10_000)]
    variants: u64,
    /// Another number gives another cohort
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Fraction of common variants [default: as in human call sets of this size]
    #[arg(long, value_name = "FRACTION")]
    common: Option<f64>,
    /// Store to write
    #[arg(short, long, value_name = "STORE", required_unless_present_any = ["vcf", "bcf", "truth"])]
    output: Option<PathBuf>,
    /// Replace the store that is there
    #[arg(long)]
    force: bool,
    /// VCF file to write, compressed with BGZF
    #[arg(long, value_name = "FILE.vcf.gz")]
    vcf: Option<PathBuf>,
    /// BCF file to write
    #[arg(long, value_name = "FILE.bcf")]
    bcf: Option<PathBuf>,
    /// Table of the allele counts as generated: CHROM, POS, REF, ALT, AC, AN
    #[arg(long, value_name = "FILE.tsv")]
    truth: Option<PathBuf>,
}

pub(crate) fn run(args: Args, global: &Global) -> anyhow::Result<()> {
    let spec = Spec {
        samples: args.samples,
        variants: args.variants,
        seed: args.seed,
        common: args.common,
    };
    let outputs = Outputs {
        store: args.output,
        replace: args.force,
        vcf: args.vcf,
        bcf: args.bcf,
        truth: args.truth,
    };
    let start = Instant::now();
    let progress = Progress::bar(global, "Generating", spec.variants, "variants");
    let done = generate(&spec, &outputs, &|rows| progress.add(rows))?;
    drop(progress);
    let percent = |n: u64| 100.0 * n as f64 / done.rows as f64;
    global.note(format_args!(
        "{} variants of {} samples in {:.1} s: {:.1}% seen once, {:.1}% with a minor allele \
         frequency of 1% or more",
        done.rows,
        spec.samples,
        start.elapsed().as_secs_f64(),
        percent(done.singletons),
        percent(done.common),
    ));
    for path in [outputs.store, outputs.vcf, outputs.bcf, outputs.truth]
        .into_iter()
        .flatten()
    {
        global.note(path.display());
    }
    Ok(())
}
