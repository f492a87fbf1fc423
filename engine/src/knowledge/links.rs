//! Which genes and phenotypes go with which diseases of catalogues.

use std::collections::{BTreeMap, HashMap};

use super::genes::require;
use super::table::{Row, Table};
use super::{File, KnowledgeError, bytes};

/// A disease of a catalogue that HPO annotates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disease {
    /// `OMIM:105400`, `ORPHA:803`, or a term of NANDO.
    pub id: String,
    /// Its name; empty where it is not known.
    pub name: String,
}

/// A phenotype of a disease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// The number of the term of HPO: 1638 of `HP:0001638`.
    pub phenotype: u32,
    /// The disease is known not to have it.
    pub excluded: bool,
    /// How frequent it is, as it is published: `3/7`, `45%`, `HP:0040283`; several with `|`
    /// between them, empty where it is not known.
    pub frequency: Box<str>,
}

impl Annotation {
    /// `HP:0001638`.
    #[must_use]
    pub fn id(&self) -> String {
        format!("HP:{:07}", self.phenotype)
    }
}

/// Diseases of catalogues with their genes and phenotypes.
#[derive(Debug, Default)]
pub struct Links {
    diseases: Vec<Disease>,
    by_id: HashMap<String, u32>,
    /// By disease, HGNC's identifiers.
    genes: Vec<Vec<Box<str>>>,
    /// By gene, diseases.
    of_gene: HashMap<Box<str>, Vec<u32>>,
    /// By disease, in the order of phenotypes.
    phenotypes: Vec<Vec<Annotation>>,
    /// By phenotype, diseases that have it.
    of_phenotype: HashMap<u32, Vec<u32>>,
}

/// What is read, by disease.
#[derive(Default)]
struct Draft {
    name: String,
    genes: Vec<Box<str>>,
    phenotypes: Vec<Annotation>,
}

/// A table of this program, and published files that stand for it.
type Given<'f> = (Option<&'f File>, Option<&'f Vec<File>>);

/// Reads all links. `entrez` knows HGNC's identifier of NCBI's number.
pub(super) fn read(
    diseases: Given<'_>,
    phenotypes: Given<'_>,
    genes: Given<'_>,
    entrez: &dyn Fn(&str) -> Option<String>,
) -> Result<Links, KnowledgeError> {
    let mut drafts: BTreeMap<String, Draft> = BTreeMap::new();
    match diseases {
        (_, Some(files)) => {
            for file in files {
                read_names(file, ["database_id", "disease_name"], &mut drafts)?;
            }
        }
        (Some(file), None) => read_names(file, ["id", "name"], &mut drafts)?,
        (None, None) => {}
    }
    match phenotypes {
        (_, Some(files)) => {
            for file in files {
                read_phenotypes(file, "database_id", &mut drafts)?;
            }
        }
        (Some(file), None) => read_phenotypes(file, "disease_id", &mut drafts)?,
        (None, None) => {}
    }
    match genes {
        (_, Some(files)) => {
            for file in files {
                read_genes(file, "ncbi_gene_id", entrez, &mut drafts)?;
            }
        }
        (Some(file), None) => {
            read_genes(file, "hgnc_id", &|id| Some(id.to_owned()), &mut drafts)?;
        }
        (None, None) => {}
    }
    Ok(Links::new(drafts))
}

fn draft<'d>(drafts: &'d mut BTreeMap<String, Draft>, id: &str) -> &'d mut Draft {
    if !drafts.contains_key(id) {
        drafts.insert(id.to_owned(), Draft::default());
    }
    drafts.entry(id.to_owned()).or_default()
}

fn read_names(
    file: &File,
    columns: [&str; 2],
    drafts: &mut BTreeMap<String, Draft>,
) -> Result<(), KnowledgeError> {
    let text = bytes::text(file)?;
    let table = Table::new(&file.name, &text);
    let [id, name] = [table.column(columns[0])?, table.column(columns[1])?];
    table.read(|row| {
        require(row, id, columns[0])?;
        let draft = draft(drafts, row.get(id));
        if draft.name.is_empty() {
            draft.name = row.owned(name);
        }
        Ok(())
    })
}

/// The number of a term of HPO.
fn phenotype(row: &Row<'_, '_>, column: usize) -> Result<u32, KnowledgeError> {
    let text = row.get(column);
    let digits = text.strip_prefix("HP:").filter(|d| d.len() == 7);
    let number = digits.and_then(|d| {
        d.bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| d.parse().ok())
    });
    let reason = || format!("field hpo_id: {text:?} is not like HP:0001638");
    number.flatten().ok_or_else(|| row.fault(reason()))
}

fn read_phenotypes(
    file: &File,
    disease: &str,
    drafts: &mut BTreeMap<String, Draft>,
) -> Result<(), KnowledgeError> {
    let text = bytes::text(file)?;
    let table = Table::new(&file.name, &text);
    let id = table.column(disease)?;
    let hpo = table.column("hpo_id")?;
    let qualifier = table.column("qualifier")?;
    let frequency = table.column("frequency")?;
    // Rows of one disease lie together.
    let mut last = (String::new(), Draft::default());
    table.read(|row| {
        require(row, id, disease)?;
        if row.get(id) != last.0 {
            let (before, done) = std::mem::take(&mut last);
            keep(drafts, &before, done);
            row.get(id).clone_into(&mut last.0);
        }
        let excluded = match row.get(qualifier) {
            "" => false,
            "NOT" => true,
            text => {
                let reason = format!("field qualifier: {text:?} is neither NOT nor empty");
                return Err(row.fault(reason));
            }
        };
        last.1.phenotypes.push(Annotation {
            phenotype: phenotype(row, hpo)?,
            excluded,
            frequency: row.get(frequency).into(),
        });
        Ok(())
    })?;
    keep(drafts, &last.0, last.1);
    Ok(())
}

