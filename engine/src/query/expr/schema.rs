//! What names an expression may use: the fields, filters, samples, columns and cohorts.

use crate::format::samples::SampleIds;
use std::collections::HashMap;

use crate::diagnostic::nearest;
use crate::query::columns::PREDICTED;

/// Type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// 32-bit whole numbers.
    Int,
    /// 32-bit floats.
    Float,
    /// Text; several values are separated by commas.
    Text,
    /// There or not (INFO only).
    Flag,
}

/// An INFO or FORMAT field as a VCF header declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its ID.
    pub name: String,
    /// Its type.
    pub kind: FieldKind,
    /// Declared with `Number=1`: one value, whose commas (in text) separate nothing.
    pub single: bool,
}

/// What a column beside the VCF's own fields means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text, compared as it is.
    Text,
    /// Sequence-Ontology terms, also ordered by severity.
    Consequence,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: ColumnKind,
}

/// Names in the order they were added; their place is what a [`RowAccess`] is asked for.
///
/// [`RowAccess`]: super::RowAccess
#[derive(Clone, Debug)]
struct Names<T> {
    items: Vec<T>,
    places: HashMap<String, usize>,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            places: HashMap::new(),
        }
    }
}

impl<T> Names<T> {
    /// Of two with the same name the first is kept, as htslib keeps it.
    fn add(&mut self, name: &str, item: T) -> usize {
        let next = self.items.len();
        let place = *self.places.entry(name.to_owned()).or_insert(next);
        if place == next {
            self.items.push(item);
        }
        place
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// The most similar name; of equally similar ones the first added.
    fn nearest(&self, name: &str) -> Option<&str> {
        let mut names: Vec<(usize, &str)> = (self.places.iter())
            .map(|(name, place)| (*place, name.as_str()))
            .collect();
        names.sort_unstable();
        nearest(name, names.into_iter().map(|(_, name)| name))
    }

    fn get(&self, name: &str) -> Option<(usize, &T)> {
        let place = self.find(name)?;
        self.items.get(place).map(|item| (place, item))
    }
}

/// The names an expression is checked against.
///
/// Every `add_*` returns the index by which a [`RowAccess`](super::RowAccess) is asked for the
/// value; a name that is there already keeps its index.
#[derive(Clone, Debug)]
pub struct Schema {
    info: Names<Field>,
    format: Names<Field>,
    columns: Names<Column>,
    filters: Names<()>,
    samples: SampleIds,
    cohorts: Names<()>,
    not_kept: HashMap<String, String>,
    files: bool,
}

impl Default for Schema {
    fn default() -> Self {
        Self::new()
    }
}

impl Schema {
    /// No fields and no samples; the filter `PASS`, with index 0. Expressions may not read
    /// files.
    #[must_use]
    pub fn new() -> Self {
        let mut filters = Names::default();
        filters.add("PASS", ());
        Self {
            info: Names::default(),
            format: Names::default(),
            columns: Names::default(),
            filters,
            samples: SampleIds::default(),
            cohorts: Names::default(),
            not_kept: HashMap::new(),
            files: false,
        }
    }

    /// Lets expressions read files (`@file`). Only for expressions of the user whose files
    /// they are, never for those that came over a network.
    pub fn allow_files(&mut self) {
        self.files = true;
    }

    /// An INFO field.
    pub fn add_info(&mut self, field: Field) -> usize {
        let name = field.name.clone();
        self.info.add(&name, field)
    }

    /// A FORMAT field that rows can give. `GT` is one as well: without it there are no
    /// genotypes.
    pub fn add_format(&mut self, field: Field) -> usize {
        let name = field.name.clone();
        self.format.add(&name, field)
    }

    /// A FORMAT field that the input had and the store has not: an expression over it is
    /// refused with this hint.
    pub fn add_format_not_kept(&mut self, name: &str, hint: &str) {
        self.not_kept.insert(name.to_owned(), hint.to_owned());
    }

    /// A column beside the fields of the VCF. Its name is found whatever the case; an INFO
    /// field of exactly the same name goes before it, unless it is one of [`PREDICTED`].
    pub fn add_column(&mut self, name: &str, kind: ColumnKind) -> usize {
        let name = name.to_ascii_uppercase();
        let column = Column {
            name: name.clone(),
            kind,
        };
        self.columns.add(&name, column)
    }

    /// A filter.
    pub fn add_filter(&mut self, name: &str) -> usize {
        self.filters.add(name, ())
    }

    /// The samples, in the order of the genotypes.
    pub fn set_samples(&mut self, ids: SampleIds) {
        self.samples = ids;
    }

