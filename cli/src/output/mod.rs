//! Writing answers: typed columns in, one file per format behind one trait.
//!
//! A command makes a [`Batch`] of each block of rows. Formats encode batches on any thread and
//! put the pieces together in order; where the bytes go is a [`Target`]'s affair. What the
//! columns mean is left to the commands.

mod batch;
mod choice;
mod columnar;
mod delimited;
mod json;
pub(crate) mod number;
mod table;
mod target;

use std::io::IsTerminal;
use std::path::Path;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use clap::ValueEnum;

pub(crate) use batch::{Batch, Column, Kind, Row, Values};
pub(crate) use choice::{Choice, Report};
pub(crate) use target::Target;

/// What one batch became.
pub(crate) enum Piece {
    /// Text, ready but for what depends on the pieces before it.
    Bytes(Vec<u8>),
    /// Rows for a writer that keeps state.
    Rows(RecordBatch),
    /// Rows whose layout depends on the first ones.
    Cells(Batch),
}

/// A way of writing rows.
pub(crate) trait Format: Send + Sync {
    /// Encodes rows, on any thread.
    fn encode(&self, batch: Batch) -> anyhow::Result<Piece>;
    /// What puts the pieces of one output together.
    fn assembler(&self) -> anyhow::Result<Box<dyn Assembler>>;
}

/// Puts encoded rows together, in order.
pub(crate) trait Assembler {
    /// What stands before the rows.
    fn begin(&mut self, out: &mut Vec<u8>) -> anyhow::Result<()>;
    /// Adds a piece. May keep bytes back until [`Assembler::end`].
    fn append(&mut self, piece: Piece, out: &mut Vec<u8>) -> anyhow::Result<()>;
    /// What stands after the rows.
    fn end(&mut self, out: &mut Vec<u8>) -> anyhow::Result<()>;
}

/// The general formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Style {
    /// Tab-separated; a missing value is a dot
    Tsv,
    /// Aligned columns that fit the terminal
    Table,
    /// Comma-separated
    Csv,
    /// An array of objects
    Json,
    /// An object a line
    Ndjson,
    /// Apache Parquet
    Parquet,
    /// Arrow IPC file
    Arrow,
}

impl Style {
    /// The format that a file's name asks for.
    pub(crate) fn of_path(path: &Path) -> Option<Self> {
        Some(match path.extension()?.to_str()? {
            "tsv" | "txt" => Self::Tsv,
            "csv" => Self::Csv,
            "json" => Self::Json,
            "ndjson" | "jsonl" => Self::Ndjson,
            "parquet" => Self::Parquet,
            "arrow" | "feather" => Self::Arrow,
            _ => return None,
        })
    }

    /// By the file's name; without one a table on a terminal, TSV in a pipe.
    pub(crate) fn default_for(path: Option<&Path>) -> Self {
        match path {
            Some(path) => Self::of_path(path).unwrap_or(Self::Tsv),
            None if std::io::stdout().is_terminal() => Self::Table,
            None => Self::Tsv,
        }
    }

    /// A writer of rows with these columns.
    pub(crate) fn format(self, columns: Vec<Column>) -> Box<dyn Format> {
        match self {
            Self::Tsv => Box::new(delimited::Delimited::tsv(columns)),
            Self::Csv => Box::new(delimited::Delimited::csv(columns)),
            Self::Table => Box::new(table::Table::new(columns)),
            Self::Json => Box::new(json::Json::array(&columns)),
            Self::Ndjson => Box::new(json::Json::lines(&columns)),
            Self::Parquet => Box::new(columnar::Columnar::parquet(&columns)),
            Self::Arrow => Box::new(columnar::Columnar::arrow(&columns)),
        }
    }
}

/// Parquet, or else Arrow, of rows that are record batches of `schema` ([`Piece::Rows`]).
pub(crate) fn columnar(schema: SchemaRef, parquet: bool) -> Box<dyn Format> {
    Box::new(columnar::Columnar::of_schema(schema, parquet))
}

/// Bytes after which pending output is written.
const FLUSH: usize = 1 << 20;

/// Rows on their way to a target.
pub(crate) struct Writer {
    assembler: Box<dyn Assembler>,
    target: Target,
    pending: Vec<u8>,
}

impl Writer {
    /// Writes the head.
    pub(crate) fn begin(format: &dyn Format, target: Target) -> anyhow::Result<Self> {
        let mut assembler = format.assembler()?;
        let mut pending = Vec::new();
        assembler.begin(&mut pending)?;
        Ok(Self {
            assembler,
            target,
            pending,
        })
    }

    /// Adds an encoded batch; in order.
    pub(crate) fn append(&mut self, piece: Piece) -> anyhow::Result<()> {
        self.assembler.append(piece, &mut self.pending)?;
        if self.pending.len() >= FLUSH {
            self.target.write_all(&self.pending)?;
            self.pending.clear();
        }
        Ok(())
    }

    /// Writes what is left; only now a file has its name.
    pub(crate) fn finish(mut self) -> anyhow::Result<()> {
        self.assembler.end(&mut self.pending)?;
        self.target.write_all(&self.pending)?;
        self.target.finish()
    }
}
