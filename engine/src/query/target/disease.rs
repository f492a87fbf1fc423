//! The page of a disease or a phenotype: its genes, ranked.

use std::collections::BTreeMap;

use serde::Serialize;

use super::count::InGroup;
use super::facts::Named;
use super::gene::seen;
use super::mask::MaskUsed;
use super::people::{Share, carriers_of, share};
use super::{Question, TargetError};
use crate::genotype::SampleSet;
use crate::knowledge::{GeneLink, Genes, Knowledge};
use crate::query::genes::{GeneOf, by_gene};
use crate::query::rows::RowSet;
use crate::store::Store;

/// A disease or a phenotype that is asked about.
#[derive(Clone, Debug, Default)]
pub struct DiseaseSubject {
    /// As it was asked for.
    pub asked: String,
    /// What it is: a term of Mondo, NANDO or HPO, or a disease of a catalogue.
    pub term: Named,
    /// People of the store who have it or a term below it; `None` where the sample table has
    /// no codes of terms.
    pub people_with: Option<u64>,
    /// What the reader should know: how it was understood.
    pub notes: Vec<String>,
}

/// The page of a disease.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DiseaseDossier {
    /// As it was asked for.
    pub asked: String,
    /// What it is.
    pub term: Named,
    /// People of the store.
    pub people: u64,
    /// Those of them who have it or a term below it; `None` where the sample table has no codes.
    pub people_with: Option<u64>,
    /// Which variants qualify.
    pub masks: MaskUsed,
    /// Names of the cohorts, in order.
    pub cohorts: Vec<String>,
    /// Its genes, the best supported first.
    pub genes: Vec<RankedGene>,
    /// What the reader should know.
    pub notes: Vec<String>,
}

/// A gene of a disease.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RankedGene {
    /// Approved symbol.
    pub symbol: String,
    /// HGNC's identifier.
    pub id: String,
    /// Approved name.
    pub name: String,
    /// Diseases of catalogues that link it, all of them.
    pub sources: Vec<Named>,
    /// Terms that these are, itself or below it.
    pub terms: Vec<Named>,
    /// Qualifying variants that somebody in the store has.
    pub qualifying: u64,
    /// Those that are loss of function; `None` where nothing tells.
    pub lof_variants: Option<u64>,
    /// People who carry any of these.
    pub lof_carriers: Option<u64>,
    /// Of each cohort.
    pub cohorts: Vec<InGroup<Share>>,
    /// Probability of loss-of-function intolerance.
    pub pli: Option<f64>,
    /// Upper bound of observed over expected loss-of-function variants.
    pub loeuf: Option<f64>,
    /// Tier of the druggable genome.
    pub druggable_tier: String,
    /// Why it stands where it stands.
    pub why: String,
}

/// Ranks the genes of a disease: by the number of linked diseases, then of people who carry
/// loss of function here, then of qualifying variants here, then by constraint.
///
/// `genes` says which genes a row lies in, by any name of theirs.
///
/// # Errors
/// [`TargetError`].
pub fn disease(
    store: &Store,
    subject: &DiseaseSubject,
    knowledge: &Knowledge,
    genes: &dyn GeneOf,
    question: &Question,
) -> Result<DiseaseDossier, TargetError> {
    let links = knowledge.genes_of(&subject.term.id)?;
    let all = RowSet::all(store);
    let known = knowledge.genes()?;
    let (qualifying, _) = seen(store, &question.qualifying(store, &all)?)?;
    let qualifying = by_id(&by_gene(store, &qualifying, genes)?, known);
    let lof = match question.lof(store, &all)? {
        Some(rows) => Some(by_id(
            &by_gene(store, &seen(store, &rows)?.0, genes)?,
            known,
        )),
        None => None,
    };
    let mut notes = subject.notes.clone();
    if links.is_empty() {
        notes.push("no gene is known for it, nor for anything below it".to_owned());
    }
    if lof.is_none() {
        notes.push("the store does not say which variants are loss of function".to_owned());
    }
    let mut ranked = Vec::with_capacity(links.len());
    for link in &links {
        let rows = qualifying.get(link.gene.id.as_str());
        let lof_rows = lof.as_ref().map(|lof| lof.get(link.gene.id.as_str()));
        let carriers = match lof_rows {
            None => None,
            Some(None) => Some(SampleSet::none(store.n_samples())),
            Some(Some(rows)) => Some(carriers_of(store, rows)?),
        };
        let lof_variants = lof_rows.map(|rows| rows.map_or(0, RowSet::len));
        let found = rank(
            link,
            rows.map_or(0, RowSet::len),
            lof_variants,
            carriers,
            question,
        );
        ranked.push(found);
    }
    let order = |g: &RankedGene| {
        let (sources, carriers) = (g.sources.len(), g.lof_carriers.unwrap_or(0));
        std::cmp::Reverse((sources, carriers, g.qualifying))
    };
    ranked.sort_by(|a, b| {
        let constrained = |g: &RankedGene| g.loeuf.unwrap_or(f64::INFINITY);
        (order(a).cmp(&order(b)))
            .then_with(|| constrained(a).total_cmp(&constrained(b)))
            .then_with(|| a.symbol.cmp(&b.symbol))
    });
    Ok(DiseaseDossier {
        asked: subject.asked.clone(),
        term: subject.term.clone(),
        people: store.active().len(),
        people_with: subject.people_with,
        masks: question.mask_used(),
        cohorts: question.cohorts.iter().map(|c| c.name.clone()).collect(),
        genes: ranked,
        notes,
    })
}

