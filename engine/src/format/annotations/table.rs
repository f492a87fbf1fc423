//! A shard's part of a layer, read in place.

use std::path::Path;

use arrow_array::types::UInt32Type;
use arrow_array::{
    Array, BooleanArray, DictionaryArray, Float32Array, Int32Array, LargeBinaryArray, ListArray,
    RecordBatch, StringArray, UInt32Array,
};
use arrow_schema::DataType;

use super::{IRREGULAR, KEYS, SampleValues};
use crate::format::FormatError;
use crate::format::manifest::LayerEntry;

/// The values of a column, one for each row.
#[derive(Clone, Debug)]
pub enum Values {
    /// The shard has none: every row is missing.
    Absent,
    /// Whole numbers, one a row.
    Ints(Int32Array),
    /// Floats, one a row.
    Floats(Float32Array),
    /// Several whole numbers a row.
    IntLists(ListArray, Int32Array),
    /// Several floats a row.
    FloatLists(ListArray, Float32Array),
    /// Text.
    Text(StringArray),
    /// Text of which values repeat: each row's number, and the values.
    Terms(UInt32Array, StringArray),
    /// There or not.
    Flags(BooleanArray),
    /// Values of every sample, coded.
    Samples(LargeBinaryArray),
}

impl Values {
    pub(super) fn new(array: &dyn Array) -> Result<Self, String> {
        let wrong = || format!("type {}", array.data_type());
        let any = array.as_any();
        let text = |a: &dyn Array| a.as_any().downcast_ref::<StringArray>().cloned();
        Ok(match array.data_type() {
            DataType::Int32 => Self::Ints(any.downcast_ref().cloned().ok_or_else(wrong)?),
            DataType::Float32 => Self::Floats(any.downcast_ref().cloned().ok_or_else(wrong)?),
            DataType::Boolean => Self::Flags(any.downcast_ref().cloned().ok_or_else(wrong)?),
            DataType::LargeBinary => Self::Samples(any.downcast_ref().cloned().ok_or_else(wrong)?),
            DataType::Utf8 => Self::Text(text(array).ok_or_else(wrong)?),
            DataType::Dictionary(..) => {
                let d: Option<&DictionaryArray<UInt32Type>> = any.downcast_ref();
                let d = d.ok_or_else(wrong)?;
                Self::Terms(d.keys().clone(), text(d.values()).ok_or_else(wrong)?)
            }
            DataType::List(_) => {
                let list: &ListArray = any.downcast_ref().ok_or_else(wrong)?;
                let values = list.values().as_any();
                if let Some(ints) = values.downcast_ref::<Int32Array>() {
                    Self::IntLists(list.clone(), ints.clone())
                } else if let Some(floats) = values.downcast_ref::<Float32Array>() {
                    Self::FloatLists(list.clone(), floats.clone())
                } else {
                    return Err(wrong());
                }
            }
            _ => return Err(wrong()),
        })
    }

    /// The text of a row; `None` where missing, or where values are no text.
    #[must_use]
    pub fn text(&self, row: usize) -> Option<&str> {
        match self {
            Self::Text(a) if row < a.len() && !a.is_null(row) => Some(a.value(row)),
            Self::Terms(keys, values) if row < keys.len() && !keys.is_null(row) => {
                let key = keys.value(row) as usize;
                (key < values.len() && !values.is_null(key)).then(|| values.value(key))
            }
            _ => None,
        }
    }

    /// The values of a row as whole numbers, missing ones as `missing`; `None` where the row has
    /// none, or where values are no whole numbers.
    pub fn ints(&self, row: usize, missing: i32) -> Option<Vec<i32>> {
        match self {
            Self::Ints(a) if row < a.len() && !a.is_null(row) => Some(vec![a.value(row)]),
            Self::IntLists(list, values) if row < list.len() && !list.is_null(row) => {
                let value = |i| {
                    if values.is_null(i) {
                        missing
                    } else {
                        values.value(i)
                    }
                };
                Some(range(list, row, values.len()).map(value).collect())
            }
            _ => None,
        }
    }

    /// The values of a row as floats, missing ones as `missing`; `None` where the row has none,
    /// or where values are no floats.
    pub fn floats(&self, row: usize, missing: f32) -> Option<Vec<f32>> {
        match self {
            Self::Floats(a) if row < a.len() && !a.is_null(row) => Some(vec![a.value(row)]),
            Self::FloatLists(list, values) if row < list.len() && !list.is_null(row) => {
                let value = |i| {
                    if values.is_null(i) {
                        missing
                    } else {
                        values.value(i)
                    }
                };
                Some(range(list, row, values.len()).map(value).collect())
            }
            _ => None,
        }
    }

