//! `genodex assoc`.

use std::path::PathBuf;

use genodex_engine::association::Analysis;
use genodex_engine::genotype::SampleSet;
use genodex_engine::query::burden::{EachVariant, ScoreOptions, VariantRow};
use genodex_engine::store::Store;

use super::Global;
use super::association::arguments::{CorrectionArgs, TraitArgs, count};
use super::association::nulls::Nulls;
use super::association::output::Output;
use super::association::page::{self, Kept};
use super::association::{Report, number_of, regenie, traits};
use super::gene::GeneArgs;
use super::regions::Regions;
use super::selection;
use crate::output::{Choice, Column, Kind, Target};
use crate::progress::Progress;

/// Association of single variants with many traits: score tests, corrected where they should be
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    /// The store
    store: PathBuf,
    #[command(flatten)]
    traits: TraitArgs,
    #[command(flatten)]
    regions: Regions,
    #[command(flatten)]
    genes: GeneArgs,
    /// Only variants for which the expression holds
    #[arg(short, long, value_name = "EXPR", help_heading = "Variants")]
    include: Option<String>,
    /// Variants of fewer copies of the minor allele are not tested
    #[arg(
        long,
        alias = "minMAC",
        value_name = "N",
        value_parser = count,
        default_value_t = 5.0,
        help_heading = "Variants"
    )]
    min_mac: f64,
    #[command(flatten)]
    correction: CorrectionArgs,
    /// File to write; with --format regenie, the prefix of files PREFIX_TRAIT.regenie
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
    /// How to write [default: by the name of the output file, else a table on a terminal and
    /// TSV in a pipe]
    #[arg(short = 'O', long, value_parser = Choice::<Report>::parser(), help_heading = "Output")]
    format: Option<Choice<Report>>,
    /// Write a page of its own, too: Manhattan and quantile plots, lambda, the top variants
    #[arg(long, value_name = "FILE.html", help_heading = "Output")]
    report: Option<PathBuf>,
}

const HELP: &str = "\
Rows: one for each variant and trait. BETA is the effect of one copy of ALT, in the trait's units
or as a log odds ratio; LOG10P is -log10 of the p-value.

Examples:
  genodex assoc cohort.gdx --pheno traits.txt --covar covar.txt -r chr19 -o ldl.tsv
  genodex assoc cohort.gdx --pheno-col t2d --covar-col age,sex --bt --firth --gene SLC30A8
  genodex assoc cohort.gdx --pheno traits.txt --condition rs7412 -r chr19:44000000-46000000
";

/// The test's name in regenie's files.
const ADDITIVE: &str = "ADD";

pub(crate) fn run(args: Args, global: &Global) -> anyhow::Result<()> {
    let store = Store::open(&args.store)?;
    let options = ScoreOptions {
        like_regenie: args.format == Some(Choice::Report(Report::Regenie)),
        correction: args.correction.correction()?,
    };
    let (analysis, predictions) = traits::analysis(&args.traits, &store, global)?;
    let everybody = vec![("ALL".to_owned(), SampleSet::all(store.n_samples()))];
    let genes = args.genes.rows(&store, global)?;
    let rows = selection::rows(
        args.include.as_deref(),
        (&args.regions, genes),
        &everybody,
        &store,
        global,
    )?;
    let mut nulls = Nulls::new(&analysis, predictions, options);
    let progress = Progress::bar(global, "testing", rows.len(), "variants");
    let mut out = Results::begin(&args, &store, &analysis)?;
    let mut models: Option<(u32, _)> = None;
    for (shard, rows) in rows.shards() {
        let contig = store.shard(*shard)?.entry().contig;
        let fitted = match models.take() {
            Some(fitted) if fitted.0 == contig || !nulls.by_chromosome() => fitted,
            _ => {
                let name = store.manifest().contigs.get(contig as usize);
                (
                    contig,
                    nulls.fit(name.map_or(".", |c| c.name.as_str()), global)?,
                )
            }
        };
        let each = EachVariant {
            store: &store,
            analysis: &analysis,
            models: &fitted.1,
            least_count: args.min_mac,
            options,
        };
        each.run(*shard, rows, |n, found| -> anyhow::Result<()> {
            progress.add(n as u64);
            out.append(*shard, &found)
        })?;
        models = Some(fitted);
    }
    drop(progress);
    out.finish(&args, global)
}

