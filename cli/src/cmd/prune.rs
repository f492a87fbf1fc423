//! `genodex prune`.

use std::path::PathBuf;

use anyhow::bail;
use genodex_engine::compute::transposed;
use genodex_engine::query::ld::{PruneOptions, Window, prune};
use genodex_engine::query::panel::read_planes;
use genodex_engine::query::rows::RowSet;
use genodex_engine::query::sets::VariantFinder;
use genodex_engine::store::Store;

use super::Global;
use super::snps::SnpArgs;
use crate::output::Target;
use crate::progress::Progress;

/// A list of SNPs of which no two in a window are correlated
///
/// As plink2's --indep-pairwise, of the SNPs of chromosomes 1 to 22 with one ALT and the founders
/// among the people.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    /// The store
    store: PathBuf,
    /// Window (variants, or kb as in 200kb), step in variants (not with kb), and the largest
    /// squared correlation
    #[arg(long, value_names = ["WINDOW[kb]", "[STEP]", "R2"], num_args = 2..=3, default_values = ["1000kb", "0.1"])]
    indep_pairwise: Vec<String>,
    /// Only SNPs whose minor allele has at least this frequency
    #[arg(long, value_name = "MAF", default_value_t = 0.0)]
    maf: f64,
    /// Only SNPs that at least this share of people has a call of
    #[arg(long, value_name = "RATE", default_value_t = 0.0)]
    min_call_rate: f64,
    #[command(flatten)]
    snps: SnpArgs,
    /// People with parents in the store, too
    #[arg(long)]
    nonfounders: bool,
    /// Write PREFIX.prune.in and PREFIX.prune.out, as plink2 does [default: those that stay, on
    /// standard output]
    #[arg(short, long, value_name = "PREFIX")]
    output: Option<PathBuf>,
}

const HELP: &str = "\
A variant is listed by its ID, or as CHROM:POS:REF:ALT where it has none of its own.

Examples:
  genodex prune cohort.gdx --maf 0.05 --indep-pairwise 200kb 0.2 -o cohort
  genodex prune cohort.gdx --indep-pairwise 50 5 0.5 > kept.txt
";

pub(crate) fn run(args: Args, global: &Global) -> anyhow::Result<()> {
    let options = options(&args.indep_pairwise)?;
    let rates = (args.maf, args.min_call_rate);
    if !(0.0..=0.5).contains(&rates.0) || !(0.0..=1.0).contains(&rates.1) {
        bail!("--maf lies between 0 and 0.5, --min-call-rate between 0 and 1");
    }
    let store = Store::open(&args.store)?;
    let mut people = args.snps.people(&store, global)?.bitmap().clone();
    if !args.nonfounders {
        people &= store.samples().founders().bitmap();
    }
    if people.len() < 2 {
        bail!(
            "{} founders: a correlation takes two at least",
            people.len()
        );
    }
    // A list is of all SNPs where nothing else is said.
    let asked = args.snps.extract.is_some() || args.snps.regions.are_given();
    let snps = SnpArgs {
        all_variants: !asked,
        ..args.snps
    };
    let rows = snps.rows(&store, global)?;
    let kept = pruned(
        &store,
        &rows,
        (people.iter().collect(), rates),
        &options,
        global,
    )?;
    let finder = VariantFinder::new(&store);
    let mut lists = [String::new(), String::new()];
    for (shard, row) in kept.1.iter() {
        let list = &mut lists[usize::from(!kept.0.contains(shard, row))];
        list.push_str(&finder.name_of(shard as u32, row)?);
        list.push('\n');
    }
    global.note(format_args!(
        "{} of {} SNPs stay",
        kept.0.len(),
        kept.1.len()
    ));
    let Some(prefix) = &args.output else {
        let mut target = Target::stdout();
        target.write_all(lists[0].as_bytes())?;
        return target.finish();
    };
    for (ending, list) in [".prune.in", ".prune.out"].into_iter().zip(&lists) {
        let mut path = prefix.clone().into_os_string();
        path.push(ending);
        let mut target = Target::create(path.as_ref())?;
        target.write_all(list.as_bytes())?;
        target.finish()?;
    }
    Ok(())
}

