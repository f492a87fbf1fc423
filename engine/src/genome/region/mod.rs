//! Regions that a query asks for, written as for bcftools' `-r` and `-R`.
//!
//! A record lies in a region when any base of its REF does: `POS ..= POS + len(REF) - 1`.
//! The caller asks [`Intervals::overlaps`] with these two.

mod file;
mod parse;
mod set;

use std::fmt;
use std::path::PathBuf;

pub use file::{RegionFile, RegionFormat, UnknownContig, read_regions};
pub use set::{Intervals, RegionSet};

use super::{ContigNames, Interval, MAX_POS, Pos1};
use crate::diagnostic::Diagnostic;

/// A part of one contig, or all of it: 1-based, both ends included.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region {
    /// The contig, by the name it has where it is searched.
    pub contig: String,
    /// First position.
    pub start: Pos1,
    /// Last position.
    pub end: Pos1,
}

impl Region {
    /// Parses one region, or several with commas between them: `chr1`, `chr1:100`,
    /// `chr1:100-200`, `chr1:100-`, `chr1:-200`. Contigs match by alias; numbers may have commas
    /// between groups of three digits; of contig names with `:` in them the longest that is
    /// there is taken, but positions go before a name; braces end all doubt:
    /// `{HLA-A*01:01}:1-5`.
    ///
    /// # Errors
    /// [`RegionError::Syntax`] or [`RegionError::Contig`].
    pub fn parse_list(text: &str, contigs: &ContigNames) -> Result<Vec<Self>, RegionError> {
        parse::parse_regions(text, contigs)
    }

    /// The positions.
    #[must_use]
    pub const fn interval(&self) -> Interval {
        Interval {
            start: self.start,
            end: self.end,
        }
    }
}

impl fmt::Display for Region {
    /// As it would be written: `chr1`, `chr1:100-`, `chr1:100`, `chr1:100-200`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.contig.contains(':') {
            write!(f, "{{{}}}", self.contig)?;
        } else {
            f.write_str(&self.contig)?;
        }
        match (self.start.get(), self.end.get()) {
            (0, MAX_POS) => Ok(()),
            (start, MAX_POS) => write!(f, ":{start}-"),
            (start, end) if start == end => write!(f, ":{start}"),
            (start, end) => write!(f, ":{start}-{end}"),
        }
    }
}

/// Why regions cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegionError {
    /// The text is not a region.
    #[error("{0}")]
    Syntax(Box<Diagnostic>),
    /// A region of a contig that is not there.
    #[error("{0}")]
    Contig(Box<Diagnostic>),
    /// A line of a file is not a region.
    #[error("{}: line {line}: {reason}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// 1-based line.
        line: u64,
        /// What is wrong, and what is expected.
        reason: String,
    },
    /// No line of a file names a contig that is there.
    #[error("{}: {reason}", path.display())]
    NoContig {
        /// The file.
        path: PathBuf,
        /// Which contigs it names, and what to do.
        reason: String,
    },
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
}