    /// A cohort.
    pub fn add_cohort(&mut self, name: &str) -> usize {
        self.cohorts.add(name, ())
    }

    /// How many samples there are.
    #[must_use]
    pub fn n_samples(&self) -> usize {
        self.samples.len()
    }

    /// The index of an INFO field.
    #[must_use]
    pub fn info_index(&self, name: &str) -> Option<usize> {
        self.info.find(name)
    }

    /// The type of an INFO field.
    #[must_use]
    pub fn info_kind(&self, name: &str) -> Option<FieldKind> {
        self.info.get(name).map(|(_, field)| field.kind)
    }

    /// Whether an INFO field, by its index, is declared with one value.
    #[must_use]
    pub fn info_is_single(&self, field: usize) -> bool {
        self.info.items.get(field).is_some_and(|f| f.single)
    }

    /// The index of a FORMAT field that rows can give.
    #[must_use]
    pub fn format_index(&self, name: &str) -> Option<usize> {
        self.format.find(name)
    }

    /// The index of a column, whatever the case of its name.
    #[must_use]
    pub fn column_index(&self, name: &str) -> Option<usize> {
        self.columns.find(&name.to_ascii_uppercase())
    }

    /// The index of a cohort.
    #[must_use]
    pub fn cohort_index(&self, name: &str) -> Option<usize> {
        self.cohorts.find(name)
    }

    /// Names of the INFO fields and columns, in the order they were added.
    pub fn info_names(&self) -> impl Iterator<Item = &str> {
        let columns = self.columns.items.iter().map(|c| c.name.as_str());
        self.info
            .items
            .iter()
            .map(|f| f.name.as_str())
            .chain(columns)
    }

    /// Names of the FORMAT fields that rows can give, in the order they were added.
    pub fn format_names(&self) -> impl Iterator<Item = &str> {
        self.format.items.iter().map(|f| f.name.as_str())
    }

    /// Names of the cohorts.
    pub fn cohort_names(&self) -> impl Iterator<Item = &str> {
        let mut names: Vec<(usize, &str)> = (self.cohorts.places.iter())
            .map(|(name, at)| (*at, name.as_str()))
            .collect();
        names.sort_unstable();
        names.into_iter().map(|n| n.1)
    }

    pub(super) const fn files_allowed(&self) -> bool {
        self.files
    }

    pub(super) fn info(&self, name: &str) -> Option<(usize, &Field)> {
        self.info.get(name)
    }

    pub(super) fn format(&self, name: &str) -> Option<(usize, &Field)> {
        self.format.get(name)
    }

    pub(in crate::query) fn not_kept(&self, name: &str) -> Option<&str> {
        self.not_kept.get(name).map(String::as_str)
    }

    pub(super) fn column(&self, name: &str) -> Option<(usize, &Column)> {
        self.columns.get(&name.to_ascii_uppercase())
    }

    /// The index of a column of [`PREDICTED`], which goes before an INFO field of its name.
    #[must_use]
    pub fn predicted_index(&self, name: &str) -> Option<usize> {
        let column = self.columns.find(name)?;
        PREDICTED.contains(&name).then_some(column)
    }

    pub(super) fn filter(&self, name: &str) -> Option<usize> {
        self.filters.find(name)
    }

    pub(super) fn sample(&self, name: &str) -> Option<usize> {
        self.samples.place(name)
    }

    pub(super) fn cohort(&self, name: &str) -> Option<usize> {
        self.cohorts.find(name)
    }

    pub(super) fn nearest_filter(&self, name: &str) -> Option<&str> {
        self.filters.nearest(name)
    }

    pub(super) fn nearest_sample(&self, name: &str) -> Option<&str> {
        nearest(name, self.samples.iter())
    }

    pub(super) fn nearest_cohort(&self, name: &str) -> Option<&str> {
        self.cohorts.nearest(name)
    }

    /// The most similar name of the given built-in ones and this schema's fields.
    pub(super) fn nearest_name<'a>(
        &'a self,
        name: &str,
        built_in: impl Iterator<Item = &'a str>,
        info: bool,
        format: bool,
    ) -> Option<&'a str> {
        let info = self.info.items.iter().filter(|_| info);
        let format = self.format.items.iter().filter(|_| format);
        let fields = info.chain(format).map(|f| f.name.as_str());
        let columns = self.columns.items.iter().map(|c| c.name.as_str());
        // Sorted, for the answer not to depend on anything but the names.
        let mut names: Vec<&str> = built_in.chain(fields).chain(columns).collect();
        names.sort_unstable();
        nearest(name, names)
    }
}
