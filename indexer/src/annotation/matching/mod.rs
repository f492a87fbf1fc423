//! What another VCF or BCF file says of the same alleles: ClinVar, gnomAD, any file with INFO.
//!
//! [`AlleleSource`] streams the file and joins it to the rows of a store, contig by contig, in
//! the order of the rows; the caller takes of each match what it wants ([`Match`]). Records are
//! split by ALT, and alleles brought into one form on both sides: left-aligned and trimmed with
//! a reference, trimmed alone without one. Without a reference, rows that the store has
//! left-aligned are also sought as they were written.
//!
//! Memory is that of the source's records within [`REACH`] bases of a row. The source has to be
//! in order within its contigs; the contigs may come in any order and go by any alias.

mod error;
mod join;
mod key;
mod report;
mod source;
mod window;

#[cfg(test)]
mod tests;

pub use error::MatchError;
pub use join::StoreAllele;
pub use report::MatchReport;
pub use source::{AlleleSource, MatchOptions};
pub use window::{Match, MatchedRecord};

/// Bases that left-alignment may move an allele, as in an import.
pub const REACH: u32 = 1000;
