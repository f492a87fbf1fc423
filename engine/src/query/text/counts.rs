//! What a hit counts for in a store: people, variants, alleles.
//!
//! [`Counts`] is what `search` asks. [`SampleCounts`] answers from the sample table; whoever
//! knows annotations answers for genes and variants.

use std::collections::BTreeMap;

use arrow_array::Array;
use roaring::RoaringBitmap;

use crate::format::samples::{Column, SampleTable};
use crate::genotype::SampleSet;

use super::document::{Document, Kind, Name, NameKind};

/// Values of a column that become documents, at most: columns with more are no categories.
const MAX_VALUES: usize = 200;

/// A number beside a hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// Of what: "people", "variants", "LoF variants", "AC", "AN".
    pub what: &'static str,
    /// How many.
    pub value: u64,
}

/// Identifiers of the terms below a term.
pub type Descendants = dyn Fn(&str) -> Vec<String>;

/// Knows what documents count for in a store.
pub trait Counts {
    /// The numbers to show beside a document, in order; none where nothing is known.
    fn counts(&self, document: &Document) -> Vec<Count>;
}

/// Counts people of the sample table: by column, by value, and by the codes of ontology terms
/// (`HP:0001638`, several joined by `;`, `,`, `|` or blanks) in any text column.
pub struct SampleCounts<'a> {
    /// Terms and those below them; terms alone where there is nobody to ask.
    descendants: Option<&'a Descendants>,
    codes: BTreeMap<String, RoaringBitmap>,
    columns: BTreeMap<String, u64>,
    values: BTreeMap<String, u64>,
    documents: Vec<Document>,
}

impl std::fmt::Debug for SampleCounts<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SampleCounts")
            .field("codes", &self.codes.len())
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}

/// `HP:0001638`: letters, a colon, digits.
fn code(word: &str) -> Option<String> {
    let (prefix, number) = word.split_once([':', '_'])?;
    let letters = !prefix.is_empty() && prefix.bytes().all(|b| b.is_ascii_alphabetic());
    let digits = number.len() > 2 && number.bytes().all(|b| b.is_ascii_digit());
    (letters && digits).then(|| format!("{}:{number}", prefix.to_ascii_uppercase()))
}

impl<'a> SampleCounts<'a> {
    /// Reads the sample table once; people who are not `active` do not count.
    #[must_use]
    pub fn new(samples: &SampleTable, active: &SampleSet) -> Self {
        let mut counts = Self {
            descendants: None,
            codes: BTreeMap::new(),
            columns: BTreeMap::new(),
            values: BTreeMap::new(),
            documents: Vec::new(),
        };
        let names: Vec<String> = samples.names().map(str::to_owned).collect();
        for (ix, name) in names.iter().enumerate() {
            if let Some(column) = samples.column(ix) {
                counts.add(name, column, samples.len(), active);
            }
        }
        counts
    }

    /// With the terms below a term, by which it counts as well: `descendants` of an identifier
    /// are identifiers.
    #[must_use]
    pub fn with_descendants(mut self, descendants: &'a Descendants) -> Self {
        self.descendants = Some(descendants);
        self
    }

    /// Columns, and values of columns that have few, as documents.
    #[must_use]
    pub fn documents(&self) -> Vec<Document> {
        self.documents.clone()
    }

    /// Whether the sample table has codes of ontology terms.
    #[must_use]
    pub fn has_codes(&self) -> bool {
        !self.codes.is_empty()
    }

    fn add(&mut self, name: &str, column: Column<'_>, n: usize, active: &SampleSet) {
        let people = (0..n as u32).filter(|&s| active.contains(s));
        let mut document = Document::new(Kind::Column, name, name);
        document.about = Some(column.type_name().to_owned());
        document.weight = 100;
        self.documents.push(document);
        match column {
            Column::Id(_) => {
                self.columns.insert(name.to_owned(), people.count() as u64);
            }
            Column::Text(keys, values) => {
                let mut by_value = vec![RoaringBitmap::new(); values.len()];
                let mut known = 0;
                for s in people {
                    if keys.is_valid(s as usize)
                        && let Some(set) = by_value.get_mut(keys.keys().value(s as usize) as usize)
                    {
                        set.insert(s);
                        known += 1;
                    }
                }
                self.columns.insert(name.to_owned(), known);
                self.add_values(name, values, &by_value);
            }
            _ => {
                let known = people
                    .filter(|&s| column.text(s as usize).is_some())
                    .count();
                self.columns.insert(name.to_owned(), known as u64);
            }
        }
    }

    fn add_values(
        &mut self,
        column: &str,
        values: &arrow_array::StringArray,
        by_value: &[RoaringBitmap],
    ) {
        let few = by_value.len() <= MAX_VALUES;
        for (value, people) in values.iter().flatten().zip(by_value) {
            let mut coded = false;
            for code in value.split([';', ',', '|', ' ']).filter_map(code) {
                *self.codes.entry(code).or_default() |= people;
                coded = true;
            }
            if few && !coded {
                let id = format!("{column}=={value:?}");
                let mut document = Document::new(Kind::Cohort, &id, value);
                document.about = Some(column.to_owned());
                document.names = vec![Name::new(format!("{column} {value}"), NameKind::Synonym)];
                document.fields = vec![("column".to_owned(), column.to_owned())];
                document.weight = 50;
                self.documents.push(document);
                self.values.insert(id, people.len());
            }
        }
    }

    /// People with any of these terms.
    fn people(&self, ids: impl IntoIterator<Item = String>) -> u64 {
        let mut people = RoaringBitmap::new();
        for set in ids.into_iter().filter_map(|id| self.codes.get(&id)) {
            people |= set;
        }
        people.len()
    }
}

impl Counts for SampleCounts<'_> {
    fn counts(&self, document: &Document) -> Vec<Count> {
        let value = match document.kind {
            Kind::Column => self.columns.get(&document.id).copied(),
            Kind::Cohort => self.values.get(&document.id).copied(),
            Kind::Disease | Kind::Phenotype if self.has_codes() => {
                let identifiers = document
                    .all_names()
                    .filter(|(_, kind)| *kind == NameKind::Identifier)
                    .map(|(id, _)| id.to_owned());
                let below = self.descendants.map_or_else(Vec::new, |d| d(&document.id));
                Some(self.people(identifiers.chain(below)))
            }
            _ => None,
        };
        value
            .map(|value| Count {
                what: "people",
                value,
            })
            .into_iter()
            .collect()
    }
}
