//! Frequencies: counts of alleles and genotypes at every variant, in any cohorts, in one pass.
//!
//! A [`Request`] is a plain value. [`Plan`] ties it to one snapshot of a store: which shards,
//! which sets of samples to count on them. [`run`] counts block by block, on as many threads as
//! the rayon pool has, gives each [`Block`] to the caller to render, and hands what came of it
//! on in the order of the rows, so that memory does not grow with the answer. What a row says
//! is in [`CallRow`] and in [`crate::stats::plink2`]; how it is written is left to the caller.

mod block;
mod exec;
mod limit;
mod plan;
mod row;

#[cfg(test)]
mod tests;

pub use block::Block;
pub use exec::{Answer, Partial, run};
pub use limit::{Limit, LimitKind};
pub use plan::Plan;
pub use row::CallRow;

use crate::compute::ComputeError;
use crate::format::FormatError;
use crate::genome::RegionSet;
use crate::genotype::SampleSet;
use crate::query::Incomplete;
use crate::query::rows::RowSet;
use crate::stats::HweTest;

/// Name of the cohort of everybody who has not withdrawn.
pub use crate::query::cohort::ALL;

/// By whose rules calls are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counting {
    /// Ploidy follows the call; half calls count with their called allele.
    Calls,
    /// As plink2's `--geno-counts`: copies by chromosome and sex.
    Plink2Genotypes,
    /// As plink2's `--freq`: copies by chromosome and sex, founders only unless `nonfounders`.
    Plink2Alleles {
        /// Count those whose parents are recorded, too.
        nonfounders: bool,
    },
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Request {
    /// The cohorts to show, in order. None: [`ALL`] alone.
    pub cohorts: Vec<(String, SampleSet)>,
    /// Only variants that overlap these; all where there are none.
    pub regions: Option<RegionSet>,
    /// Only these rows; all where there are none.
    pub rows: Option<RowSet>,
    /// Only variants that meet all of these.
    pub limits: Vec<Limit>,
    /// How to count.
    pub counting: Counting,
    /// Test for Hardy-Weinberg equilibrium, with [`Counting::Calls`].
    pub hwe: Option<HweTest>,
    /// Count the pseudo-autosomal ends of X as diploid in plink2's ways of counting, as after
    /// its `--split-par`, which leaves Y as it is.
    pub split_par: bool,
    /// Count everybody's genotypes on the device even where the site table has the counts.
    pub recount: bool,
}

impl Default for Request {
    /// [`ALL`], everywhere.
    fn default() -> Self {
        Self {
            cohorts: Vec::new(),
            regions: None,
            rows: None,
            limits: Vec::new(),
            counting: Counting::Calls,
            hwe: None,
            split_par: false,
            recount: false,
        }
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FreqError {
    /// Two cohorts have one name.
    #[error("there are two cohorts {0:?}: give each its own name")]
    DuplicateCohort(String),
    /// A cohort is over other samples than the store's.
    #[error("cohort {cohort:?} is over {found} samples, but the store has {store}")]
    Samples {
        /// The cohort.
        cohort: String,
        /// Samples it was chosen from.
        found: usize,
        /// Samples of the store.
        store: usize,
    },
    /// A limit names a cohort that is not there.
    #[error("limit {limit:?}: no cohort {cohort:?}; there are {known}")]
    UnknownCohort {
        /// The limit, as written.
        limit: String,
        /// The cohort it names.
        cohort: String,
        /// The cohorts there are.
        known: String,
    },
    /// Pseudo-autosomal regions are to be told apart, but where they are is not known.
    #[error(
        "the pseudo-autosomal regions of {contig} are not known: the contig lengths of the store \
         tell no genome build; index from a header with lengths (`bcftools reheader --fai`)"
    )]
    UnknownBuild {
        /// The contig.
        contig: String,
    },
    /// A limit is not a number in range.
    #[error("limit {text:?}: expected {expected}, or COHORT: and then that")]
    Limit {
        /// As written.
        text: String,
        /// What it should be.
        expected: &'static str,
    },
    /// The store cannot be read.
    #[error("{0}")]
    Format(#[from] FormatError),
    /// The device could not count.
    #[error("{0}")]
    Compute(#[from] ComputeError),
    /// A partial answer does not belong to the plan, came twice, or never came.
    #[error("{0}")]
    Incomplete(#[from] Incomplete),
}
