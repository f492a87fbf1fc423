//! What may be wrong with the files, and with what was asked for.

use std::io;
use std::path::PathBuf;

/// Why knowledge cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KnowledgeError {
    /// A file or folder cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// A gzipped file is damaged or ends early.
    #[error("{file}: damaged or cut off: {source}; fetch it again")]
    Damaged {
        /// The file.
        file: String,
        /// The reason.
        source: io::Error,
    },
    /// More than a table of knowledge ever holds.
    #[error("{file}: longer than {limit} bytes when unpacked")]
    TooLong {
        /// The file.
        file: String,
        /// What is allowed.
        limit: u64,
    },
    /// A line is not text.
    #[error("{file}: line {line} is not UTF-8: save the file in UTF-8")]
    NotUtf8 {
        /// The file.
        file: String,
        /// 1-based line.
        line: usize,
    },
    /// A table lacks a column.
    #[error("{file}: no column {column:?}; it has {}", known.join(", "))]
    NoColumn {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// The columns that are there.
        known: Vec<String>,
    },
    /// A line is not as it should be.
    #[error("{file}: line {line}: {reason}")]
    Line {
        /// The file.
        file: String,
        /// 1-based line.
        line: usize,
        /// Which field is wrong, why, and what is expected.
        reason: String,
    },
    /// Terms lie below themselves.
    #[error("{ontology}: these terms lie below themselves: {}", ids.join(", "))]
    Cycle {
        /// The ontology.
        ontology: &'static str,
        /// Some of the terms.
        ids: Vec<String>,
    },
    /// A name that belongs to no part.
    #[error("{0} is none of the files that are known: {known}", known = super::folder::KNOWN)]
    UnknownFile(String),
    /// A folder without any file that is known.
    #[error("{}: none of the files that are known: {known}", path.display(), known = super::folder::KNOWN)]
    NothingThere {
        /// The folder.
        path: PathBuf,
    },
}

/// Why nothing goes by a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LookupError {
    /// There is no such name.
    #[error("no {what} {asked:?}{}", did_you_mean(nearest))]
    Unknown {
        /// "gene", "term".
        what: &'static str,
        /// What was asked for.
        asked: String,
        /// The nearest names, the nearest first.
        nearest: Vec<String>,
    },
    /// Several things go by the name, none of them by right.
    #[error("{asked:?} is another name of several genes: {}; ask for one of them", candidates.join(", "))]
    Ambiguous {
        /// What was asked for.
        asked: String,
        /// Symbols of all of them, sorted.
        candidates: Vec<String>,
    },
}

fn did_you_mean(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        names => format!("; did you mean {}?", names.join(", ")),
    }
}
