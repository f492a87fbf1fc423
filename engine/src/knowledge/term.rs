//! A term of an ontology.

use super::genes::require;
use super::ontology::Ontology;
use super::table::Table;
use super::{File, KnowledgeError, bytes};

/// A term. Texts in English unless they say otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Where it is from.
    pub ontology: Ontology,
    /// `HP:0001638`.
    pub id: String,
    /// Preferred name.
    pub label: String,
    /// Preferred Japanese name.
    pub label_ja: Option<String>,
    /// How the Japanese name is read, in hiragana.
    pub readings: Vec<String>,
    /// Other names that mean the same, in any language.
    pub synonyms: Vec<String>,
    /// Broader, narrower and related names.
    pub related: Vec<String>,
    /// Terms right above it.
    pub parents: Vec<String>,
    /// Identifiers that it had before.
    pub former_ids: Vec<String>,
    /// Identifiers of other catalogues: `OMIM:105400`, `ORPHA:803`.
    pub xrefs: Vec<String>,
    /// Whether it is not to be used any more.
    pub obsolete: bool,
    /// Of an obsolete term: those to use instead, the closest first.
    pub replaced_by: Vec<String>,
    /// Of a term of NANDO: the closest terms of Mondo.
    pub mondo: Vec<String>,
    /// Of a term of NANDO: the number of its designation, as the ministry counts.
    pub number: Option<String>,
}

impl Term {
    /// A term with nothing but a name.
    #[must_use]
    pub fn new(ontology: Ontology, id: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            ontology,
            id: id.into(),
            label: label.into(),
            label_ja: None,
            readings: Vec::new(),
            synonyms: Vec::new(),
            related: Vec::new(),
            parents: Vec::new(),
            former_ids: Vec::new(),
            xrefs: Vec::new(),
            obsolete: false,
            replaced_by: Vec::new(),
            mondo: Vec::new(),
            number: None,
        }
    }

    /// Names that mean the term itself, labels first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let labels = [Some(&self.label), self.label_ja.as_ref()];
        let others = self.synonyms.iter().chain(&self.readings);
        labels
            .into_iter()
            .flatten()
            .chain(others)
            .map(String::as_str)
    }
}

/// Reads this program's table of an ontology.
pub(super) fn read_table(file: &File, ontology: Ontology) -> Result<Vec<Term>, KnowledgeError> {
    let text = bytes::text(file)?;
    let table = Table::new(&file.name, &text);
    let id = table.column("id")?;
    let label = table.column("label")?;
    let label_ja = table.column("label_ja")?;
    let readings = table.column("readings")?;
    let synonyms = table.column("synonyms")?;
    let related = table.column("related")?;
    let parents = table.column("parents")?;
    let former_ids = table.column("former_ids")?;
    let xrefs = table.column("xrefs")?;
    let obsolete = table.column("obsolete")?;
    let replaced_by = table.column("replaced_by")?;
    let mondo = table.column("mondo")?;
    let number = table.column("number")?;
    let mut terms = Vec::new();
    table.read(|row| {
        require(row, label, "label")?;
        if !row.get(id).starts_with(ontology.prefix()) {
            let (found, prefix) = (row.get(id), ontology.prefix());
            return Err(row.fault(format!("field id: {found:?} does not begin with {prefix}")));
        }
        terms.push(Term {
            ontology,
            id: row.owned(id),
            label: row.owned(label),
            label_ja: row.some(label_ja),
            readings: row.list(readings),
            synonyms: row.list(synonyms),
            related: row.list(related),
            parents: row.list(parents),
            former_ids: row.list(former_ids),
            xrefs: row.list(xrefs),
            obsolete: match row.get(obsolete) {
                "" | "0" => false,
                "1" => true,
                text => {
                    let reason = format!("field obsolete: {text:?} is not 1, 0 or empty");
                    return Err(row.fault(reason));
                }
            },
            replaced_by: row.list(replaced_by),
            mondo: row.list(mondo),
            number: row.some(number),
        });
        Ok(())
    })?;
    Ok(terms)
}
