//! The layer of a store in which the consequence that is shown of each row is kept.

use genodex_engine::format::annotations::ColumnBuilder;
use genodex_engine::format::manifest::{ColumnEntry, ColumnType, LayerEntry, LayerKind};

use super::{Column, ConsequenceRow};

/// Name of the layer.
pub const CONSEQUENCE_LAYER: &str = "consequence";

/// The layer, made from `source`: a column of text for each of [`Column::ALL`].
#[must_use]
pub fn layer(source: &str) -> LayerEntry {
    let column = |column: &Column| ColumnEntry {
        name: column.name().to_owned(),
        kind: ColumnType::Text,
        number: "1".to_owned(),
        description: String::new(),
        // The others' parts have no order of severity.
        terms: *column == Column::Consequence,
    };
    LayerEntry {
        name: CONSEQUENCE_LAYER.to_owned(),
        kind: LayerKind::Columns,
        source: source.to_owned(),
        columns: Column::ALL.iter().map(column).collect(),
    }
}

/// A row's values, by column of the layer.
pub type RowTexts = Vec<(u32, String)>;

/// The values of what is shown of an ALT; none where nothing is.
#[must_use]
pub fn texts(row: Option<&ConsequenceRow<'_>>) -> RowTexts {
    let value = |(place, column): (u32, &Column)| {
        let text = row?.get(*column).filter(|t| !t.is_empty())?;
        Some((place, text.to_owned()))
    };
    (0..).zip(&Column::ALL).filter_map(value).collect()
}

/// Columns of text of a shard, being filled.
#[derive(Default)]
pub struct ShardTexts {
    columns: Vec<Option<ColumnBuilder>>,
    rows: usize,
    bytes: usize,
}

impl ShardTexts {
    /// The next row; `columns` are those of the layer.
    pub fn push(&mut self, columns: &[ColumnEntry], values: &[(u32, String)]) {
        let row = self.rows;
        self.rows += 1;
        for (place, text) in values {
            let place = *place as usize;
            let Some(column) = columns.get(place) else {
                continue;
            };
            if self.columns.len() <= place {
                self.columns.resize_with(place + 1, || None);
            }
            let builder = self.columns[place].get_or_insert_with(|| ColumnBuilder::new(column));
            builder.fill(row);
            builder.push_text(text);
            self.bytes = self.bytes.saturating_add(text.len());
        }
    }

    /// Rows without values until there are `rows`.
    pub const fn fill(&mut self, rows: usize) {
        if self.rows < rows {
            self.rows = rows;
        }
    }

    /// Bytes of values so far.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// The columns and how many rows they have; `None` where no row has a value.
    #[must_use]
    pub fn finish(self) -> Option<(Vec<ColumnBuilder>, usize)> {
        let columns: Vec<_> = self.columns.into_iter().flatten().collect();
        (!columns.is_empty()).then_some((columns, self.rows))
    }
}
