//! Makes a sample table column by column.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::{LargeStringBuilder, StringDictionaryBuilder};
use arrow_array::types::UInt32Type;
use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch};
use arrow_schema::{ArrowError, Field, Schema};

use super::table::ROLE_KEY;
use super::{Column, ID_COLUMN, MAX_SAMPLES, Role, SampleTable};

/// Why columns do not make a sample table.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SampleTableError {
    /// Two samples have one id.
    #[error("sample id {id:?} comes twice: samples {first} and {second}")]
    DuplicateId {
        /// The id.
        id: String,
        /// 1-based number of its first sample.
        first: usize,
        /// 1-based number of its second.
        second: usize,
    },
    /// A sample without an id.
    #[error("sample {0} has an empty id")]
    EmptyId(usize),
    /// More samples than a store may have.
    #[error("more than {MAX_SAMPLES} samples")]
    TooMany,
    /// Two columns have one name.
    #[error("there are two columns {0:?}: rename one of them")]
    DuplicateColumn(String),
    /// A column has a name it may not have.
    #[error(
        "column {0:?} may not have this name: {ID_COLUMN:?} is the sample id, and no name \
             may be empty"
    )]
    ColumnName(String),
    /// A column has not one value for each sample.
    #[error("column {column:?} has {found} values for {expected} samples")]
    Length {
        /// The column.
        column: String,
        /// Its values.
        found: usize,
        /// The samples.
        expected: usize,
    },
    /// Arrow refused.
    #[error("column {column:?} cannot be stored: {source}")]
    Arrow {
        /// The column.
        column: String,
        /// The reason.
        source: ArrowError,
    },
}

/// Columns of a sample table being made. Columns keep the order in which they are added; a
/// column whose name says a [`Role`] gets it, unless an earlier column has it.
pub struct SampleTableBuilder {
    fields: Vec<Field>,
    columns: Vec<ArrayRef>,
}

impl SampleTableBuilder {
    /// From the ids, in the order of the genotypes.
    ///
    /// # Errors
    /// [`SampleTableError::EmptyId`], [`SampleTableError::TooMany`].
    pub fn new<S: AsRef<str>>(ids: impl IntoIterator<Item = S>) -> Result<Self, SampleTableError> {
        let mut builder = LargeStringBuilder::new();
        let mut n = 0usize;
        for id in ids {
            n += 1;
            if n > MAX_SAMPLES {
                return Err(SampleTableError::TooMany);
            }
            if id.as_ref().is_empty() {
                return Err(SampleTableError::EmptyId(n));
            }
            builder.append_value(id);
        }
        let ids = builder.finish();
        Ok(Self {
            fields: vec![Field::new(ID_COLUMN, ids.data_type().clone(), false)],
            columns: vec![Arc::new(ids)],
        })
    }

    /// From a table, with those of its columns whose names `keep` holds for.
    ///
    /// # Errors
    /// [`SampleTableError`].
    pub fn copy(
        table: &SampleTable,
        keep: impl Fn(&str) -> bool,
    ) -> Result<Self, SampleTableError> {
        let ids = (0..table.len()).map(|s| table.id(s).unwrap_or_default());
        let mut builder = Self::new(ids)?;
        for (name, ix) in table.names().zip(0..).filter(|(name, _)| keep(name)) {
            match table.column(ix) {
                None | Some(Column::Id(_)) => {}
                Some(column @ Column::Text(..)) => {
                    builder.text(name, (0..table.len()).map(|s| column.text(s)))?;
                }
                Some(Column::Int(a)) => builder.int(name, a.iter())?,
                Some(Column::Float(a)) => builder.float(name, a.iter())?,
                Some(Column::Bool(a)) => builder.bool(name, a.iter())?,
            }
        }
        Ok(builder)
    }

