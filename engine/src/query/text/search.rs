//! From a query to hits: better ways to match first, and further ones only as long as there is
//! room. Similar and partial matches are sought only where there is nothing better.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use roaring::RoaringBitmap;
use strsim::osa_distance;
use tantivy::Term;
use tantivy::collector::TopDocs;
use tantivy::query::{
    AllQuery, BooleanQuery, FuzzyTermQuery, PhrasePrefixQuery, PhraseQuery, Query as TantivyQuery,
    TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use super::build::field_term;
use super::candidates::Best;
use super::document::{Document, NameKind};
use super::fold::{Unit, key, plain, units};
use super::pack::guarded;
use super::query::Query;
use super::rank::Rank;
use super::tokenizer::{index_terms, query_terms};
use super::{TextError, TextIndex};

/// How a name matches; better first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Match {
    /// As a whole, but for spelling, case, width and blanks.
    Exact,
    /// The words stand in it, one after another.
    Phrase,
    /// It, or a word in it, begins so.
    Prefix,
    /// The words stand in it, or in several names of one document.
    Words,
    /// Letters differ.
    Similar,
    /// Some of the words stand in it.
    Partly,
}

impl Match {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Phrase => "phrase",
            Self::Prefix => "prefix",
            Self::Words => "words",
            Self::Similar => "similar",
            Self::Partly => "partly",
        }
    }
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// What it is.
    pub document: Document,
    /// The name that matched.
    pub name: String,
    /// What the name is to the document.
    pub name_kind: NameKind,
    /// How it matched.
    pub how: Match,
    /// Its place among hits that match alike; less is better.
    order: u64,
}

impl Hit {
    /// What was found by its identifier alone.
    #[must_use]
    pub fn exact(document: Document) -> Self {
        Self {
            name: document.id.clone(),
            name_kind: NameKind::Identifier,
            how: Match::Exact,
            order: 0,
            document,
        }
    }

    /// What to show it as: in Japanese where there is a Japanese title and `japanese`.
    #[must_use]
    pub fn title(&self, japanese: bool) -> &str {
        let ja = self.document.title_ja.as_deref().filter(|_| japanese);
        ja.unwrap_or(&self.document.title)
    }
}

/// Names looked at for each hit wanted: documents have several that match.
const NAMES_PER_HIT: usize = 8;
/// Names at least looked at.
const MIN_NAMES: usize = 64;
/// Similar names that are compared letter by letter.
const SIMILAR: usize = 200;
/// A word that so many names have is spelled as it should be.
const KNOWN: u64 = 5;
/// Words that a prefix may stand for.
const EXPANSIONS: u32 = 4096;
/// Words longer than this have no misprints sought in them.
const MAX_FUZZY: usize = 64;

/// Hits so far.
struct Found<'a> {
    index: &'a TextIndex,
    query: &'a Query,
    documents: Option<Arc<RoaringBitmap>>,
    hits: Vec<(Match, u64, Rank)>,
    seen: HashSet<u32>,
}

impl TextIndex {
    /// What the query finds, the best first.
    ///
    /// # Errors
    /// Where the index is damaged.
    pub fn search(&self, query: &Query) -> Result<Vec<Hit>, TextError> {
        guarded(|| self.run(query, false))
    }

    /// What the text may be the beginning of; as [`TextIndex::search`], with whole names that
    /// begin so first. Meant to be called at every key.
    ///
    /// # Errors
    /// Where the index is damaged.
    pub fn suggest(&self, text: &str, n: usize) -> Result<Vec<Hit>, TextError> {
        let query = self.parse(text).unwrap_or_else(|_| Query::of_words(text));
        let query = query.with_limit(n);
        guarded(|| self.run(&query, true))
    }

    fn run(&self, query: &Query, typing: bool) -> Result<Vec<Hit>, TextError> {
        let mut found = Found {
            index: self,
            query,
            documents: self.filtered(&query.filters)?,
            hits: Vec::new(),
            seen: HashSet::new(),
        };
        if query.limit == 0 || (query.is_empty()) {
            return Ok(Vec::new());
        }
        found.variant()?;
        if query.units.is_empty() {
            found.list()?;
        } else {
            found.exact()?;
            // A name of a variant is right or wrong, once it is whole.
            if query.variant.is_some() && !typing {
                return found.finish();
            }
            if typing {
                found.beginning()?;
            } else {
                found.phrase()?;
                found.beginning()?;
            }
            found.word_beginning()?;
            if !typing || query.units.len() > 1 {
                found.words()?;
            }
            if found.hits.is_empty() && query.variant.is_none() {
                found.similar(false)?;
                if found.hits.is_empty() && !typing {
                    found.similar(true)?;
                    found.partly()?;
                }
            }
        }
        found.finish()
    }

