//! From a query to hits: better ways to match first, and further ones only as long as there is
//! room. Similar and partial matches are sought only where there is nothing better.

use std::collections::HashSet;
use std::sync::Arc;

use roaring::RoaringBitmap;
use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, PhrasePrefixQuery, PhraseQuery, Query as TantivyQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use super::build::field_term;
use super::candidates::Best;
use super::document::NameKind;
use super::fold::{Unit, plain};
use super::hit::{Hit, Match};
use super::pack::guarded;
use super::query::Query;
use super::rank::Rank;
use super::tokenizer::query_terms;
use super::{TextError, TextIndex};

/// Names looked at for each hit wanted: documents have several that match.
const NAMES_PER_HIT: usize = 8;
/// Names at least looked at.
const MIN_NAMES: usize = 64;
/// Words that a prefix may stand for.
const EXPANSIONS: u32 = 4096;

/// Hits so far.
pub(super) struct Found<'a> {
    pub(super) index: &'a TextIndex,
    pub(super) query: &'a Query,
    documents: Option<Arc<RoaringBitmap>>,
    pub(super) hits: Vec<(Match, u64, Rank)>,
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
        self.complete(&query.with_limit(n))
    }

    /// As [`TextIndex::suggest`], of a query that is understood already.
    ///
    /// # Errors
    /// Where the index is damaged.
    pub fn complete(&self, query: &Query) -> Result<Vec<Hit>, TextError> {
        guarded(|| self.run(query, true))
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

pub(super) fn term(field: Field, text: &str) -> Term {
    Term::from_field_text(field, text)
}

pub(super) fn term_query(term: Term) -> TermQuery {
    TermQuery::new(term, IndexRecordOption::Basic)
}

impl Found<'_> {
    pub(super) fn best(&self, by_length: bool) -> Best<'_> {
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
    pub(super) fn add_ordered(&mut self, how: Match, ranks: impl IntoIterator<Item = (u64, Rank)>) {
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

    pub(super) fn phrase_of(&self, units: &[Unit]) -> Box<dyn TantivyQuery> {
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
