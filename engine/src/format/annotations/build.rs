//! Collects a layer's values for the rows of one shard.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::UInt32Array;
use arrow_array::builder::{
    BooleanBuilder, Float32Builder, Int32Builder, LargeBinaryBuilder, ListBuilder, StringBuilder,
};
use arrow_array::types::UInt32Type;
use arrow_array::{ArrayRef, DictionaryArray, RecordBatch, RecordBatchOptions, StringArray};
use arrow_schema::{ArrowError, Field, Schema};

use crate::format::manifest::{ColumnEntry, ColumnType};

/// A column being filled, row by row.
pub struct ColumnBuilder {
    name: String,
    values: Building,
    rows: usize,
    filled: bool,
}

enum Building {
    Ints(Int32Builder),
    Floats(Float32Builder),
    IntLists(ListBuilder<Int32Builder>),
    FloatLists(ListBuilder<Float32Builder>),
    Text(TextBuilder),
    Flags(BooleanBuilder),
    Samples(LargeBinaryBuilder),
}

/// Values after which text of which most values differ is no longer collected by value.
const MANY_VALUES: usize = 4096;
/// Bytes of text that a column of a shard can have: its offsets have 31 bits.
const MOST_TEXT: usize = i32::MAX as usize;

/// Text is collected by value, for as long as values repeat.
enum TextBuilder {
    Values(TextValues),
    Rows {
        rows: StringBuilder,
        /// More came than a column can have.
        full: bool,
    },
}

#[derive(Default)]
struct TextValues {
    keys: Vec<Option<u32>>,
    values: Vec<Arc<str>>,
    places: HashMap<Arc<str>, u32>,
}

impl ColumnBuilder {
    /// No rows yet.
    #[must_use]
    pub fn new(column: &ColumnEntry) -> Self {
        let one = matches!(column.number.as_str(), "1" | "A");
        let values = match (column.kind, one) {
            (ColumnType::Integer, true) => Building::Ints(Int32Builder::new()),
            (ColumnType::Integer, false) => {
                Building::IntLists(ListBuilder::new(Int32Builder::new()))
            }
            (ColumnType::Float, true) => Building::Floats(Float32Builder::new()),
            (ColumnType::Float, false) => {
                Building::FloatLists(ListBuilder::new(Float32Builder::new()))
            }
            (ColumnType::Text, _) => Building::Text(TextBuilder::Values(TextValues::default())),
            (ColumnType::Flag, _) => Building::Flags(BooleanBuilder::new()),
        };
        Self {
            name: column.name.clone(),
            values,
            rows: 0,
            filled: false,
        }
    }

    /// A column of text, one value a row.
    #[must_use]
    pub fn text(name: &str) -> Self {
        Self::new(&ColumnEntry {
            name: name.to_owned(),
            kind: ColumnType::Text,
            number: "1".to_owned(),
            description: String::new(),
            terms: false,
        })
    }

    /// A column of a FORMAT field.
    #[must_use]
    pub fn samples(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            values: Building::Samples(LargeBinaryBuilder::new()),
            rows: 0,
            filled: false,
        }
    }

    /// Rows so far.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are no rows yet.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Missing values until there are `rows` rows.
    pub fn fill(&mut self, rows: usize) {
        while self.rows < rows {
            self.rows += 1;
            match &mut self.values {
                Building::Ints(b) => b.append_null(),
                Building::Floats(b) => b.append_null(),
                Building::IntLists(b) => b.append_null(),
                Building::FloatLists(b) => b.append_null(),
                Building::Text(b) => b.push(None),
                Building::Flags(b) => b.append_value(false),
                Building::Samples(b) => b.append_null(),
            }
        }
    }

    /// A row's whole numbers; a column of one value a row takes the first. Another column's row
    /// is missing.
    pub fn push_ints(&mut self, values: impl IntoIterator<Item = Option<i32>>) {
        let row = self.rows;
        match &mut self.values {
            Building::Ints(b) => b.append_option(values.into_iter().next().flatten()),
            Building::IntLists(b) => {
                values.into_iter().for_each(|v| b.values().append_option(v));
                b.append(true);
            }
            _ => return self.fill(row + 1),
        }
        self.rows += 1;
        self.filled = true;
    }

    /// A row's floats; as [`push_ints`](Self::push_ints).
    pub fn push_floats(&mut self, values: impl IntoIterator<Item = Option<f32>>) {
        let row = self.rows;
        match &mut self.values {
            Building::Floats(b) => b.append_option(values.into_iter().next().flatten()),
            Building::FloatLists(b) => {
                values.into_iter().for_each(|v| b.values().append_option(v));
                b.append(true);
            }
            _ => return self.fill(row + 1),
        }
        self.rows += 1;
        self.filled = true;
    }

    /// A row's text.
    pub fn push_text(&mut self, text: &str) {
        let row = self.rows;
        let Building::Text(b) = &mut self.values else {
            return self.fill(row + 1);
        };
        b.push(Some(text));
        self.rows += 1;
        self.filled = true;
    }

    /// A row's flag.
    pub fn push_flag(&mut self, flag: bool) {
        let row = self.rows;
        let Building::Flags(b) = &mut self.values else {
            return self.fill(row + 1);
        };
        b.append_value(flag);
        self.rows += 1;
        self.filled |= flag;
    }

    /// A row's values of every sample, as [`SampleValues::encode`](super::SampleValues::encode)
    /// gives them.
    pub fn push_samples(&mut self, bytes: &[u8]) {
        let row = self.rows;
        let Building::Samples(b) = &mut self.values else {
            return self.fill(row + 1);
        };
        b.append_value(bytes);
        self.rows += 1;
        self.filled = true;
    }

    fn finish(self) -> Result<ArrayRef, ArrowError> {
        Ok(match self.values {
            Building::Ints(mut b) => Arc::new(b.finish()),
            Building::Floats(mut b) => Arc::new(b.finish()),
            Building::IntLists(mut b) => Arc::new(b.finish()),
            Building::FloatLists(mut b) => Arc::new(b.finish()),
            Building::Flags(mut b) => Arc::new(b.finish()),
            Building::Samples(mut b) => Arc::new(b.finish()),
            Building::Text(b) => b.finish()?,
        })
    }
}

