//! `genodex match`.

mod arguments;
mod page;
mod summary;
mod tables;
mod then;

use anyhow::{Context, bail};
use genodex_engine::format::disk::OsDisk;
use genodex_engine::query::matching::{
    self, Balance, Covariate, Matched, Method, Overlap, Pair, Plan, RelatedPair, Request,
};
use genodex_engine::store::Store;
use genodex_indexer::sample_table::open_text;

pub(crate) use arguments::Args;

use super::{Global, PROGRAM, selection};
use crate::output::{Style, Target};
use crate::progress::Progress;

/// What came out.
struct Found<'s> {
    args: &'s Args,
    store: &'s Store,
    plan: Plan,
    matched: Matched,
    balance: Vec<Balance>,
    overlap: Option<Overlap>,
}

impl Found<'_> {
    fn id(&self, sample: u32) -> &str {
        self.store.samples().id(sample as usize).unwrap_or(".")
    }

    fn case(&self, case: u32) -> &str {
        let sample = self.plan.cases.get(case as usize);
        sample.map_or(".", |s| self.id(*s))
    }

    fn control(&self, control: u32) -> &str {
        let sample = self.plan.controls.get(control as usize);
        sample.map_or(".", |s| self.id(*s))
    }

    /// Pairs of one case after another.
    fn groups(&self) -> impl Iterator<Item = &[Pair]> {
        self.matched.pairs.chunk_by(|a, b| a.case == b.case)
    }

    fn matched_cases(&self) -> u64 {
        (self.plan.cases.len() - self.matched.unmatched.len()) as u64
    }

    fn matched_controls(&self) -> u64 {
        let mut controls: Vec<u32> = self.matched.pairs.iter().map(|p| p.control).collect();
        controls.sort_unstable();
        controls.dedup();
        controls.len() as u64
    }

    /// The sum of the distances.
    fn total(&self) -> f64 {
        let pairs = self.matched.pairs.iter();
        let sum: i128 = pairs.map(|p| i128::from(p.distance)).sum();
        sum as f64 / matching::UNITS
    }
}

pub(crate) fn run(args: Args, global: &Global) -> anyhow::Result<()> {
    let method = args.method()?;
    let then = match &args.then {
        Some(text) => Some(then::parse(text, &args.store)?),
        None => None,
    };
    let store = Store::open(&args.store)?;
    let plan = Plan::new(&store, request(&args, &store, global)?)?;
    let slots = plan.cases.len() as u64 * args.ratio as u64;
    let controls = plan.controls.len() as u64;
    if method == Method::Optimal && slots > controls {
        global.note(format_args!(
            "note: cases ask for {slots} controls, and there are {controls}: all pairs have to be \
             looked at, which takes long where there are many"
        ));
    }
    let progress = Progress::bar(global, "matching", slots, "controls");
    let how = (args.ratio, method);
    let matched = matching::run(&plan.problem, &plan.order, how, &|n| progress.add(n));
    drop(progress);
    let balance = matching::balance(&plan, &matched);
    let overlap = matching::overlap(&plan, &matched);
    let found = Found {
        args: &args,
        store: &store,
        plan,
        matched,
        balance,
        overlap,
    };
    write(&found)?;
    summary::say(&found, global);
    if found.matched.pairs.is_empty() {
        bail!("no case has a control: nothing is matched");
    }
    if let Some(name) = &args.save_cohort {
        let both = (&found.plan, &found.matched);
        let root = &args.store;
        let generation = matching::keep_cohort(&OsDisk, root, &store, name, both, PROGRAM)?;
        global.note(format_args!(
            "generation {generation}: the sample table has {name} (1 of matched cases, 0 of their \
             controls) and {name}{}",
            matching::GROUP
        ));
    }
    drop(found);
    drop(store);
    match then {
        Some(cli) => then::run(cli, global),
        None => Ok(()),
    }
}

fn request(args: &Args, store: &Store, global: &Global) -> anyhow::Result<Request> {
    let texts = [
        format!("cases={}", args.cases),
        format!("controls={}", args.controls),
    ];
    let mut sets = selection::cohorts(&texts, store, global)?.into_iter();
    let (Some((_, cases)), Some((_, controls))) = (sets.next(), sets.next()) else {
        bail!("--cases and --controls are both needed");
    };
    let table = store.samples();
    let mut covariates = Vec::new();
    for of in &args.numeric {
        covariates.push(Covariate::of_table(table, &of.name, of.caliper)?);
    }
    let count = usize::from(args.pcs.unwrap_or(0));
    match &args.eigenvec {
        None => covariates.extend(Covariate::components(table, count)?),
        Some(path) => {
            let reader =
                open_text(path).with_context(|| format!("cannot open {}", path.display()))?;
            covariates.extend(matching::read_eigenvec(reader, path, table, count)?);
        }
    }
    let mut names = std::collections::HashSet::new();
    let all = covariates.iter().map(|c| &c.name).chain(&args.exact);
    if let Some(name) = all.into_iter().find(|n| !names.insert(n.as_str())) {
        bail!("{name} is named twice among --exact, --numeric and --pcs");
    }
    let related = related(args, store, global)?;
    Ok(Request {
        cases,
        controls,
        exact: args.exact.clone(),
        covariates,
        distance: args.distance.distance(),
        caliper: args.caliper,
        order: args.order.map(arguments::CaseOrder::order),
        seed: args.seed,
        related,
    })
}

type Related = Option<(Vec<RelatedPair>, f64)>;

fn related(args: &Args, store: &Store, global: &Global) -> anyhow::Result<Related> {
    let Some(path) = &args.exclude_related else {
        return Ok(None);
    };
    if !args.min_kinship.is_finite() {
        bail!("--min-kinship {}: a number is expected", args.min_kinship);
    }
    Ok(Some((read_pairs(path, store, global)?, args.min_kinship)))
}

/// Reads related pairs; says how many are not of the store.
pub(super) fn read_pairs(
    path: &std::path::Path,
    store: &Store,
    global: &Global,
) -> anyhow::Result<Vec<RelatedPair>> {
    let reader = open_text(path).with_context(|| format!("cannot open {}", path.display()))?;
    let (pairs, others) = matching::read_kin0(reader, path, store.samples())?;
    if others > 0 {
        global.note(format_args!(
            "note: {}: of {others} pairs not both are in the store",
            path.display()
        ));
    }
    Ok(pairs)
}

fn write(found: &Found<'_>) -> anyhow::Result<()> {
    let args = found.args;
    if let Some(style) = args.style() {
        let path = args.output.as_deref();
        if style == Style::Json {
            let target = match path {
                Some(path) => Target::create(path)?,
                None => Target::stdout(),
            };
            tables::json(found, target)?;
        } else {
            let (columns, batch) = tables::pairs(found);
            selection::write_table(&columns, batch, Some(style), path)?;
        }
    }
    if let Some(path) = &args.balance {
        let (columns, batch) = tables::balance(found);
        selection::write_table(&columns, batch, None, Some(path))?;
    }
    if let Some(path) = &args.unmatched {
        let (columns, batch) = tables::unmatched(found);
        selection::write_table(&columns, batch, None, Some(path))?;
    }
    match &args.html {
        Some(path) => page::write(found, path),
        None => Ok(()),
    }
}
