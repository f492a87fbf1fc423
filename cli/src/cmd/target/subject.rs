//! From a name to the gene or the disease that is meant.

use clap::ValueEnum;
use genodex_engine::knowledge::{FoundTerm, Knowledge, LookupError, Terms, Via};
use genodex_engine::query::genes::{
    AskedGene, FoundBy, GeneColumn, GeneError, GeneList, GeneNames, GeneOf,
};
use genodex_engine::query::target::{DiseaseSubject, GeneSubject, Named};
use genodex_engine::query::text::{
    Counts, Document, Hit, Kind as Found, Match, Name, NameKind, Query, SampleCounts, TextIndex,
};
use genodex_engine::store::Store;

use crate::cmd::Global;
use crate::knowledge;

/// Names that are offered where there is none like the one asked for.
const OFFERED: usize = 5;

/// What a name is to be taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// Genes
    Gene,
    /// Diseases or phenotypes
    Disease,
}

/// What a name means.
pub(super) enum Subject<'s> {
    Gene(Box<AskedGene<'s>>),
    Disease(DiseaseSubject),
}

/// Understands names.
pub(super) struct Subjects<'s> {
    store: &'s Store,
    knowledge: &'static Knowledge,
    names: GeneNames<'s>,
    global: &'s Global,
}

impl<'s> Subjects<'s> {
    pub(super) fn new(store: &'s Store, global: &'s Global) -> anyhow::Result<Self> {
        let knowledge = knowledge::shipped()?;
        Ok(Self {
            store,
            knowledge,
            names: GeneNames::new(store, Some(knowledge.genes()?))?,
            global,
        })
    }

