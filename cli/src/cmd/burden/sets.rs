//! Sets and masks from files, expressions or windows.

use std::collections::HashSet;
use std::io::{BufRead, Write};
use std::path::Path;

use anyhow::{Context, bail};
use genodex_engine::genotype::SampleSet;
use genodex_engine::query::genes::by_gene;
use genodex_engine::query::rows::RowSet;
use genodex_engine::query::sets::{
    self, MaskDefinition, MaskDefinitions, Sources, VariantFinder, VariantSets, Windows,
};
use genodex_engine::store::Store;
use genodex_indexer::sample_table::open_text;

use super::arguments::SetArgs;
use crate::cmd::Global;
use crate::cmd::association::traits::{names, some};
use crate::cmd::gene::GeneArgs;
use crate::cmd::regions::Regions;
use crate::cmd::selection;
use crate::output::Target;

/// Names of sets that are shown in a note.
const SHOWN: usize = 3;

/// The sets asked for.
pub(super) fn sets(
    args: &SetArgs,
    (regions, asked): (&Regions, &GeneArgs),
    store: &Store,
    global: &Global,
) -> anyhow::Result<VariantSets> {
    let only = named(&args.sets)?;
    let without = named(&args.exclude_sets)?;
    let finder = VariantFinder::new(store);
    let definitions = match &args.mask_def {
        Some(path) => Some(MaskDefinitions::read(open(path)?, path)?),
        None => None,
    };
    if definitions.is_some() && args.anno_file.is_none() && args.saige_group.is_none() {
        bail!("--mask-def names categories: --anno-file or --saige-group gives those of variants");
    }
    let list_absent = args.write_absent.is_some();
    let wanted = only.clone();
    let mut all = if let (Some(anno), Some(list)) = (&args.anno_file, &args.set_list) {
        let frequencies = match &args.aaf_file {
            Some(path) => Some((open(path)?, path.as_path())),
            None => None,
        };
        let sources = Sources {
            set_list: (open(list)?, list),
            annotations: (open(anno)?, anno),
            weights_column: args.weights_col.map(|c| c.get() - 1),
            frequencies,
            masks: definitions.unwrap_or_default(),
            only,
            without,
            list_absent,
        };
        sets::read_sets(sources, &finder)?
    } else if let Some(path) = &args.saige_group {
        let chosen = (only.as_ref(), without.as_ref());
        sets::read_groups(open(path)?, path, definitions, chosen, list_absent, &finder)?
    } else {
        let mut all = by_expression(args, (regions, asked), store, global)?;
        let has = |n: &String| {
            only.as_ref().is_none_or(|o| o.contains(n))
                && without.as_ref().is_none_or(|w| !w.contains(n))
        };
        all.sets.retain(|s| has(&s.name));
        all
    };
    say(&all, global);
    if let Some(wanted) = &wanted {
        unknown(wanted, &all, global);
    }
    if let Some(path) = &args.write_absent {
        let mut text = Vec::new();
        for (set, variant) in &all.report.absent_list {
            writeln!(text, "{set}\t{variant}")?;
        }
        let mut target = Target::create(path)?;
        target.write_all(&text)?;
        target.finish()?;
    }
    if all.sets.is_empty() {
        bail!(
            "there is no set with a variant of the store in a mask ({} variants were named, {} of \
             them are not in the store{})",
            all.report.named,
            all.report.absent,
            first(&all.report.absent_first, all.report.absent)
        );
    }
    all.report.absent_list.clear();
    Ok(all)
}

fn open(path: &Path) -> anyhow::Result<Box<dyn BufRead>> {
    open_text(path).with_context(|| format!("cannot open {}", path.display()))
}

/// The sets named; `None` where none is.
fn named(texts: &[String]) -> anyhow::Result<Option<HashSet<String>>> {
    let names = names(texts)?;
    Ok((!texts.is_empty()).then(|| names.into_iter().collect()))
}

