//! Gene-based association: which sets of variants are carried more, or otherwise, by the people
//! with a trait.
//!
//! Sums over genotypes are of whole numbers ([`crate::association::FixedVectors`]), so that they
//! are the same in any order; statistics are computed of them in `f64`, set by set, in a fixed
//! order. A set is the unit of work: nothing is kept of one when the next is tested.

mod calls;
mod collapse;
mod column;
mod combined;
mod covariance;
mod device;
mod dosage;
mod each;
mod exec;
mod meta;
mod options;
mod permute;
mod result;
mod set_columns;
mod single;
mod stored;
mod summary;
mod variants;

pub use collapse::Collapse;
pub use dosage::dosages;
pub use each::{EachVariant, VariantRow};
pub use exec::Plan;
pub use meta::Sites;
pub use options::{Options, ScoreOptions, Tests};
pub use permute::Permutation;
pub use result::{MaskName, Outcome, ResultRow, SetAnswer, Test};
pub use single::Correction;
pub use stored::{RESULTS, StoredResult, keep_results, stored_results};
pub use summary::{
    CovarianceSummary, SUMMARY_VERSION, SetSummary, SummaryHead, TraitSummary, VariantSummary,
};
