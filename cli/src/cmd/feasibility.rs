//! `genodex feasibility`.

use std::path::PathBuf;

use anyhow::Context;
use genodex_engine::genotype::SampleSet;
use genodex_engine::query::cohort::ALL;
use genodex_engine::query::feasibility::{self, Answer, Criterion, Rule, Step};
use genodex_engine::store::Store;

use super::regions::Regions;
use super::{Global, match_, selection};
use crate::exit::NobodyLeft;
use crate::knowledge::CohortTerms;
use crate::output::{Batch, Column, Kind, Style, Target};

/// How many people fulfil inclusion and exclusion criteria, step by step
///
/// A flow table: a line for each criterion, with the people before it, those it leaves out, those
/// who are left, those who would be left if it were the only one, and of those before it how many
/// lack a value that it asks for. Exit code 1 where nobody is left.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    /// The store
    store: PathBuf,
    /// File of criteria, one a line
    #[arg(short, long, value_name = "FILE")]
    criteria: PathBuf,
    /// File to which the ids of those who are left are written, one a line
    #[arg(long, value_name = "FILE")]
    ids: Option<PathBuf>,
    /// File to write
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How to write [default: by the name of the output file, else a table on a terminal and
    /// TSV in a pipe]
    #[arg(short = 'O', long, value_enum)]
    format: Option<Style>,
}

const HELP: &str = "\
Criteria:
  # a comment
  include NAME: EXPR   those stay for whom EXPR holds
  exclude NAME: EXPR   those leave for whom EXPR holds
EXPR is an expression over the sample table, as of genodex samples -i, or one of
  carriers('VARIANTS')         carriers of a variant for which VARIANTS holds, as of query -i
  unrelated(FILE.kin0, 0.0442) of include: people of whom no two have this kinship or more; again
                               and again who has most relatives leaves
A missing value fulfils no comparison, so that include leaves it out and exclude does not; UNKNOWN
counts these people apart. Of carriers, it is people without a genotype at one of the variants who
carry none of the others.

Examples:
  printf 'include women: sex==\"F\"\\nexclude finns: pop==\"FIN\"\\n' > trial.txt
  genodex feasibility chr22.gdx --criteria trial.txt
  printf '%s\\n' \"include carriers: carriers('POS==16050075')\" > carriers.txt
  genodex feasibility chr22.gdx --criteria carriers.txt --ids people.txt -O json
";

pub(crate) fn run(args: &Args, global: &Global) -> anyhow::Result<()> {
    let text = super::read_file(&args.criteria)?;
    let at = || args.criteria.display().to_string();
    let criteria = feasibility::parse(&text).with_context(at)?;
    let store = Store::open(&args.store)?;
    let mut answers = Vec::with_capacity(criteria.len());
    for criterion in &criteria {
        let at = || format!("{}: line {}", args.criteria.display(), criterion.line);
        answers.push(answer(criterion, &store, global).with_context(at)?);
    }
    let each = criteria.iter().map(|c| c.include).zip(&answers);
    let (steps, left) = feasibility::flow(store.active(), each);
    write(args, &criteria, &steps, store.active().len())?;
    if let Some(path) = &args.ids {
        write_ids(path, &store, &left)?;
    }
    say(&criteria, &steps, global)
}

/// What a criterion says of the store's people.
fn answer(criterion: &Criterion, store: &Store, global: &Global) -> anyhow::Result<Answer> {
    match &criterion.rule {
        Rule::People(expr) => {
            let found = expr.evaluate_with(store.samples(), Some(&CohortTerms))?;
            for warning in &found.warnings {
                global.note(format_args!("note: line {}: {warning}", criterion.line));
            }
            Ok(Answer::Holds {
                people: found.samples,
                unknown: expr.without_value(store.samples()),
            })
        }
        Rule::Carriers(expression) => {
            let everybody = [(ALL.to_owned(), store.active().clone())];
            let rows = selection::rows(
                Some(expression),
                (&Regions::default(), None),
                &everybody,
                store,
                global,
            )?;
            if rows.is_empty() {
                global.note(format_args!(
                    "note: line {}: there is no such variant, and so no carrier",
                    criterion.line
                ));
            }
            Ok(feasibility::carriers_of(store, &rows)?)
        }
        Rule::Unrelated(path, least) => {
            let pairs = match_::read_pairs(path, store, global)?;
            Ok(feasibility::related(&pairs, *least))
        }
    }
}

fn write(
    args: &Args,
    criteria: &[Criterion],
    steps: &[Step],
    everybody: u64,
) -> anyhow::Result<()> {
    let text = |name: &str| Column::new(name, Kind::Text { nullable: true });
    let number = |name: &str| Column::new(name, Kind::UInt);
    let columns = vec![
        number("STEP"),
        text("KIND"),
        text("NAME"),
        text("CRITERION"),
        number("BEFORE"),
        number("LEFT_OUT"),
        number("LEFT"),
        number("ALONE"),
        number("UNKNOWN"),
    ];
    let mut batch = Batch::empty(&columns);
    let mut row = |step: u64, words: [&str; 3], numbers: [u64; 5]| {
        let mut cells = batch.row();
        cells.uint(step);
        words.into_iter().for_each(|w| cells.text(w));
        numbers.into_iter().for_each(|n| cells.uint(n));
    };
    let first = [everybody, 0, everybody, everybody, 0];
    row(0, [".", "everybody", "."], first);
    for (number, (criterion, step)) in (1..).zip(criteria.iter().zip(steps)) {
        let kind = if criterion.include {
            "include"
        } else {
            "exclude"
        };
        row(
            number,
            [kind, &criterion.name, &criterion.text],
            [
                step.before,
                step.before - step.left,
                step.left,
                step.alone,
                step.unknown,
            ],
        );
    }
    selection::write_table(&columns, batch, args.format, args.output.as_deref())
}

fn write_ids(path: &std::path::Path, store: &Store, left: &SampleSet) -> anyhow::Result<()> {
    let id = |s: u32| store.samples().id(s as usize).unwrap_or(".");
    let lines: String = (left.bitmap().iter())
        .map(|s| format!("{}\n", id(s)))
        .collect();
    let mut target = Target::create(path)?;
    target.write_all(lines.as_bytes())?;
    target.finish()
}

/// Says which criterion nobody meets, and where nobody is left.
fn say(criteria: &[Criterion], steps: &[Step], global: &Global) -> anyhow::Result<()> {
    for (criterion, _) in criteria.iter().zip(steps).filter(|(_, s)| s.alone == 0) {
        let what = if criterion.include {
            "nobody in the store meets it"
        } else {
            "it leaves out everybody in the store"
        };
        global.note(format_args!(
            "note: line {}, {}: {what}",
            criterion.line, criterion.name
        ));
    }
    let last = criteria.iter().zip(steps).find(|(_, s)| s.left == 0);
    match last {
        None => Ok(()),
        Some((criterion, step)) => Err(NobodyLeft(format!(
            "nobody is left after {} (line {}); {} were before it",
            criterion.name, criterion.line, step.before
        ))
        .into()),
    }
}
