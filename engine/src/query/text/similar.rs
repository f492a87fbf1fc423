//! Where nothing matches as it is written: names that differ in a few letters, then names in
//! which some of the words stand.

use std::collections::BTreeSet;

use strsim::osa_distance;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, FuzzyTermQuery, Query as TantivyQuery};

use super::fold::{Unit, key, units};
use super::search::{Found, term, term_query};
use super::tokenizer::{index_terms, query_terms};
use super::{Match, TextError};

/// Similar names that are compared letter by letter.
const SIMILAR: usize = 200;
/// A word that so many names have is spelled as it should be.
const KNOWN: u64 = 5;
/// Words longer than this have no misprints sought in them.
const MAX_FUZZY: usize = 64;

/// Letters that may differ in a text of so many.
const fn tolerance(chars: usize, ideographs: bool) -> u8 {
    match (chars, ideographs) {
        (0..=3, _) | (MAX_FUZZY.., _) => 0,
        (4..=7, _) | (_, true) => 1,
        _ => 2,
    }
}

impl Found<'_> {
    /// Names whose letters differ a little: those of words that are rare, or of `every` word.
    pub(super) fn similar(&mut self, every: bool) -> Result<(), TextError> {
        let fields = self.index.fields;
        let mut best = self.best(true);
        best.limit = SIMILAR;
        let mut ranks = BTreeSet::new();
        let ideographs = self.query.units.iter().any(|u| matches!(u, Unit::Run(_)));
        let whole = tolerance(self.query.key.chars().count(), ideographs);
        if whole > 0 {
            let query = FuzzyTermQuery::new(term(fields.key, &self.query.key), whole, true);
            ranks.extend(self.index.collect(&query, &best)?);
        }
        let mut words = Vec::new();
        for unit in &self.query.units {
            let Unit::Word(word) = unit else {
                words.push(self.phrase_of(std::slice::from_ref(unit)));
                continue;
            };
            let term = term(fields.text, word);
            let tolerance = tolerance(word.chars().count(), false);
            let known = !every
                && self.query.units.len() > 1
                && self.index.searcher.doc_freq(&term)? >= KNOWN;
            words.push(match tolerance {
                n if n > 0 && !known => Box::new(FuzzyTermQuery::new(term, n, true)),
                _ => Box::new(term_query(term)) as Box<dyn TantivyQuery>,
            });
        }
        let query = BooleanQuery::intersection(words);
        ranks.extend(self.index.collect(&query, &best)?);
        let mut ordered = Vec::with_capacity(ranks.len());
        for rank in ranks {
            let document = self.index.document(rank.document())?;
            let name = document.all_names().nth(rank.number());
            let units = units(name.map_or("", |(text, _)| text));
            ordered.push((distance(&self.query.units, &units), rank));
        }
        ordered.sort_unstable();
        let ordered = ordered.into_iter().map(|(n, rank)| (n as u64, rank));
        self.add_ordered(Match::Similar, ordered);
        Ok(())
    }

    /// Names in which at least half of the words or pairs of characters stand.
    pub(super) fn partly(&mut self) -> Result<(), TextError> {
        if !self.hits.is_empty() {
            return Ok(());
        }
        let wanted: BTreeSet<String> = query_terms(&self.query.units)
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        if wanted.len() < 2 {
            return Ok(());
        }
        let terms = wanted.iter().map(|text| {
            let query: Box<dyn TantivyQuery> =
                Box::new(term_query(term(self.index.fields.text, text)));
            query
        });
        let least = wanted.len().div_ceil(2);
        let query = BooleanQuery::union_with_minimum_required_clauses(terms.collect(), least);
        let top = TopDocs::with_limit(SIMILAR).order_by_score();
        let mut ordered = Vec::new();
        for (_, address) in self.index.searcher.search(&query, &top)? {
            let Some(rank) = self.index.rank(address.doc_id) else {
                continue;
            };
            if !self.best(true).wants(rank) {
                continue;
            }
            let document = self.index.document(rank.document())?;
            let name = document.all_names().nth(rank.number());
            let terms = index_terms(&units(name.map_or("", |(text, _)| text)));
            let has = |text: &String| terms.iter().any(|(_, t)| t == text);
            let missing: usize = wanted
                .iter()
                .filter(|text| !has(text))
                .map(|text| text.chars().count())
                .sum();
            ordered.push((missing, rank));
        }
        ordered.sort_unstable();
        let ordered = ordered.into_iter().map(|(n, rank)| (n as u64, rank));
        self.add_ordered(Match::Partly, ordered);
        Ok(())
    }
}

/// Letters that differ, at best: as wholes, or word by word in any order. A wrong first letter
/// counts twice: people get it right.
fn distance(query: &[Unit], name: &[Unit]) -> usize {
    let (a, b) = (key(query), key(name));
    let first = usize::from(a.chars().next() != b.chars().next());
    let whole = osa_distance(&a, &b) + first;
    let words = |units: &[Unit]| -> Vec<String> {
        let words = units.iter().map(|u| key(std::slice::from_ref(u)));
        words.collect()
    };
    let names = words(name);
    let by_word: usize = words(query)
        .iter()
        .map(|word| {
            let distances = names.iter().map(|other| {
                let first = usize::from(word.chars().next() != other.chars().next());
                osa_distance(word, other) + first
            });
            distances.min().unwrap_or(word.chars().count())
        })
        .sum();
    whole.min(by_word)
}
