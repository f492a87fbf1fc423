//! The records of the source around a row, and what a match says.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::key::AlleleKey;
use super::report::MatchReport;
use crate::annotation::values::{Number, WrongNumber, split_value};
use crate::reader::Place;

/// A record of the source.
#[derive(Clone, Debug)]
pub struct MatchedRecord {
    /// Where it is.
    pub place: Place,
    /// 1-based position as written.
    pub pos: u32,
    /// ID; `None` for `.`.
    pub id: Option<String>,
    /// REF as written.
    pub reference: String,
    /// ALTs as written.
    pub alternates: Vec<String>,
    /// QUAL.
    pub qual: Option<f32>,
    /// FILTER, `;`-separated; `None` for `.`.
    pub filter: Option<String>,
    /// The values of the fields asked for, as written; empty of flags.
    pub(super) values: Vec<Option<Box<str>>>,
}

/// What the source says of a row.
#[derive(Clone, Copy, Debug)]
pub struct Match<'a> {
    /// The record.
    pub record: &'a MatchedRecord,
    /// Which of its ALTs, from 1.
    pub allele: u16,
    pub(super) numbers: &'a [Number],
}

impl<'a> Match<'a> {
    /// The text of a field, by its place in [`super::AlleleSource::fields`], whole as written;
    /// empty of a flag that is set; `None` where the record has not got it.
    #[must_use]
    pub fn value(&self, field: usize) -> Option<&'a str> {
        self.record.values.get(field)?.as_deref()
    }

    /// The part of a field that belongs to the allele ([`split_value`]).
    ///
    /// # Errors
    /// [`WrongNumber`].
    pub fn own_value(&self, field: usize) -> Result<Option<Cow<'a, str>>, WrongNumber> {
        let Some(text) = self.value(field) else {
            return Ok(None);
        };
        let number = self.numbers.get(field).copied().unwrap_or(Number::Whole);
        split_value(number, text, self.allele, self.alleles()).map(Some)
    }

    /// How many ALTs the record has.
    #[must_use]
    pub fn alleles(&self) -> u16 {
        // More than 65,535 are refused by the parser.
        self.record.alternates.len() as u16
    }
}

#[derive(Debug)]
struct Entry {
    key: AlleleKey,
    record: Arc<MatchedRecord>,
    allele: u16,
    matched: bool,
}

/// Alleles of the source by position, those that rows to come may have.
#[derive(Debug, Default)]
pub(super) struct Window {
    entries: BTreeMap<u32, Vec<Entry>>,
}

impl Window {
    /// Adds an allele, unless it is there already.
    pub(super) fn add(
        &mut self,
        contig: &str,
        key: AlleleKey,
        record: &Arc<MatchedRecord>,
        allele: u16,
        report: &mut MatchReport,
    ) {
        let here = self.entries.entry(key.pos).or_default();
        if here.iter().any(|e| e.key == key) {
            report.duplicates += 1;
            report.duplicate.get_or_insert_with(|| {
                let (r, a) = (&key.reference, &key.alternate);
                format!("{contig}:{} {r}>{a}, again at {}", key.pos, record.place)
            });
            return;
        }
        here.push(Entry {
            key,
            record: Arc::clone(record),
            allele,
            matched: false,
        });
    }

    /// The record and ALT of an allele.
    pub(super) fn find(
        &mut self,
        key: &AlleleKey,
        report: &mut MatchReport,
    ) -> Option<(Arc<MatchedRecord>, u16)> {
        let here = self.entries.get_mut(&key.pos)?;
        let entry = here.iter_mut().find(|e| e.key == *key)?;
        report.matched_alleles += u64::from(!entry.matched);
        entry.matched = true;
        Some((Arc::clone(&entry.record), entry.allele))
    }

    /// Forgets what lies before a position.
    pub(super) fn forget_before(&mut self, pos: u32) {
        while let Some(first) = self.entries.first_entry()
            && *first.key() < pos
        {
            first.remove();
        }
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
    }
}
