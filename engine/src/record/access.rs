//! A record as an expression sees it.

use std::borrow::Cow;

use super::{Header, Record, SampleValues, Value};
use crate::genotype::CallCounts;
use crate::query::expr::{Alleles, Format, Info, RowAccess, Schema};

impl Header {
    /// The names of this header for expressions over its records: fields, filters and samples
    /// with the same places as here.
    #[must_use]
    pub fn schema(&self) -> Schema {
        let mut schema = Schema::new();
        for definition in self.infos() {
            schema.add_info(definition.field.clone());
        }
        for definition in self.formats() {
            schema.add_format(definition.field.clone());
        }
        for filter in self.filters() {
            schema.add_filter(filter);
        }
        schema.set_samples(self.samples().into());
        schema
    }
}

impl Record {
    /// The record as a row of [`Header::schema`].
    #[must_use]
    pub fn row(&self) -> Row<'_> {
        Row {
            record: self,
            id: match self.ids.as_slice() {
                [] => Cow::Borrowed("."),
                [id] => Cow::Borrowed(id),
                ids => Cow::Owned(ids.join(";")),
            },
        }
    }
}

/// A record as a row. It has no columns and no cohorts.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    record: &'a Record,
    id: Cow<'a, str>,
}

impl RowAccess for Row<'_> {
    fn chrom(&self) -> &str {
        &self.record.chrom
    }

    fn pos(&self) -> u64 {
        self.record.pos
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn reference(&self) -> &str {
        &self.record.reference
    }

    fn n_alts(&self) -> usize {
        self.record.alts.len()
    }

    fn alt(&self, i: usize) -> &str {
        self.record.alts.get(i).map_or(".", String::as_str)
    }

    fn qual(&self) -> Option<f32> {
        self.record.qual
    }

    fn filters(&self) -> Cow<'_, [usize]> {
        Cow::Borrowed(&self.record.filters)
    }

    fn info(&self, field: usize) -> Info<'_> {
        let found = self.record.info.iter().find(|f| f.key == field);
        match found.map(|f| &f.value) {
            None => Info::Absent,
            Some(Value::Flag) => Info::Flag,
            Some(Value::Ints(v)) => Info::Ints(Cow::Borrowed(v)),
            Some(Value::Floats(v)) => Info::Floats(Cow::Borrowed(v)),
            Some(Value::Text(t)) => Info::Text(Cow::Borrowed(t)),
        }
    }

    fn format(&self, field: usize) -> Format<'_> {
        let found = self.record.formats.iter().find(|f| f.key == field);
        match found.map(|f| &f.values) {
            None => Format::Absent,
            Some(SampleValues::Ints { values, .. }) => Format::Ints(Cow::Borrowed(values)),
            Some(SampleValues::Floats { values, .. }) => Format::Floats(Cow::Borrowed(values)),
            Some(SampleValues::Text(t)) => {
                Format::Text(t.iter().map(|t| Cow::Borrowed(t.as_str())).collect())
            }
        }
    }

    fn alleles(&self) -> Option<Alleles<'_>> {
        self.record.has_calls().then(|| Alleles {
            ploidy: self.record.calls.ploidy,
            codes: Cow::Borrowed(&self.record.calls.codes),
        })
    }

    fn column(&self, _: usize) -> Option<Cow<'_, str>> {
        None
    }

    fn cohort_counts(&self, _: usize, _: usize) -> CallCounts {
        CallCounts::default()
    }
}
