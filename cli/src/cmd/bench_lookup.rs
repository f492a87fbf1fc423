//! `genodex bench lookup`: single variants and their carriers, on a store that is open.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, bail};
use genodex_engine::compute::Compute;
use genodex_engine::genome::{ContigNames, RegionSet};
use genodex_engine::query::expr::Expr;
use genodex_engine::query::select::{self, Plan, Request, SelectError};
use genodex_engine::query::template::{Template, Undefined};
use genodex_engine::store::Store;

/// What each lookup writes: the variant, and each carrier with the call.
const TEMPLATE: &str = r"%CHROM\t%POS\t%REF\t%ALT[\t%SAMPLE=%GT]\n";
const CARRIERS: &str = "GT=\"alt\"";

/// Looks single variants up in an open store, each with its carriers, one after the other
///
/// What is measured is what `genodex query STORE -r CONTIG:POS -i 'GT="alt"' -f ...` does in a
/// process that has the store open: parsing, planning, finding, and writing into memory. Variants
/// are spread evenly over the store; all are looked up once before time is taken. Prints the
/// median, the 99th percentile and the longest time in milliseconds, the number of lookups and the
/// number of bytes written.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The store
    store: PathBuf,
    /// Lookups
    #[arg(long, value_name = "N", default_value_t = 1000)]
    rounds: u64,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let store = Store::open(&args.store)?;
    let n_rows: u64 = store.shards().iter().map(|s| s.n_rows() as u64).sum();
    if args.rounds == 0 || n_rows == 0 {
        bail!("nothing would be looked up: give --rounds 1 or more and a store with variants");
    }
    let mut taken = Vec::new();
    let mut bytes = 0;
    for timed in [false, true] {
        for round in 0..args.rounds {
            let row = (u128::from(round) * u128::from(n_rows) / u128::from(args.rounds)) as u64;
            let place = place(&store, row)?;
            let start = Instant::now();
            let text = lookup(&store, &place)?;
            if timed {
                taken.push(start.elapsed().as_secs_f64() * 1e3);
                bytes += text.len();
            }
        }
    }
    taken.sort_by(f64::total_cmp);
    let at = |part: f64| taken[((taken.len() - 1) as f64 * part) as usize];
    writeln!(
        io::stdout().lock(),
        "{:.3}\t{:.3}\t{:.3}\t{}\t{bytes}",
        at(0.5),
        at(0.99),
        at(1.0),
        taken.len()
    )?;
    Ok(())
}

/// The region of a row of the store.
fn place(store: &Store, mut row: u64) -> anyhow::Result<String> {
    for shard in store.shards() {
        let rows = shard.n_rows() as u64;
        if row < rows {
            let contig = store.manifest().contigs.get(shard.entry().contig as usize);
            let contig = contig.context("a shard of no contig")?;
            let pos = shard.sites()?.positions()[row as usize];
            return Ok(format!("{}:{pos}", contig.name));
        }
        row -= rows;
    }
    bail!("the store has no row {row}")
}

fn lookup(store: &Store, place: &str) -> anyhow::Result<String> {
    let contigs = store.manifest().contigs.iter().map(|c| c.name.as_str());
    let request = Request {
        regions: Some(RegionSet::parse(place, &ContigNames::new(contigs))?),
        filter: Some(Expr::parse(CARRIERS)?),
        ..Request::default()
    };
    let mut plan = Plan::new(store, request)?;
    let template = Template::parse(TEMPLATE, plan.names().schema(), Undefined::Refused)?;
    plan.show(template.shows_cohorts(), template.shows_samples());
    let compute = Compute::with_cpu("one variant");
    let mut text = String::new();
    let render = |block: &select::Block<'_>| {
        let mut out = String::new();
        block.each(|record, samples| {
            template.render(record, samples, &mut out);
            Ok::<_, SelectError>(())
        })?;
        Ok::<_, SelectError>(out)
    };
    select::run(&plan, &compute, None, render, |part| {
        text.push_str(&part);
        Ok(true)
    })?;
    Ok(text)
}
