//! Cohorts: sets of samples, by an expression over the sample table or by a list of ids.
//!
//! # Expressions
//!
//! | | |
//! |---|---|
//! | `pop == "JPT"`, `age >= 40`, `bmi < 18.5` | compares a column: `==` `!=` `<` `<=` `>` `>=` |
//! | `pop in ["JPT", 'CHB']`, `id not in [...]` | is the value in a list |
//! | `missing(bmi)`, `bmi == NA`, `bmi != NA` | is the value missing |
//! | `smoker` | a column of true and false |
//! | `icd("I42")` | an ICD code that starts so, its dot aside, in any column of text |
//! | `hpo("HP:0001638")`, `mondo(..)`, `nando(..)` | a term or any below it, in any column of text |
//! | `!a`, `a && b`, <code>a \|\| b</code>, `( )` | not, and, or; and binds closer than or |
//! | `` `body mass (kg)` > 80 `` | a column whose name is not letters, digits, `_` and `.` |
//!
//! A comparison with a missing value is false, `!=` and `not in` included: `age != 40` leaves
//! out the samples of unknown age, while `!(age == 40)` has them. Text compares byte by byte,
//! so that ISO dates compare as dates do. Numbers compare exactly, whole with real.
//!
//! Columns are found by name, by role (`sex`, `population`, `super_population`, `family`,
//! `father`, `mother`) or by a name that differs only in case; `id` is the sample id. Sex is
//! compared by meaning: `sex == "F"`, `sex == "female"` and `sex == 2` are the same, whatever
//! the table writes.
//!
//! ```
//! use genodex_engine::format::samples::SampleTableBuilder;
//! use genodex_engine::query::cohort::CohortExpr;
//!
//! let mut samples = SampleTableBuilder::new(["S1", "S2", "S3", "S4"])?;
//! samples.text("pop", [Some("JPT"), Some("JPT"), Some("GBR"), None])?;
//! samples.int("age", [Some(50), None, Some(61), Some(33)])?;
//! let samples = samples.finish()?;
//!
//! let cohort = CohortExpr::parse("pop == \"JPT\" || age > 60")?.evaluate(&samples)?;
//! assert_eq!(cohort.samples.bitmap().iter().collect::<Vec<_>>(), [0, 1, 2]);
//!
//! let error = CohortExpr::parse("popp == 'JPT'")?.evaluate(&samples).unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "no column \"popp\"\n  popp == 'JPT'\n  ^^^^\n  did you mean \"pop\"?"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ast;
mod check;
mod code;
mod id_file;
mod lex;
mod named;
mod number;
mod parse;
mod scan;
mod spec;
mod terms;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_naive;

use std::path::PathBuf;

pub use code::Descendants;
pub use id_file::{IdFile, read_ids};
pub use spec::{ALL, Cohort, CohortSource, CohortSpec};

use crate::diagnostic::Diagnostic;
use crate::format::samples::SampleTable;
use crate::genotype::SampleSet;

/// Longest expression, in bytes.
pub const MAX_LENGTH: usize = 64 << 10;

/// Most parentheses and negations inside each other.
pub const MAX_DEPTH: usize = 256;

/// Most conditions: each is a pass over all samples.
pub const MAX_CONDITIONS: usize = 1024;

/// Why there is no such cohort.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CohortError {
    /// The expression is not well formed, or does not fit the sample table.
    #[error("{0}")]
    Expression(Box<Diagnostic>),
    /// The expression is longer than [`MAX_LENGTH`].
    #[error(
        "the cohort expression has {0} bytes; the limit is {MAX_LENGTH}: write the sample ids to a file and give NAME=@FILE"
    )]
    TooLong(usize),
    /// The text is not `NAME=EXPR` or `NAME=@FILE`.
    #[error("cohort {text:?}: {reason}")]
    Spec {
        /// The text.
        text: String,
        /// What is wrong, and what is expected.
        reason: String,
    },
    /// A file of ids cannot be read.
    #[error("cannot read the sample ids of {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// A file of ids has a line that is not one.
    #[error("{}: line {line}: {reason}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// 1-based line.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// No id of a file is in the store.
    #[error("{}: {}", path.display(), none_matched(*ids, example.as_ref()))]
    NoneMatched {
        /// The file.
        path: PathBuf,
        /// Ids in it.
        ids: u64,
        /// An id of the file and one of the store, to compare.
        example: Option<(String, String)>,
    },
}

fn none_matched(ids: u64, example: Option<&(String, String)>) -> String {
    if ids == 0 {
        return "there is no sample id in it".to_owned();
    }
    let example = example.map_or_else(String::new, |(file, store)| {
        format!(" (the file has {file:?}, the store {store:?})")
    });
    format!("none of its {ids} sample ids is in the store{example}")
}

/// A cohort expression, parsed but not yet tied to a sample table.
#[derive(Clone, Debug, PartialEq)]
pub struct CohortExpr {
    source: String,
    root: ast::Node,
}

/// The samples that an expression selects.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// The samples.
    pub samples: SampleSet,
    /// What is allowed but is likely a mistake: a value that no sample has.
    pub warnings: Vec<Diagnostic>,
}

impl CohortExpr {
    /// Parses an expression; see the [module](self) for the language.
    ///
    /// # Errors
    /// [`CohortError::Expression`] with the place of the first mistake; [`CohortError::TooLong`].
    pub fn parse(source: &str) -> Result<Self, CohortError> {
        if source.len() > MAX_LENGTH {
            return Err(CohortError::TooLong(source.len()));
        }
        Ok(Self {
            source: source.to_owned(),
            root: parse::parse(source)?,
        })
    }

    /// The expression as written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Finds the samples for which the expression is true.
    ///
    /// # Errors
    /// [`CohortError::Expression`] where a column does not exist or holds another type.
    pub fn evaluate(&self, table: &SampleTable) -> Result<Selection, CohortError> {
        self.evaluate_with(table, None)
    }

    /// As [`CohortExpr::evaluate`], with the terms that `hpo()`, `mondo()` and `nando()` ask for.
    ///
    /// # Errors
    /// [`CohortError::Expression`], also for a term that is not there.
    pub fn evaluate_with(
        &self,
        table: &SampleTable,
        terms: Option<&dyn Descendants>,
    ) -> Result<Selection, CohortError> {
        let mut check = check::Check::new(&self.source, table, terms);
        let plan = check.node(&self.root)?;
        Ok(Selection {
            samples: SampleSet::from_bitmap(table.len(), scan::run(&plan, table.len())),
            warnings: check.into_warnings(),
        })
    }
}
