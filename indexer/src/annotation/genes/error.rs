//! What can be wrong with a file of genes.

use std::io;
use std::path::PathBuf;

/// Why genes cannot be read or found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GeneFileError {
    /// The operating system refused, or the file is cut or not compressed as it seems.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// A line cannot be read.
    #[error("{}, line {line}: {field}: {reason}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// 1-based line.
        line: u64,
        /// The field (`start`, `attributes`).
        field: &'static str,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// The file has no genes.
    #[error(
        "{}: no genes found; genes are read from GFF3, GTF, BED (contig, start, end, name) and plink's glist files", path.display()
    )]
    NoGenes {
        /// The file.
        path: PathBuf,
    },
    /// No gene of this name.
    #[error(
        "no gene {name:?}{}",
        nearest.as_ref().map_or_else(String::new, |n| format!("; did you mean {n:?}?"))
    )]
    UnknownGene {
        /// What was asked for.
        name: String,
        /// The most similar symbol.
        nearest: Option<String>,
    },
}

/// What is wrong with one field of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) field: &'static str,
    pub(super) reason: String,
}

impl Fault {
    pub(super) fn new(field: &'static str, reason: impl Into<String>) -> Self {
        Self {
            field,
            reason: reason.into(),
        }
    }
}