    /// The documents that meet the conditions; nothing where there are none to meet.
    fn filtered(
        &self,
        filters: &[(String, String)],
    ) -> Result<Option<Arc<RoaringBitmap>>, TextError> {
        if filters.is_empty() {
            return Ok(None);
        }
        let mut met: Option<RoaringBitmap> = None;
        for (field, value) in filters {
            let term = term(self.fields.field, &field_term(field, value));
            let documents = self.documents_with(&term_query(term))?;
            met = Some(match met {
                Some(met) => met & documents,
                None => documents,
            });
        }
        Ok(met.map(Arc::new))
    }
}

fn term(field: Field, text: &str) -> Term {
    Term::from_field_text(field, text)
}

fn term_query(term: Term) -> TermQuery {
    TermQuery::new(term, IndexRecordOption::Basic)
}

/// Letters that may differ in a text of so many.
const fn tolerance(chars: usize, ideographs: bool) -> u8 {
    match (chars, ideographs) {
        (0..=3, _) | (MAX_FUZZY.., _) => 0,
        (4..=7, _) | (_, true) => 1,
        _ => 2,
    }
}

impl Found<'_> {
    fn best(&self, by_length: bool) -> Best<'_> {
        Best {
            kind: self.query.kind,
            documents: self.documents.as_ref(),
            limit: self
                .query
                .limit
                .saturating_mul(NAMES_PER_HIT)
                .max(MIN_NAMES),
            by_length,
        }
    }

    fn full(&self) -> bool {
        self.hits.len() >= self.query.limit
    }

    /// Adds names, the best first.
    fn add(&mut self, how: Match, ranks: impl IntoIterator<Item = Rank>) {
        self.add_ordered(how, ranks.into_iter().map(|rank| (0, rank)));
    }

    /// Adds names, the best first, with what comes before their ranks.
    fn add_ordered(&mut self, how: Match, ranks: impl IntoIterator<Item = (u64, Rank)>) {
        for (before, rank) in ranks {
            if self.full() {
                return;
            }
            if self.seen.insert(rank.document()) {
                let order = before.min(1 << 20) << 32 | rank.merit(how != Match::Exact);
                self.hits.push((how, order, rank));
            }
        }
    }

    fn collect(&mut self, how: Match, query: &dyn TantivyQuery) -> Result<(), TextError> {
        let ranks = self.index.collect(query, &self.best(true))?;
        self.add(how, ranks);
        Ok(())
    }

    /// Names of variants, by the rules for them.
    fn variant(&mut self) -> Result<(), TextError> {
        let Some(name) = &self.query.variant else {
            return Ok(());
        };
        let range = self.index.with_key(&name.query_key())?;
        let ranks = range.filter_map(|entry| self.index.rank(entry));
        let ranks = self.best(false).of(ranks);
        self.add(Match::Exact, ranks);
        Ok(())
    }

    /// Every document that meets the conditions, where there are no words.
    fn list(&mut self) -> Result<(), TextError> {
        let all = self.index.collect(&AllQuery, &self.best(false))?;
        self.add(Match::Exact, all);
        Ok(())
    }

    fn exact(&mut self) -> Result<(), TextError> {
        let range = self.index.with_key(&self.query.key)?;
        let ranks = range.filter_map(|entry| self.index.rank(entry));
        let ranks = self.best(false).of(ranks);
        // Hyphens and the like tell symbols apart, but not names of several words.
        let words = self.query.plain.contains(char::is_whitespace);
        let literal = |text: String| match words {
            true => text.chars().filter(|c| c.is_alphanumeric()).collect(),
            false => text,
        };
        let asked = literal(self.query.plain.clone());
        let mut ordered = Vec::with_capacity(ranks.len());
        for rank in ranks {
            let document = self.index.document(rank.document())?;
            let name = document.all_names().nth(rank.number());
            let (text, kind) = name.unwrap_or(("", NameKind::Related));
            let differs = literal(plain(text)) != asked;
            ordered.push((kind.class(), differs, rank.whole(), rank));
        }
        ordered.sort_unstable();
        self.add(Match::Exact, ordered.into_iter().map(|(.., rank)| rank));
        Ok(())
    }

    fn phrase(&mut self) -> Result<(), TextError> {
        if self.full() {
            return Ok(());
        }
        let query = self.phrase_of(&self.query.units);
        self.collect(Match::Phrase, query.as_ref())
    }

    fn phrase_of(&self, units: &[Unit]) -> Box<dyn TantivyQuery> {
        let field = self.index.fields.text;
        let terms = query_terms(units).into_iter();
        let mut terms: Vec<_> = terms.map(|(at, text)| (at, term(field, &text))).collect();
        match (terms.len(), terms.pop()) {
            (1, Some((_, term))) => Box::new(term_query(term)),
            (_, Some(last)) => {
                terms.push(last);
                Box::new(PhraseQuery::new_with_offset(terms))
            }
            (_, None) => Box::new(BooleanQuery::new(Vec::new())),
        }
    }

    /// Names that begin so.
    fn beginning(&mut self) -> Result<(), TextError> {
        if self.full() {
            return Ok(());
        }
        let range = self.index.with_prefix(&self.query.key)?;
        let range = range.start as usize..range.end as usize;
        let ranks = self.index.ranks.get(range).unwrap_or(&[]);
        let ranks = self.best(true).of(ranks.iter().copied().map(Rank));
        self.add(Match::Prefix, ranks);
        Ok(())
    }

    /// Names in which the last word begins so, after the words before it.
    fn word_beginning(&mut self) -> Result<(), TextError> {
        let Some(Unit::Word(last)) = self.query.units.last() else {
            return Ok(());
        };
        // One or two letters begin too many words.
        let least = if self.query.units.len() == 1 { 3 } else { 2 };
        if self.full() || last.len() < least {
            return Ok(());
        }
        let field = self.index.fields.text;
        let terms = query_terms(&self.query.units).into_iter();
        let terms = terms.map(|(at, text)| (at, term(field, &text))).collect();
        let mut query = PhrasePrefixQuery::new_with_offset(terms);
        query.set_max_expansions(EXPANSIONS);
        self.collect(Match::Prefix, &query)
    }

    /// All words in any order: in one name, then in all names of a document together.
    fn words(&mut self) -> Result<(), TextError> {
        if self.full() || self.query.units.len() < 2 {
            return Ok(());
        }
        let phrases = self.query.units.chunks(1).map(|unit| self.phrase_of(unit));
        let query = BooleanQuery::intersection(phrases.collect());
        self.collect(Match::Words, &query)?;
        if self.full() {
            return Ok(());
        }
        let mut all: Option<RoaringBitmap> = None;
        for unit in self.query.units.chunks(1) {
            let with = self.index.documents_with(self.phrase_of(unit).as_ref())?;
            let both = all.map_or_else(|| with.clone(), |all| all & &with);
            if both.is_empty() {
                return Ok(());
            }
            all = Some(both);
        }
        let numbers = all.into_iter().flatten();
        let ranks = self
            .best(true)
            .of(numbers.filter_map(|n| self.index.document_rank(n)));
        self.add(Match::Words, ranks);
        Ok(())
    }

    /// Names whose letters differ a little: those of words that are rare, or of `every` word.
    fn similar(&mut self, every: bool) -> Result<(), TextError> {
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
    fn partly(&mut self) -> Result<(), TextError> {
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

    fn finish(self) -> Result<Vec<Hit>, TextError> {
        let hits = self.hits.into_iter().map(|(how, order, rank)| {
            let document = self.index.document(rank.document())?;
            let name = document.all_names().nth(rank.number());
            let (name, name_kind) = name.unwrap_or((&document.title, NameKind::Label));
            Ok(Hit {
                name: name.to_owned(),
                name_kind,
                how,
                order,
                document,
            })
        });
        hits.collect()
    }
}

/// The hits of several indexes as those of one: an index that knows nothing better than similar
/// names gives way to one that does.
#[must_use]
pub fn merge(answers: Vec<Vec<Hit>>, limit: usize) -> Vec<Hit> {
    let mut hits: Vec<Hit> = answers.into_iter().flatten().collect();
    if hits.iter().any(|h| h.how < Match::Similar) {
        hits.retain(|h| h.how < Match::Similar);
    }
    hits.sort_by(|a, b| {
        let key = |h: &Hit| (h.how, h.order, h.document.kind);
        (key(a), &a.document.id).cmp(&(key(b), &b.document.id))
    });
    hits.dedup_by(|a, b| (a.document.kind, &a.document.id) == (b.document.kind, &b.document.id));
    hits.truncate(limit);
    hits
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
