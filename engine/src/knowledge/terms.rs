//! All terms, finding them by any name, and what lies above and below them.

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization;

use super::ontology::Ontology;
use super::term::Term;
use super::{KnowledgeError, LookupError};

/// Names offered where nothing goes by a name.
const OFFERED: usize = 3;
/// Longer texts are not compared when similar names are sought.
const MAX_NAME: usize = 96;
/// An obsolete term leads to another over at most so many.
const MAX_STEPS: usize = 8;

/// A term that was found.
#[derive(Clone, Debug)]
pub struct FoundTerm<'k> {
    /// The term.
    pub term: &'k Term,
    /// What was asked for.
    pub asked: String,
    /// The obsolete or merged term that led to it.
    pub instead_of: Option<String>,
    /// Other terms that go by the name as well, of this and other ontologies.
    pub others: Vec<&'k Term>,
}

impl FoundTerm<'_> {
    /// What to tell the person who asked, where the term has another identifier than what was
    /// asked for.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        let old = self.instead_of.as_ref()?;
        let Term { id, label, .. } = self.term;
        Some(format!("{old} is obsolete: {id} ({label}) is used instead"))
    }
}

/// All terms of all ontologies.
#[derive(Debug, Default)]
pub struct Terms {
    terms: Vec<Term>,
    /// By identifier, present and former.
    by_id: HashMap<String, u32>,
    /// By catalogue's identifier.
    by_xref: HashMap<String, Vec<u32>>,
    /// Of a term of Mondo, the terms of NANDO that are close to it.
    nando: HashMap<String, Vec<u32>>,
    parents: Vec<Vec<u32>>,
    children: Vec<Vec<u32>>,
    /// Parents that are not there, by term.
    absent_parents: Vec<(u32, String)>,
    names: OnceLock<HashMap<String, Vec<u32>>>,
}

/// A name as it is compared: compatibility forms, case and blanks are one.
fn fold(text: &str) -> String {
    if text.is_ascii() {
        let kept = text.bytes().filter(|b| !b.is_ascii_whitespace());
        return kept.map(|b| char::from(b.to_ascii_lowercase())).collect();
    }
    let lower = text.nfkc().flat_map(char::to_lowercase);
    lower.filter(|c| !c.is_whitespace()).collect()
}

