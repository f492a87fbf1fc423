//! `genodex knockouts`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, bail};
use genodex_engine::genotype::SampleSet;
use genodex_engine::query::genes::{GeneOf, by_gene, only};
use genodex_engine::query::knockouts::{Class, Knockout, of_gene};
use genodex_engine::query::rows::RowSet;
use genodex_engine::store::Store;

use super::Global;
use super::gene::GeneArgs;
use super::regions::Regions;
use super::selection;
use crate::output::{Batch, Column, Kind, Style, Target, Writer};

/// Human knockouts: per gene, the people who have both copies hit
///
/// Counts by mask, cohort and class: homozygous, hemizygous, compound (two variants in trans by
/// phase, or the two ALTs of one call) and possible (two variants whose phase to each other is
/// not known). A person counts once in a gene, in the first class that holds.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    /// The store
    store: PathBuf,
    /// Which variants hit a gene: NAME=EXPRESSION, as of genodex query -i; may be given any
    /// number of times [default: all variants]
    #[arg(short, long = "mask", value_name = "NAME=EXPR")]
    masks: Vec<String>,
    /// A cohort: NAME=EXPRESSION over the sample table, or NAME=@FILE of sample ids; may be
    /// given any number of times [default: everybody]
    #[arg(short, long = "cohort", value_name = "NAME=EXPR|@FILE")]
    cohorts: Vec<String>,
    #[command(flatten)]
    regions: Regions,
    /// Genes as intervals, CHROM START END NAME; .bed is 0-based [default: the store's GENE]
    #[arg(long, value_name = "FILE")]
    genes: Option<PathBuf>,
    #[command(flatten)]
    asked: GeneArgs,
    /// A line for each person
    #[arg(long)]
    ids: bool,
    /// A line for each person, with their variants
    #[arg(long)]
    variants: bool,
    /// File to write
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How to write [default: by the name of the output file, else a table on a terminal and
    /// TSV in a pipe]
    #[arg(long, value_enum)]
    format: Option<Style>,
}

const HELP: &str = "\
Heterozygous calls of men on X and Y outside the pseudo-autosomal regions make no compound; their
homozygous calls there are hemizygous. Across phase sets, in trans is only possible.

Examples:
  genodex knockouts cohort.gdx --mask 'lof=LOF==\"HC\"' --cohort 'cases=t2d==1'
  genodex knockouts cohort.gdx --genes glist-hg38 --gene PCSK9 --variants
";

struct Mask {
    name: String,
    genes: BTreeMap<String, RowSet>,
}

pub(crate) fn run(args: Args, global: &Global) -> anyhow::Result<()> {
    let store = Store::open(&args.store)?;
    let cohorts = selection::cohorts(&args.cohorts, &store, global)?;
    let asked = args.asked.find_or(&store, global, args.genes.is_some())?;
    let (genes, within): (Box<dyn GeneOf + '_>, _) = match (&asked, &args.genes) {
        // Only their rows are looked at, where the store says which they are.
        (Some(asked), None) => {
            let genes = asked.by_symbol(global)?;
            let rows = genes.rows();
            (Box::new(genes), Some(rows))
        }
        (_, list) => (selection::genes(list.as_deref(), &store, global)?, None),
    };
    let mut masks: Vec<Mask> = Vec::new();
    let mut texts: Vec<(&str, Option<&str>)> = Vec::new();
    for text in &args.masks {
        let (name, expression) = selection::named_expression(text)?;
        if texts.iter().any(|t| t.0 == name) {
            bail!("there are two masks {name:?}: give each its own name");
        }
        texts.push((name, Some(expression)));
    }
    if texts.is_empty() {
        texts.push(("ALL", None));
    }
    for (name, expression) in texts {
        let rows = selection::rows(
            expression,
            (&args.regions, within.clone()),
            &cohorts,
            &store,
            global,
        )
        .with_context(|| format!("mask {name}"))?;
        masks.push(Mask {
            name: name.to_owned(),
            genes: by_gene(&store, &rows, genes.as_ref())?,
        });
    }
    if let (Some(asked), Some(_)) = (&asked, &args.genes) {
        let names = asked.names_of_all();
        let called = |name: &str| names.iter().any(|v| v.eq_ignore_ascii_case(name));
        if masks.iter().any(|m| m.genes.keys().any(|g| called(g))) {
            for mask in &mut masks {
                mask.genes.retain(|name, _| called(name));
            }
        } else if let Some(mask) = masks.first_mut() {
            only(&mut mask.genes, &names)?;
        }
    }
    write(&args, &store, &cohorts, &masks)
}

