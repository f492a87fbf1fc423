//! Which samples to import, as for `bcftools view -s` and `-S`.

use std::collections::HashMap;
use std::path::Path;

use genodex_engine::diagnostic::nearest;

use super::SampleFileError;
use super::lines::{each_line, open_text};

/// Samples asked for by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleChoice {
    exclude: bool,
    names: Vec<Wanted>,
}

/// A name, or a line of a file that is one or starts with one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    name: String,
    first_column: Option<String>,
}

impl SampleChoice {
    /// `a,b` for these samples, `^a,b` for all but these.
    #[must_use]
    pub fn from_list(list: &str) -> Self {
        let (exclude, list) = split_caret(list);
        let names = list.split(',').map(|name| Wanted {
            name: name.to_owned(),
            first_column: None,
        });
        Self {
            exclude,
            names: names.collect(),
        }
    }

    /// A file with a name on each line, `^` before the path for all but these. Where a whole
    /// line is no sample, its first column may be.
    ///
    /// # Errors
    /// [`SampleFileError::Io`], [`SampleFileError::Line`]; [`SampleFileError::File`] where there
    /// is no name in it.
    pub fn from_file(path: &str) -> Result<Self, SampleFileError> {
        let (exclude, path) = split_caret(path);
        let path = Path::new(path);
        let reader = open_text(path).map_err(|source| SampleFileError::Io {
            path: path.to_owned(),
            source,
        })?;
        let mut names = Vec::new();
        each_line(reader, path, |text, _| {
            let name = text.trim();
            if !name.is_empty() {
                let first = name.split_whitespace().next();
                names.push(Wanted {
                    name: name.to_owned(),
                    first_column: first.filter(|f| *f != name).map(str::to_owned),
                });
            }
            Ok(())
        })?;
        if names.is_empty() {
            return Err(SampleFileError::File {
                path: path.to_owned(),
                reason: "there is no sample in it".to_owned(),
            });
        }
        Ok(Self { exclude, names })
    }

    /// The columns to keep: in the order asked for, as bcftools has it; of `^`, in the order of
    /// `samples`.
    ///
    /// # Errors
    /// [`SampleFileError::UnknownSample`], [`SampleFileError::Repeated`],
    /// [`SampleFileError::NoneLeft`].
    pub fn columns<S: AsRef<str>>(&self, samples: &[S]) -> Result<Vec<usize>, SampleFileError> {
        let mut by_name = HashMap::with_capacity(samples.len());
        for (ix, sample) in samples.iter().enumerate() {
            by_name.entry(sample.as_ref()).or_insert(ix);
        }
        let mut named = vec![false; samples.len()];
        let mut columns = Vec::with_capacity(self.names.len());
        for wanted in &self.names {
            let column = by_name
                .get(wanted.name.as_str())
                .or_else(|| by_name.get(wanted.first_column.as_deref()?))
                .copied()
                .ok_or_else(|| SampleFileError::UnknownSample {
                    name: wanted.name.clone(),
                    samples: samples.len(),
                    nearest: nearest(&wanted.name, samples.iter().map(AsRef::as_ref))
                        .map(str::to_owned),
                })?;
            if std::mem::replace(&mut named[column], true) {
                return Err(SampleFileError::Repeated(wanted.name.clone()));
            }
            columns.push(column);
        }
        if self.exclude {
            columns = (0..samples.len()).filter(|&ix| !named[ix]).collect();
        }
        if columns.is_empty() {
            return Err(SampleFileError::NoneLeft("all are excluded".to_owned()));
        }
        Ok(columns)
    }
}

fn split_caret(text: &str) -> (bool, &str) {
    match text.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, text),
    }
}
