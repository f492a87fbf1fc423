//! Traits and covariates from files or the sample table, and their null models.

use std::io::BufRead;
use std::path::Path;

use anyhow::{Context, bail};
use genodex_engine::association::predictions::Predictions;
use genodex_engine::association::table::{self, Column, Matched, Values, Wanted, expand_names};
use genodex_engine::association::{Analysis, TraitKind, TraitOptions};
use genodex_engine::diagnostic::nearest;
use genodex_engine::format::samples::Column as SampleColumn;
use genodex_engine::query::burden::dosages;
use genodex_engine::query::sets::VariantFinder;
use genodex_engine::store::Store;
use genodex_indexer::sample_table::open_text;

use super::arguments::TraitArgs;
use super::nulls;
use crate::cmd::{Global, selection};

/// Binary traits with fewer cases or controls are left out, as regenie does.
const LEAST_CASES: u64 = 10;

/// Reads traits, covariates and predictions, and says who is analysed. Predictions are those of
/// the traits of the analysis.
pub(crate) fn analysis(
    args: &TraitArgs,
    store: &Store,
    global: &Global,
) -> anyhow::Result<(Analysis, Option<Vec<Predictions>>)> {
    let ids: Vec<String> = (0..store.n_samples())
        .map(|s| store.samples().id(s).unwrap_or_default().to_owned())
        .collect();
    let samples: Vec<&str> = ids.iter().map(String::as_str).collect();
    let expanded = |texts: &[String]| expand_names(texts).map_err(anyhow::Error::msg);
    let mut traits = match &args.pheno {
        Some(path) => {
            let wanted = Wanted {
                names: expanded(&args.pheno_col)?,
                categorical: Vec::new(),
            };
            read(path, &wanted, &samples, global)?
        }
        None if args.pheno_col.is_empty() => {
            bail!(
                "which traits? --pheno gives a file of them, --pheno-col columns of the store's sample table"
            )
        }
        None => of_store(store, &expanded(&args.pheno_col)?, &[])?,
    };
    let categorical = expanded(&args.cat_covar)?;
    let mut covariates = match &args.covar {
        Some(path) => {
            let wanted = Wanted {
                names: expanded(&args.covar_col)?,
                categorical,
            };
            read(path, &wanted, &samples, global)?
        }
        None => {
            let mut wanted = expanded(&args.covar_col)?;
            for name in &categorical {
                if !wanted.contains(name) {
                    wanted.push(name.clone());
                }
            }
            of_store(store, &wanted, &categorical)?
        }
    };
    covariates.retain(|c| {
        let both = traits.iter().any(|t| t.name == c.name);
        if both {
            global.note(format_args!(
                "note: {} is a trait: it is not a covariate, too",
                c.name
            ));
        }
        !both
    });
    let finder = VariantFinder::new(store);
    for name in names(&args.condition)? {
        covariates.push(genotype(&finder, store, name)?);
    }
    let mut predictions = match &args.pred {
        Some(list) => Some(nulls::read(list, &mut traits, &samples, global)?),
        None => None,
    };
    let asked: Vec<String> = traits.iter().map(|t| t.name.clone()).collect();
    let mut keep = vec![true; samples.len()];
    let (active, _) = store.active_samples();
    let mut there = vec![false; samples.len()];
    for &s in active.iter() {
        if let Some(there) = there.get_mut(s as usize) {
            *there = true;
        }
    }
    for (text, wanted) in [(&args.keep, true), (&args.remove, false)] {
        let Some(text) = text else { continue };
        let cohort = selection::cohorts(&[format!("people={text}")], store, global)?;
        let set = cohort.first().map(|c| &c.1);
        for (s, keep) in keep.iter_mut().enumerate() {
            *keep &= set.is_some_and(|set| set.contains(s as u32)) == wanted;
        }
    }
    for (keep, there) in keep.iter_mut().zip(there) {
        *keep &= there;
    }
    let options = TraitOptions {
        kind: if args.bt {
            TraitKind::Binary
        } else {
            TraitKind::Quantitative
        },
        one_two: args.cc12,
        strict: args.strict,
        rank_transform: args.apply_rint,
        least_cases: LEAST_CASES,
    };
    let analysis = Analysis::new(traits, &covariates, &keep, &options)?;
    say(&analysis, global);
    // Of traits that were left out there is no model.
    if let Some(all) = &mut predictions {
        let mut asked = asked.iter();
        let left = |name: &String| analysis.traits.iter().any(|t| t.name == *name);
        all.retain(|_| asked.next().is_some_and(left));
    }
    Ok((analysis, predictions))
}

