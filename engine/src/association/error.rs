//! What is wrong with traits, covariates or predictions.

use std::path::PathBuf;

/// An error of an association analysis.
#[derive(Debug, thiserror::Error)]
pub enum AssociationError {
    /// A file cannot be read.
    #[error("cannot read {path}: {source}", path = .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line of a file is not as it should be.
    #[error("{path}, line {line}: {reason}", path = .path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: u64,
        /// What is wrong and what to do.
        reason: String,
    },
    /// A file as a whole does not fit.
    #[error("{path}: {reason}", path = .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong and what to do.
        reason: String,
    },
    /// A trait cannot be analysed.
    #[error("trait {name}: {reason}")]
    Trait {
        /// Its name.
        name: String,
        /// Why.
        reason: String,
    },
    /// There is nothing to analyse.
    #[error("{0}")]
    Nothing(String),
}