fn columns() -> Vec<Column> {
    let text = |name: &str| Column::new(name, Kind::Text { nullable: true });
    let float = |name: &str| Column::new(name, Kind::Float);
    vec![
        text("TRAIT"),
        text("CHROM"),
        Column::new("POS", Kind::UInt),
        text("ID"),
        text("REF"),
        text("ALT"),
        float("AF"),
        Column::new("N", Kind::UInt),
        Column::new("CASES", Kind::Int),
        float("BETA"),
        float("SE"),
        float("CHISQ"),
        float("LOG10P"),
        text("EXTRA"),
    ]
}

/// An output that was begun, and what names its rows.
struct Results<'o> {
    store: &'o Store,
    analysis: &'o Analysis,
    report: Option<page::Report>,
    to: Output,
}

impl<'o> Results<'o> {
    fn begin(args: &Args, store: &'o Store, analysis: &'o Analysis) -> anyhow::Result<Self> {
        let report = args.report.as_ref();
        if let Some(path) = report {
            // What cannot be written is known before the work.
            Target::create(path)?;
        }
        let how = (args.format, args.output.as_deref());
        Ok(Self {
            store,
            analysis,
            report: report.map(|_| page::Report::new("Association of variants", "Variant")),
            to: Output::begin(how, analysis, columns(), &[])?,
        })
    }

    fn append(&mut self, shard: usize, rows: &[VariantRow]) -> anyhow::Result<()> {
        let found = self.store.shard(shard)?;
        let index = found.entry().contig as usize;
        let contig = self.store.manifest().contigs.get(index);
        let contig = contig.map_or(".", |c| c.name.as_str());
        let chromosome = number_of(contig);
        let sites = found.sites()?;
        let own = |row: &VariantRow| {
            let site = sites.site(row.row as usize);
            let (reference, alternate) = (site.reference, site.alternate);
            format!("{chromosome}:{}:{reference}:{alternate}", site.pos)
        };
        if let Some(report) = &mut self.report {
            for row in rows {
                let Some(log10p) = row.outcome.log10p else {
                    continue;
                };
                let site = sites.site(row.row as usize);
                let id = sites.id(row.row as usize);
                report.add(Kept {
                    trait_index: row.trait_index,
                    name: if id == "." { own(row) } else { id.to_owned() },
                    mask: format!("{}>{}", site.reference, site.alternate),
                    contig: index,
                    position: u64::from(site.pos),
                    test: "score",
                    effect: (row.outcome.beta, row.outcome.se),
                    log10p,
                });
            }
        }
        match &mut self.to {
            Output::Regenie(files) => {
                for row in rows {
                    let site = sites.site(row.row as usize);
                    let (id, own) = (sites.id(row.row as usize), own(row));
                    let line = regenie::Line {
                        chromosome: &chromosome,
                        position: u64::from(site.pos),
                        id: [if id == "." { &own } else { id }, "", ""],
                        alleles: [site.reference, site.alternate],
                        frequency: Some(row.frequency),
                        people: row.people,
                        test: ADDITIVE,
                        outcome: &row.outcome,
                    };
                    files.append(row.trait_index, &line)?;
                }
                Ok(())
            }
            Output::Table(to) => to.append(|batch| {
                for row in rows {
                    let site = sites.site(row.row as usize);
                    let o = &row.outcome;
                    let mut cells = batch.row();
                    let of = self.analysis.traits.get(row.trait_index);
                    cells.text(of.map_or(".", |t| t.name.as_str()));
                    cells.text(contig);
                    cells.uint(u64::from(site.pos));
                    for text in [sites.id(row.row as usize), site.reference, site.alternate] {
                        cells.text(text);
                    }
                    cells.float(Some(row.frequency));
                    cells.uint(row.people);
                    cells.int(row.cases.map(|c| c as i64));
                    for value in [o.beta, o.se, o.chisq, o.log10p] {
                        cells.float(value.filter(|v| v.is_finite()));
                    }
                    cells.text(o.why.or(o.method).unwrap_or("."));
                }
            }),
        }
    }

    fn finish(self, args: &Args, global: &Global) -> anyhow::Result<()> {
        self.to.finish(global)?;
        if let (Some(report), Some(path)) = (self.report, &args.report) {
            let name = args.store.file_name().unwrap_or_default().to_string_lossy();
            let contigs = self.store.manifest().contigs.iter().map(|c| c.name.clone());
            let contigs: Vec<String> = contigs.collect();
            report.write(path, &name, self.analysis, &contigs)?;
        }
        Ok(())
    }
}
