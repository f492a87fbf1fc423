//! Which columns of a layer are categories, and the bitmaps over their values.

use std::collections::BTreeMap;

use arrow_array::types::UInt32Type;
use arrow_array::{Array, BooleanArray, DictionaryArray, RecordBatch, StringArray};
use roaring::RoaringBitmap;

use super::{BitmapIndexBuilder, IRREGULAR, MISSING_VALUE};
use crate::format::manifest::{ColumnEntry, ColumnType};

/// Different values that a column may have in a shard to be a category.
const MOST_VALUES: usize = 4096;
/// The same, where each is there twice or more on average.
const MOST_REPEATED: usize = 1 << 16;
/// Bytes of the longest value of a category, but for columns of terms.
const LONGEST: usize = 256;
/// The value under which rows with a flag are.
pub const FLAG_VALUE: &str = "1";

/// The bitmaps over the categories of a layer's `batch`: flags, and text of no more than 4,096
/// different values in the shard (65,536 where the column is a dictionary) of at most 256
/// bytes; columns of terms whatever their values.
///
/// A row is under its whole value, under each part of it between commas, and in columns of
/// terms under each part between `&` as well; under `.` where it has none. Rows with a flag are
/// under `1`. What a record's irregular fields say is under the record's first row too.
pub fn index_categories(batch: &RecordBatch, columns: &[ColumnEntry]) -> BitmapIndexBuilder {
    let mut index = BitmapIndexBuilder::default();
    for column in columns {
        let Some(array) = batch.column_by_name(&column.name) else {
            continue;
        };
        let name = &column.name;
        match column.kind {
            ColumnType::Flag => {
                if let Some(flags) = array.as_any().downcast_ref::<BooleanArray>() {
                    let rows = (0..flags.len()).filter(|&i| flags.is_valid(i) && flags.value(i));
                    let rows: RoaringBitmap = rows.map(|i| i as u32).collect();
                    if !rows.is_empty() {
                        index.add_rows(name, FLAG_VALUE, &rows);
                    }
                }
            }
            ColumnType::Text => {
                if let Some((values, missing)) = by_value(array, column.terms) {
                    for (value, rows) in values {
                        add_value(&mut index, name, column.terms, value, &rows);
                    }
                    if !missing.is_empty() {
                        index.add_rows(name, MISSING_VALUE, &missing);
                    }
                }
            }
            ColumnType::Integer | ColumnType::Float => {}
        }
    }
    add_irregular(&mut index, batch, columns);
    index
}

/// Rows of each value and of none; `None` where the column is no category.
fn by_value(
    array: &dyn Array,
    terms: bool,
) -> Option<(BTreeMap<&str, RoaringBitmap>, RoaringBitmap)> {
    let mut values: BTreeMap<&str, RoaringBitmap> = BTreeMap::new();
    let mut missing = RoaringBitmap::new();
    if let Some(dictionary) = array.as_any().downcast_ref::<DictionaryArray<UInt32Type>>() {
        let texts: &StringArray = dictionary.values().as_any().downcast_ref()?;
        let long = (0..texts.len()).any(|i| texts.value(i).len() > LONGEST);
        if !terms && (texts.len() > MOST_REPEATED || long) {
            return None;
        }
        let mut rows = vec![RoaringBitmap::new(); texts.len()];
        for (row, key) in (0u32..).zip(dictionary.keys()) {
            match key.and_then(|k| rows.get_mut(k as usize)) {
                Some(rows) => rows.insert(row),
                None => missing.insert(row),
            };
        }
        for (i, rows) in rows.into_iter().enumerate() {
            *values.entry(texts.value(i)).or_default() |= rows;
        }
        return Some((values, missing));
    }
    let texts: &StringArray = array.as_any().downcast_ref()?;
    for (row, text) in (0u32..).zip(texts) {
        let Some(text) = text else {
            missing.insert(row);
            continue;
        };
        values.entry(text).or_default().insert(row);
        if !terms && (values.len() > MOST_VALUES || text.len() > LONGEST) {
            return None;
        }
    }
    Some((values, missing))
}

fn add_value(
    index: &mut BitmapIndexBuilder,
    column: &str,
    terms: bool,
    value: &str,
    rows: &RoaringBitmap,
) {
    if rows.is_empty() {
        return;
    }
    index.add_rows(column, value, rows);
    let separators: &[char] = if terms { &[',', '&'] } else { &[','] };
    if !value.contains(separators) {
        return;
    }
    for whole in value.split(',') {
        index.add_rows(column, whole, rows);
        if terms {
            for part in whole.split('&') {
                index.add_rows(column, part, rows);
            }
        }
    }
}

fn add_irregular(index: &mut BitmapIndexBuilder, batch: &RecordBatch, columns: &[ColumnEntry]) {
    let Some(array) = batch.column_by_name(IRREGULAR) else {
        return;
    };
    let text = super::Values::new(array).ok();
    for row in 0..array.len() {
        let fields = text.as_ref().and_then(|t| t.text(row));
        for field in fields.into_iter().flat_map(|f| f.split(';')) {
            let (key, value) = field.split_once('=').unwrap_or((field, ""));
            let Some(column) = columns.iter().find(|c| c.name == key) else {
                continue;
            };
            let rows = RoaringBitmap::from_iter([row as u32]);
            match column.kind {
                ColumnType::Flag => index.add_rows(key, FLAG_VALUE, &rows),
                // Where the column itself is no category, its irregular values are not either:
                // a few values would pass for all.
                ColumnType::Text if is_category(batch, column) => {
                    add_value(index, key, column.terms, value, &rows);
                }
                _ => {}
            }
        }
    }
}

fn is_category(batch: &RecordBatch, column: &ColumnEntry) -> bool {
    batch
        .column_by_name(&column.name)
        .is_some_and(|array| by_value(array, column.terms).is_some())
}
