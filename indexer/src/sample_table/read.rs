//! Reads a file into columns of text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::BufRead;
use std::path::{Path, PathBuf};

use genodex_engine::format::samples::{ID_COLUMN, Role};

use super::SampleFileError;
use super::fields::Separator;
use super::infer::RawColumn;
use super::lines::{each_line, open_text};

/// How a file of samples is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SampleFileFormat {
    /// A header, then rows; TABs, commas or blanks between columns, as the header shows.
    Header,
    /// The same with commas (or semicolons) and quotes.
    Csv,
    /// plink2's `.psam`: a header that starts with `#FID` or `#IID`; without one, as `.fam`.
    Psam,
    /// plink's `.fam`: family, sample, father, mother, sex, phenotype; no header.
    Fam,
}

impl SampleFileFormat {
    /// By the end of the file's name.
    #[must_use]
    pub fn from_path(path: &Path) -> Self {
        let name = path.to_string_lossy().to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        match name.rsplit_once('.') {
            Some((_, "csv")) => Self::Csv,
            Some((_, "psam")) => Self::Psam,
            Some((_, "fam")) => Self::Fam,
            _ => Self::Header,
        }
    }
}

/// Names of a column of sample ids, the surest first, in any case.
const ID_NAMES: [&str; 10] = [
    "iid",
    "sample",
    "sample_id",
    "sampleid",
    "sample id",
    "sample name",
    "sample_name",
    "individual_id",
    "individual id",
    "id",
];

/// Columns of a `.fam`.
const FAM: [&str; 6] = ["FID", "IID", "PAT", "MAT", "SEX", "PHENO1"];

/// A file of samples, read.
#[derive(Clone, Debug)]
pub struct SampleFile {
    pub(super) path: PathBuf,
    /// Unique and not empty.
    pub(super) ids: RawColumn,
    /// The others, in the order of the file.
    pub(super) columns: Vec<RawColumn>,
}

impl SampleFile {
    /// Reads a file, its format known by its name. `.gz` files are decompressed.
    ///
    /// # Errors
    /// As [`SampleFile::parse`].
    pub fn read(path: &Path) -> Result<Self, SampleFileError> {
        let reader = open_text(path).map_err(|source| SampleFileError::Io {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(reader, SampleFileFormat::from_path(path), path)
    }

    /// Reads a file. `path` is for messages only.
    ///
    /// Empty lines, and before the header lines that start with `##`, are passed over. `NA`,
    /// `.`, `nan` and nothing are missing values; in `.psam` and `.fam` also 0 for the family,
    /// the parents and the sex, and -9 for a phenotype.
    ///
    /// # Errors
    /// [`SampleFileError::Line`] for a line with more or fewer fields than the header, and for
    /// an id that an earlier line has; [`SampleFileError::File`] for a header with two columns
    /// of one name, and for a file without rows; [`SampleFileError::Io`].
    pub fn parse(
        reader: impl BufRead,
        format: SampleFileFormat,
        path: &Path,
    ) -> Result<Self, SampleFileError> {
        let mut reading = Reading {
            format,
            layout: None,
            columns: Vec::new(),
            lines: Vec::new(),
        };
        each_line(reader, path, |text, line| reading.line(text, line))?;
        reading.finish(path)
    }

    /// How many rows there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are no rows; never so for a file that was read.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The sample ids, in the order of the rows.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|row| self.ids.raw(row))
    }

    /// Names of the columns, without that of the ids.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.columns.iter().map(|c| c.name.as_str())
    }
}

/// What the header said.
struct Layout {
    separator: Separator,
    id: usize,
}

struct Reading {
    format: SampleFileFormat,
    layout: Option<Layout>,
    columns: Vec<RawColumn>,
    /// Of each row, for messages.
    lines: Vec<u64>,
}

impl Reading {
    fn line(&mut self, text: &str, line: u64) -> Result<(), String> {
        if text.trim().is_empty() {
            return Ok(());
        }
        if self.layout.is_none() {
            let headless = match self.format {
                SampleFileFormat::Fam => true,
                SampleFileFormat::Psam => !text.starts_with('#'),
                _ => false,
            };
            if headless {
                self.fam_layout(text)?;
                return self.row(text, line);
            }
            return if text.starts_with("##") || text.starts_with("# ") {
                Ok(())
            } else {
                self.header(text)
            };
        }
        self.row(text, line)
    }

