//! `genodex panel`.

use std::path::PathBuf;

use anyhow::bail;
use genodex_engine::format::disk::OsDisk;
use genodex_engine::genome::Build;
use genodex_engine::query::ld::{PruneOptions, Window};
use genodex_engine::query::panel::{autosomal_snps, in_long_range_ld, keep_panel};
use genodex_engine::query::rows::RowSet;
use genodex_engine::store::Store;

use super::prune::pruned;
use super::{Global, PROGRAM};

/// Choose SNPs for comparing people, and keep the list in the store
///
/// Common SNPs of chromosomes 1 to 22 that are not correlated with each other, outside the regions
/// of long-range linkage disequilibrium. kinship and pca take them where they are not told others.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    /// The store
    store: PathBuf,
    /// SNPs whose minor allele has at least this frequency
    #[arg(long, value_name = "MAF", default_value_t = 0.05)]
    maf: f64,
    /// SNPs that at least this share of people has a call of
    #[arg(long, value_name = "RATE", default_value_t = 0.98)]
    min_call_rate: f64,
    /// Window, in kilobases
    #[arg(long, value_name = "KB", default_value_t = 1000)]
    window: u32,
    /// The largest squared correlation within a window
    #[arg(long, value_name = "R2", default_value_t = 0.1)]
    r2: f64,
    /// With the regions of long-range linkage disequilibrium, too
    #[arg(long)]
    all_regions: bool,
}

const HELP: &str = "\
Examples:
  genodex panel cohort.gdx
  genodex panel cohort.gdx --maf 0.01 --r2 0.2
";

pub(crate) fn run(args: &Args, global: &Global) -> anyhow::Result<()> {
    if !(0.0..=0.5).contains(&args.maf)
        || !(0.0..=1.0).contains(&args.min_call_rate)
        || !(0.0..1.0).contains(&args.r2)
        || args.window == 0
    {
        bail!(
            "--maf lies between 0 and 0.5, --min-call-rate and --r2 between 0 and 1, --window is 1 or more"
        );
    }
    let store = Store::open(&args.store)?;
    let founders = store.samples().founders().bitmap() & store.active().bitmap();
    if founders.len() < 2 {
        bail!(
            "{} founders: a correlation takes two at least",
            founders.len()
        );
    }
    let build: Build = store.manifest().build.parse().unwrap_or_default();
    if build == Build::Unknown && !args.all_regions {
        global.note(format_args!(
            "note: the build of the genome is not known: no region is left out"
        ));
    }
    let all = autosomal_snps(&store, None)?;
    let mut rows = RowSet::default();
    for (shard, row) in all.iter() {
        let of = store.shard(shard)?;
        let contig = store.manifest().contigs.get(of.entry().contig as usize);
        let contig = contig.map_or("", |c| c.name.as_str());
        let position = of
            .sites()?
            .positions()
            .get(row as usize)
            .copied()
            .unwrap_or(0);
        if args.all_regions || !in_long_range_ld(build, contig, u64::from(position)) {
            rows.insert(shard, row);
        }
    }
    let options = PruneOptions {
        window: Window::Bases(1000 * u64::from(args.window)),
        r2: args.r2,
    };
    let limits = (args.maf, args.min_call_rate);
    let (kept, compared) = pruned(
        &store,
        &rows,
        (founders.iter().collect(), limits),
        &options,
        global,
    )?;
    if kept.is_empty() {
        bail!(
            "none of {} SNPs is in the panel: {} are left out by region, {} by --maf {} and \
             --min-call-rate {}",
            all.len(),
            all.len() - rows.len(),
            rows.len() - compared.len(),
            args.maf,
            args.min_call_rate
        );
    }
    let asked = vec![
        format!("--maf {}", args.maf),
        format!("--min-call-rate {}", args.min_call_rate),
        format!("--window {}", args.window),
        format!("--r2 {}", args.r2),
    ];
    let generation = keep_panel(&OsDisk, &args.store, &store, (&kept, asked), PROGRAM)?;
    global.note(format_args!(
        "{} of {} SNPs are the panel: {} are left out by region, {} by frequency and calls, {} by \
         correlation; {} is generation {generation} now",
        kept.len(),
        all.len(),
        all.len() - rows.len(),
        rows.len() - compared.len(),
        compared.len() - kept.len(),
        args.store.display()
    ));
    Ok(())
}