/// By HGNC's identifier: names of the store that lead to one gene are one.
fn by_id<'k>(found: &BTreeMap<String, RowSet>, known: &'k Genes) -> BTreeMap<&'k str, RowSet> {
    let mut out: BTreeMap<&str, RowSet> = BTreeMap::new();
    for (name, rows) in found {
        if let Ok(gene) = known.find(name) {
            let before = out.remove(gene.gene.id.as_str()).unwrap_or_default();
            out.insert(&gene.gene.id, before | rows);
        }
    }
    out
}

fn rank(
    link: &GeneLink<'_>,
    qualifying: u64,
    lof_variants: Option<u64>,
    carriers: Option<SampleSet>,
    question: &Question,
) -> RankedGene {
    let gene = link.gene;
    let sources = link.diseases.iter().map(|d| Named {
        id: d.id.clone(),
        label: d.name.clone(),
        label_ja: None,
    });
    let mut found = RankedGene {
        symbol: gene.symbol.clone(),
        id: gene.id.clone(),
        name: gene.name.clone(),
        sources: sources.collect(),
        terms: link.terms.iter().map(|t| Named::from(*t)).collect(),
        qualifying,
        lof_variants,
        lof_carriers: carriers.as_ref().map(SampleSet::len),
        cohorts: (question.cohorts.iter())
            .filter_map(|group| Some(share(carriers.as_ref()?, group)))
            .collect(),
        pli: gene.constraint.pli,
        loeuf: gene.constraint.loeuf,
        druggable_tier: gene.tier.clone(),
        why: String::new(),
    };
    found.why = why(&found);
    found
}

fn why(gene: &RankedGene) -> String {
    let mut parts = Vec::new();
    if let Some(first) = gene.sources.first() {
        let more = match gene.sources.len() {
            1 => String::new(),
            n => format!(" and {} more", n - 1),
        };
        parts.push(format!("linked by {}{more}", first.id));
    }
    let plural = |n: u64, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    match (gene.lof_variants, gene.lof_carriers) {
        (Some(variants), Some(people)) if variants > 0 => parts.push(format!(
            "{} of loss of function in {}",
            plural(variants, "variant", "variants"),
            plural(people, "person", "people")
        )),
        (Some(_), _) => parts.push("no loss of function here".to_owned()),
        _ => {}
    }
    let qualifying = plural(gene.qualifying, "qualifying variant", "qualifying variants");
    parts.push(qualifying);
    // The bound of gnomAD v2.1.1, whose constraint this is.
    if gene.loeuf.is_some_and(|l| l < 0.35) {
        parts.push("intolerant of loss of function".to_owned());
    }
    if !gene.druggable_tier.is_empty() {
        parts.push(format!("druggable, tier {}", gene.druggable_tier));
    }
    parts.join("; ")
}