    /// A row's values of each of `n_samples` samples; `None` where it has none.
    ///
    /// # Errors
    /// What is wrong with the bytes.
    pub fn samples(&self, row: usize, n_samples: usize) -> Result<Option<SampleValues>, String> {
        match self {
            Self::Samples(a) if row < a.len() && !a.is_null(row) => {
                SampleValues::decode(a.value(row), n_samples).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Whether a row has a value; of a flag, whether it is set.
    #[must_use]
    pub fn has(&self, row: usize) -> bool {
        let there = |a: &dyn Array| row < a.len() && !a.is_null(row);
        match self {
            Self::Absent => false,
            Self::Ints(a) => there(a),
            Self::Floats(a) => there(a),
            Self::IntLists(a, _) | Self::FloatLists(a, _) => there(a),
            Self::Text(_) | Self::Terms(..) => self.text(row).is_some(),
            Self::Flags(_) => self.flag(row),
            Self::Samples(a) => there(a),
        }
    }

    /// Whether a flag is set in a row.
    #[must_use]
    pub fn flag(&self, row: usize) -> bool {
        matches!(self, Self::Flags(a) if row < a.len() && !a.is_null(row) && a.value(row))
    }
}

/// Where a row's values are, within `len`.
fn range(list: &ListArray, row: usize, len: usize) -> std::ops::Range<usize> {
    let place = |i: usize| (list.value_offsets()[i].max(0) as usize).min(len);
    place(row)..place(row + 1)
}

/// A shard's part of a layer, typed.
#[derive(Clone, Debug)]
pub struct AnnotationTable {
    batch: RecordBatch,
    columns: Vec<Values>,
    keys: Values,
    irregular: Values,
    path: std::sync::Arc<Path>,
}

impl AnnotationTable {
    /// Types the columns of `layer` in a batch read from `path`. Columns that the batch has not
    /// got are [`Values::Absent`].
    ///
    /// # Errors
    /// [`FormatError::Corrupt`] where rows are not as many as the shard's, or a column has a
    /// type that no column has.
    pub fn new(
        batch: RecordBatch,
        path: &Path,
        layer: &LayerEntry,
        n_rows: u64,
    ) -> Result<Self, FormatError> {
        let corrupt = |reason: String| FormatError::corrupt(path, "the annotations", reason);
        if batch.num_rows() as u64 != n_rows {
            let reason = format!("{} rows; the shard has {n_rows}", batch.num_rows());
            return Err(corrupt(reason));
        }
        let column = |name: &str| match batch.column_by_name(name) {
            None => Ok(Values::Absent),
            Some(array) => {
                Values::new(array).map_err(|reason| corrupt(format!("column {name}: {reason}")))
            }
        };
        let columns = layer.columns.iter().map(|c| column(&c.name));
        Ok(Self {
            columns: columns.collect::<Result<_, _>>()?,
            keys: column(KEYS)?,
            irregular: column(IRREGULAR)?,
            path: path.into(),
            batch,
        })
    }

    /// The file, for messages.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The Arrow batch, all columns.
    #[must_use]
    pub const fn batch(&self) -> &RecordBatch {
        &self.batch
    }

    /// The values of column `i` of the layer; [`Values::Absent`] beyond the last.
    #[must_use]
    pub fn column(&self, i: usize) -> &Values {
        self.columns.get(i).unwrap_or(&Values::Absent)
    }

    /// The keys of a row's record in the order written, joined by `;`; `None` for `.`.
    #[must_use]
    pub fn keys(&self, row: usize) -> Option<&str> {
        self.keys.text(row)
    }

    /// Whether rows have lists of keys. A layer without them has whatever its columns have.
    #[must_use]
    pub const fn has_keys(&self) -> bool {
        !matches!(self.keys, Values::Absent)
    }

    /// The different texts that [`keys`](Self::keys) has, some of them more than once.
    pub fn all_keys(&self) -> impl Iterator<Item = &str> {
        let texts = match &self.keys {
            Values::Text(texts) | Values::Terms(_, texts) => Some(texts),
            _ => None,
        };
        texts.into_iter().flat_map(|t| t.iter().flatten())
    }

    /// Whether any row has fields that do not fit their header.
    #[must_use]
    pub const fn has_irregular(&self) -> bool {
        !matches!(self.irregular, Values::Absent)
    }

    /// Fields of a row's record that do not fit their header, as `KEY=VALUE` joined by `;`.
    #[must_use]
    pub fn irregular(&self, row: usize) -> Option<&str> {
        self.irregular.text(row)
    }
}
