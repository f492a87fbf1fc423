//! `genodex ld`.

use std::path::PathBuf;

use anyhow::{Context, bail};
use genodex_engine::compute::{SamplePlanes, transposed};
use genodex_engine::query::ld::{Haplotypes, genotype_table, joint};
use genodex_engine::query::panel::read_planes;
use genodex_engine::query::rows::RowSet;
use genodex_engine::query::sets::{Found, VariantFinder};
use genodex_engine::store::Store;

use super::selection::write_table;
use super::{Global, snps};
use crate::output::{Batch, Column, Kind, Style};

/// Linkage disequilibrium: of two variants, or of one with those around it
///
/// R2 is the squared correlation of genotypes. Of two variants, haplotype frequencies, D' and the
/// squared correlation of alleles are shown, too: the most likely ones, as phase is not looked at.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    /// The store
    store: PathBuf,
    /// One variant, or two: an ID, or CHROM:POS:REF:ALT
    #[arg(value_name = "VARIANT", required = true, num_args = 1..=2)]
    variants: Vec<String>,
    /// Around one variant: so many kilobases to each side
    #[arg(long, value_name = "KB", default_value_t = 500)]
    window: u32,
    /// Around one variant: those of at least this R2
    #[arg(long, value_name = "R2", default_value_t = 0.2)]
    min_r2: f64,
    /// Only people for whom an expression over the sample table holds, or @FILE of sample ids
    #[arg(short, long, value_name = "EXPR|@FILE")]
    include: Option<String>,
    /// File to write
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How to write [default: by the name of the output file, else a table on a terminal and TSV in
    /// a pipe]
    #[arg(long, value_enum)]
    format: Option<Style>,
}

const HELP: &str = "\
Haploid calls count as two copies.

Examples:
  genodex ld cohort.gdx rs58108140 rs180734498
  genodex ld cohort.gdx 22:16050075:A:G --window 100 --min-r2 0.5
";

pub(crate) fn run(args: &Args, global: &Global) -> anyhow::Result<()> {
    if !(0.0..=1.0).contains(&args.min_r2) {
        bail!("--min-r2 lies between 0 and 1");
    }
    let store = Store::open(&args.store)?;
    let people = match &args.include {
        Some(text) => snps::people(text, &store, global).context("--include")?,
        None => store.active().clone(),
    };
    if people.len() < 2 {
        bail!("{} people: a correlation takes two at least", people.len());
    }
    let people: Vec<u32> = people.bitmap().iter().collect();
    let finder = VariantFinder::new(&store);
    let found = (args.variants.iter())
        .map(|name| {
            let found = finder.find(name)?;
            let found = found.with_context(|| format!("the store has no variant {name}"))?;
            if found.ambiguous {
                bail!("{name} is the name of several variants: give CHROM:POS:REF:ALT");
            }
            Ok(found)
        })
        .collect::<anyhow::Result<Vec<Found>>>()?;
    match found[..] {
        [first, second] => pair(args, &store, people, [first, second]),
        [one] => around(args, (&store, &finder), people, one),
        _ => Ok(()),
    }
}

/// Planes by variant of rows, in their order.
fn planes(store: &Store, rows: &RowSet, people: Vec<u32>) -> anyhow::Result<SamplePlanes> {
    let snps = read_planes(store, rows, people, &|_| {})?;
    let places: Vec<usize> = snps
        .bits()
        .map(|(word, bit)| 64 * word + bit as usize)
        .collect();
    Ok(transposed(&snps.planes).some(&places))
}

fn pair(args: &Args, store: &Store, people: Vec<u32>, of: [Found; 2]) -> anyhow::Result<()> {
    let mut rows = RowSet::default();
    of.iter().for_each(|f| rows.insert(f.shard as usize, f.row));
    if rows.len() < 2 {
        bail!("that is one variant twice");
    }
    let planes = planes(store, &rows, people)?;
    // Rows are in the store's order.
    let turned = (of[0].shard, of[0].row) > (of[1].shard, of[1].row);
    let (i, j) = if turned { (1, 0) } else { (0, 1) };
    let both = joint(&planes, i, j);
    let haplotypes = Haplotypes::of(&genotype_table(&planes, i, j));
    let text = |name: &str| Column::new(name, Kind::Text { nullable: false });
    let float = |name: &str| Column::new(name, Kind::Float);
    let mut columns = vec![
        text("VARIANT1"),
        text("VARIANT2"),
        Column::new("N", Kind::UInt),
    ];
    columns.extend(["R2", "HAPLOTYPE_R2", "D_PRIME"].map(float));
    columns.extend(["REF_REF", "REF_ALT", "ALT_REF", "ALT_ALT"].map(float));
    let mut batch = Batch::empty(&columns);
    let mut row = batch.row();
    args.variants.iter().for_each(|name| row.text(name));
    row.uint(both.people as u64);
    row.float(Some(both.r2()));
    row.float(haplotypes.map(|h| h.r2));
    row.float(haplotypes.map(|h| h.d_prime));
    for haplotype in 0..4 {
        row.float(haplotypes.map(|h| h.frequencies[haplotype]));
    }
    write_table(&columns, batch, args.format, args.output.as_deref())
}

fn around(
    args: &Args,
    (store, finder): (&Store, &VariantFinder<'_>),
    people: Vec<u32>,
    of: Found,
) -> anyhow::Result<()> {
    let contig = finder.contig_of(of.shard);
    let middle = finder.position(of)?;
    let reach = 1000 * u64::from(args.window);
    let mut rows = RowSet::default();
    for (index, shard) in store.shards().iter().enumerate() {
        if shard.entry().contig != contig {
            continue;
        }
        for (row, position) in (0..).zip(shard.sites()?.positions()) {
            if u64::from(*position).abs_diff(middle) <= reach {
                rows.insert(index, row);
            }
        }
    }
    let planes = planes(store, &rows, people)?;
    let all: Vec<(usize, u32)> = rows.iter().collect();
    let own = all.iter().position(|r| *r == (of.shard as usize, of.row));
    let own = own.context("a variant that is there")?;
    let columns = [
        Column::new("VARIANT", Kind::Text { nullable: false }),
        Column::new("POS", Kind::UInt),
        Column::new("N", Kind::UInt),
        Column::new("R2", Kind::Float),
    ];
    let mut batch = Batch::empty(&columns);
    for (place, (shard, row)) in all.iter().enumerate() {
        let both = joint(&planes, own, place);
        // What is not a number is no correlation.
        if place == own || both.r2().is_nan() || both.r2() < args.min_r2 {
            continue;
        }
        let found = Found {
            shard: *shard as u32,
            row: *row,
            ambiguous: false,
        };
        let mut cells = batch.row();
        cells.text(&finder.name_of(found.shard, found.row)?);
        cells.uint(finder.position(found)?);
        cells.uint(both.people as u64);
        cells.float(Some(both.r2()));
    }
    write_table(&columns, batch, args.format, args.output.as_deref())
}
