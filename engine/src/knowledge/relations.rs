//! From diseases to genes and phenotypes and back, over ontologies and catalogues.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::links::{Disease, Links};
use super::ontology::Ontology;
use super::term::Term;
use super::terms::Terms;
use super::{Gene, Knowledge, KnowledgeError};

/// A gene of a disease, and why.
#[derive(Clone, Debug)]
pub struct GeneLink<'k> {
    /// The gene.
    pub gene: &'k Gene,
    /// Diseases of catalogues that come of it, by identifier.
    pub diseases: Vec<&'k Disease>,
    /// Terms of the disease, itself or below it, that these are; by identifier.
    pub terms: Vec<&'k Term>,
}

/// A disease of a gene.
#[derive(Clone, Debug)]
pub struct DiseaseLink<'k> {
    /// The disease as its catalogue has it.
    pub disease: &'k Disease,
    /// Terms of Mondo that are the same.
    pub mondo: Vec<&'k Term>,
    /// Terms of NANDO that are close.
    pub nando: Vec<&'k Term>,
}

/// A phenotype of a disease or a gene.
#[derive(Clone, Debug)]
pub struct PhenotypeLink<'k> {
    /// The term of HPO.
    pub phenotype: &'k Term,
    /// Diseases of catalogues that have it, with its frequency where that is known.
    pub diseases: Vec<(&'k Disease, &'k str)>,
}

/// Diseases of catalogues that a term stands for, each with the term that they are.
type Found<'k> = BTreeMap<&'k str, Vec<&'k Term>>;