fn columns(args: &Args, cohorts: &[(String, SampleSet)]) -> Vec<Column> {
    let text = |name: &str| Column::new(name, Kind::Text { nullable: false });
    let mut columns = vec![text("GENE"), text("MASK")];
    if args.ids || args.variants {
        columns.extend([text("SAMPLE"), text("CLASS"), text("COHORTS")]);
        if args.variants {
            columns.push(text("VARIANTS"));
        }
        return columns;
    }
    columns.push(Column::new("VARIANTS", Kind::UInt));
    for (cohort, _) in cohorts {
        for class in ["HOMOZYGOUS", "HEMIZYGOUS", "COMPOUND", "POSSIBLE"] {
            columns.push(Column::new(format!("{class}_{cohort}"), Kind::UInt));
        }
    }
    columns
}

fn write(
    args: &Args,
    store: &Store,
    cohorts: &[(String, SampleSet)],
    masks: &[Mask],
) -> anyhow::Result<()> {
    let columns = columns(args, cohorts);
    let path = args.output.as_deref();
    let style = (args.format).unwrap_or_else(|| Style::default_for(path));
    let format = style.format(columns.clone());
    let target = match path {
        Some(path) => Target::create(path)?,
        None => Target::stdout(),
    };
    let mut everyone = genodex_engine::genotype::SampleSet::none(store.n_samples());
    for (_, set) in cohorts {
        let bits = everyone.bitmap() | set.bitmap();
        everyone = SampleSet::from_bitmap(store.n_samples(), bits);
    }
    let mut names: Vec<&String> = masks.iter().flat_map(|m| m.genes.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let mut writer = Writer::begin(format.as_ref(), target)?;
    for gene in names {
        let mut batch = Batch::empty(&columns);
        for mask in masks {
            let Some(rows) = mask.genes.get(gene) else {
                continue;
            };
            let people = of_gene(store, rows, &everyone)?;
            if args.ids || args.variants {
                for person in &people {
                    person_row(args, store, cohorts, (gene, &mask.name), person, &mut batch)?;
                }
                continue;
            }
            let mut cells = batch.row();
            cells.text(gene);
            cells.text(&mask.name);
            cells.uint(rows.len());
            for (_, set) in cohorts {
                for class in Class::ALL {
                    let these = people.iter().filter(|p| p.class == class);
                    cells.uint(these.filter(|p| set.contains(p.sample)).count() as u64);
                }
            }
        }
        writer.append(format.encode(batch)?)?;
    }
    writer.finish()
}

fn person_row(
    args: &Args,
    store: &Store,
    cohorts: &[(String, SampleSet)],
    (gene, mask): (&str, &str),
    person: &Knockout,
    batch: &mut Batch,
) -> anyhow::Result<()> {
    let variants = if args.variants {
        let names = (person.variants.iter()).map(|&(s, row)| selection::name(store, s, row));
        names.collect::<anyhow::Result<Vec<_>>>()?.join(",")
    } else {
        String::new()
    };
    let mut cells = batch.row();
    cells.text(gene);
    cells.text(mask);
    cells.text(store.samples().id(person.sample as usize).unwrap_or("."));
    cells.text(person.class.name());
    let of = cohorts.iter().filter(|c| c.1.contains(person.sample));
    cells.text(&of.map(|c| c.0.as_str()).collect::<Vec<_>>().join(","));
    if args.variants {
        cells.text(&variants);
    }
    Ok(())
}