    pub(super) const fn knowledge(&self) -> &'static Knowledge {
        self.knowledge
    }

    /// What `name` means: a gene by its symbol or an identifier; else a disease or phenotype
    /// that is called so; else a gene by another name; else what a search finds first.
    pub(super) fn find(&self, name: &str, kind: Option<Kind>) -> anyhow::Result<Subject<'s>> {
        let gene = match kind {
            Some(Kind::Disease) => None,
            _ => Some(self.names.find(name)),
        };
        if kind == Some(Kind::Gene) {
            return match gene {
                Some(found) => Ok(Subject::Gene(Box::new(found?))),
                None => anyhow::bail!("no gene {name:?}"),
            };
        }
        if let Some(Ok(gene)) = &gene
            && self.by_right(gene, name)
        {
            return Ok(Subject::Gene(Box::new(gene.clone())));
        }
        match (self.disease(name)?, gene) {
            (Some(mut disease), Some(Ok(gene))) => {
                disease.notes.push(format!(
                    "{name} is another name of gene {} as well: ask for that by its symbol",
                    gene.symbol
                ));
                Ok(Subject::Disease(disease))
            }
            (Some(disease), _) => Ok(Subject::Disease(disease)),
            (None, Some(Ok(gene))) => Ok(Subject::Gene(Box::new(gene))),
            (None, Some(Err(ambiguous @ GeneError::Ambiguous { .. }))) => Err(ambiguous.into()),
            (None, gene) => self.searched(name, gene.and_then(Result::err)),
        }
    }

    /// Whether a name is a gene's before it may be anything else's.
    fn by_right(&self, gene: &AskedGene<'_>, name: &str) -> bool {
        // OMIM numbers genes and diseases alike, some as both: who has such a number means the
        // disease.
        if name.trim().to_ascii_uppercase().starts_with("OMIM:") {
            return false;
        }
        let known = self.knowledge.genes().ok();
        match known.map(|genes| genes.find(name)) {
            Some(Ok(found)) => matches!(found.via, Via::Symbol | Via::Identifier),
            // The store's alone.
            _ => gene.known.is_none(),
        }
    }

    fn disease(&self, name: &str) -> anyhow::Result<Option<DiseaseSubject>> {
        let terms = self.knowledge.terms()?;
        if let Ok(found) = terms.find(name, None) {
            return Ok(Some(of_term(name, &found, terms)));
        }
        let links = self.knowledge.links()?;
        let mut id = name.trim().to_ascii_uppercase();
        if id.len() == 6 && id.bytes().all(|b| b.is_ascii_digit()) {
            id = format!("OMIM:{id}");
        }
        Ok(links.disease(&id).map(|disease| {
            let same = terms.mondo_of(&disease.id);
            DiseaseSubject {
                asked: name.to_owned(),
                term: Named {
                    id: disease.id.clone(),
                    label: disease.name.clone(),
                    label_ja: same.iter().find_map(|t| t.label_ja.clone()),
                },
                people_with: None,
                notes: Vec::new(),
            }
        }))
    }

    /// The first hit of a search over genes, diseases and phenotypes; an error with the nearest
    /// names where nothing is like the name.
    fn searched(&self, name: &str, gene: Option<GeneError>) -> anyhow::Result<Subject<'s>> {
        if !name.chars().any(char::is_alphanumeric) {
            anyhow::bail!("no gene, disease or phenotype {name:?}: a name has letters or digits");
        }
        let index = self.index()?;
        let query = Query::of_words(name).with_limit(8);
        let hits: Vec<Hit> = (index.search(&query)?.into_iter())
            .filter(|h| {
                matches!(
                    h.document.kind,
                    Found::Gene | Found::Disease | Found::Phenotype
                )
            })
            .collect();
        let terms = self.knowledge.terms()?;
        // What is merely like a name is offered, not taken.
        let wanted = |h: &&Hit| match h.document.kind {
            Found::Gene => gene.is_some() && h.how == Match::Exact,
            _ => matches!(h.how, Match::Exact | Match::Phrase | Match::Words),
        };
        let Some(hit) = hits.iter().find(wanted) else {
            if is_number(name) {
                anyhow::bail!(
                    "no gene, disease or phenotype {name:?}: what is known has no such identifier \
                     (of OMIM's numbers and MANE's transcripts it has some genes'); ask by symbol \
                     or name"
                );
            }
            let nearest = match terms.find(name, None) {
                Err(LookupError::Unknown { nearest, .. }) => nearest,
                _ => Vec::new(),
            };
            let mut near: Vec<String> = match gene {
                Some(GeneError::NoSuch { nearest, .. }) => nearest,
                _ => Vec::new(),
            };
            let found = (hits.iter()).map(|h| format!("{} ({})", h.document.title, h.document.id));
            for more in nearest.into_iter().chain(found) {
                if near.len() < OFFERED && !near.iter().any(|n| more.starts_with(n.as_str())) {
                    near.push(more);
                }
            }
            let hint = match near.is_empty() {
                true => "genodex search finds names by their words".to_owned(),
                false => format!("did you mean {}?", near.join(", ")),
            };
            anyhow::bail!("no gene, disease or phenotype {name:?}; {hint}");
        };
        let note = format!(
            "{name} was taken for {} ({}), the first that a search finds{}",
            hit.document.title,
            hit.document.id,
            others(&hits, hit)
        );
        self.global.note(format_args!("note: {note}"));
        if hit.document.kind == Found::Gene {
            let mut found = self.names.find(&hit.document.id)?;
            name.clone_into(&mut found.asked);
            found.note = Some(note);
            return Ok(Subject::Gene(Box::new(found)));
        }
        let mut subject = of_term(name, &terms.find(&hit.document.id, None)?, terms);
        subject.notes.push(note);
        Ok(Subject::Disease(subject))
    }

    fn index(&self) -> anyhow::Result<TextIndex> {
        match self.store.table(genodex_indexer::annotate::TEXT_INDEX)? {
            Some(bytes) => Ok(TextIndex::open(&bytes)?),
            None => knowledge::shipped_index(self.global),
        }
    }

    /// With how many people of the store have it, where the sample table has codes of terms.
    pub(super) fn counted(&self, disease: &DiseaseSubject) -> anyhow::Result<DiseaseSubject> {
        let mut disease = disease.clone();
        let counts = SampleCounts::new(self.store.samples(), self.store.active());
        if !counts.has_codes() {
            return Ok(disease);
        }
        let terms = self.knowledge.terms()?;
        let below = |id: &str| -> Vec<String> {
            let below = terms.descendants(id);
            below.iter().map(|term| term.id.clone()).collect()
        };
        let counts = counts.with_descendants(&below);
        let mut document = Document::new(Found::Disease, &disease.term.id, &disease.term.label);
        // The codes of a table may be those of another catalogue.
        let same = terms.by_id(&disease.term.id).map_or(&[][..], |t| &t.xrefs);
        let identifier = |id: &String| Name::new(id, NameKind::Identifier);
        document.names = same.iter().map(identifier).collect();
        disease.people_with = counts.counts(&document).first().map(|c| c.value);
        Ok(disease)
    }

    /// The rows of a gene, ready to be asked about.
    pub(super) fn rows_of(&self, gene: &AskedGene<'s>) -> anyhow::Result<GeneSubject<'s>> {
        let (rows, found_by) = self.names.rows(gene)?;
        let found_by = match found_by {
            FoundBy::Column if gene.names.is_empty() => "the store's column GENE".to_owned(),
            FoundBy::Column => format!("GENE {}", gene.names.join(", ")),
            FoundBy::Table(places) => {
                let places: Vec<String> = places.iter().map(ToString::to_string).collect();
                format!("position, {} of the store's gene table", places.join(", "))
            }
            FoundBy::Known(place) => {
                let build = &self.store.manifest().build;
                format!("position, {place} on {build}")
            }
        };
        Ok(GeneSubject {
            asked: gene.asked.clone(),
            symbol: gene.symbol.clone(),
            known: gene.known,
            rows,
            found_by,
            notes: gene.note.iter().cloned().collect(),
        })
    }

    /// What says which of a disease's genes a row lies in.
    pub(super) fn genes_of(
        &self,
        disease: &DiseaseSubject,
    ) -> anyhow::Result<Box<dyn GeneOf + 's>> {
        if self.names.has_column() {
            return Ok(Box::new(GeneColumn::new(self.store)?));
        }
        let mut list = GeneList::default();
        // Without known genes there is nothing to look for, and the page says so.
        let (mut linked, mut found) = (false, false);
        for link in self.knowledge.genes_of(&disease.term.id)? {
            linked = true;
            let gene = self.names.find(&link.gene.id)?;
            if let Some((more, _)) = self.names.intervals(&gene) {
                found = true;
                list.join(more);
            }
        }
        if linked && !found {
            return Err(GeneError::NoColumn.into());
        }
        Ok(Box::new(list))
    }
}

