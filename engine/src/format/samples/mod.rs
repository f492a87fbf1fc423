//! The sample table.

use std::path::Path;

use arrow_array::{Array, RecordBatch, StringArray};

use super::FormatError;

/// Samples.
#[derive(Debug)]
pub struct SampleTable {
    batch: RecordBatch,
}

impl SampleTable {
    /// From a batch.
    ///
    /// # Errors
    /// [`FormatError::Corrupt`].
    pub fn from_batch(batch: RecordBatch, path: &Path, n: u64) -> Result<Self, FormatError> {
        let ids = batch.column(0).as_any().downcast_ref::<StringArray>();
        if ids.is_none_or(|ids| ids.len() as u64 != n) {
            return Err(FormatError::corrupt(path, "ids", "wrong"));
        }
        Ok(Self { batch })
    }

    /// Rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.batch.num_rows()
    }
}
