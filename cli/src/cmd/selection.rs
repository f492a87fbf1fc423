//! What several commands select alike: rows by expression and region, cohorts, genes.

use std::collections::HashSet;
use std::path::Path;

use anyhow::Context;
use genodex_engine::compute::{Compute, DeviceChoice};
use genodex_engine::genotype::SampleSet;
use genodex_engine::query::cohort::{ALL, CohortError, CohortSpec};
use genodex_engine::query::expr::Expr;
use genodex_engine::query::genes::{GeneColumn, GeneList, GeneOf};
use genodex_engine::query::pedigree::Pedigree;
use genodex_engine::query::rows::RowSet;
use genodex_engine::query::select::{self, Plan, Request};
use genodex_engine::query::sets::allele_name;
use genodex_engine::store::Store;
use genodex_indexer::sample_table::open_text;

use super::Global;
use super::regions::Regions;
use crate::knowledge::CohortTerms;

/// Name and expression of a mask, `NAME=EXPRESSION`.
pub(crate) fn named_expression(text: &str) -> anyhow::Result<(&str, &str)> {
    let allowed = |c: char| c.is_alphanumeric() || "_.-".contains(c);
    match text.split_once('=') {
        Some((name, expression))
            if !name.is_empty() && !expression.starts_with('=') && name.chars().all(allowed) =>
        {
            Ok((name, expression))
        }
        _ => anyhow::bail!(
            "mask {text:?}: a name of letters, digits, _ . and - should stand before the first \
             =, as in lof=LOF==\"HC\""
        ),
    }
}

/// The cohorts as they are asked for: before a store is opened.
pub(crate) fn cohort_specs(texts: &[String]) -> anyhow::Result<Vec<CohortSpec>> {
    let parse = |text: &String| {
        text.parse::<CohortSpec>().map_err(|error| match error {
            // Says which by itself.
            CohortError::Spec { .. } => error.into(),
            _ => {
                let name = text.split('=').next().unwrap_or_default();
                anyhow::Error::new(error).context(format!("cohort {name}"))
            }
        })
    };
    texts.iter().map(parse).collect()
}

/// Their people in a store, withdrawn ones included.
pub(crate) fn resolve(
    specs: &[CohortSpec],
    store: &Store,
    global: &Global,
) -> anyhow::Result<Vec<(String, SampleSet)>> {
    let mut cohorts = Vec::with_capacity(specs.len());
    for spec in specs {
        let cohort = spec
            .resolve_with(store.samples(), Some(&CohortTerms))
            .with_context(|| format!("cohort {}", spec.name))?;
        for warning in &cohort.warnings {
            global.note(format_args!("cohort {}: {warning}", cohort.name));
        }
        if cohort.samples.is_empty() {
            global.note(format_args!("cohort {} has no samples", cohort.name));
        }
        cohorts.push((cohort.name, cohort.samples));
    }
    Ok(cohorts)
}

/// The cohorts asked for, without those who have withdrawn; [`ALL`] alone where none is.
pub(crate) fn cohorts(
    texts: &[String],
    store: &Store,
    global: &Global,
) -> anyhow::Result<Vec<(String, SampleSet)>> {
    let mut cohorts = resolve(&cohort_specs(texts)?, store, global)?;
    let mut names = HashSet::new();
    if let Some((name, _)) = cohorts.iter().find(|c| !names.insert(c.0.clone())) {
        anyhow::bail!("there are two cohorts {name:?}: give each its own name");
    }
    for (_, samples) in &mut cohorts {
        *samples = genodex_engine::query::carriers::members(store, samples);
    }
    if cohorts.is_empty() {
        cohorts.push((ALL.to_owned(), store.active().clone()));
    }
    Ok(cohorts)
}

/// The rows for which an expression holds (all, without one), that overlap the regions, and that
/// lie in the genes.
pub(crate) fn rows(
    expression: Option<&str>,
    (regions, genes): (&Regions, Option<RowSet>),
    cohorts: &[(String, SampleSet)],
    store: &Store,
    global: &Global,
) -> anyhow::Result<RowSet> {
    let regions = regions.of_store(store, global)?;
    if expression.is_none() && regions.is_none() {
        return Ok(genes.unwrap_or_else(|| RowSet::all(store)));
    }
    let request = Request {
        regions,
        rows: genes,
        filter: expression.map(Expr::parse).transpose()?,
        cohorts: cohorts.to_vec(),
        split: true,
        allow_files: true,
        ..Request::default()
    };
    let plan = Plan::new(store, request)?;
    for warning in plan.warnings() {
        global.note(format_args!("note: {warning}"));
    }
    super::gene::warn_of_names(&plan, store, global)?;
    let compute = if plan.counts_cohorts() {
        Compute::new(DeviceChoice::Auto, &plan.workload())?
    } else {
        Compute::with_cpu("no cohort is counted")
    };
    Ok(select::rows(&plan, &compute)?)
}

/// The genes of a list, or else the store's own.
pub(crate) fn genes<'s>(
    list: Option<&Path>,
    store: &'s Store,
    global: &Global,
) -> anyhow::Result<Box<dyn GeneOf + 's>> {
    let Some(path) = list else {
        return Ok(Box::new(GeneColumn::new(store)?));
    };
    let reader = open_text(path).with_context(|| format!("cannot open {}", path.display()))?;
    let list = GeneList::read(reader, path, store)?;
    for (contig, genes) in list.unknown() {
        global.note(format_args!(
            "note: {}: contig {contig} ({genes} genes) is not there",
            path.display()
        ));
    }
    Ok(Box::new(list))
}

/// The families of a file, or else those that the sample table records.
pub(crate) fn pedigree(
    file: Option<&Path>,
    store: &Store,
    global: &Global,
) -> anyhow::Result<Pedigree> {
    let pedigree = match file {
        None => Pedigree::from_samples(store.samples())?,
        Some(path) => {
            let reader =
                open_text(path).with_context(|| format!("cannot open {}", path.display()))?;
            Pedigree::read(reader, path, store.samples())?
        }
    };
    for warning in pedigree.warnings() {
        global.note(format_args!("note: {warning}"));
    }
    Ok(pedigree)
}

/// `chrom-pos-ref-alt`.
pub(crate) fn name(store: &Store, shard: usize, row: u32) -> anyhow::Result<String> {
    Ok(allele_name(store, shard, row, '-')?)
}

/// Writes one batch as a whole table.
pub(crate) fn write_table(
    columns: &[crate::output::Column],
    batch: crate::output::Batch,
    format: Option<crate::output::Style>,
    path: Option<&Path>,
) -> anyhow::Result<()> {
    use crate::output::{Style, Target, Writer};
    let style = format.unwrap_or_else(|| Style::default_for(path));
    let format = style.format(columns.to_vec());
    let target = match path {
        Some(path) => Target::create(path)?,
        None => Target::stdout(),
    };
    let mut writer = Writer::begin(format.as_ref(), target)?;
    writer.append(format.encode(batch)?)?;
    writer.finish()
}
