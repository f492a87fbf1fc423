//! Collects a layer's values for the rows of one shard.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::UInt32Array;
use arrow_array::builder::{BooleanBuilder, Float32Builder, Int32Builder, ListBuilder};
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
}

/// Text is collected by value; whether it stays so is decided at the end.
#[derive(Default)]
struct TextBuilder {
    keys: Vec<Option<u32>>,
    values: Vec<String>,
    places: HashMap<String, u32>,
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
            (ColumnType::Text, _) => Building::Text(TextBuilder::default()),
            (ColumnType::Flag, _) => Building::Flags(BooleanBuilder::new()),
        };
        Self {
            name: column.name.clone(),
            values,
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
                Building::Text(b) => b.keys.push(None),
                Building::Flags(b) => b.append_value(false),
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
        let key = match b.places.get(text) {
            Some(&key) => key,
            None => {
                // Rows of a shard fit 32 bits, so do different values.
                let key = b.values.len() as u32;
                b.values.push(text.to_owned());
                b.places.insert(text.to_owned(), key);
                key
            }
        };
        b.keys.push(Some(key));
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

    fn finish(self) -> Result<ArrayRef, ArrowError> {
        Ok(match self.values {
            Building::Ints(mut b) => Arc::new(b.finish()),
            Building::Floats(mut b) => Arc::new(b.finish()),
            Building::IntLists(mut b) => Arc::new(b.finish()),
            Building::FloatLists(mut b) => Arc::new(b.finish()),
            Building::Flags(mut b) => Arc::new(b.finish()),
            Building::Text(b) => b.finish()?,
        })
    }
}

impl TextBuilder {
    fn finish(self) -> Result<ArrayRef, ArrowError> {
        if self.values.len() * 2 > self.keys.len() {
            let value = |key: &Option<u32>| key.map(|k| self.values[k as usize].as_str());
            let array: StringArray = self.keys.iter().map(value).collect();
            return Ok(Arc::new(array));
        }
        let keys = UInt32Array::from(self.keys);
        let values = StringArray::from(self.values);
        Ok(Arc::new(DictionaryArray::<UInt32Type>::try_new(
            keys,
            Arc::new(values),
        )?))
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