/// Whether a name is an identifier of a catalogue, to which no other is similar.
fn is_number(name: &str) -> bool {
    let upper = name.trim().to_ascii_uppercase();
    let prefixes = [
        "NCBI:",
        "NCBIGENE:",
        "ENTREZ:",
        "GENEID:",
        "OMIM:",
        "ENSG",
        "ENST",
        "NM_",
        "NR_",
        "",
    ];
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    (prefixes.iter()).any(|prefix| upper.strip_prefix(prefix).is_some_and(digits))
}

fn of_term(name: &str, found: &FoundTerm<'_>, terms: &Terms) -> DiseaseSubject {
    let mut term = Named::from(found.term);
    if term.label_ja.is_none() {
        // Mondo has few Japanese names; the close terms of NANDO have.
        let close = terms.nando_of(&term.id);
        term.label_ja = close.iter().find_map(|t| t.label_ja.clone());
    }
    let others = found.others.iter().filter(|o| o.id != term.id);
    let others: Vec<String> = (others.take(OFFERED))
        .map(|o| format!("{} ({})", o.id, o.label))
        .collect();
    let same = (!others.is_empty()).then(|| {
        let others = others.join(", ");
        format!("{name} is the name of {others} as well: ask for that by its identifier")
    });
    DiseaseSubject {
        asked: name.to_owned(),
        term,
        people_with: None,
        notes: found.note().into_iter().chain(same).collect(),
    }
}

fn others(hits: &[Hit], first: &Hit) -> String {
    let others = hits.iter().filter(|h| h.document.id != first.document.id);
    let others: Vec<String> = (others.take(3))
        .map(|h| format!("{} ({})", h.document.title, h.document.id))
        .collect();
    match others.is_empty() {
        true => String::new(),
        false => format!("; it finds {} as well", others.join(", ")),
    }
}
