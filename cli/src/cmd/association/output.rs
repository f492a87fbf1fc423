//! Where results go: regenie's files, or a table.

use std::path::Path;

use anyhow::Context;
use genodex_engine::association::Analysis;

use super::{Report, regenie};
use crate::cmd::Global;
use crate::output::{Batch, Choice, Column, Format, Target, Writer};

/// An output that was begun.
pub(crate) enum Output {
    /// A file for each trait.
    Regenie(regenie::Files),
    /// One table.
    Table(Table),
}

/// A table of results.
pub(crate) struct Table {
    columns: Vec<Column>,
    format: Box<dyn Format>,
    writer: Writer,
}

impl Output {
    /// Begins what `format` asks for: `columns` are those of a table, `masks` stand at the head of
    /// regenie's files.
    pub(crate) fn begin(
        (format, path): (Option<Choice<Report>>, Option<&Path>),
        analysis: &Analysis,
        columns: Vec<Column>,
        masks: &[(String, String)],
    ) -> anyhow::Result<Self> {
        match Choice::or_default_for(format, path) {
            Choice::General(style) => Ok(Self::Table(Table::begin(style, path, columns)?)),
            Choice::Report(Report::Regenie) => {
                let prefix =
                    path.context("--format regenie writes files: -o gives their prefix")?;
                let traits: Vec<String> = analysis.traits.iter().map(|t| t.name.clone()).collect();
                let files = regenie::Files::create(prefix, &traits, masks)?;
                Ok(Self::Regenie(files))
            }
        }
    }

    /// Only now the files have their names.
    pub(crate) fn finish(self, global: &Global) -> anyhow::Result<()> {
        match self {
            Self::Regenie(files) => {
                for path in files.finish()? {
                    global.note(format_args!("{}", path.display()));
                }
                Ok(())
            }
            Self::Table(table) => table.finish(),
        }
    }
}

impl Table {
    /// Begins a table in a file, or on standard output.
    pub(crate) fn begin(
        style: crate::output::Style,
        path: Option<&Path>,
        columns: Vec<Column>,
    ) -> anyhow::Result<Self> {
        let format = style.format(columns.clone());
        let target = match path {
            Some(path) => Target::create(path)?,
            None => Target::stdout(),
        };
        let writer = Writer::begin(format.as_ref(), target)?;
        Ok(Self {
            columns,
            format,
            writer,
        })
    }

    /// Adds rows.
    pub(crate) fn append(&mut self, fill: impl FnOnce(&mut Batch)) -> anyhow::Result<()> {
        let mut batch = Batch::empty(&self.columns);
        fill(&mut batch);
        self.writer.append(self.format.encode(batch)?)
    }

    /// Only now the file has its name.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        self.writer.finish()
    }
}