fn by_expression(
    args: &SetArgs,
    (regions, asked): (&Regions, &GeneArgs),
    store: &Store,
    global: &Global,
) -> anyhow::Result<VariantSets> {
    let everybody = vec![("ALL".to_owned(), SampleSet::all(store.n_samples()))];
    let mut masks: Vec<(MaskDefinition, RowSet)> = Vec::new();
    let asked = asked.find_or(store, global, args.genes.is_some())?;
    let within = match (&asked, &args.genes) {
        (Some(asked), None) => Some(asked.by_symbol(global)?.rows()),
        _ => None,
    };
    let mut texts = args.masks.clone();
    if texts.is_empty() {
        texts.push("ALL=".to_owned());
    }
    for text in &texts {
        let (name, expression) = selection::named_expression(text)?;
        if masks.iter().any(|m| m.0.name == name) {
            bail!("there are two masks {name:?}: give each its own name");
        }
        let wanted = Some(expression).filter(|e| !e.is_empty());
        let rows = selection::rows(wanted, (regions, within.clone()), &everybody, store, global)
            .with_context(|| format!("mask {name}"))?;
        let definition = MaskDefinition {
            name: name.to_owned(),
            categories: expression.replace('"', "'"),
        };
        masks.push((definition, rows));
    }
    if let Some(text) = &args.windows {
        let of: Windows = text.parse().map_err(anyhow::Error::msg)?;
        return Ok(sets::windows(store, of, &masks)?);
    }
    let genes: Box<dyn genodex_engine::query::genes::GeneOf> = match (&asked, &args.genes) {
        (Some(asked), None) => Box::new(asked.by_symbol(global)?),
        (_, list) => selection::genes(list.as_deref(), store, global)?,
    };
    let masks = (masks.into_iter())
        .map(|(definition, rows)| Ok((definition, by_gene(store, &rows, genes.as_ref())?)))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let mut all = sets::of_genes(store, &masks)?;
    if let Some(asked) = &asked {
        let names = asked.names_of_all();
        let called = |name: &str| names.iter().any(|v| v.eq_ignore_ascii_case(name));
        all.sets.retain(|s| called(&s.name));
    }
    Ok(all)
}

/// Says which of the sets asked for are not there.
fn unknown(wanted: &HashSet<String>, all: &VariantSets, global: &Global) {
    let found = all.sets.iter().map(|s| &s.name);
    let there: HashSet<&String> = found.chain(&all.report.empty_sets).collect();
    let mut absent: Vec<&str> = (wanted.iter())
        .filter(|name| !there.contains(name))
        .map(String::as_str)
        .collect();
    if absent.is_empty() {
        return;
    }
    absent.sort_unstable();
    let shown: Vec<String> = absent.iter().take(SHOWN).map(|n| (*n).to_owned()).collect();
    global.note(format_args!(
        "note: {} of {} sets that --sets names are not there{}",
        absent.len(),
        wanted.len(),
        first(&shown, absent.len() as u64)
    ));
}

fn first(names: &[String], n: u64) -> String {
    if names.is_empty() {
        return String::new();
    }
    let more = if n as usize > names.len() { ", .." } else { "" };
    format!(": {}{more}", names.join(", "))
}

fn say(all: &VariantSets, global: &Global) {
    let report = &all.report;
    let note = |n: u64, what: String| {
        if n > 0 {
            global.note(format_args!("note: {what}"));
        }
    };
    note(
        report.absent,
        format!(
            "{} of {} variants of sets are not in the store{}",
            report.absent,
            report.named,
            first(&report.absent_first, report.absent)
        ),
    );
    note(
        report.ambiguous,
        format!(
            "{} names are those of several variants: the first is taken",
            report.ambiguous
        ),
    );
    note(
        report.without_mask,
        format!("{} variants of sets are in no mask", report.without_mask),
    );
    note(
        report.repeated_annotations,
        format!(
            "{} annotations say otherwise than one before, which counts",
            report.repeated_annotations
        ),
    );
    let empty = report.empty_sets.len();
    let shown = &report.empty_sets[..empty.min(SHOWN)];
    note(
        empty as u64,
        format!(
            "{empty} sets are left without a variant{}",
            first(shown, empty as u64)
        ),
    );
    let members = all.sets.iter().flat_map(|s| &s.members);
    let used = members.fold(0, |bits, m| bits | m.masks);
    for (place, mask) in all.masks.iter().enumerate() {
        if used >> place & 1 == 0 {
            let name = &mask.name;
            global.note(format_args!("note: mask {name} has no variant in any set"));
        }
    }
    global.note(format_args!(
        "{}, {}, {}",
        some(all.sets.len(), "set"),
        some(all.masks.len(), "mask"),
        some(all.sets.iter().map(|s| s.members.len()).sum(), "variant")
    ));
}