impl Knowledge {
    /// Genes of a disease, with all diseases below it: a term of Mondo or NANDO, a disease of a
    /// catalogue (`OMIM:105400`), or a phenotype, which stands for the diseases that have it.
    /// Genes of more diseases first, then by symbol; none where nothing is known of it.
    ///
    /// # Errors
    /// [`KnowledgeError`] where a file is damaged.
    pub fn genes_of(&self, id: &str) -> Result<Vec<GeneLink<'_>>, KnowledgeError> {
        let (genes, links) = (self.genes()?, self.links()?);
        let mut found: BTreeMap<&str, GeneLink<'_>> = BTreeMap::new();
        for (disease, terms) in self.catalogue(id)? {
            let Some(disease) = links.disease(disease) else {
                continue;
            };
            for gene in links.genes(&disease.id).filter_map(|g| genes.by_id(g)) {
                let link = found.entry(&gene.id).or_insert_with(|| GeneLink {
                    gene,
                    diseases: Vec::new(),
                    terms: Vec::new(),
                });
                link.diseases.push(disease);
                link.terms.extend(&terms);
            }
        }
        let mut found: Vec<GeneLink<'_>> = found.into_values().collect();
        for link in &mut found {
            link.terms.sort_by(|a, b| a.id.cmp(&b.id));
            link.terms.dedup_by(|a, b| a.id == b.id);
        }
        found.sort_by(|a, b| {
            let by_number = b.diseases.len().cmp(&a.diseases.len());
            by_number.then_with(|| a.gene.symbol.cmp(&b.gene.symbol))
        });
        Ok(found)
    }

    /// Diseases of catalogues that a term stands for: those that it and the terms below it are.
    fn catalogue(&self, id: &str) -> Result<Found<'_>, KnowledgeError> {
        let (terms, links) = (self.terms()?, self.links()?);
        let mut found = Found::new();
        let Some(term) = terms.by_id(id) else {
            if let Some(disease) = links.disease(id) {
                found.insert(&disease.id, terms.mondo_of(id));
            }
            return Ok(found);
        };
        let below = terms.descendants(&term.id);
        for term in std::iter::once(term).chain(below) {
            match term.ontology {
                Ontology::Mondo => add_mondo(term, links, &mut found),
                Ontology::Nando => {
                    add(&term.id, term, links, &mut found);
                    for close in term.mondo.iter().filter_map(|id| terms.by_id(id)) {
                        let below = terms.descendants(&close.id);
                        for term in std::iter::once(close).chain(below) {
                            add_mondo(term, links, &mut found);
                        }
                    }
                }
                Ontology::Hpo => {
                    for disease in links.diseases_with(&term.id) {
                        found.entry(&disease.id).or_default().push(term);
                    }
                }
            }
        }
        for terms in found.values_mut() {
            terms.sort_by(|a, b| a.id.cmp(&b.id));
            terms.dedup_by(|a, b| a.id == b.id);
        }
        Ok(found)
    }

    /// Diseases of a gene, by HGNC's identifier, with the terms that they are.
    ///
    /// # Errors
    /// [`KnowledgeError`] where a file is damaged.
    pub fn diseases_of(&self, gene: &Gene) -> Result<Vec<DiseaseLink<'_>>, KnowledgeError> {
        let diseases = self.links()?.diseases_of_gene(&gene.id);
        let terms = self.terms()?;
        Ok(diseases.into_iter().map(|d| with_terms(d, terms)).collect())
    }

    /// Diseases of catalogues that have a phenotype or one below it, by identifier.
    ///
    /// # Errors
    /// [`KnowledgeError`] where a file is damaged.
    pub fn diseases_with(&self, phenotype: &str) -> Result<Vec<DiseaseLink<'_>>, KnowledgeError> {
        let (terms, links) = (self.terms()?, self.links()?);
        let mut found = BTreeMap::new();
        let below = terms.descendants(phenotype);
        for term in terms.by_id(phenotype).into_iter().chain(below) {
            for disease in links.diseases_with(&term.id) {
                found.insert(disease.id.as_str(), disease);
            }
        }
        let found = found.into_values();
        Ok(found.map(|d| with_terms(d, terms)).collect())
    }

    /// Phenotypes of a disease and the diseases below it (see [`Knowledge::genes_of`]), those of
    /// more diseases first. Phenotypes that a disease is known not to have are left out.
    ///
    /// # Errors
    /// [`KnowledgeError`] where a file is damaged.
    pub fn phenotypes_of(&self, id: &str) -> Result<Vec<PhenotypeLink<'_>>, KnowledgeError> {
        let links = self.links()?;
        let ids = self.catalogue(id)?.into_keys();
        self.phenotypes(ids.filter_map(|id| links.disease(id)))
    }

    /// Phenotypes of the diseases of a gene.
    ///
    /// # Errors
    /// [`KnowledgeError`] where a file is damaged.
    pub fn phenotypes_of_gene(
        &self,
        gene: &Gene,
    ) -> Result<Vec<PhenotypeLink<'_>>, KnowledgeError> {
        self.phenotypes(self.links()?.diseases_of_gene(&gene.id).into_iter())
    }

    fn phenotypes<'k>(
        &'k self,
        diseases: impl Iterator<Item = &'k Disease>,
    ) -> Result<Vec<PhenotypeLink<'k>>, KnowledgeError> {
        let (terms, links) = (self.terms()?, self.links()?);
        let mut found: BTreeMap<u32, PhenotypeLink<'k>> = BTreeMap::new();
        let mut unknown = BTreeSet::new();
        for disease in diseases {
            let annotations = links.phenotypes(&disease.id).iter();
            for annotation in annotations.filter(|a| !a.excluded) {
                let number = annotation.phenotype;
                if unknown.contains(&number) {
                    continue;
                }
                let link = match found.entry(number) {
                    Entry::Occupied(link) => link.into_mut(),
                    Entry::Vacant(place) => {
                        let Some(phenotype) = terms.by_id(&annotation.id()) else {
                            unknown.insert(number);
                            continue;
                        };
                        place.insert(PhenotypeLink {
                            phenotype,
                            diseases: Vec::new(),
                        })
                    }
                };
                link.diseases.push((disease, &annotation.frequency));
            }
        }
        let mut found: Vec<_> = found.into_values().collect();
        // The order of identifiers stays among equals.
        found.sort_by_key(|link| std::cmp::Reverse(link.diseases.len()));
        Ok(found)
    }
}

fn with_terms<'k>(disease: &'k Disease, terms: &'k Terms) -> DiseaseLink<'k> {
    let mondo = terms.mondo_of(&disease.id);
    let mut nando: Vec<&Term> = mondo.iter().flat_map(|m| terms.nando_of(&m.id)).collect();
    nando.extend(
        terms
            .by_id(&disease.id)
            .filter(|t| t.ontology == Ontology::Nando),
    );
    nando.sort_by(|a, b| a.id.cmp(&b.id));
    nando.dedup_by(|a, b| a.id == b.id);
    DiseaseLink {
        disease,
        mondo,
        nando,
    }
}

fn add<'k>(id: &str, term: &'k Term, links: &'k Links, found: &mut Found<'k>) {
    if let Some(disease) = links.disease(id) {
        found.entry(&disease.id).or_default().push(term);
    }
}

fn add_mondo<'k>(term: &'k Term, links: &'k Links, found: &mut Found<'k>) {
    for id in &term.xrefs {
        add(id, term, links, found);
    }
}
