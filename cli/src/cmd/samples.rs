//! `genodex samples`.

use std::path::{Path, PathBuf};

use anyhow::bail;
use genodex_engine::diagnostic::nearest;
use genodex_engine::genotype::SampleSet;
use genodex_engine::query::carriers::{self, Carrier};
use genodex_engine::query::cohort::CohortExpr;
use genodex_engine::query::genes::GeneOf;
use genodex_engine::query::pattern::{self, Certainty, Pattern};
use genodex_engine::query::pedigree::Pedigree;
use genodex_engine::query::rows::RowSet;
use genodex_engine::store::Store;

use super::Global;
use super::gene::{GeneArgs, GenesByRow};
use super::regions::Regions;
use super::selection::{self, write_table};
use crate::knowledge::CohortTerms;
use crate::output::{Batch, Column, Kind, Style};

/// People by phenotype, by the variants they carry, and by pattern of inheritance
///
/// All that is asked must hold. Counts by cohort, unless --ids, --columns or --variants ask for
/// the people.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    /// The store
    store: PathBuf,
    /// Only people for whom an expression over the sample table holds
    #[arg(short, long, value_name = "EXPR")]
    include: Option<String>,
    /// A cohort to count in: NAME=EXPRESSION over the sample table, or NAME=@FILE of sample ids;
    /// may be given any number of times [default: everybody]
    #[arg(short, long = "cohort", value_name = "NAME=EXPR|@FILE")]
    cohorts: Vec<String>,
    /// Only people who carry a variant for which the expression holds, as of genodex query -i
    #[arg(long, value_name = "EXPR")]
    carriers_of: Option<String>,
    #[command(flatten)]
    asked: GeneArgs,
    #[command(flatten)]
    regions: Regions,
    /// At least this many of the variants, with the pattern where one is given
    #[arg(long, value_name = "N", default_value = "1")]
    at_least: std::num::NonZeroU32,
    /// How the variants are carried: het, hom, comphet, denovo, dominant or recessive
    #[arg(long, value_name = "PATTERN")]
    pattern: Option<Pattern>,
    /// Families, as a .ped or .fam file [default: the sample table's]
    #[arg(long, value_name = "FILE")]
    ped: Option<PathBuf>,
    /// Genes as intervals for comphet, CHROM START END NAME; .bed is 0-based [default: the
    /// store's GENE]
    #[arg(long, value_name = "FILE")]
    genes: Option<PathBuf>,
    /// One of --include and the variants is enough
    #[arg(long)]
    any: bool,
    /// The ids of the people, one a line
    #[arg(long, conflicts_with_all = ["variants", "columns"])]
    ids: bool,
    /// A line for each person and variant
    #[arg(long, conflicts_with = "columns")]
    variants: bool,
    /// A line for each person with these columns of the sample table, with commas between them
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    columns: Vec<String>,
    /// File to write
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How to write [default: by the name of the output file, else a table on a terminal and
    /// TSV in a pipe]
    #[arg(long, value_enum)]
    format: Option<Style>,
}

const HELP: &str = "\
A half call such as ./1 is missing and makes no carrier. In patterns, relatives with a
missing genotype exclude a variant. comphet counts pairs that are in
trans by parents, by phase or as 1/2; possible pairs are shown with --variants and not counted.

Examples:
  genodex samples cohort.gdx -i 'sex==\"F\" && age>=40' --columns age,pop
  genodex samples cohort.gdx --carriers-of 'GENE==\"PCSK9\" && LOF==\"HC\"' --cohort 'cases=t2d==1'
  genodex samples cohort.gdx --gene PCSK9 --carriers-of 'LOF==\"HC\"' --ids
  genodex samples cohort.gdx -r chr1:55039447-55064852 --variants
  genodex samples trios.gdx --pattern denovo --ped trios.ped --variants
";

/// A variant in somebody.
struct Found {
    sample: u32,
    variant: (usize, u32),
    how: &'static str,
    /// The other variant and the gene, of a compound heterozygote.
    more: Option<((usize, u32), String)>,
    /// Makes the person fit.
    counts: bool,
}

