//! What is known of genes, diseases and phenotypes, whatever the store.
//!
//! [`Knowledge`] reads a gene table, three ontologies (HPO, Mondo, NANDO) and the links between
//! them, each when it is first asked for. [`Genes`] finds a gene by any of its names, [`Terms`] a
//! term in English or Japanese, with what lies above and below it; [`Knowledge::genes_of`] and its
//! neighbours go from one to the other.
//!
//! The tables that travel with the program are handed in as bytes; a folder of a user's own
//! (`genes.tsv`, `hgnc_complete_set.txt`, `hp.obo`, `mondo.obo`, `phenotype.hpoa` and so on, gzipped
//! or not) replaces them one by one: see [`Part`]. What a name on a command line may mean beside
//! these is left to `query`, and finding names that are misspelt or begun to `query::text`.

mod bytes;
mod error;
mod folder;
mod gene;
mod genes;
mod links;
mod ontology;
mod published;
mod relations;
mod table;
mod term;
mod terms;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

pub use error::{KnowledgeError, LookupError};
pub use folder::FolderReport;
pub use gene::{Constraint, Gene, GenePlace};
pub use genes::{FoundGene, Genes, Via};
pub use links::{Annotation, Disease, Links};
pub use ontology::Ontology;
pub use relations::{DiseaseLink, GeneLink, PhenotypeLink};
pub use term::Term;
pub use terms::{FoundTerm, Terms};

/// A part of what is known. Each comes from a table of this program or from a published file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Genes: `genes.tsv`, or HGNC's `hgnc_complete_set.txt`.
    Genes,
    /// Phenotypes: `hpo.tsv`, or `hp.obo`.
    Hpo,
    /// Diseases: `mondo.tsv`, or `mondo.obo`.
    Mondo,
    /// Intractable diseases: `nando.tsv`, or `nando_en.obo` and `nando_ja.obo`.
    Nando,
    /// Names of diseases of catalogues: `diseases.tsv`, or `phenotype.hpoa`.
    Diseases,
    /// Genes of diseases: `gene_disease.tsv`, or `genes_to_phenotype.txt`.
    GeneDisease,
    /// Phenotypes of diseases: `disease_phenotype.tsv`, or `phenotype.hpoa`.
    DiseasePhenotype,
}

/// Where knowledge is from, as its tables say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// What it is called.
    pub name: String,
    /// Its version or date.
    pub version: String,
    /// Under which terms it may be used.
    pub licence: String,
    /// Where to read more.
    pub url: String,
}

/// A file and what is in it, gzipped or not.
#[derive(Clone, Debug)]
struct File {
    name: String,
    published: bool,
    bytes: Cow<'static, [u8]>,
}

/// Genes, terms and the links between them.
#[derive(Debug, Default)]
pub struct Knowledge {
    /// The table of a part that came first, and the published file that stands for it.
    tables: BTreeMap<Part, File>,
    published: BTreeMap<Part, Vec<File>>,
    genes: OnceLock<Genes>,
    terms: OnceLock<Terms>,
    links: OnceLock<Links>,
}

impl Knowledge {
    /// Knowledge from tables by name: `genes.tsv.gz` and the others of [`Part`]. Nothing is read
    /// until it is asked for.
    ///
    /// # Errors
    /// [`KnowledgeError::UnknownFile`] for a name that is no part's.
    pub fn from_tables<'n>(
        tables: impl IntoIterator<Item = (&'n str, &'static [u8])>,
    ) -> Result<Self, KnowledgeError> {
        let mut knowledge = Self::default();
        for (name, bytes) in tables {
            if !knowledge.add(name, Cow::Borrowed(bytes)) {
                return Err(KnowledgeError::UnknownFile(name.to_owned()));
            }
        }
        Ok(knowledge)
    }

    /// The genes; parsed once.
    ///
    /// # Errors
    /// [`KnowledgeError`] where a file is damaged.
    pub fn genes(&self) -> Result<&Genes, KnowledgeError> {
        once(&self.genes, || {
            let table = self.tables.get(&Part::Genes);
            let own = table.map(genes::read_table).transpose()?;
            let published = self.published.get(&Part::Genes);
            let Some(file) = published.and_then(|files| files.last()) else {
                return Genes::new(own.unwrap_or_default());
            };
            let mut genes = published::hgnc(file)?;
            genes::keep_measures(&mut genes, own.unwrap_or_default());
            Genes::new(genes)
        })
    }

    /// The terms of all ontologies; parsed once.
    ///
    /// # Errors
    /// [`KnowledgeError`] where a file is damaged, or terms lie below themselves.
    pub fn terms(&self) -> Result<&Terms, KnowledgeError> {
        use rayon::prelude::*;
        once(&self.terms, || {
            let parts = Ontology::ALL.into_par_iter().map(|ontology| {
                let table = self.tables.get(&ontology.part());
                let own = table.map(|file| term::read_table(file, ontology));
                let own = own.transpose()?.unwrap_or_default();
                match self.published.get(&ontology.part()) {
                    Some(files) => published::obo(files, ontology, own),
                    None => Ok(own),
                }
            });
            Terms::new(parts.collect::<Result<Vec<_>, _>>()?)
        })
    }

    /// Which genes and phenotypes go with which diseases; parsed once.
    ///
    /// # Errors
    /// [`KnowledgeError`] where a file is damaged.
    pub fn links(&self) -> Result<&Links, KnowledgeError> {
        once(&self.links, || {
            let of = |part| (self.tables.get(&part), self.published.get(&part));
            let diseases = of(Part::Diseases);
            let phenotypes = of(Part::DiseasePhenotype);
            let genes = of(Part::GeneDisease);
            let entrez = |number: &str| {
                let found = self.genes().ok()?.by_entrez(number)?;
                Some(found.id.clone())
            };
            if genes.1.is_some() {
                // Entrez' numbers are HGNC's identifiers only where the genes can be read.
                self.genes()?;
            }
            links::read(diseases, phenotypes, genes, &entrez)
        })
    }

    /// A checksum of all files and their names: the same files, the same number.
    #[must_use]
    pub fn digest(&self) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new();
        for file in self
            .tables
            .values()
            .chain(self.published.values().flatten())
        {
            for bytes in [file.name.as_bytes(), &file.bytes] {
                hasher.update(&(bytes.len() as u64).to_le_bytes());
                hasher.update(bytes);
            }
        }
        hasher.finalize()
    }

    /// Where all of it is from, sorted, each once.
    ///
    /// # Errors
    /// [`KnowledgeError`] where a file is damaged.
    pub fn sources(&self) -> Result<Vec<Source>, KnowledgeError> {
        let mut sources = Vec::new();
        for (part, file) in &self.tables {
            if !self.published.contains_key(part) {
                sources.extend(table::sources(file)?);
            }
        }
        let files = self.published.values().flatten();
        sources.extend(files.map(|file| Source {
            name: file.name.clone(),
            version: String::new(),
            licence: String::new(),
            url: String::new(),
        }));
        sources.sort();
        sources.dedup();
        Ok(sources)
    }
}

/// The value of a cell, made when it is first asked for.
fn once<T>(
    cell: &OnceLock<T>,
    make: impl FnOnce() -> Result<T, KnowledgeError>,
) -> Result<&T, KnowledgeError> {
    if let Some(value) = cell.get() {
        return Ok(value);
    }
    // Two threads may both make it: they make the same, and one of them stays.
    let value = make()?;
    Ok(cell.get_or_init(|| value))
}