fn options(texts: &[String]) -> anyhow::Result<PruneOptions> {
    let wrong = || {
        anyhow::anyhow!(
            "--indep-pairwise {}: a window as 200kb or 50, a step with a window of variants, and \
             a squared correlation, as in 50 5 0.2",
            texts.join(" ")
        )
    };
    let (window, step, r2) = match texts {
        [window, step, r2] => (window, Some(step), r2),
        [window, r2] => (window, None, r2),
        _ => return Err(wrong()),
    };
    let r2: f64 = r2.parse().map_err(|_| wrong())?;
    if !(0.0..1.0).contains(&r2) {
        return Err(wrong());
    }
    let step = step
        .map(|s| s.parse::<usize>())
        .transpose()
        .map_err(|_| wrong())?;
    let window = match window.to_ascii_lowercase().strip_suffix("kb") {
        Some(kb) => {
            let kb: f64 = kb.parse().map_err(|_| wrong())?;
            if !(kb > 0.0 && kb < 1e9) || step.is_some_and(|s| s != 1) {
                return Err(wrong());
            }
            Window::Bases((kb * 1000.0) as u64)
        }
        None => {
            let size: usize = window.parse().map_err(|_| wrong())?;
            let step = step.unwrap_or(1);
            if size < 2 || step < 1 || step > size {
                return Err(wrong());
            }
            Window::Variants(size, step)
        }
    };
    Ok(PruneOptions { window, r2 })
}

/// The rows that stay, and all that were compared.
pub(crate) fn pruned(
    store: &Store,
    rows: &RowSet,
    (people, (maf, call_rate)): (Vec<u32>, (f64, f64)),
    options: &PruneOptions,
    global: &Global,
) -> anyhow::Result<(RowSet, RowSet)> {
    let progress = Progress::bar(global, "pruning", rows.len(), "SNPs");
    let (mut kept, mut compared) = (RowSet::default(), RowSet::default());
    let contig = |shard: usize| Ok::<_, anyhow::Error>(store.shard(shard)?.entry().contig);
    let all: Vec<(usize, u32)> = rows.iter().collect();
    let mut rest = all.as_slice();
    while let Some(first) = rest.first() {
        let of = contig(first.0)?;
        let mut n = 0;
        for (shard, _) in rest {
            if contig(*shard)? != of {
                break;
            }
            n += 1;
        }
        let (part, others) = rest.split_at(n);
        rest = others;
        let mut some = RowSet::default();
        part.iter()
            .for_each(|(shard, row)| some.insert(*shard, *row));
        let snps = read_planes(store, &some, people.clone(), &|_| {})?;
        let by_variant = transposed(&snps.planes);
        let mut rows = Vec::new();
        let mut positions = Vec::new();
        let mut chosen = Vec::new();
        for ((word, bit), &(shard, row)) in snps.bits().zip(part) {
            let place = 64 * word + bit as usize;
            let missing = by_variant.missing(place);
            let called = people.len() as u32 - missing;
            let [_, hi] = by_variant.sample(place);
            let high: u32 = hi.iter().map(|w| w.count_ones()).sum();
            let copies = by_variant.hets(place) + 2 * (high - missing);
            let frequency = f64::from(copies) / f64::from(2 * called.max(1));
            let rate = f64::from(called) / people.len() as f64;
            // What is the bound but for rounding is not below it.
            let least = |bound: f64| bound * (1.0 - 1e-12);
            if frequency.min(1.0 - frequency) >= least(maf) && rate >= least(call_rate) {
                let site = store.shard(shard)?.sites()?;
                positions.push(u64::from(
                    site.positions().get(row as usize).copied().unwrap_or(0),
                ));
                chosen.push(place);
                rows.push((shard, row));
            }
        }
        let stay = prune(&by_variant.some(&chosen), &positions, options);
        for ((shard, row), stays) in rows.into_iter().zip(stay) {
            compared.insert(shard, row);
            if stays {
                kept.insert(shard, row);
            }
        }
        progress.add(n as u64);
    }
    Ok((kept, compared))
}
