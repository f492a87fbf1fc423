//! A request tied to one snapshot of a store.

use std::collections::HashSet;

use super::schema::{Bindings, schema};
use super::{Request, SelectError, View};
use crate::compute::{Cohorts, Workload};
use crate::format::manifest::LayerKind;
use crate::genome::{Intervals, RegionSet};
use crate::genotype::{Plane, SampleSet, plane_words};
use crate::query::cohort::ALL;
use crate::query::expr::{Checked, Conjunct};
use crate::store::{Shard, Store};

/// How a cohort's counts are had.
#[derive(Clone, Debug)]
pub(super) enum CohortSource {
    /// The site table has them.
    Table,
    /// Counted, as this set of the pass.
    Counted(usize, Plane),
}

/// A shard in which there may be records to select.
#[derive(Debug)]
pub(super) struct PlannedShard<'s> {
    pub(super) shard: &'s Shard,
    pub(super) contig: &'s str,
    pub(super) regions: Option<Intervals>,
}

/// A request tied to a store.
#[derive(Debug)]
pub struct Plan<'s> {
    pub(super) store: &'s Store,
    pub(super) view: View,
    pub(super) targets: Option<(RegionSet, bool)>,
    pub(super) expression: Option<(Checked, bool)>,
    /// Conditions that must all hold, the cheapest first; of an inverted expression none.
    pub(super) conjuncts: Vec<Conjunct>,
    pub(super) bindings: Bindings,
    /// Which layers are read.
    pub(super) layers: Vec<bool>,
    pub(super) samples: Vec<u32>,
    /// Everybody in the store is asked for, in the store's order.
    pub(super) everybody: bool,
    /// Nobody was left out but those who have withdrawn.
    pub(super) whole: bool,
    pub(super) cohorts: Vec<CohortSource>,
    pub(super) counted: Cohorts,
    pub(super) shards: Vec<PlannedShard<'s>>,
}

impl<'s> Plan<'s> {
    /// Plans `request`.
    ///
    /// # Errors
    /// [`SelectError`] for an expression that does not fit the store, cohorts of one name or
    /// over other samples, and samples that are not there.
    pub fn new(store: &'s Store, request: &Request) -> Result<Self, SelectError> {
        let n = store.n_samples();
        let whole: Vec<u32> = store.active().bitmap().iter().collect();
        let samples = match &request.samples {
            None => whole.clone(),
            Some(samples) => check_samples(store, samples)?,
        };
        let mut names = HashSet::new();
        for (name, set) in &request.cohorts {
            if !names.insert(name.as_str()) {
                return Err(SelectError::DuplicateCohort(name.clone()));
            }
            if set.n_samples() != n {
                return Err(SelectError::Samples {
                    cohort: name.clone(),
                    found: set.n_samples(),
                    store: n,
                });
            }
        }
        let mut named = request.cohorts.clone();
        if !names.contains(ALL) {
            named.push((ALL.to_owned(), store.active().clone()));
        }
        let (mut schema, bindings) =
            schema(store, named.iter().map(|(name, _)| name.as_str()), &samples)?;
        if request.files {
            schema.allow_files();
        }
        let expression = match &request.expression {
            None => None,
            Some((expr, exclude)) => Some((expr.check(&schema)?, *exclude)),
        };
        let mut conjuncts = Vec::new();
        if let Some((checked, false)) = &expression {
            conjuncts = checked.conjuncts().to_vec();
            conjuncts.sort_by_key(|c| c.cost);
        }
        let needed = expression.as_ref().map(|(e, _)| &e.needs().cohorts);
        let mut sets = Vec::new();
        let mut cohorts = Vec::new();
        for (i, (_, set)) in named.iter().enumerate() {
            let set = SampleSet::from_bitmap(n, set.bitmap() & store.active().bitmap());
            let is_needed = needed.is_some_and(|needed| needed.contains(&i));
            cohorts.push(if set == *store.active() || !is_needed {
                CohortSource::Table
            } else {
                let plane = set.plane();
                sets.push(set);
                CohortSource::Counted(sets.len() - 1, plane)
            });
        }
        let mut layers: Vec<bool> = (store.layers().iter())
            .map(|l| request.annotations && l.kind == LayerKind::Columns)
            .collect();
        if let Some((checked, _)) = &expression {
            let info = checked.needs().info.iter();
            let info = info.filter_map(|i| Some(bindings.info.get(*i)?.place));
            let columns = checked.needs().columns.iter();
            let columns = columns.filter_map(|i| bindings.columns.get(*i).copied());
            for place in info.chain(columns) {
                if let Some(layer) = layers.get_mut(place.layer) {
                    *layer = true;
                }
            }
        }
        Ok(Self {
            layers,
            store,
            view: request.view,
            targets: request.targets.clone(),
            expression,
            conjuncts,
            bindings,
            everybody: samples.len() == n && samples == whole,
            whole: samples == whole,
            samples,
            cohorts,
            counted: Cohorts::new(n, &sets),
            shards: plan_shards(store, request.regions.as_ref()),
        })
    }

