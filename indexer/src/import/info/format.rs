//! FORMAT fields beside GT: a record's values of every kept sample.

use genodex_engine::format::annotations::ColumnBuilder;
use genodex_engine::format::manifest::{ColumnEntry, ColumnType};

use super::SourceInfo;
use crate::import::{Tallies, Tally};
use crate::reader::{Parser, RawRecord, ReadError};

/// A record's values by column of the layer, coded for the store.
pub(crate) type FormatValues = Vec<(u32, Vec<u8>)>;

/// Reads the fields that are kept; one per thread.
pub(crate) struct FormatReader {
    /// Name, column and type of each.
    fields: Vec<(String, u32, ColumnType)>,
}

impl FormatReader {
    /// Reads those of `names` that `source` has.
    pub(crate) fn new(names: &[String], source: &SourceInfo) -> Self {
        let field = |name: &String| {
            let plan = source.field(name).ok().flatten()?;
            Some((name.clone(), plan.column, plan.kind))
        };
        Self {
            fields: names.iter().filter_map(field).collect(),
        }
    }

    /// The values of a record.
    pub(crate) fn read(
        &self,
        parser: &Parser,
        raw: &RawRecord,
        tallies: &mut Tallies,
    ) -> Result<FormatValues, ReadError> {
        let mut out = FormatValues::new();
        for (name, column, kind) in &self.fields {
            let text = match kind {
                ColumnType::Integer => Some(false),
                ColumnType::Float => Some(true),
                _ => None,
            };
            let Some((values, bad)) = parser.format_field(raw, name, text)? else {
                continue;
            };
            tallies.add(Tally::BadFormat, bad);
            out.push((*column, values.encode(parser.n_samples())));
        }
        Ok(out)
    }
}

/// Fills a shard's columns.
#[derive(Default)]
pub(crate) struct ShardFormat {
    columns: Vec<Option<ColumnBuilder>>,
    rows: usize,
    bytes: usize,
}

impl ShardFormat {
    /// The next row.
    pub(crate) fn push(&mut self, columns: &[ColumnEntry], values: &FormatValues) {
        let row = self.rows;
        self.rows += 1;
        for (place, bytes) in values {
            let place = *place as usize;
            let Some(column) = columns.get(place) else {
                continue;
            };
            if self.columns.len() <= place {
                self.columns.resize_with(place + 1, || None);
            }
            let builder =
                self.columns[place].get_or_insert_with(|| ColumnBuilder::samples(&column.name));
            builder.fill(row);
            builder.push_samples(bytes);
            self.bytes = self.bytes.saturating_add(bytes.len());
        }
    }

    /// Bytes of values so far.
    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// The columns and how many rows they have; `None` where no row has a value.
    pub(crate) fn finish(self) -> Option<(Vec<ColumnBuilder>, usize)> {
        let columns: Vec<_> = self.columns.into_iter().flatten().collect();
        (!columns.is_empty()).then_some((columns, self.rows))
    }
}
