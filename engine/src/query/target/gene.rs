//! The page of a gene.

use serde::Serialize;

use super::clinical::{Asserted, ClinicalColumns, asserted};
use super::facts::GeneFacts;
use super::mask::MaskUsed;
use super::people::{LossOfFunction, loss_of_function};
use super::variants::{TargetVariant, describe};
use super::{Question, TargetError};
use crate::genome::Build;
use crate::knowledge::{Gene, Knowledge};
use crate::query::burden::{RESULTS, StoredResult, stored_results};
use crate::query::rows::RowSet;
use crate::store::Store;

/// A gene that is asked about.
#[derive(Clone, Debug)]
pub struct GeneSubject<'k> {
    /// As it was asked for.
    pub asked: String,
    /// Its symbol, or what the store calls it.
    pub symbol: String,
    /// What is known of it.
    pub known: Option<&'k Gene>,
    /// The store's rows that lie in it.
    pub rows: RowSet,
    /// By what these were found, in words.
    pub found_by: String,
    /// What the reader should know: that the gene was asked for by another name.
    pub notes: Vec<String>,
}

/// The page of a gene.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GeneDossier {
    /// As it was asked for.
    pub asked: String,
    /// Its symbol.
    pub symbol: String,
    /// What is known of it.
    pub known: Option<GeneFacts>,
    /// People of the store.
    pub people: u64,
    /// Genome build of the store.
    pub build: String,
    /// Which variants qualify.
    pub masks: MaskUsed,
    /// By what the gene's variants were found, in words.
    pub found_by: String,
    /// The gene's variants in the store, qualifying or not.
    pub variants_in_gene: u64,
    /// The column by which people are of populations.
    pub population_column: Option<String>,
    /// Names of the populations, in order.
    pub populations: Vec<String>,
    /// Names of the cohorts, in order.
    pub cohorts: Vec<String>,
    /// Whether the store has clinical assertions.
    pub has_clinical: bool,
    /// What is asserted of the variants, the most frequent first.
    pub clinical: Vec<Asserted>,
    /// The qualifying variants that somebody has, by place.
    pub variants: Vec<TargetVariant>,
    /// Qualifying variants that nobody has, which are not listed.
    pub unseen: u64,
    /// Loss of function; `None` where nothing tells it.
    pub loss_of_function: Option<LossOfFunction>,
    /// Results of burden tests that the store keeps of the gene, the strongest evidence first.
    pub associations: Vec<StoredResult>,
    /// Whether the store keeps any results.
    pub has_results: bool,
    /// What the reader should know.
    pub notes: Vec<String>,
}

/// Gathers the page of a gene.
///
/// # Errors
/// [`TargetError`].
pub fn gene(
    store: &Store,
    subject: &GeneSubject<'_>,
    knowledge: &Knowledge,
    question: &Question,
) -> Result<GeneDossier, TargetError> {
    let build: Build = store.manifest().build.parse().unwrap_or(Build::Unknown);
    let facts = |gene| GeneFacts::new(gene, knowledge, build);
    let qualifying = question.qualifying(store, &subject.rows)?;
    let lof = question.lof(store, &subject.rows)?;
    let (seen, unseen) = seen(store, &qualifying)?;
    let none = RowSet::default();
    let variants = describe(store, &seen, lof.as_ref().unwrap_or(&none), question)?;
    let populations = question.populations.as_ref();
    let mut notes = subject.notes.clone();
    if question.masks.qualifying.is_none() {
        notes.push(
            "the store has no consequences: every variant that lies in the gene is listed"
                .to_owned(),
        );
    }
    if lof.is_none() {
        notes.push(
            "the store does not say which variants are loss of function: index it from a file \
             with VEP's CSQ or SnpEff's ANN, or annotate it"
                .to_owned(),
        );
    }
    let called = |set: &str| {
        [&subject.symbol, &subject.asked]
            .iter()
            .any(|n| n.eq_ignore_ascii_case(set))
    };
    let mut tables = store.manifest().tables.keys();
    let has_results = tables.any(|t| t.starts_with(RESULTS));
    Ok(GeneDossier {
        asked: subject.asked.clone(),
        symbol: subject.symbol.clone(),
        known: subject.known.map(facts).transpose()?,
        people: store.active().len(),
        build: store.manifest().build.clone(),
        masks: question.mask_used(),
        found_by: subject.found_by.clone(),
        variants_in_gene: subject.rows.len(),
        population_column: populations.map(|p| p.column.clone()),
        populations: populations.map_or_else(Vec::new, |p| {
            p.groups.iter().map(|g| g.name.clone()).collect()
        }),
        cohorts: question.cohorts.iter().map(|c| c.name.clone()).collect(),
        has_clinical: ClinicalColumns::new(store).are_there(),
        clinical: asserted(&variants),
        variants,
        unseen,
        loss_of_function: match &lof {
            Some(rows) => Some(loss_of_function(store, rows, question)?),
            None => None,
        },
        associations: stored_results(store, called)?,
        has_results,
        notes,
    })
}

/// Those of `rows` that somebody has, and how many nobody has.
pub(super) fn seen(
    store: &Store,
    rows: &RowSet,
) -> Result<(RowSet, u64), crate::format::FormatError> {
    let (mut some, mut none) = (RowSet::default(), 0);
    for (index, rows) in rows.shards() {
        let sites = store.shard(*index)?.sites()?;
        for row in rows.iter().take_while(|&row| (row as usize) < sites.len()) {
            if sites.counts(row as usize).allele_count() > 0 {
                some.insert(*index, row);
            } else {
                none += 1;
            }
        }
    }
    Ok((some, none))
}