/// Names, with commas between them or a line each in `@FILE`.
pub(crate) fn names(texts: &[String]) -> anyhow::Result<Vec<String>> {
    let mut out = Vec::new();
    for text in texts {
        let Some(path) = text.strip_prefix('@') else {
            out.push(text.clone());
            continue;
        };
        let reader = open_text(Path::new(path)).with_context(|| format!("cannot open {path}"))?;
        for line in reader.lines() {
            let line = line.with_context(|| format!("cannot read {path}"))?;
            let name = line.trim_start_matches('\u{feff}').trim();
            if !name.is_empty() {
                out.push(name.to_owned());
            }
        }
    }
    Ok(out)
}

/// The genotype of a variant as a covariate.
fn genotype(finder: &VariantFinder<'_>, store: &Store, name: String) -> anyhow::Result<Column> {
    let found = (finder.find(&name)?)
        .with_context(|| format!("--condition: the store has no variant {name}"))?;
    if found.ambiguous {
        bail!("--condition: {name} is the name of several variants: give CHROM:POS:REF:ALT");
    }
    Ok(Column {
        name,
        values: Values::Numbers(dosages(store, found)?),
    })
}

fn read(
    path: &Path,
    wanted: &Wanted,
    samples: &[&str],
    global: &Global,
) -> anyhow::Result<Vec<Column>> {
    let reader = open_text(path).with_context(|| format!("cannot open {}", path.display()))?;
    let (columns, matched) = table::read(reader, path, wanted, samples)?;
    let Matched {
        matched,
        unknown,
        absent,
    } = matched;
    let some = |(n, names): &(u64, Vec<String>)| {
        if *n == 0 {
            String::new()
        } else {
            let more = if *n as usize > names.len() {
                ", .."
            } else {
                ""
            };
            format!(" ({}{more})", names.join(", "))
        }
    };
    if unknown.0 + absent.0 > 0 {
        global.note(format_args!(
            "note: {}: {matched} people are in the store, {} are not{}; {} of the store's are not \
             in it{}",
            path.display(),
            unknown.0,
            some(&unknown),
            absent.0,
            some(&absent),
        ));
    }
    Ok(columns)
}

/// Columns of the sample table. Text that is not numbers is categories.
fn of_store(
    store: &Store,
    names: &[String],
    categorical: &[String],
) -> anyhow::Result<Vec<Column>> {
    let table = store.samples();
    let mut out = Vec::with_capacity(names.len());
    for name in names {
        let Some(column) = table.find(name).and_then(|i| table.column(i)) else {
            let near = nearest(name, table.names());
            let hint = near
                .map(|n| format!(": did you mean {n:?}?"))
                .unwrap_or_default();
            bail!("the sample table has no column {name:?}{hint}");
        };
        let text = |s: usize| column.text(s);
        let number = |s: usize| match column {
            SampleColumn::Bool(_) => text(s).map(|t| f64::from(u8::from(t == "true"))),
            _ => text(s).and_then(|t| t.parse().ok()),
        };
        let n = table.len();
        let is_text = matches!(column, SampleColumn::Id(_) | SampleColumn::Text(..));
        let values = if is_text || categorical.contains(name) {
            let mut levels: Vec<String> = Vec::new();
            let keys = (0..n).map(|s| {
                let text = text(s)?;
                let place = levels.iter().position(|l| *l == text).unwrap_or_else(|| {
                    levels.push(text);
                    levels.len() - 1
                });
                Some(place as u32)
            });
            let keys: Vec<Option<u32>> = keys.collect();
            Values::Categories(keys, levels)
        } else {
            Values::Numbers((0..n).map(|s| number(s).unwrap_or(f64::NAN)).collect())
        };
        out.push(Column {
            name: name.clone(),
            values,
        });
    }
    Ok(out)
}

fn say(analysis: &Analysis, global: &Global) {
    for (name, reason) in &analysis.left_out {
        global.note(format_args!("note: trait {name} is left out: {reason}"));
    }
    if !analysis.design.dropped.is_empty() {
        global.note(format_args!(
            "note: covariates that add nothing to the others are dropped: {}",
            analysis.design.dropped.join(", ")
        ));
    }
    if analysis.without_covariate > 0 {
        global.note(format_args!(
            "note: {} people are left out for want of a covariate",
            analysis.without_covariate
        ));
    }
    global.note(format_args!(
        "{} people, {}, {} with the intercept",
        analysis.people,
        some(analysis.traits.len(), "trait"),
        some(analysis.design.rank(), "covariate")
    ));
}

/// A number of things.
pub(crate) fn some(n: usize, thing: &str) -> String {
    format!("{n} {thing}{}", if n == 1 { "" } else { "s" })
}
