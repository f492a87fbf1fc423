//! A sample table read in place.

use std::path::Path;
use std::sync::OnceLock;

use arrow_array::types::UInt32Type;
use arrow_array::{
    Array, BooleanArray, DictionaryArray, Float64Array, Int64Array, LargeStringArray, RecordBatch,
    StringArray,
};
use roaring::RoaringBitmap;

use super::index::{IdCursor, IdIndex};
use super::{ID_COLUMN, MAX_SAMPLES, Role, SampleTableBuilder, SampleTableError, Sex, select_rows};
use crate::format::FormatError;
use crate::format::arrow_file::write_arrow;
use crate::format::disk::Disk;
use crate::format::matrix::WrittenFile;
use crate::genotype::SampleSet;

/// Key of a field's metadata that holds its role.
pub(super) const ROLE_KEY: &str = "genodex.role";

/// Names by which the id column is found as well, in any case, where no column has them.
const ID_NAMES: [&str; 4] = ["iid", "#iid", "sample", "sample_id"];

/// A column, typed. Each has one value for each sample; all but the ids may miss values.
#[derive(Clone, Copy, Debug)]
pub enum Column<'a> {
    /// The sample ids.
    Id(&'a LargeStringArray),
    /// Text: a key for each sample, and the different values, none of which is missing.
    Text(&'a DictionaryArray<UInt32Type>, &'a StringArray),
    /// Whole numbers.
    Int(&'a Int64Array),
    /// Real numbers.
    Float(&'a Float64Array),
    /// Truth values.
    Bool(&'a BooleanArray),
}

impl Column<'_> {
    /// The type in words: "text", "whole numbers", "numbers", "true or false".
    #[must_use]
    pub const fn type_name(self) -> &'static str {
        match self {
            Self::Id(_) | Self::Text(..) => "text",
            Self::Int(_) => "whole numbers",
            Self::Float(_) => "numbers",
            Self::Bool(_) => "true or false",
        }
    }

    /// Whether a sample has no value, or there is no such sample.
    #[must_use]
    pub fn is_missing(self, row: usize) -> bool {
        let missing = |array: &dyn Array| row >= array.len() || array.is_null(row);
        match self {
            Self::Id(a) => missing(a),
            Self::Text(keys, _) => missing(keys),
            Self::Int(a) => missing(a),
            Self::Float(a) => missing(a),
            Self::Bool(a) => missing(a),
        }
    }

    /// The value of a sample as text; `None` where it is missing or there is no such sample.
    #[must_use]
    pub fn text(self, row: usize) -> Option<String> {
        let there = |array: &dyn Array| row < array.len() && array.is_valid(row);
        match self {
            Self::Id(a) => there(a).then(|| a.value(row).to_owned()),
            Self::Text(keys, values) => there(keys)
                .then(|| keys.keys().value(row) as usize)
                .filter(|&key| key < values.len())
                .map(|key| values.value(key).to_owned()),
            Self::Int(a) => there(a).then(|| a.value(row).to_string()),
            Self::Float(a) => there(a).then(|| a.value(row).to_string()),
            Self::Bool(a) => there(a).then(|| a.value(row).to_string()),
        }
    }
}

/// What is known of the samples of a store, in the order of the genotypes.
#[derive(Debug)]
pub struct SampleTable {
    batch: RecordBatch,
    ids: LargeStringArray,
    /// The column of each role, in the order of [`Role::ALL`].
    roles: [Option<usize>; Role::ALL.len()],
    /// And two rows with one id, if there are such.
    index: OnceLock<(IdIndex, Option<(usize, usize)>)>,
}

impl SampleTable {
    /// A table of ids and nothing else.
    ///
    /// # Errors
    /// [`SampleTableError`] where an id is empty or comes twice.
    pub fn new<S: AsRef<str>>(ids: impl IntoIterator<Item = S>) -> Result<Self, SampleTableError> {
        SampleTableBuilder::new(ids)?.finish()
    }

    /// Types the columns of a batch read from `path`. That ids are unique is not checked here,
    /// but by [`SampleTable::check`]: the writer saw to it, and the file has a checksum.
    ///
    /// # Errors
    /// [`FormatError::Corrupt`] where the rows are not `n_samples`, or a column is not as a
    /// sample table's are.
    pub fn from_batch(
        batch: RecordBatch,
        path: &Path,
        n_samples: u64,
    ) -> Result<Self, FormatError> {
        let corrupt = |reason: String| FormatError::corrupt(path, "the sample table", reason);
        if batch.num_rows() as u64 != n_samples {
            return Err(corrupt(format!(
                "{} rows, but the manifest says {n_samples}",
                batch.num_rows()
            )));
        }
        Self::typed(batch).map_err(corrupt)
    }

    pub(super) fn typed(batch: RecordBatch) -> Result<Self, String> {
        if batch.num_rows() > MAX_SAMPLES {
            return Err(format!("more than {MAX_SAMPLES} samples"));
        }
        let schema = batch.schema();
        let first = batch.columns().first().zip(schema.fields().first());
        let ids = first
            .filter(|(_, field)| field.name() == ID_COLUMN)
            .and_then(|(array, _)| array.as_any().downcast_ref::<LargeStringArray>())
            .filter(|ids| ids.null_count() == 0)
            .ok_or_else(|| format!("the first column is not {ID_COLUMN:?}, of text"))?
            .clone();
        let mut roles = [None; Role::ALL.len()];
        for (ix, field) in schema.fields().iter().enumerate() {
            let name = field.name();
            if ix > 0 && (name == ID_COLUMN || schema.index_of(name).ok() != Some(ix)) {
                return Err(format!("there are two columns {name:?}"));
            }
            if ix > 0 && typed_column(batch.column(ix)).is_none() {
                return Err(format!("column {name:?} has type {}", field.data_type()));
            }
            // A role that this version does not know is one that it does not need.
            let role = field.metadata().get(ROLE_KEY);
            if let Some(role) = role.and_then(|r| Role::from_name(r)) {
                roles[role as usize].get_or_insert(ix);
            }
        }
        Ok(Self {
            batch,
            ids,
            roles,
            index: OnceLock::new(),
        })
    }

    /// Writes the table to a new file.
    ///
    /// # Errors
    /// [`FormatError`].
    pub fn write(&self, disk: &dyn Disk, path: &Path) -> Result<WrittenFile, FormatError> {
        write_arrow(disk, path, &self.batch)
    }

    /// Checks what opening leaves out: that ids are unique and text keys have a value.
    ///
    /// # Errors
    /// [`FormatError::Corrupt`], naming `path`.
    pub fn check(&self, path: &Path) -> Result<(), FormatError> {
        let corrupt = |reason: String| FormatError::corrupt(path, "the sample table", reason);
        if let Some((first, second)) = self.duplicate() {
            return Err(corrupt(format!(
                "rows {first} and {second} have the same id"
            )));
        }
        for (ix, name) in self.names().enumerate() {
            if let Some(Column::Text(keys, values)) = self.column(ix) {
                let beyond = |key: Option<u32>| key.is_some_and(|k| k as usize >= values.len());
                if keys.keys().iter().any(beyond) {
                    return Err(corrupt(format!("column {name:?} has keys without a value")));
                }
            }
        }
        Ok(())
    }

    /// Number of samples.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are no samples.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The Arrow batch, all columns.
    #[must_use]
    pub const fn batch(&self) -> &RecordBatch {
        &self.batch
    }

    /// The ids, in order.
    #[must_use]
    pub const fn ids(&self) -> &LargeStringArray {
        &self.ids
    }

    /// The id of a sample; `None` at or beyond [`SampleTable::len`].
    #[must_use]
    pub fn id(&self, sample: usize) -> Option<&str> {
        (sample < self.ids.len()).then(|| self.ids.value(sample))
    }

    /// The ids of these samples, in their order; `None` where one is not there.
    #[must_use]
    pub fn ids_of(&self, samples: impl Into<std::sync::Arc<[u32]>>) -> Option<super::SampleIds> {
        super::SampleIds::of_rows(&self.ids, samples.into())
    }

    /// The sample with this id. The first call builds an index over all ids.
    #[must_use]
    pub fn index_of(&self, id: &str) -> Option<usize> {
        self.indexed().0.find(&self.ids, id)
    }

    pub(super) fn find_all(&self, ids: &[&str], found: &mut Vec<Option<usize>>) {
        self.indexed().0.find_all(&self.ids, ids, found);
    }

    /// Finds many ids, one after another.
    #[must_use]
    pub fn id_cursor(&self) -> IdCursor<'_> {
        IdCursor::new(self, self.len(), self.index.get().is_some())
    }

    fn indexed(&self) -> &(IdIndex, Option<(usize, usize)>) {
        self.index.get_or_init(|| IdIndex::new(&self.ids))
    }

    /// Two samples with one id, if there are such.
    pub(super) fn duplicate(&self) -> Option<(usize, usize)> {
        self.indexed().1
    }

    /// Column names, in order; the first is [`ID_COLUMN`].
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        let fields = self.batch.schema_ref().fields();
        fields.iter().map(|f| f.name().as_str())
    }

    /// A column by its place.
    #[must_use]
    pub fn column(&self, ix: usize) -> Option<Column<'_>> {
        match ix {
            0 => Some(Column::Id(&self.ids)),
            _ => typed_column(self.batch.columns().get(ix)?),
        }
    }

    /// The place of the column that a person means by a name: the column of this name; else the
    /// one with the role of this name (`sex`, `population`); else the ids for `IID` or
    /// `sample`; else the only column that differs in case alone.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        if let Some(ix) = self.names().position(|n| n == name) {
            return Some(ix);
        }
        if let Some(ix) = Role::from_name(name).and_then(|role| self.roles[role as usize]) {
            return Some(ix);
        }
        let same = |(_, n): &(usize, &str)| n.eq_ignore_ascii_case(name);
        let mut same = (0..).zip(self.names()).filter(same);
        match (same.next(), same.next()) {
            (Some((ix, _)), None) => Some(ix),
            (None, _) => {
                let id = ID_NAMES.iter().any(|n| n.eq_ignore_ascii_case(name));
                id.then_some(0)
            }
            _ => None,
        }
    }

    /// The column that has a role.
    #[must_use]
    pub fn role(&self, role: Role) -> Option<Column<'_>> {
        self.column(self.roles[role as usize]?)
    }

    /// The place of the column that has a role.
    #[must_use]
    pub const fn role_column(&self, role: Role) -> Option<usize> {
        self.roles[role as usize]
    }

    /// The sex of a sample; unknown where the table does not say.
    #[must_use]
    pub fn sex(&self, sample: usize) -> Sex {
        match self.role(Role::Sex) {
            None | Some(Column::Bool(_)) => Sex::Unknown,
            Some(Column::Int(a)) if sample < a.len() && a.is_valid(sample) => {
                Sex::from_code(a.value(sample))
            }
            Some(column) => column
                .text(sample)
                .map_or(Sex::Unknown, |text| Sex::from_text(&text)),
        }
    }

    /// The males and the females. Samples of unknown sex are in neither.
    #[must_use]
    pub fn sexes(&self) -> (SampleSet, SampleSet) {
        let set = |sex: Sex| {
            let bits = match self.role(Role::Sex) {
                None => RoaringBitmap::new(),
                Some(Column::Text(keys, values)) => {
                    select_values(keys, values, |text| Sex::from_text(text) == sex)
                }
                Some(_) => select_rows(self.len(), |sample| self.sex(sample) == sex),
            };
            SampleSet::from_bitmap(self.len(), bits)
        };
        (set(Sex::Male), set(Sex::Female))
    }

    /// The founders, as plink2 has them: the samples of whom no parent is recorded, whether or
    /// not the parents of the others are in the data. A missing value and `0` are no parent.
    #[must_use]
    pub fn founders(&self) -> SampleSet {
        let mut founders = SampleSet::all(self.len()).bitmap().clone();
        for role in [Role::Father, Role::Mother] {
            founders -= match self.role(role) {
                None => continue,
                Some(Column::Text(keys, values)) => select_values(keys, values, |id| id != "0"),
                Some(column) => select_rows(self.len(), |sample| {
                    column.text(sample).is_some_and(|id| id != "0")
                }),
            };
        }
        SampleSet::from_bitmap(self.len(), founders)
    }
}

/// The rows whose text is there and `holds`; each different value is asked about once.
fn select_values(
    keys: &DictionaryArray<UInt32Type>,
    values: &StringArray,
    holds: impl Fn(&str) -> bool,
) -> RoaringBitmap {
    let wanted: Vec<bool> = values.iter().map(|v| v.is_some_and(&holds)).collect();
    let keys = keys.keys();
    select_rows(keys.len(), |row| {
        let key = keys.values()[row] as usize;
        keys.is_valid(row) && wanted.get(key).copied().unwrap_or(false)
    })
}

fn typed_column(array: &dyn Array) -> Option<Column<'_>> {
    let any = array.as_any();
    if let Some(keys) = any.downcast_ref::<DictionaryArray<UInt32Type>>() {
        let values = keys.values().as_any().downcast_ref::<StringArray>()?;
        return (values.null_count() == 0).then_some(Column::Text(keys, values));
    }
    None.or_else(|| any.downcast_ref().map(Column::Int))
        .or_else(|| any.downcast_ref().map(Column::Float))
        .or_else(|| any.downcast_ref().map(Column::Bool))
}
