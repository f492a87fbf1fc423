//! Genes, diseases and phenotypes as documents.
//!
//! What is one disease in two catalogues becomes one document: a term of NANDO that maps to a
//! term of Mondo, and is called as that is called in English, lends it its names. Obsolete terms
//! are left out; their identifiers lead nowhere here.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use super::document::{Document, Kind, Name, NameKind};
use super::fold::{key, units};
use super::pack::VERSION;
use crate::knowledge::{Gene, Knowledge, KnowledgeError, Links, Ontology, Term};

/// Everyday Japanese names of diseases that the catalogues have in English alone or in other
/// words: identifier, title or name, the name.
const JAPANESE: &str = include_str!("japanese.tsv");

/// Everything that is known, as documents; in a fixed order.
///
/// # Errors
/// [`KnowledgeError`] where a file is damaged.
pub fn build_vocabulary(knowledge: &Knowledge) -> Result<Vec<Document>, KnowledgeError> {
    let (genes, terms, links) = (knowledge.genes()?, knowledge.terms()?, knowledge.links()?);
    let mut documents: Vec<Document> = genes.iter().map(|g| gene_document(g, links)).collect();

    let symbol = |id: &str| genes.by_id(id).map(|gene| gene.symbol.clone());
    let current: Vec<&Term> = terms.iter().filter(|t| !t.obsolete).collect();
    let entries: Vec<Entry<'_>> = current
        .into_par_iter()
        .map(|term| Entry {
            term,
            descendants: terms.descendants(&term.id).len(),
            genes: genes_of(term, links)
                .into_iter()
                .filter_map(symbol)
                .collect(),
        })
        .collect();
    let (nando, others): (Vec<_>, Vec<_>) = entries
        .iter()
        .partition(|e| e.term.ontology == Ontology::Nando);
    let mut terms: BTreeMap<&str, Document> = others
        .into_iter()
        .map(|e| (e.term.id.as_str(), term_document(e)))
        .collect();
    let mut apart = Vec::new();
    for entry in nando {
        if !join(&mut terms, entry) {
            apart.push(term_document(entry));
        }
    }
    documents.extend(terms.into_values());
    documents.extend(apart);
    add_japanese(&mut documents);
    Ok(documents)
}

/// Names the index of [`build_vocabulary`]'s documents: what is known gives it, with the way in
/// which this version of the program makes documents and indexes of it.
#[must_use]
pub fn vocabulary_key(knowledge: &Knowledge) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(knowledge.digest().as_bytes());
    hasher.update(JAPANESE.as_bytes());
    hasher.update(env!("CARGO_PKG_VERSION").as_bytes());
    hasher.update(&VERSION.to_le_bytes());
    hasher.finalize().to_hex().chars().take(32).collect()
}

/// A term, and what is known of it elsewhere.
struct Entry<'k> {
    term: &'k Term,
    /// Terms below it.
    descendants: usize,
    /// Symbols of genes that are known to cause it.
    genes: BTreeSet<String>,
}

/// Identifiers of genes of a disease itself, under all its names; not of those below it.
fn genes_of<'k>(term: &Term, links: &'k Links) -> Vec<&'k str> {
    let ids = std::iter::once(&term.id).chain(&term.xrefs);
    let ids = ids.filter(|_| term.ontology != Ontology::Hpo);
    ids.flat_map(|id| links.genes(id)).collect()
}

fn names(texts: &[String], kind: NameKind) -> impl Iterator<Item = Name> + '_ {
    let texts = texts.iter().filter(|t| !t.is_empty());
    texts.map(move |t| Name::new(t, kind))
}

/// 0 to `most`, growing slowly with `n`.
fn slowly(n: usize, most: u16) -> u16 {
    let bits = usize::BITS - n.leading_zeros();
    (bits as u16 * 25).min(most)
}

