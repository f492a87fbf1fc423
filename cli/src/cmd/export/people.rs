//! Whose genotypes are written.

use genodex_engine::genotype::SampleSet;
use genodex_engine::query::cohort::ALL;
use genodex_engine::store::Store;

use super::Args;
use crate::cmd::query::samples;
use crate::cmd::{Global, selection};

/// The samples asked for, columns of the store, in the order to write; `None` for everybody.
pub(super) fn chosen(
    args: &Args,
    cohorts: &[(String, SampleSet)],
    store: &Store,
    global: &Global,
) -> anyhow::Result<Option<Vec<u32>>> {
    let Some(text) = args.keep.as_deref() else {
        return samples::chosen(args.samples.as_deref(), args.samples_file.as_deref(), store);
    };
    if text == ALL {
        return Ok(None);
    }
    if let Some((_, set)) = cohorts.iter().find(|c| c.0 == text) {
        return Ok(Some(set.bitmap().iter().collect()));
    }
    let found = selection::cohorts(&[format!("keep={text}")], store, global)?;
    let set = found.into_iter().next().map(|c| c.1);
    Ok(set.map(|set| set.bitmap().iter().collect()))
}

/// Samples as a set.
pub(super) fn set(samples: &[u32], store: &Store) -> SampleSet {
    SampleSet::from_bitmap(store.n_samples(), samples.iter().copied().collect())
}
