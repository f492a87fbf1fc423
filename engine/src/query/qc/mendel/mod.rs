//! Mendel errors: calls of a child that its parents cannot have given.
//!
//! By trio, all three with genotypes, at every variant. A code says what is wrong and who may
//! be: plink 1.9's and hail's, with ALT for the first allele, and two for MT.
//!
//! | code | father | mother | child | where | implicated |
//! |---|---|---|---|---|---|
//! | 1 | ALT ALT | ALT ALT | het | two copies | all |
//! | 2 | REF REF | REF REF | het | two copies | all |
//! | 3 | REF REF | not REF REF | ALT ALT | two copies | father, child |
//! | 4 | not REF REF | REF REF | ALT ALT | two copies | mother, child |
//! | 5 | REF REF | REF REF | ALT ALT | two copies | child |
//! | 6 | ALT ALT | not ALT ALT | REF REF | two copies | father, child |
//! | 7 | not ALT ALT | ALT ALT | REF REF | two copies | mother, child |
//! | 8 | ALT ALT | ALT ALT | REF REF | two copies | child |
//! | 9 | any | ALT ALT | REF | X of males | mother, child |
//! | 10 | any | REF REF | ALT | X of males | mother, child |
//! | 11 | ALT | any | REF | Y of males | father, child |
//! | 12 | REF | any | ALT | Y of males | father, child |
//! | 13 | any | ALT | REF | MT | mother, child |
//! | 14 | any | REF | ALT | MT | mother, child |
//!
//! A missing call is one that is "not" and "any". Where a male has one copy (X and Y outside the
//! pseudo-autosomal regions) and on MT, a heterozygous call is as good as missing. A child whose
//! sex is not known has two copies of X and none of Y.

mod code;
mod exec;
mod rows;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

pub use code::{Code, Implicated};
pub use exec::{Answer, Partial, run, run_shard};

use super::plan::{PlannedShard, plan_shards};
use super::{QcError, Rules};
use crate::format::samples::Sex;
use crate::genome::RegionSet;
use crate::genotype::{Plane, SampleSet};
use crate::query::pedigree::{Pedigree, Trio};
use crate::store::Store;

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Only trios of whom all three are in it; everybody who has not withdrawn where there is
    /// none.
    pub cohort: Option<SampleSet>,
    /// Only variants that overlap these; all where there are none.
    pub regions: Option<RegionSet>,
    /// Partials list each error, beside their numbers.
    pub list: bool,
}

/// One error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MendelError {
    /// The row of its shard.
    pub row: u32,
    /// The trio, by place in [`Plan::trios`].
    pub trio: u32,
    /// What is wrong.
    pub code: Code,
}

/// A request tied to a store and a pedigree.
#[derive(Debug)]
pub struct Plan<'s> {
    store: &'s Store,
    trios: Vec<Trio>,
    child_is_male: Vec<bool>,
    /// Trios of each sample that is in one.
    of_sample: HashMap<u32, Vec<u32>>,
    members: Plane,
    list: bool,
    shards: Vec<PlannedShard<'s>>,
}

impl<'s> Plan<'s> {
    /// Plans `request`.
    ///
    /// # Errors
    /// [`QcError::Samples`] where the cohort is over other samples than the store's.
    pub fn new(store: &'s Store, pedigree: &Pedigree, request: &Request) -> Result<Self, QcError> {
        let n = store.n_samples();
        if let Some(set) = &request.cohort
            && set.n_samples() != n
        {
            return Err(QcError::Samples {
                found: set.n_samples(),
                store: n,
            });
        }
        let counted = |s: u32| {
            let chosen = request.cohort.as_ref().is_none_or(|set| set.contains(s));
            chosen && store.active().contains(s)
        };
        let mut trios: Vec<Trio> = (pedigree.trios().into_iter())
            .filter(|t| [t.child, t.father, t.mother].into_iter().all(counted))
            .collect();
        let mut families: HashMap<(u32, u32), usize> = HashMap::new();
        for (place, trio) in trios.iter().enumerate() {
            families.entry((trio.father, trio.mother)).or_insert(place);
        }
        trios.sort_by_key(|t| families.get(&(t.father, t.mother)).copied());
        let mut members = Plane::zeros(n);
        let mut of_sample: HashMap<u32, Vec<u32>> = HashMap::new();
        for (place, trio) in (0..).zip(&trios) {
            for sample in [trio.child, trio.father, trio.mother] {
                members.set(sample as usize);
                of_sample.entry(sample).or_default().push(place);
            }
        }
        let sex = |t: &Trio| match pedigree.of_sample(t.child).map(|p| p.sex) {
            None | Some(Sex::Unknown) => store.samples().sex(t.child as usize),
            Some(sex) => sex,
        };
        Ok(Self {
            store,
            child_is_male: trios.iter().map(|t| sex(t) == Sex::Male).collect(),
            trios,
            of_sample,
            members,
            list: request.list,
            shards: plan_shards(store, request.regions.as_ref(), Rules::Calls)?,
        })
    }

    /// The store.
    #[must_use]
    pub const fn store(&self) -> &'s Store {
        self.store
    }

    /// The trios judged, in the order of the pedigree, but children of the same parents follow
    /// each other.
    #[must_use]
    pub fn trios(&self) -> &[Trio] {
        &self.trios
    }

    /// How many shards there are to run.
    #[must_use]
    pub const fn n_shards(&self) -> usize {
        self.shards.len()
    }

    /// The place in the store of a planned shard.
    #[must_use]
    pub fn store_shard(&self, shard: usize) -> Option<usize> {
        self.shards.get(shard).map(|s| s.shard.index())
    }

    /// Rows of the planned shards: an upper bound of the rows judged.
    #[must_use]
    pub fn n_rows(&self) -> u64 {
        let rows = self.shards.iter().map(|s| s.shard.entry().rows);
        rows.fold(0, u64::saturating_add)
    }
}
