//! What can be wrong with a store's files.

use std::io;
use std::path::{Path, PathBuf};

use crate::codec::CodecError;

/// Why a store cannot be read or written. Says which file, where in it, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The operating system refused.
    #[error("{action} {}: {source}{}", path.display(), hint(source))]
    Io {
        /// What was tried: "cannot open", "cannot write".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// There is no store at the path.
    #[error("{} is not a genodex store: {reason}", path.display())]
    NotAStore {
        /// The path.
        path: PathBuf,
        /// What is missing or in the way.
        reason: String,
    },
    /// The store was written by a version whose format this one does not read.
    #[error(
        "{}: store format {found}, but this program reads {oldest} to {newest}; {}",
        path.display(),
        if found > newest { "update genodex" } else { "index the data again" }
    )]
    Version {
        /// The file that says so.
        path: PathBuf,
        /// The version found.
        found: u32,
        /// The oldest version read.
        oldest: u32,
        /// The newest version read.
        newest: u32,
    },
    /// Bytes that a store cannot contain.
    #[error("{}: corrupt at {at}: {reason}; `genodex verify` lists all damage", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// Section, row or offset.
        at: String,
        /// What is wrong.
        reason: String,
    },
    /// Another process is writing to the store.
    #[error("{} is being written by another process; try again when it has ended", path.display())]
    Locked {
        /// The store.
        path: PathBuf,
    },
    /// A writer was given rows it cannot store.
    #[error("cannot store row {row} of contig {contig}: {reason}")]
    Row {
        /// Contig name.
        contig: String,
        /// Ordinal of the row in the contig.
        row: u64,
        /// What is wrong.
        reason: String,
    },
    /// A request that this store cannot meet.
    #[error("{0}")]
    Unsuitable(String),
}

fn hint(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "; nothing was changed: free some space and run the command again"
        }
        _ => "",
    }
}

impl FormatError {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    pub(crate) fn corrupt(path: &Path, at: impl Into<String>, reason: impl ToString) -> Self {
        Self::Corrupt {
            path: path.to_owned(),
            at: at.into(),
            reason: reason.to_string(),
        }
    }

    /// Nothing is allocated until there is an error: this is on the path of every row.
    pub(crate) fn row(path: &Path, row: usize) -> impl FnOnce(CodecError) -> Self {
        move |e| Self::Corrupt {
            path: path.to_owned(),
            at: format!("row {row}"),
            reason: e.to_string(),
        }
    }
}
