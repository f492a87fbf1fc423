//! The terms of ontologies that are known, for `hpo()`, `mondo()` and `nando()`.

use std::collections::BTreeSet;

use super::code::Descendants;
use crate::knowledge::{LookupError, Ontology, Terms};

fn ontology(system: &str) -> Option<Ontology> {
    let same = |o: &Ontology| o.name().eq_ignore_ascii_case(system);
    Ontology::ALL.into_iter().find(same)
}

/// Terms by code or by exact name in English or Japanese; codes that a term had before stand for
/// it.
impl Descendants for Terms {
    fn descendants(&self, system: &str, code: &str) -> Option<Vec<String>> {
        let found = self.find(code, Some(ontology(system)?)).ok()?;
        let below = self.descendants(&found.term.id);
        let mut codes = BTreeSet::new();
        for term in std::iter::once(found.term).chain(below) {
            codes.insert(term.id.clone());
            codes.extend(term.former_ids.iter().cloned());
        }
        Some(codes.into_iter().collect())
    }

    fn nearest(&self, system: &str, code: &str) -> Option<String> {
        match self.find(code, Some(ontology(system)?)) {
            Err(LookupError::Unknown { nearest, .. }) => nearest.into_iter().next(),
            _ => None,
        }
    }
}
