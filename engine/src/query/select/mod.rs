//! Selecting variants: by region and by expression, as records or as rows.
//!
//! A [`Request`] is a plain value; [`Plan`] ties it to one snapshot of a store: names, shards,
//! and the conditions of the expression, the cheapest first. What bitmaps can answer is set
//! algebra; what is left is evaluated record by record. [`run`] goes through the shards block by
//! block on all threads and hands what came of each block on in order; [`rows`] gives the rows
//! alone, for questions that go on from them.
//!
//! # Records and rows
//!
//! A store has a row for each ALT. An expression of bcftools is about records: by default the
//! rows of a record are put together again, with POS, REF and ALT as they were written, in the
//! order of the input. In the view of rows ([`Request::split`]) each row is a record of its own,
//! with the store's normalised alleles, as after `bcftools norm -m-any`.

mod bounds;
mod calls;
mod counted;
mod exec;
mod header;
mod names;
mod overlap;
mod owned;
mod plan;
mod record;
mod recount;
mod scan;
mod selected;
mod shard;

#[cfg(test)]
mod tests;

pub use exec::{Block, rows, run};
pub use names::Names;
pub use overlap::Overlap;
pub use owned::Undeclared;
pub use plan::{Explained, Plan, Way};
pub use record::Record;
pub use recount::Recount;
pub use selected::{Partial, Selected, Timings};

use crate::compute::ComputeError;
use crate::format::FormatError;
use crate::genome::RegionSet;
use crate::genotype::SampleSet;
use crate::query::Incomplete;
use crate::query::expr::{Expr, ExprError};
use crate::query::rows::RowSet;

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Only records that overlap these.
    pub regions: Option<RegionSet>,
    /// Only records whose position is in these; with `true`, whose is not.
    pub targets: Option<(RegionSet, bool)>,
    /// What has to lie in the regions: where it is not said, any base of the record.
    pub regions_overlap: Option<Overlap>,
    /// What has to lie in the targets: where it is not said, the position.
    pub targets_overlap: Option<Overlap>,
    /// Only records of which a row is one of these.
    pub rows: Option<RowSet>,
    /// Only records for which this holds.
    pub filter: Option<Expr>,
    /// Only records for which it does not hold instead. Where the samples for which it holds are
    /// shown (see [`Plan::show`]): records with samples for which it does not, and these samples.
    pub exclude: bool,
    /// Cohorts that may be named, beside [`ALL`](crate::query::cohort::ALL).
    pub cohorts: Vec<(String, SampleSet)>,
    /// The samples to look at, columns of the genotype matrix, in the order to show them.
    /// Everybody where there are none.
    pub samples: Option<Vec<u32>>,
    /// Rows instead of records.
    pub split: bool,
    /// The expression may read files: it is the user's own.
    pub allow_files: bool,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SelectError {
    /// The expression does not fit the store, or a record does not fit the expression.
    #[error("{0}")]
    Expression(#[from] ExprError),
    /// Two cohorts have one name, or one is of another store.
    #[error("there are two cohorts {0:?}: give each its own name")]
    DuplicateCohort(String),
    /// A sample has withdrawn or is not there.
    #[error("sample column {0} is not there: the participant may have withdrawn")]
    Sample(u32),
    /// A field would be counted again that another file gave.
    #[error(
        "INFO/{field} came from another file with layer {layer:?} and would be overwritten by \
         counts: keep INFO as it is (--keep-info), or annotate again under another name \
         (--info NEW_{field}:={field} --replace)"
    )]
    Overwritten {
        /// The field.
        field: String,
        /// The layer that has it.
        layer: String,
    },
    /// The store cannot be read.
    #[error("{0}")]
    Format(#[from] FormatError),
    /// The device could not count.
    #[error("{0}")]
    Compute(#[from] ComputeError),
    /// The device counted other rows than asked for.
    #[error("{0}")]
    Incomplete(#[from] Incomplete),
}