/// Numbers of terms fit 32 bits: a file of more is refused long before.
fn place(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Terms {
    pub(super) fn new(ontologies: Vec<Vec<Term>>) -> Result<Self, KnowledgeError> {
        let mut terms: Vec<Term> = ontologies.into_iter().flatten().collect();
        terms.sort_by(|a, b| (a.ontology, &a.id).cmp(&(b.ontology, &b.id)));
        terms.dedup_by(|b, a| a.id == b.id);
        let mut all = Self {
            parents: vec![Vec::new(); terms.len()],
            children: vec![Vec::new(); terms.len()],
            by_id: HashMap::with_capacity(terms.len() * 5 / 4),
            ..Self::default()
        };
        for (number, term) in terms.iter().enumerate() {
            all.by_id.insert(term.id.clone(), place(number));
        }
        for (number, term) in terms.iter().enumerate() {
            let here = place(number);
            for id in &term.former_ids {
                all.by_id.entry(id.clone()).or_insert(here);
            }
            for id in &term.xrefs {
                all.by_xref.entry(id.clone()).or_default().push(here);
            }
            for id in &term.mondo {
                all.nando.entry(id.clone()).or_default().push(here);
            }
        }
        for (number, term) in terms.iter().enumerate() {
            let here = place(number);
            for id in &term.parents {
                let Some(&parent) = all.by_id.get(id) else {
                    all.absent_parents.push((here, id.clone()));
                    continue;
                };
                if let Some(parents) = all.parents.get_mut(number)
                    && !parents.contains(&parent)
                {
                    parents.push(parent);
                }
                if let Some(children) = all.children.get_mut(parent as usize)
                    && !children.contains(&here)
                {
                    children.push(here);
                }
            }
        }
        all.terms = terms;
        all.refuse_cycles()?;
        Ok(all)
    }

    /// Takes away terms without parents until none is left; what stays lies below itself.
    fn refuse_cycles(&self) -> Result<(), KnowledgeError> {
        let mut above: Vec<usize> = self.parents.iter().map(Vec::len).collect();
        let tops = above.iter().enumerate().filter(|(_, n)| **n == 0);
        let mut ready: Vec<u32> = tops.map(|(i, _)| place(i)).collect();
        let mut done = 0;
        while let Some(top) = ready.pop() {
            done += 1;
            for &child in self.children.get(top as usize).into_iter().flatten() {
                if let Some(n) = above.get_mut(child as usize) {
                    *n -= 1;
                    if *n == 0 {
                        ready.push(child);
                    }
                }
            }
        }
        if done == self.terms.len() {
            return Ok(());
        }
        let left = self.terms.iter().zip(&above).filter(|(_, n)| **n > 0);
        let left: Vec<&Term> = left.map(|(term, _)| term).take(5).collect();
        Err(KnowledgeError::Cycle {
            ontology: left.first().map_or("", |t| t.ontology.name()),
            ids: left.iter().map(|t| t.id.clone()).collect(),
        })
    }

    /// All terms, by ontology and identifier.
    pub fn iter(&self) -> std::slice::Iter<'_, Term> {
        self.terms.iter()
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Terms and parents of theirs that the files do not have.
    pub fn absent_parents(&self) -> impl Iterator<Item = (&Term, &str)> {
        let absent = self.absent_parents.iter();
        absent.filter_map(|(term, id)| Some((self.terms.get(*term as usize)?, id.as_str())))
    }

    fn number(&self, id: &str) -> Option<u32> {
        if let Some(&number) = self.by_id.get(id) {
            return Some(number);
        }
        // HP_0001638, hp:0001638
        let id = id.trim().replacen('_', ":", 1).to_ascii_uppercase();
        self.by_id.get(&id).copied()
    }

    /// The term of an identifier, also of one that it had before. Obsolete terms are given as
    /// they are: see [`Terms::find`].
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Term> {
        self.terms.get(self.number(id)? as usize)
    }

    /// Terms of Mondo that are this disease of another catalogue: `OMIM:105400`, `ORPHA:803`,
    /// `NANDO:1200002`.
    #[must_use]
    pub fn mondo_of(&self, id: &str) -> Vec<&Term> {
        if let Some(term) = self.by_id(id).filter(|t| t.ontology == Ontology::Nando) {
            return term.mondo.iter().filter_map(|id| self.by_id(id)).collect();
        }
        let numbers = self.by_xref.get(id).into_iter().flatten();
        let terms = numbers.filter_map(|&n| self.terms.get(n as usize));
        terms.filter(|t| t.ontology == Ontology::Mondo).collect()
    }

    /// Terms of NANDO that are close to a term of Mondo.
    #[must_use]
    pub fn nando_of(&self, mondo: &str) -> Vec<&Term> {
        let numbers = self.nando.get(mondo).into_iter().flatten();
        numbers
            .filter_map(|&n| self.terms.get(n as usize))
            .collect()
    }

    /// All terms below a term, itself not, by ontology and identifier; none where there is no
    /// such term.
    #[must_use]
    pub fn descendants(&self, id: &str) -> Vec<&Term> {
        self.reach(id, &self.children)
    }

    /// All terms above a term, itself not, by ontology and identifier.
    #[must_use]
    pub fn ancestors(&self, id: &str) -> Vec<&Term> {
        self.reach(id, &self.parents)
    }

    /// Terms right below a term.
    #[must_use]
    pub fn children(&self, id: &str) -> Vec<&Term> {
        let children = self.number(id).and_then(|n| self.children.get(n as usize));
        let children = children.into_iter().flatten();
        children
            .filter_map(|&n| self.terms.get(n as usize))
            .collect()
    }

    fn reach(&self, id: &str, next: &[Vec<u32>]) -> Vec<&Term> {
        let Some(start) = self.number(id) else {
            return Vec::new();
        };
        let (mut seen, mut stack) = (BTreeSet::new(), vec![start]);
        while let Some(number) = stack.pop() {
            for &to in next.get(number as usize).into_iter().flatten() {
                if seen.insert(to) {
                    stack.push(to);
                }
            }
        }
        let seen = seen.into_iter();
        seen.filter_map(|n| self.terms.get(n as usize)).collect()
    }

    /// The term that goes by an identifier, or by an exact label, reading or synonym in English
    /// or Japanese; of one ontology, or of any. Labels come before synonyms, Mondo before NANDO
    /// before HPO, lower identifiers first; obsolete terms lead to those that replace them.
    ///
    /// # Errors
    /// [`LookupError::Unknown`] with the nearest names.
    pub fn find(
        &self,
        text: &str,
        ontology: Option<Ontology>,
    ) -> Result<FoundTerm<'_>, LookupError> {
        let asked = text.trim();
        let wanted = |term: &&Term| ontology.is_none_or(|o| o == term.ontology);
        if let Some(term) = self.by_id(asked).filter(wanted) {
            return Ok(self.follow(term, asked, Vec::new()));
        }
        let key = fold(asked);
        let numbers = self.names().get(&key).map_or(&[][..], Vec::as_slice);
        let terms = numbers.iter().filter_map(|&n| self.terms.get(n as usize));
        let mut terms: Vec<&Term> = terms.filter(wanted).collect();
        terms.sort_by_key(|term| {
            let labels = [Some(&term.label), term.label_ja.as_ref()];
            let by_label = labels.into_iter().flatten().any(|l| fold(l) == key);
            (term.obsolete, !by_label, term.ontology, term.id.as_str())
        });
        if let Some((first, others)) = terms.split_first() {
            return Ok(self.follow(first, asked, others.to_vec()));
        }
        Err(LookupError::Unknown {
            what: "disease or phenotype",
            asked: asked.to_owned(),
            nearest: self.nearest(&key, ontology),
        })
    }

    /// From an obsolete term to the one that replaces it.
    fn follow<'k>(&'k self, term: &'k Term, asked: &str, others: Vec<&'k Term>) -> FoundTerm<'k> {
        let mut now = term;
        for _ in 0..MAX_STEPS {
            let next = now.replaced_by.iter().find_map(|id| self.by_id(id));
            match next.filter(|_| now.obsolete) {
                Some(next) => now = next,
                None => break,
            }
        }
        let merged = Ontology::of_id(asked).is_some() && asked != term.id;
        let instead_of = match (now.id != term.id, merged) {
            (true, _) => Some(term.id.clone()),
            (false, true) => Some(asked.to_owned()),
            (false, false) => None,
        };
        FoundTerm {
            term: now,
            asked: asked.to_owned(),
            instead_of,
            others,
        }
    }

    /// Names that mean a term itself, folded; made when a name is first asked for.
    fn names(&self) -> &HashMap<String, Vec<u32>> {
        self.names.get_or_init(|| {
            let mut names: HashMap<String, Vec<u32>> = HashMap::with_capacity(self.len() * 4);
            for (number, term) in self.terms.iter().enumerate() {
                for name in term.names() {
                    let numbers = names.entry(fold(name)).or_default();
                    if numbers.last() != Some(&place(number)) {
                        numbers.push(place(number));
                    }
                }
            }
            names.remove("");
            names
        })
    }

    /// The names most similar to a folded one.
    fn nearest(&self, key: &str, ontology: Option<Ontology>) -> Vec<String> {
        let length = key.chars().count();
        if length > MAX_NAME || length == 0 {
            return Vec::new();
        }
        let limit = (length / 3).max(1);
        let mut near: Vec<(usize, &Term, &str)> = Vec::new();
        for term in &self.terms {
            if term.obsolete || ontology.is_some_and(|o| o != term.ontology) {
                continue;
            }
            for name in term.names() {
                let folded = fold(name);
                if folded.chars().count().abs_diff(length) > limit {
                    continue;
                }
                let distance = strsim::osa_distance(key, &folded);
                if distance <= limit {
                    near.push((distance, term, name));
                }
            }
        }
        near.sort_by_key(|(distance, term, name)| (*distance, term.ontology, &term.id, *name));
        let mut offered: Vec<String> = Vec::new();
        for (_, term, name) in near {
            let text = format!("{name} ({})", term.id);
            if !offered
                .iter()
                .any(|o| o.ends_with(&format!("({})", term.id)))
            {
                offered.push(text);
            }
            if offered.len() == OFFERED {
                break;
            }
        }
        offered
    }
}

impl<'k> IntoIterator for &'k Terms {
    type Item = &'k Term;
    type IntoIter = std::slice::Iter<'k, Term>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
