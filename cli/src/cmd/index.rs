//! `genodex index`: VCF and BCF to a store.

use std::path::PathBuf;

use genodex_engine::format::disk::OsDisk;
use genodex_indexer::annotate::{AnnotateOptions, GeneSource, Step, annotate};

use super::import::{self, Reading, Target};
use super::{Global, PROGRAM};

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
    /// Gene models (GFF3, GTF, BED, plink's glist), as of annotate --genes
    #[arg(long, value_name = "FILE")]
    genes: Option<PathBuf>,
    #[command(flatten)]
    reading: Reading,
}

pub(crate) fn run(args: Args, global: &Global) -> anyhow::Result<()> {
    // What is wrong with it is said before the inputs are read.
    let genes = match &args.genes {
        Some(path) => Some(GeneSource::read(path, 0)?),
        None => None,
    };
    let target = match args.output {
        Some(path) if !args.check => Target::New {
            path,
            replace: args.force,
        },
        _ => Target::Nothing { store: None },
    };
    let path = target.path().map(std::path::Path::to_owned);
    import::run(args.inputs, &args.reading, &target, global)?;
    let (Some(genes), Some(path)) = (genes, path) else {
        return Ok(());
    };
    let given = args.genes.map(|p| format!("--genes={}", p.display()));
    let options = AnnotateOptions {
        threads: rayon::current_num_threads(),
        program: PROGRAM.to_owned(),
        given: given.into_iter().collect(),
        ..AnnotateOptions::default()
    };
    let steps = [Step::Genes(Box::new(genes))];
    let report = annotate(&OsDisk, &path, &steps, &options, &mut |_| {})?;
    for step in &report.steps {
        super::annotate::print_step(step, global);
    }
    Ok(())
}