    /// The store.
    #[must_use]
    pub const fn store(&self) -> &'s Store {
        self.store
    }

    /// The expression, checked.
    #[must_use]
    pub fn expression(&self) -> Option<&Checked> {
        self.expression.as_ref().map(|(checked, _)| checked)
    }

    /// Where fields' values are.
    #[must_use]
    pub const fn bindings(&self) -> &Bindings {
        &self.bindings
    }

    /// The samples asked for, in order.
    #[must_use]
    pub fn samples(&self) -> &[u32] {
        &self.samples
    }

    /// Whether cohorts are counted, for which a device is needed.
    #[must_use]
    pub fn counts_cohorts(&self) -> bool {
        !self.counted.is_empty()
    }

    /// What a device has to do.
    #[must_use]
    pub fn workload(&self) -> Workload {
        let n = self.store.n_samples();
        let (mut dense, mut files) = (0_u64, 0_u64);
        for planned in &self.shards {
            dense = dense.saturating_add(planned.shard.entry().dense_rows);
            files = files.saturating_add(planned.shard.entry().genotypes.length);
        }
        let dense_bytes = dense.saturating_mul(16 * plane_words(n) as u64);
        Workload {
            samples: n as u64,
            dense_bytes,
            sparse_bytes: files.saturating_sub(dense_bytes),
            cohorts: self.counted.len() as u64,
            passes: 1,
        }
    }
}

fn check_samples(store: &Store, samples: &[u32]) -> Result<Vec<u32>, SelectError> {
    let mut seen = HashSet::new();
    for &sample in samples {
        let reason = if sample as usize >= store.n_samples() {
            "the store has fewer"
        } else if !store.active().contains(sample) {
            "it has withdrawn"
        } else if !seen.insert(sample) {
            "it is asked for twice"
        } else {
            continue;
        };
        return Err(SelectError::Sample { sample, reason });
    }
    Ok(samples.to_vec())
}

/// Bases by which a row may lie apart from its record: what normalisation moves at most.
pub(super) const MOVED: u32 = 1000;

fn plan_shards<'s>(store: &'s Store, regions: Option<&RegionSet>) -> Vec<PlannedShard<'s>> {
    let contigs = &store.manifest().contigs;
    let planned = store.shards().iter().filter_map(|shard| {
        let entry = shard.entry();
        let contig = contigs.get(entry.contig as usize)?.name.as_str();
        let regions = match regions {
            None => None,
            Some(regions) => {
                let intervals = regions.on(contig)?;
                let end = entry
                    .last
                    .saturating_add(entry.longest)
                    .saturating_add(MOVED);
                let start = entry.first.saturating_sub(MOVED);
                intervals.overlaps(start, end).then_some(())?;
                Some(intervals.clone())
            }
        };
        Some(PlannedShard {
            shard,
            contig,
            regions,
        })
    });
    planned.collect()
}
