//! Null models: one for each trait, or with predictions of step 1 one for each chromosome, too.

use std::path::Path;

use anyhow::{Context, bail};
use genodex_engine::association::predictions::{self, Predictions};
use genodex_engine::association::table::{Column, Values};
use genodex_engine::association::{Analysis, Models};
use genodex_engine::query::burden::ScoreOptions;
use genodex_indexer::sample_table::open_text;

use crate::cmd::Global;

/// Reads the predictions of each of `traits`, and takes their values from people who have none.
pub(super) fn read(
    list: &Path,
    traits: &mut [Column],
    samples: &[&str],
    global: &Global,
) -> anyhow::Result<Vec<Predictions>> {
    let open =
        |path: &Path| open_text(path).with_context(|| format!("cannot open {}", path.display()));
    let names: Vec<&str> = traits.iter().map(|t| t.name.as_str()).collect();
    let paths = predictions::read_list(open(list)?, list, &names)?;
    let mut out = Vec::with_capacity(paths.len());
    for (path, of) in paths.iter().zip(traits) {
        let found = predictions::read(open(path)?, path, samples)?;
        let mut without: Vec<&str> = Vec::new();
        if let Values::Numbers(values) = &mut of.values {
            for (s, value) in values.iter_mut().enumerate() {
                if !value.is_nan() && found.lacks(s) {
                    *value = f64::NAN;
                    without.extend(samples.get(s));
                }
            }
        }
        if let Some(first) = without.first() {
            global.note(format_args!(
                "note: {} people with trait {} have no predictions ({first} is the first): they \
                 are left out of it",
                without.len(),
                of.name
            ));
        }
        out.push(found);
    }
    Ok(out)
}

/// The null models of the chromosome that is at work.
pub(crate) struct Nulls<'n> {
    analysis: &'n Analysis,
    /// Of each trait of the analysis, in its order.
    predictions: Option<Vec<Predictions>>,
    options: ScoreOptions,
    told: bool,
}

impl<'n> Nulls<'n> {
    pub(crate) fn new(
        analysis: &'n Analysis,
        predictions: Option<Vec<Predictions>>,
        options: ScoreOptions,
    ) -> Self {
        Self {
            analysis,
            predictions,
            options,
            told: false,
        }
    }

    /// Whether models differ from chromosome to chromosome.
    pub(crate) const fn by_chromosome(&self) -> bool {
        self.predictions.is_some()
    }

    /// Fits all traits for tests on a chromosome.
    pub(crate) fn fit(&mut self, contig: &str, global: &Global) -> anyhow::Result<Models> {
        let offsets = match &self.predictions {
            None => None,
            Some(all) => {
                let mut offsets = Vec::with_capacity(all.len());
                for (of, name) in all.iter().zip(&self.analysis.traits) {
                    let Some(values) = of.of_chromosome(contig) else {
                        let known: Vec<&str> = of.chromosomes().collect();
                        bail!(
                            "--pred has no line for chromosome {contig} in the predictions of {} \
                             (it has {})",
                            name.name,
                            known.join(", ")
                        );
                    };
                    // Who is not analysed may have none.
                    let value = |v: &f64| if v.is_nan() { 0.0 } else { *v };
                    offsets.push(values.iter().map(value).collect());
                }
                Some(offsets)
            }
        };
        let models = Models::fit(
            self.analysis,
            offsets.as_deref(),
            self.options.needs_firth(),
            self.options.search(),
        );
        for (null, of) in models.nulls.iter().zip(&self.analysis.traits) {
            if let (Err(reason), false) = (null, self.told) {
                global.note(format_args!(
                    "note: trait {}: {reason}: it has no results",
                    of.name
                ));
            }
        }
        self.told = true;
        Ok(models)
    }
}
