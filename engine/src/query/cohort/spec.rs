//! `NAME=EXPR` and `NAME=@FILE`.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
use std::str::FromStr;

use super::{CohortError, CohortExpr, Descendants, read_ids};
use crate::diagnostic::Diagnostic;
use crate::format::samples::SampleTable;
use crate::genotype::SampleSet;

/// Name of the cohort of all samples, which is there without being asked for.
pub const ALL: &str = "ALL";

/// Longest cohort name, in bytes.
const MAX_NAME: usize = 128;

/// A cohort as asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct CohortSpec {
    /// Its name: letters, digits, `_`, `.` and `-`; not `ALL`.
    pub name: String,
    /// Its samples.
    pub source: CohortSource,
}

/// Where a cohort's samples come from.
#[derive(Clone, Debug, PartialEq)]
pub enum CohortSource {
    /// An expression over the sample table.
    Expr(CohortExpr),
    /// A file of sample ids.
    File(PathBuf),
}

/// A cohort of one store.
#[derive(Clone, Debug, PartialEq)]
pub struct Cohort {
    /// Its name.
    pub name: String,
    /// Its samples. May be empty.
    pub samples: SampleSet,
    /// What is likely a mistake, to be shown: values that no sample has, ids that are not in
    /// the store.
    pub warnings: Vec<String>,
}

impl FromStr for CohortSpec {
    type Err = CohortError;

    fn from_str(text: &str) -> Result<Self, CohortError> {
        let spec = |reason: &str| CohortError::Spec {
            text: text.chars().take(200).collect(),
            reason: reason.to_owned(),
        };
        let (name, source) = text
            .split_once('=')
            .ok_or_else(|| spec("expected NAME=EXPRESSION or NAME=@FILE"))?;
        let allowed = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
        if name.is_empty() || !name.chars().all(allowed) || source.starts_with('=') {
            return Err(spec(
                "a name of letters, digits, _ . and - should stand before the first =, as in \
                 cases=t2d==1",
            ));
        }
        if name.len() > MAX_NAME {
            return Err(spec("the name is too long"));
        }
        if name == ALL {
            return Err(spec(
                "ALL is the cohort of all samples: choose another name",
            ));
        }
        let source = match source.strip_prefix('@') {
            Some("") => return Err(spec("a file name should follow the @")),
            Some(path) => CohortSource::File(path.into()),
            None => CohortSource::Expr(CohortExpr::parse(source)?),
        };
        Ok(Self {
            name: name.to_owned(),
            source,
        })
    }
}

impl CohortSpec {
    /// Finds the samples of the cohort in a store. Opens the file where the source is one.
    ///
    /// # Errors
    /// [`CohortError`].
    pub fn resolve(&self, table: &SampleTable) -> Result<Cohort, CohortError> {
        self.resolve_with(table, None)
    }

    /// As [`CohortSpec::resolve`], with the terms that `hpo()`, `mondo()` and `nando()` ask for.
    ///
    /// # Errors
    /// [`CohortError`], also for a term that is not there.
    pub fn resolve_with(
        &self,
        table: &SampleTable,
        terms: Option<&dyn Descendants>,
    ) -> Result<Cohort, CohortError> {
        let (samples, warnings) = match &self.source {
            CohortSource::Expr(expr) => {
                let selection = expr.evaluate_with(table, terms)?;
                let warnings = selection.warnings.iter().map(Diagnostic::to_string);
                (selection.samples, warnings.collect())
            }
            CohortSource::File(path) => {
                let file = File::open(path).map_err(|source| CohortError::Io {
                    path: path.clone(),
                    source,
                })?;
                let ids = read_ids(BufReader::with_capacity(1 << 16, file), path, table)?;
                let warnings = ids.warning(path).into_iter().collect();
                (ids.samples, warnings)
            }
        };
        Ok(Cohort {
            name: self.name.clone(),
            samples,
            warnings,
        })
    }
}
