//! Roaring bitmaps over a shard's rows, one for each value of each category.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use arrow_array::{Array, LargeBinaryArray, RecordBatch, StringArray, UInt32Array};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use roaring::RoaringBitmap;

use crate::format::FormatError;

/// The value under which rows without one are.
pub const MISSING_VALUE: &str = ".";

const COLUMN: &str = "column";
const VALUE: &str = "value";
const ROWS: &str = "rows";
const BITMAP: &str = "bitmap";

/// Collects rows by value.
#[derive(Debug, Default)]
pub struct BitmapIndexBuilder {
    columns: BTreeMap<String, HashMap<String, RoaringBitmap>>,
}

impl BitmapIndexBuilder {
    /// Adds a row under a value of a column; rows come in ascending order for each value.
    pub fn add(&mut self, column: &str, value: &str, row: u32) {
        if !self.columns.contains_key(column) {
            self.columns.insert(column.to_owned(), HashMap::new());
        }
        let Some(values) = self.columns.get_mut(column) else {
            return;
        };
        match values.get_mut(value) {
            Some(rows) => drop(rows.insert(row)),
            None => drop(values.insert(value.to_owned(), RoaringBitmap::from_iter([row]))),
        }
    }

    /// Takes a whole bitmap.
    pub fn add_rows(&mut self, column: &str, value: &str, rows: &RoaringBitmap) {
        let values = self.columns.entry(column.to_owned()).or_default();
        *values.entry(value.to_owned()).or_default() |= rows;
    }

    /// The table: sorted by column, then value. `None` where nothing was added.
    ///
    /// # Errors
    /// [`ArrowError`] where columns cannot be joined.
    pub fn finish(self) -> Result<Option<RecordBatch>, ArrowError> {
        let (mut columns, mut values) = (Vec::new(), Vec::new());
        let (mut counts, mut bitmaps) = (Vec::new(), Vec::new());
        for (column, by_value) in self.columns {
            let mut by_value: Vec<_> = by_value.into_iter().collect();
            by_value.sort_unstable_by(|a, b| a.0.cmp(&b.0));
            for (value, mut rows) in by_value {
                rows.optimize();
                let mut bytes = Vec::with_capacity(rows.serialized_size());
                rows.serialize_into(&mut bytes)?;
                columns.push(column.clone());
                values.push(value);
                // Rows of a shard fit 32 bits.
                counts.push(rows.len() as u32);
                bitmaps.push(bytes);
            }
        }
        if columns.is_empty() {
            return Ok(None);
        }
        let field = |name: &str, kind| Field::new(name, kind, false);
        let schema = Schema::new(vec![
            field(COLUMN, DataType::Utf8),
            field(VALUE, DataType::Utf8),
            field(ROWS, DataType::UInt32),
            field(BITMAP, DataType::LargeBinary),
        ]);
        let bitmaps: Vec<&[u8]> = bitmaps.iter().map(Vec::as_slice).collect();
        RecordBatch::try_new(
            Arc::new(schema),
            vec![
                Arc::new(StringArray::from(columns)),
                Arc::new(StringArray::from(values)),
                Arc::new(UInt32Array::from(counts)),
                Arc::new(LargeBinaryArray::from_vec(bitmaps)),
            ],
        )
        .map(Some)
    }
}

/// The bitmaps of a shard, decoded when they are asked for.
#[derive(Clone, Debug)]
pub struct BitmapIndex {
    columns: StringArray,
    values: StringArray,
    counts: UInt32Array,
    bitmaps: LargeBinaryArray,
    n_rows: u32,
    path: Arc<Path>,
}

impl BitmapIndex {
    /// Types a batch read from `path`, of a shard of `n_rows` rows.
    ///
    /// # Errors
    /// [`FormatError::Corrupt`].
    pub fn new(batch: &RecordBatch, path: &Path, n_rows: u64) -> Result<Self, FormatError> {
        fn typed<A: Array + Clone + 'static>(batch: &RecordBatch, name: &str) -> Option<A> {
            let column = batch.column_by_name(name)?;
            (column.null_count() == 0)
                .then(|| column.as_any().downcast_ref::<A>().cloned())
                .flatten()
        }
        let corrupt = |reason: &str| FormatError::corrupt(path, "the bitmap index", reason);
        let absent = || corrupt("a column is absent or has another type");
        let index = Self {
            columns: typed(batch, COLUMN).ok_or_else(absent)?,
            values: typed(batch, VALUE).ok_or_else(absent)?,
            counts: typed(batch, ROWS).ok_or_else(absent)?,
            bitmaps: typed(batch, BITMAP).ok_or_else(absent)?,
            n_rows: u32::try_from(n_rows).map_err(|_| corrupt("too many rows"))?,
            path: Arc::from(path),
        };
        let sorted = (1..index.columns.len()).all(|i| index.key(i - 1) < index.key(i));
        if !sorted {
            return Err(corrupt("it is not sorted"));
        }
        Ok(index)
    }

    fn key(&self, i: usize) -> (&str, &str) {
        (self.columns.value(i), self.values.value(i))
    }

    fn find(&self, column: &str, value: &str) -> Result<usize, usize> {
        let (mut low, mut high) = (0, self.columns.len());
        while low < high {
            let middle = low.midpoint(high);
            match self.key(middle).cmp(&(column, value)) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Ok(middle),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        Err(low)
    }

    /// The values of a column in order, each with its number of rows.
    pub fn values(&self, column: &str) -> impl Iterator<Item = (&str, u32)> {
        let start = self.find(column, "").unwrap_or_else(|i| i);
        (start..self.columns.len())
            .take_while(move |&i| self.columns.value(i) == column)
            .map(|i| (self.values.value(i), self.counts.value(i)))
    }

    /// Whether it is what was made as `batch`.
    #[must_use]
    pub fn is(&self, batch: &RecordBatch) -> bool {
        Self::new(batch, &self.path, u64::from(self.n_rows)).is_ok_and(|other| {
            (&self.columns, &self.values, &self.counts, &self.bitmaps)
                == (&other.columns, &other.values, &other.counts, &other.bitmaps)
        })
    }

    /// Whether it has the column.
    #[must_use]
    pub fn has(&self, column: &str) -> bool {
        self.values(column).next().is_some()
    }

    /// How many rows have the value.
    #[must_use]
    pub fn count(&self, column: &str, value: &str) -> u32 {
        self.find(column, value).map_or(0, |i| self.counts.value(i))
    }

    /// The rows that have the value; none where no row has it.
    ///
    /// # Errors
    /// [`FormatError::Corrupt`] where the bitmap is damaged or has rows beyond the last.
    pub fn rows(&self, column: &str, value: &str) -> Result<RoaringBitmap, FormatError> {
        let Ok(i) = self.find(column, value) else {
            return Ok(RoaringBitmap::new());
        };
        let corrupt = |reason: String| {
            let what = format!("the bitmap of {column} {value:?}");
            FormatError::corrupt(&self.path, &what, reason)
        };
        let rows = RoaringBitmap::deserialize_from(self.bitmaps.value(i))
            .map_err(|e| corrupt(e.to_string()))?;
        if rows.max().is_some_and(|row| row >= self.n_rows) {
            return Err(corrupt("it has rows beyond the last".to_owned()));
        }
        if rows.len() != u64::from(self.counts.value(i)) {
            return Err(corrupt("it has not the number of rows it says".to_owned()));
        }
        Ok(rows)
    }
}
