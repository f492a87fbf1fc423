//! A selected record as one of its own, for what writes records.

use super::Record;
use crate::query::expr::{Format, Info, RowAccess};
use crate::record::{self, FormatField, Header, INT_MISSING, InfoField, SampleValues, Value};

/// A name that a record has and the header has not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{chrom}:{pos}: {what} {name:?} is not in the header: add its line there, or leave it out")]
pub struct Undeclared {
    /// The record's contig.
    pub chrom: String,
    /// The record's 1-based position.
    pub pos: u64,
    /// `FILTER`, `INFO` or `FORMAT`.
    pub what: &'static str,
    /// The name.
    pub name: String,
}

impl Record<'_> {
    /// Makes `out` this record. `genotypes`: with the calls of the samples shown, and their
    /// phase sets (`PS`) where the record has any and the header declares them.
    ///
    /// # Errors
    /// [`Undeclared`] for a filter or an INFO field that `header` lacks.
    pub fn copy_to(
        &self,
        header: &Header,
        genotypes: bool,
        out: &mut record::Record,
    ) -> Result<(), Undeclared> {
        let undeclared = |what, name: &str| Undeclared {
            chrom: self.chrom().to_owned(),
            pos: self.pos(),
            what,
            name: name.to_owned(),
        };
        out.clear();
        out.chrom.push_str(self.chrom());
        out.pos = self.pos();
        if self.id() != "." {
            out.ids.push(self.id().to_owned());
        }
        out.reference.push_str(self.reference());
        let alts = (0..self.n_alts()).map(|i| self.alt(i));
        out.alts
            .extend(alts.filter(|a| *a != ".").map(str::to_owned));
        out.qual = self.qual();
        for name in self.filter_text().into_iter().flat_map(|f| f.split(';')) {
            let index = header.filter_index(name);
            out.filters
                .push(index.ok_or_else(|| undeclared("FILTER", name))?);
        }
        for name in self.info_keys() {
            let index = header.info_index(name);
            let key = index.ok_or_else(|| undeclared("INFO", name))?;
            let value = match self.info_named(name) {
                Info::Absent => Value::Text(".".to_owned()),
                Info::Flag => Value::Flag,
                Info::Ints(v) => Value::Ints(v.into_owned()),
                Info::Floats(v) => Value::Floats(v.into_owned()),
                Info::Text(t) => Value::Text(t.into_owned()),
            };
            out.info.push(InfoField { key, value });
        }
        if genotypes {
            self.copy_calls(header, out);
        }
        Ok(())
    }

    fn copy_calls(&self, header: &Header, out: &mut record::Record) {
        if let Some(alleles) = self.alleles() {
            out.calls.ploidy = alleles.ploidy;
            out.calls.codes.extend_from_slice(&alleles.codes);
        }
        self.copy_formats(header, out);
        let Some(key) = header.format_index("PS") else {
            return;
        };
        if self.phase_set(0).is_none() {
            return;
        }
        let set = |s| match self.phase_set(s).flatten() {
            Some(set) => i32::try_from(set).unwrap_or(INT_MISSING),
            None => INT_MISSING,
        };
        let values = (0..header.samples().len()).map(set).collect();
        let values = SampleValues::Ints { width: 1, values };
        out.formats.push(FormatField { key, values });
    }

    /// The FORMAT fields that the store keeps; GT and PS are with the calls.
    fn copy_formats(&self, header: &Header, out: &mut record::Record) {
        let samples = header.samples().len();
        for (field, name) in self.names().formats() {
            let key = header.format_index(name);
            let Some(key) = key.filter(|_| !matches!(name, "GT" | "PS")) else {
                continue;
            };
            let width = |n: usize| n.checked_div(samples).unwrap_or(0);
            let values = match self.format(field) {
                Format::Absent => continue,
                Format::Ints(v) => SampleValues::Ints {
                    width: width(v.len()),
                    values: v.into_owned(),
                },
                Format::Floats(v) => SampleValues::Floats {
                    width: width(v.len()),
                    values: v.into_owned(),
                },
                Format::Text(v) => {
                    SampleValues::Text(v.into_iter().map(std::borrow::Cow::into_owned).collect())
                }
            };
            out.formats.push(FormatField { key, values });
        }
    }
}
