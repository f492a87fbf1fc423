//! The INFO layer of the shard being written.

use genodex_engine::format::annotations::{ColumnBuilder, IRREGULAR, KEYS};
use genodex_engine::format::manifest::ColumnEntry;

use super::RecordInfo;

/// Collects the rows of a shard.
pub(crate) struct ShardInfo {
    columns: Vec<Option<ColumnBuilder>>,
    keys: ColumnBuilder,
    irregular: ColumnBuilder,
    rows: usize,
    bytes: usize,
}

impl Default for ShardInfo {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            keys: ColumnBuilder::text(KEYS),
            irregular: ColumnBuilder::text(IRREGULAR),
            rows: 0,
            bytes: 0,
        }
    }
}

impl ShardInfo {
    /// The next row: that of ALT `allele` (from 1) of a record; `columns` are those of the layer
    /// so far. Irregular fields go with the record's first row.
    pub(crate) fn push(
        &mut self,
        columns: &[ColumnEntry],
        info: Option<&RecordInfo>,
        allele: u16,
        first_of_record: bool,
    ) {
        let row = self.rows;
        self.rows += 1;
        let Some(info) = info else {
            return;
        };
        self.bytes = self.bytes.saturating_add(info.size());
        info.put_row(usize::from(allele), |place, put| {
            let place = place as usize;
            if self.columns.len() <= place {
                self.columns.resize_with(place + 1, || None);
            }
            let Some(column) = columns.get(place) else {
                return;
            };
            let builder = self.columns[place].get_or_insert_with(|| ColumnBuilder::new(column));
            builder.fill(row);
            put(builder);
        });
        self.keys.fill(row);
        self.keys.push_text(&info.keys);
        if first_of_record && !info.irregular.is_empty() {
            self.irregular.fill(row);
            self.irregular.push_text(&info.irregular);
        }
    }

    /// Rows without values until there are `rows`.
    pub(crate) const fn fill(&mut self, rows: usize) {
        if self.rows < rows {
            self.rows = rows;
        }
    }

    /// Bytes of values so far.
    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// The columns and how many rows they have; `None` where no row has any INFO.
    pub(crate) fn finish(self) -> Option<(Vec<ColumnBuilder>, usize)> {
        if self.keys.is_empty() {
            return None;
        }
        let mut columns: Vec<ColumnBuilder> = self.columns.into_iter().flatten().collect();
        columns.extend([self.keys, self.irregular]);
        Some((columns, self.rows))
    }
}