    fn fam_layout(&mut self, text: &str) -> Result<(), String> {
        let n = text.split_whitespace().count();
        if n != 5 && n != 6 {
            return Err(format!(
                "{n} columns, but a .fam has 6: family, sample, father, mother, sex, phenotype"
            ));
        }
        self.columns = FAM[..n]
            .iter()
            .map(|n| RawColumn::new((*n).to_owned()))
            .collect();
        self.layout = Some(Layout {
            separator: Separator::Blanks,
            id: 1,
        });
        Ok(())
    }

    fn header(&mut self, text: &str) -> Result<(), String> {
        let text = text.strip_prefix('#').unwrap_or(text);
        let separator = match self.format {
            SampleFileFormat::Psam => Separator::Blanks,
            format => Separator::of_header(text, format == SampleFileFormat::Csv),
        };
        let mut names = separator.split(text)?;
        // The 1000 Genomes panel has TABs after its last column.
        while names.last().is_some_and(|n| n.is_empty()) {
            names.pop();
        }
        if names.is_empty() {
            return Err("the header names no column".to_owned());
        }
        for (ix, name) in names.iter().enumerate() {
            if name.is_empty() {
                return Err(format!("column {} has no name", ix + 1));
            }
            if let Some(first) = names[..ix].iter().position(|n| n == name) {
                return Err(format!(
                    "columns {} and {} are both named {name:?}: rename one of them",
                    first + 1,
                    ix + 1
                ));
            }
        }
        let id = ID_NAMES
            .iter()
            .find_map(|id| names.iter().position(|n| n.eq_ignore_ascii_case(id)))
            .unwrap_or(0);
        if let Some(other) = names
            .iter()
            .position(|n| n == ID_COLUMN)
            .filter(|&ix| ix != id)
        {
            return Err(format!(
                "column {} is named {ID_COLUMN:?}, but the sample ids are in column {} ({:?}): \
                 rename one of them",
                other + 1,
                id + 1,
                names[id]
            ));
        }
        self.columns = names
            .into_iter()
            .map(|n| RawColumn::new(n.into_owned()))
            .collect();
        self.layout = Some(Layout { separator, id });
        Ok(())
    }

    fn row(&mut self, text: &str, line: u64) -> Result<(), String> {
        let Some(layout) = &self.layout else {
            return Ok(());
        };
        let fields = layout.separator.split(text)?;
        let expected = self.columns.len();
        let extra = fields.get(expected..).unwrap_or_default();
        if fields.len() < expected || extra.iter().any(|f| !f.is_empty()) {
            let first = match self.format {
                SampleFileFormat::Fam => "the first line",
                _ => "the header",
            };
            return Err(format!(
                "{} fields, but {first} has {expected}",
                fields.len()
            ));
        }
        if fields.get(layout.id).is_none_or(|id| id.is_empty()) {
            return Err("the sample id is empty".to_owned());
        }
        for (column, field) in self.columns.iter_mut().zip::<Vec<Cow<'_, str>>>(fields) {
            column.push(&field);
        }
        self.lines.push(line);
        Ok(())
    }

    fn finish(self, path: &Path) -> Result<SampleFile, SampleFileError> {
        let Self {
            format,
            layout,
            mut columns,
            lines,
        } = self;
        let file = |reason: &str| SampleFileError::File {
            path: path.to_owned(),
            reason: reason.to_owned(),
        };
        let layout = layout.ok_or_else(|| file("the file is empty"))?;
        if lines.is_empty() {
            return Err(file("there is a header but no row"));
        }
        let ids = columns.remove(layout.id);
        let mut seen = HashMap::with_capacity(lines.len());
        for (row, &line) in lines.iter().enumerate() {
            if let Some(first) = seen.insert(ids.raw(row), line) {
                return Err(SampleFileError::Line {
                    path: path.to_owned(),
                    line,
                    reason: format!("sample {:?} is already on line {first}", ids.raw(row)),
                });
            }
        }
        let plink = matches!(format, SampleFileFormat::Psam | SampleFileFormat::Fam);
        for column in &mut columns {
            let role = Role::of_column(&column.name);
            column.zero_missing = match role {
                Some(Role::Father | Role::Mother) => true,
                Some(Role::Sex | Role::Family) => plink,
                _ => false,
            };
            column.plink_phenotype = plink && role.is_none() && column.name != "SID";
            column.settle_case_control();
        }
        Ok(SampleFile {
            path: path.to_owned(),
            ids,
            columns,
        })
    }
}
