//! What can be wrong with files of samples.

use std::io;
use std::path::PathBuf;

use genodex_engine::format::samples::SampleTableError;

/// Why samples cannot be read, chosen, renamed or joined.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SampleFileError {
    /// The operating system refused, or the file is not compressed as it seems.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// A line cannot be read.
    #[error("{}: line {line}: {reason}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// 1-based line.
        line: u64,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// The file as a whole cannot be used.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// No sample of a table has genotypes.
    #[error(
        "{}: none of its {rows} samples has genotypes: the table has {table:?}, the genotypes \
         {genotypes:?}; rename samples with --rename-samples, or correct the table", path.display()
    )]
    NoneMatched {
        /// The table.
        path: PathBuf,
        /// Its rows.
        rows: usize,
        /// Its first sample.
        table: String,
        /// The first sample of the genotypes.
        genotypes: String,
    },
    /// A name asked for is not a sample.
    #[error(
        "there is no sample {name:?} among the {samples} of the file{}",
        nearest.as_ref().map_or_else(String::new, |n| format!("; did you mean {n:?}?"))
    )]
    UnknownSample {
        /// The name.
        name: String,
        /// How many samples there are.
        samples: usize,
        /// The most similar name.
        nearest: Option<String>,
    },
    /// A name is asked for twice.
    #[error("sample {0:?} is named twice")]
    Repeated(String),
    /// No sample is left.
    #[error("no sample is left: {0}")]
    NoneLeft(String),
    /// The columns make no sample table.
    #[error("{}: {source}", path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: SampleTableError,
    },
}
