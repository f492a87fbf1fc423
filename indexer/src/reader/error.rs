//! What can be wrong with a VCF or BCF file.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where in a file a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The line of a VCF file, from 1, header included.
    Line(u64),
    /// The record of a BCF file, from 1, and its offset in the uncompressed bytes.
    Record {
        /// Number of the record, from 1.
        number: u64,
        /// Bytes before it, uncompressed.
        offset: u64,
    },
}

impl Default for Place {
    fn default() -> Self {
        Self::Line(0)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Record { number, offset } => {
                write!(f, "record {number} (offset {offset} uncompressed)")
            }
        }
    }
}

/// Why an input cannot be read. Says which file, where in it, and what is wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The operating system refused, or the compressed bytes are damaged.
    #[error("{action} {}: {source}", path.display())]
    Io {
        /// What was tried: "cannot open", "cannot read".
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// Neither VCF nor BCF.
    #[error("{} is not a VCF or BCF file: {reason}", path.display())]
    NotVariants {
        /// The file.
        path: PathBuf,
        /// What was found instead.
        reason: String,
    },
    /// The header cannot be used.
    #[error("{}: header{}: {reason}", path.display(), match line { Some(l) => format!(", line {l}"), None => String::new() })]
    Header {
        /// The file.
        path: PathBuf,
        /// The line, from 1, where it is one.
        line: Option<u64>,
        /// What is wrong.
        reason: String,
    },
    /// Two columns have the same sample name.
    #[error(
        "{}: sample {name:?} is named twice, in sample columns {first} and {second}; rename one (`bcftools reheader -s`)",
        path.display()
    )]
    DuplicateSample {
        /// The file.
        path: PathBuf,
        /// The name.
        name: String,
        /// Its first sample column, from 1.
        first: usize,
        /// Its second sample column, from 1.
        second: usize,
    },
    /// The file ends in the middle.
    #[error("{}: truncated after {after}: {reason}; copy or download the file again", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// The last thing read whole.
        after: String,
        /// How it shows.
        reason: String,
    },
    /// A record that cannot be read.
    #[error("{}, {place}: {field}: {reason}", path.display())]
    Record {
        /// The file.
        path: Arc<Path>,
        /// Where.
        place: Place,
        /// The field (`POS`, `GT of sample "NA12878"`).
        field: String,
        /// What is wrong.
        reason: String,
    },
    /// Options that do not fit the file.
    #[error("{reason}")]
    Options {
        /// What does not fit.
        reason: String,
    },
}

/// What is wrong with one field of a record, before the file and the place are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) field: Field,
    pub(super) reason: String,
}

/// The field that is at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// A column or a part of a record.
    Named(&'static str),
    /// A FORMAT field of a sample, by its column from 0.
    Sample(&'static str, usize),
}

impl Fault {
    pub(super) fn new(field: &'static str, reason: impl Into<String>) -> Self {
        Self {
            field: Field::Named(field),
            reason: reason.into(),
        }
    }

    pub(super) fn sample(field: &'static str, sample: usize, reason: impl Into<String>) -> Self {
        Self {
            field: Field::Sample(field, sample),
            reason: reason.into(),
        }
    }

    /// With the file, the place and the sample's name.
    pub(super) fn at(self, path: &Arc<Path>, place: Place, samples: &[String]) -> ReadError {
        let field = match self.field {
            Field::Named(name) => name.to_owned(),
            Field::Sample(name, s) => match samples.get(s) {
                Some(sample) => format!("{name} of sample {sample:?}"),
                None => format!("{name} of sample column {}", s + 1),
            },
        };
        ReadError::Record {
            path: Arc::clone(path),
            place,
            field,
            reason: self.reason,
        }
    }
}

/// Bytes of a file, short and printable, for a message.
pub(super) fn quote(bytes: &[u8]) -> String {
    const SHOWN: usize = 40;
    let mut text: String = bytes
        .iter()
        .take(SHOWN)
        .flat_map(|b| b.escape_ascii())
        .map(char::from)
        .collect();
    if bytes.len() > SHOWN {
        text.push_str("...");
    }
    format!("\"{text}\"")
}
