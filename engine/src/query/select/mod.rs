//! Selecting variants: regions, targets and an expression, over records as the input had them or
//! over split rows.
//!
//! A [`Request`] is a plain value; [`Plan`] ties it to one snapshot of a store; [`run`] hands the
//! selected [`Record`]s on in order, block by block. The language is
//! [`expr`](super::expr)'s; what is written of a record is left to the caller.

mod exec;
mod gather;
mod info;
mod plan;
mod record;
mod schema;

pub use exec::{rows, run};
pub use plan::Plan;
pub use record::Record;
pub use schema::{Bindings, schema};

use super::expr::{Expr, ExprError};
use crate::compute::ComputeError;
use crate::format::FormatError;
use crate::genome::RegionSet;
use crate::genotype::SampleSet;

/// What a record is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// As the input had it: all its ALT alleles, as written.
    #[default]
    Records,
    /// A row of the store: one ALT allele, normalised.
    Rows,
}

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Only records that overlap these.
    pub regions: Option<RegionSet>,
    /// Only records whose POS lies in these; in none of these where `true`.
    pub targets: Option<(RegionSet, bool)>,
    /// Only records for which it holds; for which it does not hold where `true`.
    pub expression: Option<(Expr, bool)>,
    /// Named sets of samples for the expression.
    pub cohorts: Vec<(String, SampleSet)>,
    /// Columns of the genotype matrices in the order asked for. None: everybody who has not
    /// withdrawn.
    pub samples: Option<Vec<u32>>,
    /// Records or rows.
    pub view: View,
    /// Columns of annotation layers are to be shown, and not only tested.
    pub annotations: bool,
    /// Lets the expression read files.
    pub files: bool,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SelectError {
    /// The expression has no meaning for this store, or for a record.
    #[error("{0}")]
    Expression(#[from] ExprError),
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
    /// A sample that is asked for is not there, has withdrawn, or is asked for twice.
    #[error("sample {sample}: {reason}")]
    Sample {
        /// Its column.
        sample: u32,
        /// What is wrong.
        reason: &'static str,
    },
    /// The store cannot be read.
    #[error("{0}")]
    Format(#[from] FormatError),
    /// The device could not count.
    #[error("{0}")]
    Compute(#[from] ComputeError),
}
