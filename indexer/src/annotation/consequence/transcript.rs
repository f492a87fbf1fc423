//! One transcript's consequence: an entry of the INFO field.

use std::cmp::Reverse;

use genodex_engine::query::expr::severity::most_severe;

use super::{ConsequenceFormat, Dialect};

/// One entry, its fields as written.
#[derive(Clone, Debug)]
pub struct Transcript<'a> {
    format: &'a ConsequenceFormat,
    values: Vec<&'a str>,
}

impl<'a> Transcript<'a> {
    pub(super) fn new(format: &'a ConsequenceFormat, entry: &'a str) -> Self {
        let mut values = Vec::with_capacity(format.fields().len());
        values.extend(entry.split('|').map(str::trim));
        Self { format, values }
    }

    /// The fields in the order of [`ConsequenceFormat::fields`], as written. There are fewer or
    /// more where the entry is not as its header says.
    #[must_use]
    pub fn values(&self) -> &[&'a str] {
        &self.values
    }

    /// A field by its place; `None` where it is empty or `.`.
    #[must_use]
    pub fn value(&self, place: usize) -> Option<&'a str> {
        self.values
            .get(place)
            .copied()
            .filter(|v| !v.is_empty() && *v != ".")
    }

    pub(super) fn at(&self, place: Option<usize>) -> Option<&'a str> {
        self.value(place?)
    }

    /// The consequence terms as written, joined by `&`.
    #[must_use]
    pub fn consequence(&self) -> Option<&'a str> {
        self.value(self.format.places.consequence)
    }

    /// Whether it is of MANE Select.
    #[must_use]
    pub fn is_mane_select(&self) -> bool {
        let places = &self.format.places;
        self.at(places.mane_select).is_some()
            || self
                .at(places.mane)
                .is_some_and(|m| !is_plus_clinical(m) || has_select(m))
    }

    /// Whether it is of MANE Plus Clinical.
    #[must_use]
    pub fn is_mane_plus_clinical(&self) -> bool {
        let places = &self.format.places;
        self.at(places.mane_plus_clinical).is_some()
            || self.at(places.mane).is_some_and(is_plus_clinical)
    }

    /// Whether it is Ensembl's canonical transcript.
    #[must_use]
    pub fn is_canonical(&self) -> bool {
        let value = self.at(self.format.places.canonical);
        value.is_some_and(|v| v.eq_ignore_ascii_case("YES") || v == "1")
    }

    /// The transcript, or other feature where it is not VEP's regulatory ones.
    pub(super) fn transcript(&self) -> Option<&'a str> {
        let places = &self.format.places;
        let kind = self.at(places.feature_type).unwrap_or_default();
        let other = ["RegulatoryFeature", "MotifFeature"].contains(&kind);
        self.at(places.feature).filter(|_| !other)
    }

    /// Whether nothing but a pointer to another record is written (`@POSITION`, bcftools csq).
    pub(super) fn is_elsewhere(&self) -> bool {
        self.format.dialect() == Dialect::Csq
            && self.values.first().is_some_and(|v| v.starts_with('@'))
    }

    /// Higher is shown rather.
    pub(super) fn rank(&self) -> (usize, bool, bool, bool, bool) {
        let biotype = self.at(self.format.places.biotype);
        let coding = biotype.is_some_and(|b| {
            b.eq_ignore_ascii_case("protein_coding") || b.eq_ignore_ascii_case("Coding")
        });
        (
            self.consequence().and_then(most_severe).unwrap_or(0),
            self.is_mane_select(),
            self.is_mane_plus_clinical(),
            self.is_canonical(),
            coding,
        )
    }
}

/// The place of the transcript that is shown.
pub(super) fn pick(transcripts: &[Transcript<'_>]) -> Option<usize> {
    let ranked = transcripts.iter().enumerate();
    ranked
        .max_by_key(|(i, t)| (t.rank(), Reverse(*i)))
        .map(|(i, _)| i)
}

fn is_plus_clinical(mane: &str) -> bool {
    mane.to_ascii_lowercase().contains("clinical")
}

fn has_select(mane: &str) -> bool {
    mane.to_ascii_lowercase().contains("select")
}
