//! Why a file cannot be joined to a store.

use std::path::PathBuf;

use crate::fasta::FastaError;
use crate::reader::{Place, ReadError};

/// Why a file cannot be joined to a store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MatchError {
    /// The source cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The reference cannot be read.
    #[error(transparent)]
    Fasta(#[from] FastaError),
    /// The source does not have an INFO field that was asked for.
    #[error(
        "{}: the header has no INFO/{key}{}", path.display(),
        nearest.as_ref().map_or_else(String::new, |n| format!("; did you mean {n}?"))
    )]
    UnknownInfo {
        /// The source.
        path: PathBuf,
        /// What was asked for.
        key: String,
        /// The most similar field.
        nearest: Option<String>,
    },
    /// The source is not in order.
    #[error(
        "{}, {place}: {contig}:{pos} comes after {contig}:{before}; sort the file (`bcftools sort`)",
        path.display()
    )]
    Unsorted {
        /// The source.
        path: PathBuf,
        /// Where.
        place: Place,
        /// The contig.
        contig: String,
        /// 1-based position.
        pos: u32,
        /// The 1-based position before.
        before: u32,
    },
    /// A contig comes twice, with others between, or under two names.
    #[error(
        "{}, {place}: contig {contig} comes again, after others; sort the file (`bcftools sort`) and give each contig one name",
        path.display()
    )]
    ContigAgain {
        /// The source.
        path: PathBuf,
        /// Where.
        place: Place,
        /// The contig.
        contig: String,
    },
    /// The rows of the store were not given in order.
    #[error(
        "row {row} of contig {contig} at {pos} comes after a row at {before}; check the store with `genodex verify`"
    )]
    RowsUnsorted {
        /// The contig.
        contig: String,
        /// The row.
        row: u64,
        /// Its 1-based position.
        pos: u32,
        /// The 1-based position before.
        before: u32,
    },
}
