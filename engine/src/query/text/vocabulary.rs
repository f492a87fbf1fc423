//! Genes and terms of ontologies as documents.
//!
//! Whoever has read a gene table and ontologies gives them as [`GeneEntry`] and [`TermEntry`];
//! [`Vocabulary::documents`] joins what is one disease in two catalogues: a term of NANDO that
//! maps to a term of Mondo, and is called as that is called in English, lends it its names.

use std::collections::{BTreeMap, HashMap};

use super::document::{Document, Kind, Name, NameKind};
use super::fold::{key, units};

/// Everyday Japanese names of diseases that the catalogues have in English alone or in other
/// words: identifier, title or name, the name.
const JAPANESE: &str = include_str!("japanese.tsv");

/// A gene of a gene table.
#[derive(Clone, Debug, Default)]
pub struct GeneEntry {
    /// HGNC's identifier.
    pub id: String,
    /// Approved symbol.
    pub symbol: String,
    /// Approved name.
    pub name: String,
    /// Other symbols.
    pub aliases: Vec<String>,
    /// Other names.
    pub alias_names: Vec<String>,
    /// Symbols and names approved once.
    pub previous: Vec<String>,
    /// Identifiers of other catalogues.
    pub identifiers: Vec<String>,
    /// Whether it codes for a protein.
    pub protein_coding: bool,
    /// Diseases that are known to come of it.
    pub diseases: usize,
}

/// The ontology of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermSource {
    /// Human Phenotype Ontology.
    Hpo,
    /// Mondo Disease Ontology.
    Mondo,
    /// Nanbyo Disease Ontology.
    Nando,
}

/// A term of an ontology.
#[derive(Clone, Debug)]
pub struct TermEntry {
    /// Where it is from.
    pub source: TermSource,
    /// `HP:0001638`.
    pub id: String,
    /// Preferred English name.
    pub label: String,
    /// Preferred Japanese name.
    pub label_ja: Option<String>,
    /// How the Japanese name is read, in hiragana.
    pub readings: Vec<String>,
    /// Other names that mean the same, in any language.
    pub synonyms: Vec<String>,
    /// Broader, narrower and related names.
    pub related: Vec<String>,
    /// Identifiers of other catalogues, and those it had before.
    pub identifiers: Vec<String>,
    /// Of a term of NANDO: the terms of Mondo that it maps to.
    pub mondo: Vec<String>,
    /// Symbols of genes that are known to cause it.
    pub genes: Vec<String>,
    /// Terms below it.
    pub descendants: usize,
}

impl TermEntry {
    /// A term with nothing but a name.
    pub fn new(source: TermSource, id: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            source,
            id: id.into(),
            label: label.into(),
            label_ja: None,
            readings: Vec::new(),
            synonyms: Vec::new(),
            related: Vec::new(),
            identifiers: Vec::new(),
            mondo: Vec::new(),
            genes: Vec::new(),
            descendants: 0,
        }
    }
}

/// Gathers genes and terms.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    genes: Vec<GeneEntry>,
    terms: Vec<TermEntry>,
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

fn gene_document(gene: &GeneEntry) -> Document {
    let mut document = Document::new(Kind::Gene, &gene.id, &gene.symbol);
    document.about = Some(gene.name.clone()).filter(|n| !n.is_empty());
    document.names = names(&gene.aliases, NameKind::Alias)
        .chain(names(&gene.alias_names, NameKind::Synonym))
        .chain(names(&gene.previous, NameKind::Previous))
        .chain(names(&gene.identifiers, NameKind::Identifier))
        .collect();
    document.fields = vec![("gene".to_owned(), gene.symbol.clone())];
    document.weight = 100 + if gene.protein_coding { 300 } else { 0 } + slowly(gene.diseases, 300);
    document
}

fn term_document(term: &TermEntry) -> Document {
    let kind = match term.source {
        TermSource::Hpo => Kind::Phenotype,
        TermSource::Mondo | TermSource::Nando => Kind::Disease,
    };
    let mut document = Document::new(kind, &term.id, &term.label);
    document.title_ja.clone_from(&term.label_ja);
    document.weight = 200 + slowly(term.descendants, 200) + slowly(term.genes.len(), 200);
    absorb(&mut document, term);
    document
}

/// Adds a term's names and genes to a document.
fn absorb(document: &mut Document, term: &TermEntry) {
    document.names.extend(
        names(&term.readings, NameKind::Reading)
            .chain(names(&term.synonyms, NameKind::Synonym))
            .chain(names(&term.related, NameKind::Related))
            .chain(names(&term.identifiers, NameKind::Identifier)),
    );
    for gene in &term.genes {
        let field = ("gene".to_owned(), gene.clone());
        if !document.fields.contains(&field) {
            document.fields.push(field);
        }
    }
}

impl Vocabulary {
    /// Adds a gene.
    pub fn add_gene(&mut self, gene: GeneEntry) {
        self.genes.push(gene);
    }

    /// Adds a term.
    pub fn add_term(&mut self, term: TermEntry) {
        self.terms.push(term);
    }

    /// The documents.
    #[must_use]
    pub fn documents(mut self) -> Vec<Document> {
        let mut documents: Vec<Document> = self.genes.iter().map(gene_document).collect();
        self.terms.sort_by(|a, b| a.id.cmp(&b.id));
        let (nando, others): (Vec<_>, Vec<_>) = self
            .terms
            .iter()
            .partition(|t| t.source == TermSource::Nando);
        let mut terms: BTreeMap<&str, Document> = others
            .into_iter()
            .map(|t| (t.id.as_str(), term_document(t)))
            .collect();
        let mut apart = Vec::new();
        for term in nando {
            if !join(&mut terms, term) {
                apart.push(term_document(term));
            }
        }
        documents.extend(terms.into_values());
        documents.extend(apart);
        add_japanese(&mut documents);
        documents
    }
}

/// Gives a NANDO term's names to the one term of Mondo that is the same, if there is one.
fn join(terms: &mut BTreeMap<&str, Document>, term: &TermEntry) -> bool {
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
    absorb(document, term);
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
