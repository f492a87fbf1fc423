//! Quality control: what the calls of each person and each variant look like.
//!
//! [`Plan`] ties a [`Request`] to one snapshot of a store, [`run_shard`] counts one shard and
//! gives a [`Partial`], and [`Answer::merge`] puts partials together; [`run`] does all of it on
//! the threads of the rayon pool. Everything that is counted is an integer, so that the answer
//! does not depend on who counted which part. Rates, F and the inferred sex follow from the
//! counts ([`Answer::person`]); plink2's reports too ([`Answer::sample_counts`],
//! [`Answer::sample_missing`]). Counts by variant are those of [`crate::query::freq`];
//! Mendel errors are in [`mendel`]. How anything is written is left to the caller.

mod class;
mod exec;
mod group;
pub mod mendel;
mod outlier;
mod person;
mod plan;
mod plink2;
mod scan;
mod sex;
pub mod stored;
mod tally;
mod vertical;

#[cfg(test)]
mod tests;

pub use class::VariantKind;
pub use exec::{Answer, Partial, run, run_shard};
pub use outlier::{Center, Thresholds, center};
pub use person::Person;
pub use plan::Plan;
pub use plink2::{SampleCounts, SampleMissing};
pub use sex::{Inference, SexCheck, SexRules};

use crate::format::FormatError;
use crate::genome::RegionSet;
use crate::genotype::SampleSet;
use crate::query::Incomplete;

/// By whose rules contigs and pseudo-autosomal regions are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rules {
    /// Contigs by any of their names; pseudo-autosomal regions apart where the build is known.
    #[default]
    Calls,
    /// As plink2: contigs by the names it knows, X as one unless `split_par`.
    Plink2 {
        /// The ends of X are diploid, as after plink2's `--split-par`.
        split_par: bool,
    },
}

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Only these people; everybody who has not withdrawn where there is none.
    pub cohort: Option<SampleSet>,
    /// Only variants that overlap these; all where there are none.
    pub regions: Option<RegionSet>,
    /// How contigs are told apart.
    pub rules: Rules,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QcError {
    /// The cohort is over other samples than the store's.
    #[error("the cohort is over {found} samples, but the store has {store}")]
    Samples {
        /// Samples it was chosen from.
        found: usize,
        /// Samples of the store.
        store: usize,
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
    /// The store cannot be read.
    #[error("{0}")]
    Format(#[from] FormatError),
    /// A partial answer does not belong to the plan, came twice, or never came.
    #[error("{0}")]
    Incomplete(#[from] Incomplete),
}