impl TextBuilder {
    fn push(&mut self, text: Option<&str>) {
        if let Self::Values(v) = self
            && v.values.len() >= MANY_VALUES
            && v.mostly_differ()
        {
            *self = std::mem::take(v).into_rows();
        }
        match self {
            Self::Values(v) => v.push(text),
            Self::Rows { rows, full } => {
                let room = MOST_TEXT - rows.values_slice().len();
                *full |= text.is_some_and(|t| t.len() > room);
                rows.append_option(text.filter(|_| !*full));
            }
        }
    }

    fn finish(self) -> Result<ArrayRef, ArrowError> {
        let by_row = match self {
            Self::Values(v) if !v.mostly_differ() => {
                let keys = UInt32Array::from(v.keys);
                let values: StringArray = v.values.iter().map(|t| Some(&**t)).collect();
                let array = DictionaryArray::<UInt32Type>::try_new(keys, Arc::new(values))?;
                return Ok(Arc::new(array));
            }
            Self::Values(v) => v.into_rows(),
            by_row => by_row,
        };
        match by_row {
            Self::Rows {
                mut rows,
                full: false,
            } => Ok(Arc::new(rows.finish())),
            _ => Err(ArrowError::InvalidArgumentError(
                "more than 2 GiB of text in one column of a shard".to_owned(),
            )),
        }
    }
}

impl TextValues {
    fn push(&mut self, text: Option<&str>) {
        let key = text.map(|text| match self.places.get(text) {
            Some(&key) => key,
            None => {
                // Rows of a shard fit 32 bits, so do different values.
                let key = self.values.len() as u32;
                let shared: Arc<str> = Arc::from(text);
                self.values.push(Arc::clone(&shared));
                self.places.insert(shared, key);
                key
            }
        });
        self.keys.push(key);
    }

    fn mostly_differ(&self) -> bool {
        self.values.len() * 2 > self.keys.len()
    }

    fn into_rows(self) -> TextBuilder {
        let mut rows = StringBuilder::new();
        let mut full = false;
        for key in self.keys {
            // Invariant: keys are places in `values`.
            let text = key.and_then(|k| self.values.get(k as usize));
            full |= text.is_some_and(|t| t.len() > MOST_TEXT - rows.values_slice().len());
            rows.append_option(text.filter(|_| !full));
        }
        TextBuilder::Rows { rows, full }
    }
}

/// The table of `rows` rows; columns without any value are left out.
///
/// # Errors
/// [`ArrowError`] where a column has another number of rows.
pub fn finish_table(columns: Vec<ColumnBuilder>, rows: usize) -> Result<RecordBatch, ArrowError> {
    let (mut fields, mut arrays) = (Vec::new(), Vec::new());
    for mut column in columns {
        column.fill(rows);
        if column.filled {
            let name = column.name.clone();
            let array = column.finish()?;
            fields.push(Field::new(name, array.data_type().clone(), true));
            arrays.push(array);
        }
    }
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)
}
