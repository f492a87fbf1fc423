//! Why there is no matching.

use std::path::{Path, PathBuf};

use crate::lines::LineError;

/// Why there is no matching.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MatchError {
    /// Somebody is a case and a control.
    #[error(
        "{people} people are cases and controls, {example:?} is one of them: say whom the controls \
         leave out, as in --controls 't2d==0'"
    )]
    Overlap {
        /// How many are.
        people: u64,
        /// One of them.
        example: String,
    },
    /// There are no cases or no controls.
    #[error("there are no {side}{reason}")]
    Nobody {
        /// `cases` or `controls`.
        side: &'static str,
        /// Where they went.
        reason: String,
    },
    /// A covariate is not what it should be.
    #[error("{name}: {reason}")]
    Column {
        /// Its name.
        name: String,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// Nothing to match by, or an option that does not fit.
    #[error("{0}")]
    Options(String),
    /// There are no propensity scores.
    #[error("there are no propensity scores: {0}")]
    Propensity(String),
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// A line of a file is not as it should be.
    #[error("{}: line {line}: {reason}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// 1-based line.
        line: u64,
        /// What is wrong.
        reason: String,
    },
}

impl MatchError {
    /// Of a covariate.
    pub(super) fn column(name: &str, reason: impl Into<String>) -> Self {
        Self::Column {
            name: name.to_owned(),
            reason: reason.into(),
        }
    }

    /// Of a line of a file.
    pub(super) fn line(path: &Path, line: u64, reason: impl Into<String>) -> Self {
        Self::Line {
            path: path.to_owned(),
            line,
            reason: reason.into(),
        }
    }

    /// Of a file whose next line cannot be read.
    pub(super) fn unread(path: &Path, error: LineError) -> Self {
        match error {
            LineError::Io(source) => Self::Io {
                path: path.to_owned(),
                source,
            },
            LineError::Line(line, reason) => Self::line(path, line, reason),
        }
    }
}
