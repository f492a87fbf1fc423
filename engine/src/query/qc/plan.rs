//! A request tied to one snapshot of a store.

use std::ops::Range;

use super::class::{Zone, Zones};
use super::{QcError, Request, Rules};
use crate::format::sites::SiteTable;
use crate::genome::{Build, ContigClass, Intervals, RegionSet, pars};
use crate::genotype::{Plane, SampleSet};
use crate::query::shards::row_ranges;
use crate::store::{Shard, Store};

/// What is asked of one shard.
#[derive(Debug)]
pub(super) struct PlannedShard<'s> {
    pub(super) shard: &'s Shard,
    pub(super) zones: Zones,
    /// Only these rows; all where there are none.
    pub(super) intervals: Option<Intervals>,
}

impl PlannedShard<'_> {
    /// Rows to look at; [`PlannedShard::wants`] says which of them are asked for.
    pub(super) fn ranges(&self, sites: &SiteTable) -> Vec<Range<usize>> {
        match &self.intervals {
            None => std::iter::once(0..sites.len()).collect(),
            Some(intervals) => row_ranges(sites, self.shard.entry().longest, intervals),
        }
    }

    pub(super) fn wants(&self, sites: &SiteTable, row: usize) -> bool {
        let overlap = |i: &Intervals| i.overlaps(sites.positions()[row], sites.end(row));
        self.intervals.as_ref().is_none_or(overlap)
    }
}

/// Samples that frequencies on X are taken from.
#[derive(Debug)]
pub(super) struct BySex {
    pub(super) males: Plane,
    pub(super) others: Plane,
    pub(super) n_males: u64,
    pub(super) n_others: u64,
}

/// A request tied to a store: which shards to read, whom to count.
#[derive(Debug)]
pub struct Plan<'s> {
    store: &'s Store,
    cohort: SampleSet,
    /// The cohort, one bit for each sample.
    pub(super) members: Plane,
    /// The cohort is everybody in the genotype matrices.
    pub(super) is_everybody: bool,
    /// Everybody of the store who is male.
    males: Plane,
    /// Members who are not known to be male: they have two copies of X.
    pub(super) not_male: Plane,
    /// Founders in the cohort, or the cohort where there are none.
    pub(super) founders: BySex,
    pub(super) shards: Vec<PlannedShard<'s>>,
}

impl<'s> Plan<'s> {
    /// Plans `request`.
    ///
    /// # Errors
    /// [`QcError`] where the cohort is over other samples than the store's, or pseudo-autosomal
    /// regions that are not known are to be told apart.
    pub fn new(store: &'s Store, request: &Request) -> Result<Self, QcError> {
        let n = store.n_samples();
        let intersect =
            |a: &SampleSet, b: &SampleSet| SampleSet::from_bitmap(n, a.bitmap() & b.bitmap());
        let cohort = match &request.cohort {
            None => store.active().clone(),
            Some(set) if set.n_samples() != n => {
                return Err(QcError::Samples {
                    found: set.n_samples(),
                    store: n,
                });
            }
            Some(set) => intersect(set, store.active()),
        };
        let (males, _) = store.samples().sexes();
        let without = |a: &SampleSet| SampleSet::from_bitmap(n, a.bitmap() - males.bitmap());
        let mut founders = intersect(&cohort, &store.samples().founders());
        if founders.is_empty() {
            founders = cohort.clone();
        }
        let (founder_males, others) = (intersect(&founders, &males), without(&founders));
        let shards = plan_shards(store, request.regions.as_ref(), request.rules)?;
        Ok(Self {
            store,
            members: cohort.plane(),
            is_everybody: cohort.len() == n as u64,
            not_male: without(&cohort).plane(),
            males: males.plane(),
            founders: BySex {
                n_males: founder_males.len(),
                n_others: others.len(),
                males: founder_males.plane(),
                others: others.plane(),
            },
            cohort,
            shards,
        })
    }

    /// The store.
    #[must_use]
    pub const fn store(&self) -> &'s Store {
        self.store
    }

    /// Whom the answer is about.
    #[must_use]
    pub const fn cohort(&self) -> &SampleSet {
        &self.cohort
    }

    /// Whether the sample table says that a sample is male.
    #[must_use]
    pub fn is_male(&self, sample: usize) -> bool {
        self.males.get(sample)
    }

    /// How many shards there are to run.
    #[must_use]
    pub const fn n_shards(&self) -> usize {
        self.shards.len()
    }

    /// Rows of the planned shards: an upper bound of the rows counted.
    #[must_use]
    pub fn n_rows(&self) -> u64 {
        let rows = self.shards.iter().map(|s| s.shard.entry().rows);
        rows.fold(0, u64::saturating_add)
    }

    /// Those among whom being the only carrier with two copies counts; `None` where everybody
    /// has one copy.
    pub(super) const fn diploid_members(&self, zone: Zone) -> Option<&Plane> {
        match zone {
            Zone::Diploid | Zone::XPar | Zone::YPar => Some(&self.members),
            Zone::X => Some(&self.not_male),
            Zone::Y | Zone::Mt => None,
        }
    }
}

/// The shards in which there may be something to count.
pub(super) fn plan_shards<'s>(
    store: &'s Store,
    regions: Option<&RegionSet>,
    rules: Rules,
) -> Result<Vec<PlannedShard<'s>>, QcError> {
    let manifest = store.manifest();
    let build = manifest.build.parse().unwrap_or(Build::Unknown);
    let mut shards = Vec::new();
    for shard in store.shards() {
        let entry = shard.entry();
        // A manifest is checked to name only contigs it has.
        let Some(contig) = manifest.contigs.get(entry.contig as usize) else {
            continue;
        };
        let contig = contig.name.as_str();
        let intervals = match regions {
            None => None,
            Some(regions) => {
                let end = entry.last.saturating_add(entry.longest);
                match regions.on(contig).filter(|i| i.overlaps(entry.first, end)) {
                    None => continue,
                    Some(intervals) => Some(intervals.clone()),
                }
            }
        };
        let zones = Zones::of(rules, contig, pars(build, ContigClass::of(contig)));
        if zones.lacks_pars(rules) {
            return Err(QcError::UnknownBuild {
                contig: contig.to_owned(),
            });
        }
        shards.push(PlannedShard {
            shard,
            zones,
            intervals,
        });
    }
    Ok(shards)
}