fn gene_document(gene: &Gene, links: &Links) -> Document {
    let mut document = Document::new(Kind::Gene, &gene.id, &gene.symbol);
    document.about = Some(gene.name.clone()).filter(|n| !n.is_empty());
    let ensembl = std::slice::from_ref(&gene.ensembl);
    document.names = names(&gene.aliases, NameKind::Alias)
        .chain(names(&gene.alias_names, NameKind::Synonym))
        .chain(names(&gene.previous, NameKind::Previous))
        .chain(names(&gene.previous_names, NameKind::Previous))
        .chain(names(ensembl, NameKind::Identifier))
        .chain(names(&gene.uniprot, NameKind::Identifier))
        .chain(names(&gene.former_ids, NameKind::Identifier))
        .collect();
    document.fields = vec![("gene".to_owned(), gene.symbol.clone())];
    let coding = if gene.is_protein_coding() { 300 } else { 0 };
    let diseases = links.diseases_of_gene(&gene.id).len();
    document.weight = 100 + coding + slowly(diseases, 300);
    document
}

fn term_document(entry: &Entry<'_>) -> Document {
    let term = entry.term;
    let kind = match term.ontology {
        Ontology::Hpo => Kind::Phenotype,
        Ontology::Mondo | Ontology::Nando => Kind::Disease,
    };
    let mut document = Document::new(kind, &term.id, &term.label);
    document.title_ja.clone_from(&term.label_ja);
    document.weight = 200 + slowly(entry.descendants, 200) + slowly(entry.genes.len(), 200);
    absorb(&mut document, entry);
    document
}

/// Adds a term's names and genes to a document.
fn absorb(document: &mut Document, entry: &Entry<'_>) {
    let term = entry.term;
    // Other ontologies' terms are documents of their own.
    let xrefs = term.xrefs.iter().filter(|x| Ontology::of_id(x).is_none());
    document.names.extend(
        names(&term.readings, NameKind::Reading)
            .chain(names(&term.synonyms, NameKind::Synonym))
            .chain(names(&term.related, NameKind::Related))
            .chain(xrefs.map(|x| Name::new(x, NameKind::Identifier)))
            .chain(names(&term.former_ids, NameKind::Identifier)),
    );
    for gene in &entry.genes {
        let field = ("gene".to_owned(), gene.clone());
        if !document.fields.contains(&field) {
            document.fields.push(field);
        }
    }
}

/// Gives a NANDO term's names to the one term of Mondo that is the same, if there is one.
fn join(terms: &mut BTreeMap<&str, Document>, entry: &Entry<'_>) -> bool {
    let term = entry.term;
    let label = key(&units(&term.label));
    let mut same = term.mondo.iter().filter(|id| {
        let Some(document) = terms.get(id.as_str()) else {
            return false;
        };
        let mut names = document
            .all_names()
            .filter(|(_, kind)| matches!(kind, NameKind::Label | NameKind::Synonym));
        names.any(|(name, _)| key(&units(name)) == label)
    });
    let (Some(id), None) = (same.next(), same.next()) else {
        return false;
    };
    let Some(document) = terms.get_mut(id.as_str()) else {
        return false;
    };
    match (&document.title_ja, &term.label_ja) {
        (None, Some(ja)) => document.title_ja = Some(ja.clone()),
        (Some(known), Some(ja)) if known != ja => {
            document.names.push(Name::new(ja, NameKind::Synonym));
        }
        _ => {}
    }
    let label = Name::new(&term.label, NameKind::Synonym);
    let own = Name::new(&term.id, NameKind::Identifier);
    document.names.extend([label, own]);
    document.weight += 100;
    absorb(document, entry);
    true
}

/// Adds the everyday names of the table to the documents it names.
fn add_japanese(documents: &mut [Document]) {
    let places: HashMap<String, usize> = documents
        .iter()
        .enumerate()
        .map(|(i, d)| (d.id.clone(), i))
        .collect();
    let lines = JAPANESE.lines().filter(|l| !l.starts_with('#'));
    for line in lines {
        let mut parts = line.split('\t');
        let (Some(id), Some(role), Some(name)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let place = places.get(id).and_then(|&i| documents.get_mut(i));
        let Some(document) = place else { continue };
        match role {
            "title" if document.title_ja.is_none() => document.title_ja = Some(name.to_owned()),
            "related" => document.names.push(Name::new(name, NameKind::Related)),
            _ => document.names.push(Name::new(name, NameKind::Synonym)),
        }
    }
}