fn keep(drafts: &mut BTreeMap<String, Draft>, id: &str, done: Draft) {
    if !id.is_empty() {
        draft(drafts, id).phenotypes.extend(done.phenotypes);
    }
}

fn read_genes(
    file: &File,
    gene: &str,
    to_hgnc: &dyn Fn(&str) -> Option<String>,
    drafts: &mut BTreeMap<String, Draft>,
) -> Result<(), KnowledgeError> {
    let text = bytes::text(file)?;
    let table = Table::new(&file.name, &text);
    let [disease, gene] = [table.column("disease_id")?, table.column(gene)?];
    let mut last = ("", String::new());
    table.read(|row| {
        require(row, disease, "disease_id")?;
        if row.get(gene) != last.0 || last.1.is_empty() {
            // Genes that HGNC does not have stay as they are named.
            let id = to_hgnc(row.get(gene)).unwrap_or_else(|| row.owned(gene));
            last = (row.get(gene), id);
        }
        let genes = &mut draft(drafts, row.get(disease)).genes;
        if !genes.iter().any(|g| **g == *last.1) {
            genes.push(last.1.as_str().into());
        }
        Ok(())
    })
}

impl Links {
    fn new(drafts: BTreeMap<String, Draft>) -> Self {
        let mut links = Self::default();
        for (number, (id, mut draft)) in drafts.into_iter().enumerate() {
            let here = u32::try_from(number).unwrap_or(u32::MAX);
            for gene in &draft.genes {
                links.of_gene.entry(gene.clone()).or_default().push(here);
            }
            merge(&mut draft.phenotypes);
            for annotation in draft.phenotypes.iter().filter(|a| !a.excluded) {
                let diseases = links.of_phenotype.entry(annotation.phenotype).or_default();
                if diseases.last() != Some(&here) {
                    diseases.push(here);
                }
            }
            links.by_id.insert(id.clone(), here);
            links.genes.push(draft.genes);
            links.phenotypes.push(draft.phenotypes);
            links.diseases.push(Disease {
                id,
                name: draft.name,
            });
        }
        links
    }

    /// All diseases, by identifier.
    #[must_use]
    pub fn diseases(&self) -> &[Disease] {
        &self.diseases
    }

    fn number(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).map(|&n| n as usize)
    }

    fn of(&self, numbers: Option<&Vec<u32>>) -> Vec<&Disease> {
        let numbers = numbers.into_iter().flatten();
        numbers
            .filter_map(|&n| self.diseases.get(n as usize))
            .collect()
    }

    /// A disease by its catalogue's identifier.
    #[must_use]
    pub fn disease(&self, id: &str) -> Option<&Disease> {
        self.diseases.get(self.number(id)?)
    }

    /// HGNC's identifiers of the genes of a disease of a catalogue.
    pub fn genes(&self, disease: &str) -> impl Iterator<Item = &str> {
        let genes = self.number(disease).and_then(|n| self.genes.get(n));
        genes.into_iter().flatten().map(|g| &**g)
    }

    /// Diseases of a gene, by HGNC's identifier.
    #[must_use]
    pub fn diseases_of_gene(&self, gene: &str) -> Vec<&Disease> {
        self.of(self.of_gene.get(gene))
    }

    /// Phenotypes of a disease of a catalogue, in the order of their identifiers.
    #[must_use]
    pub fn phenotypes(&self, disease: &str) -> &[Annotation] {
        let found = self.number(disease).and_then(|n| self.phenotypes.get(n));
        found.map_or(&[], Vec::as_slice)
    }

    /// Diseases of catalogues that have a phenotype, by its identifier. Terms below it are not
    /// looked at: see [`super::Knowledge::diseases_with`].
    #[must_use]
    pub fn diseases_with(&self, phenotype: &str) -> Vec<&Disease> {
        let number = phenotype.strip_prefix("HP:").and_then(|d| d.parse().ok());
        self.of(number.and_then(|n: u32| self.of_phenotype.get(&n)))
    }
}

/// One annotation for each phenotype and whether it is excluded; their frequencies join.
fn merge(annotations: &mut Vec<Annotation>) {
    annotations.sort_by_key(|a| (a.phenotype, a.excluded));
    annotations.dedup_by(|next, kept| {
        let same = (next.phenotype, next.excluded) == (kept.phenotype, kept.excluded);
        let known = kept.frequency.split('|').any(|f| *f == *next.frequency);
        if same && !known && !next.frequency.is_empty() {
            kept.frequency = match &*kept.frequency {
                "" => next.frequency.clone(),
                before => format!("{before}|{}", next.frequency).into(),
            };
        }
        same
    });
}
