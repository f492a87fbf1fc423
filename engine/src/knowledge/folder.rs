//! Files of a user's own in place of those that travel with the program.

use std::borrow::Cow;
use std::path::Path;

use super::{File, Knowledge, KnowledgeError, Part};

/// Names of the files that are known, without `.gz`.
pub(super) const KNOWN: &str = "genes.tsv, hpo.tsv, mondo.tsv, nando.tsv, diseases.tsv, \
gene_disease.tsv, disease_phenotype.tsv, hgnc_complete_set.txt, hp.obo, mondo.obo, nando_en.obo, \
nando_ja.obo, phenotype.hpoa, genes_to_phenotype.txt; each also with .gz";

/// What became of the files of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FolderReport {
    /// Files that were taken, sorted.
    pub taken: Vec<String>,
    /// Files that are none of those that are known, sorted.
    pub ignored: Vec<String>,
}

/// The parts that a file is of, and whether it is as others publish it.
fn parts(name: &str) -> Option<(&'static [Part], bool)> {
    let name = name.strip_suffix(".gz").unwrap_or(name);
    Some(match name {
        "genes.tsv" => (&[Part::Genes], false),
        "hpo.tsv" => (&[Part::Hpo], false),
        "mondo.tsv" => (&[Part::Mondo], false),
        "nando.tsv" => (&[Part::Nando], false),
        "diseases.tsv" => (&[Part::Diseases], false),
        "gene_disease.tsv" => (&[Part::GeneDisease], false),
        "disease_phenotype.tsv" => (&[Part::DiseasePhenotype], false),
        "hgnc_complete_set.txt" | "hgnc_complete_set.tsv" => (&[Part::Genes], true),
        "hp.obo" => (&[Part::Hpo], true),
        "mondo.obo" => (&[Part::Mondo], true),
        "nando_en.obo" | "nando_ja.obo" => (&[Part::Nando], true),
        "phenotype.hpoa" => (&[Part::Diseases, Part::DiseasePhenotype], true),
        "genes_to_phenotype.txt" => (&[Part::GeneDisease], true),
        _ => return None,
    })
}

impl Knowledge {
    /// Takes a file for what its name says; says whether that is known.
    pub(super) fn add(&mut self, name: &str, bytes: Cow<'static, [u8]>) -> bool {
        let Some((parts, published)) = parts(name) else {
            return false;
        };
        for &part in parts {
            let file = File {
                name: name.to_owned(),
                published,
                bytes: bytes.clone(),
            };
            if file.published {
                self.published.entry(part).or_default().push(file);
            } else {
                self.tables.insert(part, file);
                // A table stands for itself.
                self.published.remove(&part);
            }
        }
        self.genes = std::sync::OnceLock::new();
        self.terms = std::sync::OnceLock::new();
        self.links = std::sync::OnceLock::new();
        true
    }

    /// Takes the files of a folder in place of what is there; what the folder does not have stays.
    /// Published files keep what only the table before them knew: of genes their constraint,
    /// druggability and places, of terms their Japanese names.
    ///
    /// # Errors
    /// [`KnowledgeError::Io`]; [`KnowledgeError::NothingThere`] where no file is known.
    pub fn with_folder(mut self, folder: &Path) -> Result<(Self, FolderReport), KnowledgeError> {
        let fault = |path: &Path, source| KnowledgeError::Io {
            path: path.to_owned(),
            source,
        };
        let mut names = Vec::new();
        for entry in folder.read_dir().map_err(|e| fault(folder, e))? {
            let entry = entry.map_err(|e| fault(folder, e))?;
            if entry.path().is_file() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        // Tables first, as published files stand for them.
        names.sort_by_key(|name| (parts(name).is_some_and(|p| p.1), name.clone()));
        let mut report = FolderReport::default();
        for name in names {
            if parts(&name).is_none() {
                report.ignored.push(name);
                continue;
            }
            let path = folder.join(&name);
            let bytes = std::fs::read(&path).map_err(|e| fault(&path, e))?;
            self.add(&name, Cow::Owned(bytes));
            report.taken.push(name);
        }
        if report.taken.is_empty() {
            return Err(KnowledgeError::NothingThere {
                path: folder.to_owned(),
            });
        }
        report.taken.sort();
        Ok((self, report))
    }
}
