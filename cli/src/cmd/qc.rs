//! `genodex qc`.

mod arguments;
mod hardy;
mod measure;
mod mendel;
mod mendel_errors;
mod mendel_reports;
mod page;
mod people;
mod plink2;
mod sexcheck;
mod variants;

use anyhow::bail;
use genodex_engine::genotype::SampleSet;
use genodex_engine::query::freq::ALL;
use genodex_engine::query::pedigree::Pedigree;
use genodex_engine::query::qc::stored::{self, VariantValues};
use genodex_engine::query::qc::{self, Rules};
use genodex_engine::store::Store;

pub(crate) use arguments::Args;

use self::arguments::{Per, Report};
use self::mendel::Mendel;
use super::{Global, PROGRAM, selection};
use crate::output::{Style, Target};
use crate::progress::Progress;
use genodex_engine::format::disk::OsDisk;
use genodex_engine::genome::RegionSet;

/// What every table is made from.
struct Inputs<'s> {
    args: &'s Args,
    global: &'s Global,
    store: &'s Store,
    cohort: Option<(String, SampleSet)>,
    regions: Option<RegionSet>,
    pedigree: Pedigree,
}

/// People counted.
struct Counted<'s> {
    plan: qc::Plan<'s>,
    answer: qc::Answer,
}

/// What to write.
enum Output {
    Table(Per, Style),
    Report(Report),
}

impl Inputs<'_> {
    fn members(&self) -> Option<&SampleSet> {
        self.cohort.as_ref().map(|c| &c.1)
    }

    fn cohort_name(&self) -> &str {
        self.cohort.as_ref().map_or(ALL, |c| c.0.as_str())
    }

    fn count(&self, rules: Rules) -> anyhow::Result<Counted<'_>> {
        let request = qc::Request {
            cohort: self.members().cloned(),
            regions: self.regions.clone(),
            rules,
        };
        let plan = qc::Plan::new(self.store, &request)?;
        let progress = self.progress("Counting people", plan.n_rows());
        let answer = qc::run(&plan, |rows| progress.add(rows))?;
        Ok(Counted { plan, answer })
    }

    fn progress(&self, what: &'static str, rows: u64) -> Progress {
        Progress::bar(self.global, what, rows, "variants")
    }

    /// Mendel errors; none where there are no trios.
    fn mendel(&self) -> anyhow::Result<Option<Mendel<'_>>> {
        Mendel::count(self)
    }

    fn target(&self) -> anyhow::Result<Target> {
        match &self.args.output {
            Some(path) => Target::create(path),
            None => Ok(Target::stdout()),
        }
    }
}

pub(crate) fn run(args: Args, global: &Global) -> anyhow::Result<()> {
    let output = args.output()?;
    args.sex_rules()?;
    if let Some(note) = args.ending() {
        global.note(format_args!("note: {note}"));
    }
    let store = Store::open(&args.store)?;
    let specs = selection::cohort_specs(args.cohort.as_slice())?;
    let cohort = selection::resolve(&specs, &store, global)?.pop();
    let cohort = cohort.map(|(name, set)| {
        let members = genodex_engine::query::carriers::members(&store, &set);
        (name, members)
    });
    let regions = args.regions.of_store(&store, global)?;
    let pedigree = pedigree(&args, &store, global)?;
    let inputs = Inputs {
        args: &args,
        global,
        store: &store,
        cohort,
        regions,
        pedigree,
    };
    match &output {
        Some(Output::Table(Per::Person, style)) => people::write(&inputs, *style)?,
        Some(Output::Table(Per::Variant, style)) => variants::write(&inputs, *style)?,
        Some(Output::Table(per, style)) => mendel::table(&inputs, *per, *style)?,
        Some(Output::Report(report)) => match report {
            Report::Scount | Report::Smiss => plink2::people(&inputs, *report)?,
            Report::Vmiss => plink2::variants(&inputs)?,
            Report::Hardy => hardy::write(&inputs)?,
            Report::Sexcheck => sexcheck::write(&inputs)?,
            _ => mendel_reports::write(&inputs, *report)?,
        },
        None => {}
    }
    if let Some(path) = &args.html {
        page::write(&inputs, path)?;
    }
    if args.keep {
        keep(&inputs)?;
    }
    Ok(())
}

/// Keeps what was found in the store.
fn keep(inputs: &Inputs<'_>) -> anyhow::Result<()> {
    let counted = inputs.count(Rules::Calls)?;
    let mut variants = VariantValues {
        hwe: Some(stored::hwe_by_row(inputs.store)?),
        mendel: inputs.mendel()?.map(|m| m.by_row()),
    };
    for name in stored::taken(inputs.store) {
        inputs.global.note(format_args!(
            "note: {name} is not kept: another layer of the store has an INFO field of this name"
        ));
        match name {
            "MENDEL" => variants.mendel = None,
            _ => variants.hwe = None,
        }
    }
    let Counted { plan, answer } = &counted;
    let rules = inputs.args.sex_rules()?;
    let fields = match (&variants.hwe, &variants.mendel) {
        (Some(_), Some(_)) => ", and expressions the fields HWE, HWE_LOG10P and MENDEL",
        (Some(_), None) => ", and expressions the fields HWE and HWE_LOG10P; no trios, no MENDEL",
        (None, Some(_)) => ", and expressions the field MENDEL",
        (None, None) => "",
    };
    let root = &inputs.args.store;
    let generation = stored::keep(&OsDisk, root, plan, answer, &rules, variants, PROGRAM)?;
    inputs.global.note(format_args!(
        "generation {generation}: the sample table has the columns qc.*{fields}"
    ));
    Ok(())
}

fn pedigree(args: &Args, store: &Store, global: &Global) -> anyhow::Result<Pedigree> {
    let pedigree = selection::pedigree(args.ped.as_deref(), store, global)?;
    if args.ped.is_some() && pedigree.trios().is_empty() {
        bail!("--ped: nobody in it has genotypes in the store together with both parents");
    }
    Ok(pedigree)
}