    /// Adds a column of text, in which values repeat.
    ///
    /// # Errors
    /// [`SampleTableError`] where the name is taken, values do not number as the samples do, or
    /// all different values together pass 2 GiB.
    pub fn text<S: AsRef<str>>(
        &mut self,
        name: &str,
        values: impl IntoIterator<Item = Option<S>>,
    ) -> Result<(), SampleTableError> {
        let mut builder = StringDictionaryBuilder::<UInt32Type>::new();
        let mut different = 0;
        let mut bytes = 0usize;
        for value in values {
            let arrow = |source| SampleTableError::Arrow {
                column: name.to_owned(),
                source,
            };
            match value {
                None => builder.append_null(),
                Some(value) => {
                    let value = value.as_ref();
                    // Offsets of the values are 32-bit. The id column has 64-bit ones.
                    let longer = bytes.saturating_add(value.len());
                    if longer > i32::MAX as usize {
                        return Err(arrow(ArrowError::OffsetOverflowError(longer)));
                    }
                    let key = builder.append(value).map_err(arrow)?;
                    if key == different {
                        different += 1;
                        bytes = longer;
                    }
                }
            }
        }
        self.push(name, Arc::new(builder.finish()))
    }

    /// Adds a column of whole numbers.
    ///
    /// # Errors
    /// [`SampleTableError`] where the name is taken or values do not number as the samples do.
    pub fn int(
        &mut self,
        name: &str,
        values: impl IntoIterator<Item = Option<i64>>,
    ) -> Result<(), SampleTableError> {
        self.push(name, Arc::new(Int64Array::from_iter(values)))
    }

    /// Adds a column of real numbers. NaN is a missing value.
    ///
    /// # Errors
    /// As [`SampleTableBuilder::int`].
    pub fn float(
        &mut self,
        name: &str,
        values: impl IntoIterator<Item = Option<f64>>,
    ) -> Result<(), SampleTableError> {
        let values = values.into_iter().map(|v| v.filter(|v| !v.is_nan()));
        self.push(name, Arc::new(Float64Array::from_iter(values)))
    }

    /// Adds a column of truth values.
    ///
    /// # Errors
    /// As [`SampleTableBuilder::int`].
    pub fn bool(
        &mut self,
        name: &str,
        values: impl IntoIterator<Item = Option<bool>>,
    ) -> Result<(), SampleTableError> {
        self.push(name, Arc::new(BooleanArray::from_iter(values)))
    }

    fn push(&mut self, name: &str, array: ArrayRef) -> Result<(), SampleTableError> {
        if name.is_empty() || name == ID_COLUMN {
            return Err(SampleTableError::ColumnName(name.to_owned()));
        }
        if self.fields.iter().any(|f| f.name() == name) {
            return Err(SampleTableError::DuplicateColumn(name.to_owned()));
        }
        let expected = self.columns[0].len();
        if array.len() != expected {
            return Err(SampleTableError::Length {
                column: name.to_owned(),
                found: array.len(),
                expected,
            });
        }
        let mut field = Field::new(name, array.data_type().clone(), true);
        let taken = |role: Role| {
            let of = |f: &Field| f.metadata().get(ROLE_KEY).is_some_and(|r| r == role.name());
            self.fields.iter().any(of)
        };
        if let Some(role) = Role::of_column(name).filter(|&role| !taken(role)) {
            let entry = (ROLE_KEY.to_owned(), role.name().to_owned());
            field = field.with_metadata(HashMap::from([entry]));
        }
        self.fields.push(field);
        self.columns.push(array);
        Ok(())
    }

    /// The table.
    ///
    /// # Errors
    /// [`SampleTableError::DuplicateId`].
    pub fn finish(self) -> Result<SampleTable, SampleTableError> {
        let schema = Arc::new(Schema::new(self.fields));
        let batch = RecordBatch::try_new(schema, self.columns);
        let arrow = |source| SampleTableError::Arrow {
            column: ID_COLUMN.to_owned(),
            source,
        };
        let table = SampleTable::typed(batch.map_err(arrow)?)
            .map_err(|reason| arrow(ArrowError::SchemaError(reason)))?;
        match table.duplicate() {
            None => Ok(table),
            Some((first, second)) => Err(SampleTableError::DuplicateId {
                id: table.id(first).unwrap_or_default().to_owned(),
                first: first + 1,
                second: second + 1,
            }),
        }
    }
}
