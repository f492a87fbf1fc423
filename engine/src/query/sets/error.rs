//! What is wrong with sets, annotations and masks.

use std::path::{Path, PathBuf};

use crate::format::FormatError;
use crate::lines::LineError;

/// An error of sets or masks.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    /// A file cannot be read.
    #[error("cannot read {path}: {source}", path = .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line is not as it should be.
    #[error("{path}, line {line}: {reason}", path = .path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: u64,
        /// What is wrong and what to do.
        reason: String,
    },
    /// A set is not one.
    #[error("{path}: set {set}: {reason}", path = .path.display())]
    Set {
        /// The file.
        path: PathBuf,
        /// Its name.
        set: String,
        /// What is wrong.
        reason: String,
    },
    /// Masks that cannot be used together.
    #[error("{0}")]
    Masks(String),
    /// The store.
    #[error(transparent)]
    Store(#[from] FormatError),
}

impl SetError {
    pub(super) fn line(path: &Path, line: u64, reason: impl Into<String>) -> Self {
        Self::Line {
            path: path.to_owned(),
            line,
            reason: reason.into(),
        }
    }

    pub(super) fn of(path: &Path) -> impl Fn(LineError) -> Self + '_ {
        move |error| match error {
            LineError::Io(source) => Self::Io {
                path: path.to_owned(),
                source,
            },
            LineError::Line(line, reason) => Self::line(path, line, reason),
        }
    }
}