pub(crate) fn run(args: Args, global: &Global) -> anyhow::Result<()> {
    let store = Store::open(&args.store)?;
    let cohorts = selection::cohorts(&args.cohorts, &store, global)?;
    let columns = columns(&args, &store)?;
    let included = match &args.include {
        None => None,
        Some(text) => {
            let selected =
                CohortExpr::parse(text)?.evaluate_with(store.samples(), Some(&CohortTerms))?;
            for warning in &selected.warnings {
                global.note(format_args!("note: {warning}"));
            }
            Some(carriers::members(&store, &selected.samples))
        }
    };
    let by_variant = args.carriers_of.is_some()
        || args.regions.are_given()
        || args.asked.are_given()
        || args.pattern.is_some();
    if args.variants && !by_variant {
        bail!("--variants: say which: --carriers-of, --gene, -r, -R or --pattern");
    }
    if !by_variant && args.at_least.get() > 1 {
        bail!("--at-least: say of which variants: --carriers-of, --gene, -r, -R or --pattern");
    }
    let (mut found, mut carrying) = (Vec::new(), None);
    // Variants are looked up in those who can be in the answer.
    let within = match (&included, args.any) {
        (Some(set), false) => set.clone(),
        _ => store.active().clone(),
    };
    if by_variant {
        let asked = args.asked.find(&store, global)?;
        let asked = asked.map(|a| a.by_symbol(global)).transpose()?;
        let rows = selection::rows(
            args.carriers_of.as_deref(),
            (&args.regions, asked.as_ref().map(GenesByRow::rows)),
            &cohorts,
            &store,
            global,
        )?;
        let asked = asked.as_ref();
        carrying = Some(who(
            &args,
            &store,
            (&rows, asked),
            &within,
            &mut found,
            global,
        )?);
    }
    let selected = match (included, carrying, args.any) {
        (Some(a), Some(b), true) => a.bitmap() | b.bitmap(),
        (Some(a), Some(b), false) => a.bitmap() & b.bitmap(),
        (Some(a), None, _) | (None, Some(a), _) => a.bitmap().clone(),
        (None, None, _) => store.active().bitmap().clone(),
    };
    let selected = SampleSet::from_bitmap(store.n_samples(), selected);
    write(&args, &store, &cohorts, &columns, &selected, &found)
}

/// Places of the columns asked for in the sample table.
fn columns(args: &Args, store: &Store) -> anyhow::Result<Vec<(String, usize)>> {
    let table = store.samples();
    let find = |name: &String| {
        table.find(name).map(|i| (name.clone(), i)).ok_or_else(|| {
            let schema = table.batch().schema();
            let names: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
            let hint = nearest(name, names.iter().copied());
            let hint = hint.map_or(String::new(), |h| format!("; did you mean {h:?}?"));
            anyhow::anyhow!("--columns: the sample table has no column {name:?}{hint}")
        })
    };
    args.columns.iter().map(find).collect()
}

/// Who carries enough of `rows`. Of whom the variants are asked, they go into `found`.
fn who(
    args: &Args,
    store: &Store,
    (rows, asked): (&RowSet, Option<&GenesByRow>),
    within: &SampleSet,
    found: &mut Vec<Found>,
    global: &Global,
) -> anyhow::Result<SampleSet> {
    let n = store.n_samples();
    let enough = |count: u32| count >= args.at_least.get();
    let Some(pattern) = args.pattern else {
        if !args.variants {
            let tallies = carriers::tally(store, rows, within)?;
            let with = tallies
                .iter()
                .enumerate()
                .filter(|(_, t)| enough(t.variants()));
            // Samples fit 32 bits.
            return Ok(SampleSet::from_bitmap(
                n,
                with.map(|(i, _)| i as u32).collect(),
            ));
        }
        carriers::list(store, rows, within, |shard, row, carriers: &[Carrier]| {
            found.extend(carriers.iter().map(|c| Found {
                sample: c.sample,
                variant: (shard.index(), row),
                how: c.zygosity.name(),
                more: None,
                counts: true,
            }));
            Ok::<_, genodex_engine::format::FormatError>(())
        })?;
        return Ok(count(n, found, enough));
    };
    let pedigree = pedigree(args, store, pattern, global)?;
    if pattern == Pattern::CompHet {
        let own;
        let genes: &dyn GeneOf = match (asked, &args.genes) {
            (Some(asked), None) => asked,
            (_, list) => {
                own = selection::genes(list.as_deref(), store, global)?;
                own.as_ref()
            }
        };
        for pair in pattern::comphet(store, rows, within, &pedigree, genes)? {
            let [first, second] = pair.variants;
            let trans = pair.certainty == Certainty::Trans;
            found.push(Found {
                sample: pair.sample,
                variant: first,
                how: if trans { "trans" } else { "possible" },
                more: Some((second, pair.gene)),
                counts: trans,
            });
        }
    } else {
        for m in pattern::find(store, rows, within, &pedigree, pattern)? {
            found.push(Found {
                sample: m.sample,
                variant: (m.shard, m.row),
                how: "",
                more: None,
                counts: true,
            });
        }
    }
    Ok(count(n, found, enough))
}

