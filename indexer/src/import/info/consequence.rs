//! Predicted consequences in the INFO of an import's records.

use crate::annotation::consequence::{ConsequenceTallies, Consequences, RowTexts, texts};
use crate::import::{Tallies, Tally};
use crate::reader::InfoValue;

/// Collects the fields of a record that say something of consequences.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConsequenceInfo(String);

impl ConsequenceInfo {
    /// Nothing yet.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Takes a field of INFO.
    pub(crate) fn push(&mut self, reader: &Consequences, key: &str, value: InfoValue<'_>) {
        let InfoValue::Text(text) = value else {
            return;
        };
        if key == reader.format().key() || matches!(key, "LOF" | "NMD") {
            for part in [key, "=", text, ";"] {
                self.0.push_str(part);
            }
        }
    }

    /// What is shown of each ALT.
    pub(crate) fn rows(
        &self,
        reader: &Consequences,
        reference: &str,
        alternates: &[String],
        tallies: &mut Tallies,
    ) -> Vec<RowTexts> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let alternates: Vec<&str> = alternates.iter().map(String::as_str).collect();
        let record = reader.read_info(&self.0, reference, &alternates);
        add_tallies(tallies, &record.tallies);
        let rows = record.alleles.iter();
        rows.map(|allele| texts(allele.row.as_ref())).collect()
    }
}

fn add_tallies(tallies: &mut Tallies, more: &ConsequenceTallies) {
    tallies.add(Tally::UnmatchedConsequences, more.unmatched);
    tallies.add(Tally::MalformedConsequences, more.malformed);
    tallies.add(Tally::UnknownTerms, more.unknown_terms);
}
