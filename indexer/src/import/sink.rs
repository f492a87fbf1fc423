//! Where rows go: into the shards of a store, or, for a dry run, nowhere.

use genodex_engine::format::FormatError;
use genodex_engine::format::manifest::{ColumnEntry, LayerEntry, ShardEntry};
use genodex_engine::store::{ShardWriter, StoreWriter};

use super::info::{FORMAT_LAYER, INFO_LAYER, ShardFormat, ShardInfo};
use super::rows::Row;
use crate::annotation::consequence::{CONSEQUENCE_LAYER, ShardTexts, layer};

/// Takes rows in order of contig and position.
pub(super) trait RowSink {
    /// Takes the next row; `starts_record` is false where the row before was of the same record.
    fn push(
        &mut self,
        contig: (u32, &str),
        row: Row,
        starts_record: bool,
    ) -> Result<(), FormatError>;

    /// The columns that INFO and FORMAT of the rows to come go to.
    fn set_columns(&mut self, info: &[ColumnEntry], format: &[ColumnEntry]);
}

/// Takes rows and drops them.
pub(super) struct Nowhere;

impl RowSink for Nowhere {
    fn push(&mut self, _: (u32, &str), _: Row, _: bool) -> Result<(), FormatError> {
        Ok(())
    }

    fn set_columns(&mut self, _: &[ColumnEntry], _: &[ColumnEntry]) {}
}

/// Bytes of INFO and FORMAT fields after which a shard is full.
const FULL_INFO: usize = 128 << 20;
/// Bytes of INFO that a shard can hold: its tables have 31-bit offsets.
const MOST_INFO: usize = 1 << 30;

/// The shard being written: its contig, its rows, and their layers.
type Open<'w> = (u32, ShardWriter<'w>, ShardInfo, ShardFormat, ShardTexts);

/// Writes shards one after another.
pub(super) struct ShardSink<'w> {
    writer: &'w StoreWriter<'w>,
    n_samples: usize,
    open: Option<Open<'w>>,
    columns: Vec<ColumnEntry>,
    format_columns: Vec<ColumnEntry>,
    consequence: LayerEntry,
    started: usize,
    finished: Vec<ShardEntry>,
}

impl RowSink for ShardSink<'_> {
    fn push(
        &mut self,
        contig: (u32, &str),
        row: Row,
        starts_record: bool,
    ) -> Result<(), FormatError> {
        let shard = match &mut self.open {
            Some(open) if open.0 == contig.0 && !(starts_record && is_full(open)) => open,
            _ => {
                self.end_shard()?;
                let shard = self.writer.shard(self.started, contig, self.n_samples)?;
                self.started += 1;
                self.open.insert((
                    contig.0,
                    shard,
                    ShardInfo::default(),
                    ShardFormat::default(),
                    ShardTexts::default(),
                ))
            }
        };
        shard.1.push(&row.site.as_site(), row.encoded)?;
        let allele = row.site.allele;
        let first = row.first_of_record;
        shard.3.push(&self.format_columns, &row.format);
        shard.4.push(&self.consequence.columns, &row.consequence);
        shard
            .2
            .push(&self.columns, row.info.as_deref(), allele, first);
        if shard.2.bytes() > MOST_INFO {
            return Err(FormatError::Row {
                contig: contig.1.to_owned(),
                row: shard.1.n_rows(),
                reason: "the INFO of its record, once for each ALT, is more than 1 GiB; leave \
                         fields out with --info"
                    .to_owned(),
            });
        }
        Ok(())
    }

    fn set_columns(&mut self, info: &[ColumnEntry], format: &[ColumnEntry]) {
        self.columns = info.to_vec();
        self.format_columns = format.to_vec();
    }
}

/// Whether the next record should start another shard.
fn is_full((_, shard, info, format, texts): &Open<'_>) -> bool {
    shard.is_full()
        || (info.bytes().saturating_add(format.bytes())).saturating_add(texts.bytes()) >= FULL_INFO
}

impl<'w> ShardSink<'w> {
    pub(super) fn new(writer: &'w StoreWriter<'w>, n_samples: usize) -> Self {
        Self {
            writer,
            n_samples,
            open: None,
            columns: Vec::new(),
            format_columns: Vec::new(),
            consequence: layer(""),
            started: 0,
            finished: Vec::new(),
        }
    }

    fn end_shard(&mut self) -> Result<(), FormatError> {
        if let Some((_, shard, info, format, texts)) = self.open.take() {
            let mut entry = shard.finish()?;
            let number = self.started.saturating_sub(1);
            let parts = [
                (INFO_LAYER, &self.columns, info.finish()),
                (FORMAT_LAYER, &self.format_columns, format.finish()),
                (CONSEQUENCE_LAYER, &self.consequence.columns, texts.finish()),
            ];
            for (name, columns, values) in parts {
                if let Some((values, rows)) = values {
                    let files = (self.writer).write_layer(number, name, columns, values, rows)?;
                    entry.layers.insert(name.to_owned(), files);
                }
            }
            self.finished.push(entry);
        }
        Ok(())
    }

    /// Ends the last shard.
    pub(super) fn finish(mut self) -> Result<Vec<ShardEntry>, FormatError> {
        self.end_shard()?;
        Ok(self.finished)
    }
}
