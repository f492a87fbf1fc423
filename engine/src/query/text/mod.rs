//! Names to things: genes, diseases, phenotypes, variants, cohorts and columns, in English and
//! Japanese.
//!
//! [`TextIndex::build`] makes one packed file of [`Document`]s; [`TextIndex::open`] reads it from
//! memory, however it came there. [`TextIndex::parse`] understands what a person typed
//! (`gene:BRCA2 clinsig:pathogenic`, `7-117559590-ATCT-A`, `p.R1234*`), [`TextIndex::search`]
//! finds it and [`TextIndex::suggest`] completes it.
//!
//! Hits are ordered by how they match ([`Match`]), then by the kind of name, the weight of the
//! document, its kind and its identifier: the same documents give the same answer, always. No
//! relevance score decides among better and worse matches.
//!
//! Where documents come from is left to [`build_vocabulary`] and to whoever reads a store; what a hit
//! counts for in a store is left to [`Counts`]. This is the only place that knows tantivy.

mod build;
mod candidates;
mod counts;
mod described;
mod document;
mod fold;
mod hit;
mod index;
mod pack;
mod places;
mod query;
mod rank;
mod search;
mod similar;
mod spelling;
mod stored;
mod tokenizer;
mod variant;
mod vocabulary;

#[cfg(test)]
mod tests;

pub use counts::{Count, Counts, Descendants, SampleCounts};
pub use document::{Document, Kind, Name, NameKind};
pub use hit::{Hit, Match, merge};
pub use index::TextIndex;
pub use places::{FoundVariant, find_variants};
pub use query::Query;
pub use variant::VariantName;
pub use vocabulary::{build_vocabulary, vocabulary_key};

use crate::diagnostic::Diagnostic;

/// What may go wrong with a text index.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// The bytes are not a text index, or not a whole one.
    #[error("the text index is damaged: {0}; build it again")]
    Corrupt(String),
    /// Written by another version of the program.
    #[error("the text index has format {found}, this program reads {known}; build it again")]
    Version {
        /// The version of the file.
        found: u32,
        /// The version that is understood.
        known: u32,
    },
    /// Two documents of one kind have one identifier.
    #[error("two documents have the identifier {0:?}")]
    Duplicate(String),
    /// More than the index has room for.
    #[error("{what}: {count} is more than the {limit} there is room for")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// What was typed is not a query.
    #[error("{0}")]
    Query(Box<Diagnostic>),
    /// The library failed.
    #[error("the text index failed: {0}")]
    Library(#[from] tantivy::TantivyError),
    /// A document could not be written or read.
    #[error("a document of the text index is damaged: {0}; build the index again")]
    Document(#[from] serde_json::Error),
    /// A file of the index could not be read from memory.
    #[error("the text index cannot be read: {0}")]
    Io(#[from] std::io::Error),
}
