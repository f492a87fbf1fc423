//! Counts of variants in groups of people.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Group;
use crate::compute::{Cohorts, Compute, ComputeError};
use crate::genotype::{CallCounts, SampleSet};
use crate::query::rows::RowSet;
use crate::stats::allele_frequency;
use crate::store::Store;

/// How frequent a variant is in a group of people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Frequency {
    /// Copies of ALT.
    pub ac: u64,
    /// Called alleles.
    pub an: u64,
    /// `ac / an`; `None` where nothing is called.
    pub af: Option<f64>,
    /// People with one copy of two.
    pub het: u64,
    /// People with two copies.
    pub hom: u64,
    /// People whose only copy it is.
    pub hemi: u64,
}

impl From<CallCounts> for Frequency {
    fn from(counts: CallCounts) -> Self {
        let (ac, an) = (counts.allele_count(), counts.allele_number());
        Self {
            ac,
            an,
            af: allele_frequency(ac, an),
            het: counts.het,
            hom: counts.hom_alt - counts.hemi_alt,
            hemi: counts.hemi_alt,
        }
    }
}

/// A number of each group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InGroup<T> {
    /// The group's name.
    pub group: String,
    /// The number.
    #[serde(flatten)]
    pub of: T,
}

/// Counts `rows` in every group: by row, one entry for each group.
pub(super) fn count(
    store: &Store,
    rows: &RowSet,
    groups: &[&Group],
) -> Result<BTreeMap<(usize, u32), Vec<Frequency>>, ComputeError> {
    let sets: Vec<SampleSet> = groups.iter().map(|g| g.people.clone()).collect();
    let cohorts = Cohorts::new(store.n_samples(), &sets);
    let compute = Compute::with_cpu("few variants are counted");
    let mut found = BTreeMap::new();
    for (index, rows) in rows.shards() {
        let file = store.shard(*index)?.genotypes()?;
        let places: Vec<usize> = rows.iter().map(|row| row as usize).collect();
        let mut counts = Vec::new();
        compute.genotype_counts_at(file, &places, &cohorts, &mut counts)?;
        for (row, counts) in rows.iter().zip(counts.chunks(sets.len().max(1))) {
            let of_row = counts.iter().map(|c| Frequency::from(*c)).collect();
            found.insert((*index, row), of_row);
        }
    }
    Ok(found)
}