fn count(n: usize, found: &[Found], enough: impl Fn(u32) -> bool) -> SampleSet {
    let mut counts = vec![0_u32; n];
    for f in found.iter().filter(|f| f.counts) {
        if let Some(count) = counts.get_mut(f.sample as usize) {
            *count += 1;
        }
    }
    let with = counts.iter().enumerate().filter(|(_, c)| enough(**c));
    SampleSet::from_bitmap(n, with.map(|(i, _)| i as u32).collect())
}

fn pedigree(
    args: &Args,
    store: &Store,
    pattern: Pattern,
    global: &Global,
) -> anyhow::Result<Pedigree> {
    let pedigree = selection::pedigree(args.ped.as_deref(), store, global)?;
    if pattern.needs_pedigree() && pedigree.is_empty() {
        bail!(
            "this pattern asks who is related to whom, but the sample table records no parents: \
             give the families with --ped"
        );
    }
    let affected = pedigree.people().iter().any(|p| p.affected == Some(true));
    if matches!(pattern, Pattern::Dominant | Pattern::Recessive) && !affected {
        bail!("this pattern asks who is affected, but the pedigree says so of nobody");
    }
    Ok(pedigree)
}

fn write(
    args: &Args,
    store: &Store,
    cohorts: &[(String, SampleSet)],
    columns: &[(String, usize)],
    selected: &SampleSet,
    found: &[Found],
) -> anyhow::Result<()> {
    let path: Option<&Path> = args.output.as_deref();
    let text = |name: &str, nullable| Column::new(name, Kind::Text { nullable });
    let id = |sample: u32| store.samples().id(sample as usize).unwrap_or(".");
    // People of any cohort asked for.
    let shown = |sample: u32| cohorts.iter().any(|c| c.1.contains(sample));
    let of = |sample: u32| {
        let names = cohorts.iter().filter(|c| c.1.contains(sample));
        names.map(|c| c.0.as_str()).collect::<Vec<_>>().join(",")
    };
    let people = selected.bitmap().iter().filter(|&s| shown(s));
    if args.ids && args.format.is_none() {
        let mut target = match path {
            Some(path) => crate::output::Target::create(path)?,
            None => crate::output::Target::stdout(),
        };
        let lines: String = people.map(|s| format!("{}\n", id(s))).collect();
        target.write_all(lines.as_bytes())?;
        return target.finish();
    }
    if args.ids || !columns.is_empty() {
        let mut head = vec![text("SAMPLE", false), text("COHORTS", false)];
        head.extend(columns.iter().map(|(name, _)| text(name, true)));
        let mut batch = Batch::empty(&head);
        for sample in people {
            let mut cells = batch.row();
            cells.text(id(sample));
            cells.text(&of(sample));
            for (_, place) in columns {
                let column = store.samples().column(*place);
                let value = column.and_then(|c| c.text(sample as usize));
                cells.text(value.as_deref().unwrap_or("."));
            }
        }
        return write_table(&head, batch, args.format, path);
    }
    if args.variants {
        let pairs = args.pattern == Some(Pattern::CompHet);
        let mut head = vec![
            text("SAMPLE", false),
            text("COHORTS", false),
            text("VARIANT", false),
            text("CALL", false),
        ];
        if pairs {
            head.extend([text("VARIANT2", false), text("GENE", false)]);
        }
        let mut batch = Batch::empty(&head);
        let rows = (found.iter())
            .filter(|f| shown(f.sample) && (selected.contains(f.sample) || !f.counts));
        for f in rows {
            let name = selection::name(store, f.variant.0, f.variant.1)?;
            let second = match &f.more {
                Some(((shard, row), gene)) => Some((selection::name(store, *shard, *row)?, gene)),
                None => None,
            };
            let how = match (f.how, args.pattern) {
                ("", Some(pattern)) => pattern.name(),
                (how, _) => how,
            };
            let mut cells = batch.row();
            cells.text(id(f.sample));
            cells.text(&of(f.sample));
            cells.text(&name);
            cells.text(how);
            if let Some((second, gene)) = second {
                cells.text(&second);
                cells.text(gene);
            }
        }
        return write_table(&head, batch, args.format, path);
    }
    let head = vec![
        text("COHORT", false),
        Column::new("SAMPLES", Kind::UInt),
        Column::new("SELECTED", Kind::UInt),
    ];
    let mut batch = Batch::empty(&head);
    for (name, set) in cohorts {
        let mut cells = batch.row();
        cells.text(name);
        cells.uint(set.len());
        cells.uint(set.bitmap().intersection_len(selected.bitmap()));
    }
    write_table(&head, batch, args.format, path)
}
