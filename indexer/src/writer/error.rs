//! Why records cannot be written.

use std::io;

/// Why a file of records cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The sink failed.
    #[error("the output cannot be written: {0}")]
    Io(#[from] io::Error),
    /// The header does not fit the format.
    #[error("the header cannot be written: {0}")]
    Header(Fault),
    /// Records do not follow each other as an index needs it.
    #[error("position {pos}: the records cannot be indexed: {reason}; write without an index")]
    Order {
        /// 1-based position of the record.
        pos: u64,
        /// What is out of order.
        reason: String,
    },
    /// There is no index of this kind of file.
    #[error("only compressed VCF and BCF have an index: write one of them, or leave it out")]
    NoIndex,
    /// A record does not fit its header or the format.
    #[error("{chrom}:{pos}: the record cannot be written: {fault}")]
    Record {
        /// Its contig.
        chrom: String,
        /// Its 1-based position.
        pos: u64,
        /// What does not fit.
        fault: Fault,
    },
}

/// What does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// BCF needs every contig in the header.
    #[error("contig {0:?} is not in the header: add a ##contig line, or write VCF (-O v)")]
    Contig(String),
    /// A filter or field is not one of the header's.
    #[error("{what} {index} is not in the header, which has {known}")]
    Undeclared {
        /// `FILTER`, `INFO` or `FORMAT`.
        what: &'static str,
        /// Its index.
        index: usize,
        /// How many there are.
        known: usize,
    },
    /// More of something than BCF has room for.
    #[error("{count} {what}, and BCF holds {limit}: write VCF (-O v)")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many.
        count: u64,
        /// The most there may be.
        limit: u64,
    },
    /// Values are not as many for each sample.
    #[error("{field} has {count} values for {samples} samples")]
    Values {
        /// The field.
        field: String,
        /// Values there are.
        count: usize,
        /// Samples of the header.
        samples: usize,
    },
    /// A call has a code that is no allele.
    #[error("a call has the code {0}, which is no allele")]
    Code(i32),
}
