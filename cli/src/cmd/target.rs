//! `genodex target`: a gene or a disease on one page.

mod html;
mod lines;
mod plots;
mod subject;
mod text;
mod words;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::ValueEnum;
use genodex_engine::query::cohort::ALL;
use genodex_engine::query::expr::Expr;
use genodex_engine::query::target::{
    self, Dossier, Group, Masks, Populations, Question, TargetError,
};
use genodex_engine::store::Store;

use self::subject::{Kind, Subject, Subjects};
use super::Global;
use super::selection;
use crate::output::Target;

/// What a target team wants of a gene or a disease, on one page
///
/// Of a gene: what it is, how constrained and how druggable, its qualifying variants with their
/// frequency by population and cohort, who carries loss of function and who has both copies
/// hit, how these people differ from everyone else, and clinical assertions. Of a disease or a
/// phenotype: its genes, ranked, each with the reasons. People are counted, never named.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    /// The store
    #[arg(value_name = "STORE")]
    store: PathBuf,
    /// Genes (symbol, alias, previous symbol, identifier: HGNC:, ENSG, NCBI:, OMIM:, the MANE
    /// transcript) and diseases or phenotypes (name in
    /// English or Japanese, MONDO:, NANDO:, HP:, OMIM:, ORPHA:)
    #[arg(value_name = "GENE|DISEASE", required = true, num_args = 1..)]
    names: Vec<String>,
    /// Take the names as these and nothing else
    #[arg(long, value_name = "KIND")]
    kind: Option<Kind>,
    /// Which variants qualify: an expression, as of genodex query -i [default: missense or more
    /// severe, or LOFTEE's HC; all where the store has no consequences]
    #[arg(short, long, value_name = "EXPR")]
    mask: Option<String>,
    /// Which variants are loss of function [default: LOFTEE's HC, else SnpEff's LOF, else impact
    /// HIGH]
    #[arg(long, value_name = "EXPR")]
    lof_mask: Option<String>,
    /// Only variants at most this frequent in the whole store
    #[arg(long, value_name = "AF")]
    max_af: Option<f64>,
    /// A cohort: NAME=EXPRESSION over the sample table, or NAME=@FILE of sample ids; may be
    /// given any number of times
    #[arg(short, long = "cohort", value_name = "NAME=EXPR|@FILE")]
    cohorts: Vec<String>,
    /// Column of the sample table by which people are of populations [default: the one that
    /// looks like it]
    #[arg(long, value_name = "COLUMN")]
    populations: Option<String>,
    /// Lines of a table on the terminal, at most
    #[arg(short = 'n', long, value_name = "N", default_value = "30")]
    limit: usize,
    /// How to write [default: by the name of the output file, else a page for the terminal]
    #[arg(long, value_enum)]
    format: Option<Style>,
    /// File to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

const HELP: &str = "\
A name that is a gene's symbol or identifier is the gene; else a disease or phenotype that is
called so; else a gene by another of its names; else what a search finds first.

Carriers and knockouts are compared with everyone else in each column of the sample table: values
by Fisher's exact test (odds ratio, 95 % interval), numbers by the rank-sum test (difference of
means, 95 % interval). P-values are adjusted for the number of tests (Holm), and for nothing else:
neither for ancestry nor for relatedness.

Examples:
  genodex target cohort.gdx PCSK9
  genodex target cohort.gdx LDLR --cohort 'cases=cad==1' --max-af 0.01 -o ldlr.html
  genodex target cohort.gdx 筋萎縮性側索硬化症 --format json
  genodex target cohort.gdx 'familial hypercholesterolemia' PCSK9 -o targets.html
";

/// How to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Style {
    /// A page for the terminal
    Table,
    /// An array of the pages, as values
    Json,
    /// One self-contained HTML file
    Html,
}

impl Style {
    fn of(args: &Args) -> Self {
        let by_name = || match args.output.as_deref().and_then(Path::extension)?.to_str()? {
            "html" | "htm" => Some(Self::Html),
            "json" => Some(Self::Json),
            _ => None,
        };
        args.format.or_else(by_name).unwrap_or(Self::Table)
    }

    /// The file to write, where its name ends in something unknown and no format was asked for.
    fn unknown_ending(args: &Args) -> Option<&Path> {
        let path = args.output.as_deref().filter(|_| args.format.is_none())?;
        let ending = path.extension()?.to_str()?;
        (!matches!(ending, "html" | "htm" | "json" | "txt")).then_some(path)
    }
}

pub(crate) fn run(args: Args, global: &Global) -> anyhow::Result<()> {
    if let Some(path) = Style::unknown_ending(&args) {
        global.note(format_args!(
            "note: {} is written as for the terminal: its name ends in neither .html nor .json; \
             --format says it otherwise",
            path.display()
        ));
    }
    let store = Store::open(&args.store)?;
    if let Some(af) = args.max_af
        && !(0.0..=1.0).contains(&af)
    {
        bail!("--max-af {af}: a frequency lies between 0 and 1");
    }
    let question = question(&args, &store, global)?;
    // All names are understood before the first page is made.
    let subjects = Subjects::new(&store, global)?;
    let mut asked = Vec::with_capacity(args.names.len());
    for name in &args.names {
        asked.push(subjects.find(name, args.kind)?);
    }
    let mut pages = Vec::with_capacity(asked.len());
    for subject in &asked {
        pages.push(match subject {
            Subject::Gene(gene) => {
                let subject = subjects.rows_of(gene)?;
                let page = target::gene(&store, &subject, subjects.knowledge(), &question)?;
                Dossier::Gene(Box::new(page))
            }
            Subject::Disease(disease) => {
                let disease = &subjects.counted(disease)?;
                let genes = subjects.genes_of(disease)?;
                let genes = genes.as_ref();
                let knowledge = subjects.knowledge();
                let page = target::disease(&store, disease, knowledge, genes, &question)?;
                Dossier::Disease(Box::new(page))
            }
        });
    }
    let text = match Style::of(&args) {
        Style::Table => text::write(&pages, args.limit),
        Style::Json => format!("{}\n", serde_json::to_string_pretty(&pages)?),
        Style::Html => html::write(&pages, super::PROGRAM),
    };
    let mut target = match &args.output {
        Some(path) => Target::create(path)?,
        None => Target::stdout(),
    };
    target.write_all(text.as_bytes())?;
    target.finish()
}

fn question(args: &Args, store: &Store, global: &Global) -> anyhow::Result<Question> {
    let cohorts = match args.cohorts.is_empty() {
        true => Vec::new(),
        false => selection::cohorts(&args.cohorts, store, global)?,
    };
    if cohorts.iter().any(|c| c.0 == ALL) {
        bail!("cohort {ALL} is there without asking: give yours another name");
    }
    let mut masks = Masks::of_store(store)?;
    let parse =
        |text: &String, flag: &str| Expr::parse(text).with_context(|| format!("{flag} {text:?}"));
    if let Some(text) = &args.mask {
        masks.qualifying = Some(parse(text, "--mask")?);
    }
    if let Some(text) = &args.lof_mask {
        masks.lof = Some(parse(text, "--lof-mask")?);
    }
    let populations = Populations::of_store(store, args.populations.as_deref());
    let group = |(name, people)| Group { name, people };
    Ok(Question {
        cohorts: cohorts.into_iter().map(group).collect(),
        populations: populations.map_err(|error| match error {
            e @ (TargetError::NoColumn { .. } | TargetError::NotPopulations { .. }) => {
                anyhow::Error::new(e).context("--populations")
            }
            e => e.into(),
        })?,
        masks,
        max_af: args.max_af,
    })
}
