//! Where rows go: into the shards of a store, or, for a dry run, nowhere.

use genodex_engine::format::FormatError;
use genodex_engine::format::manifest::ShardEntry;
use genodex_engine::store::{ShardWriter, StoreWriter};

use super::rows::Row;

/// Takes rows in order of contig and position.
pub(super) trait RowSink {
    /// Takes the next row; `starts_record` is false where the row before was of the same record.
    fn push(
        &mut self,
        contig: (u32, &str),
        row: Row,
        starts_record: bool,
    ) -> Result<(), FormatError>;
}

/// Takes rows and drops them.
pub(super) struct Nowhere;

impl RowSink for Nowhere {
    fn push(&mut self, _: (u32, &str), _: Row, _: bool) -> Result<(), FormatError> {
        Ok(())
    }
}

/// Writes shards one after another.
pub(super) struct ShardSink<'w> {
    writer: &'w StoreWriter<'w>,
    n_samples: usize,
    open: Option<(u32, ShardWriter<'w>)>,
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
            Some((of, shard)) if *of == contig.0 && !(starts_record && shard.is_full()) => shard,
            _ => {
                self.end_shard()?;
                let shard = self.writer.shard(self.started, contig, self.n_samples)?;
                self.started += 1;
                &mut self.open.insert((contig.0, shard)).1
            }
        };
        shard.push(&row.site.as_site(), row.encoded)
    }
}

impl<'w> ShardSink<'w> {
    pub(super) const fn new(writer: &'w StoreWriter<'w>, n_samples: usize) -> Self {
        Self {
            writer,
            n_samples,
            open: None,
            started: 0,
            finished: Vec::new(),
        }
    }

    fn end_shard(&mut self) -> Result<(), FormatError> {
        if let Some((_, shard)) = self.open.take() {
            self.finished.push(shard.finish()?);
        }
        Ok(())
    }

    /// Ends the last shard.
    pub(super) fn finish(mut self) -> Result<Vec<ShardEntry>, FormatError> {
        self.end_shard()?;
        Ok(self.finished)
    }
}
