//! A gene that a person asked for, by whatever name, and its variants in a store.
//!
//! A name is looked up among what is known of genes (approved symbols, identifiers, previous
//! symbols and aliases, in that order), the values of the store's `GENE`, and the store's gene
//! table. A store may have been annotated years ago: the values of its `GENE` that lead to the
//! same gene all stand for it.

use std::collections::BTreeSet;

use super::table::{GeneTable, StoreGene};
use super::{GeneError, GeneList};
use crate::diagnostic::nearest;
use crate::format::FormatError;
use crate::genome::{Build, canonical_name};
use crate::knowledge::{Gene, GenePlace, Genes, LookupError};
use crate::query::columns::{places, rows_where, values};
use crate::query::rows::RowSet;
use crate::store::Store;

const COLUMN: &str = "GENE";
const ID_COLUMN: &str = "GENE_ID";

/// What a store and what is known of genes say of names.
#[derive(Debug)]
pub struct GeneNames<'s> {
    store: &'s Store,
    known: Option<&'s Genes>,
    /// Values of the column `GENE`; `None` where there is no such column.
    there: Option<BTreeSet<String>>,
    table: Option<GeneTable>,
    build: Build,
}

/// A gene that was asked for.
#[derive(Clone, Debug)]
pub struct AskedGene<'s> {
    /// As it was asked for.
    pub asked: String,
    /// Approved symbol; where nothing is known of the gene, what the store calls it.
    pub symbol: String,
    /// What is known of it.
    pub known: Option<&'s Gene>,
    /// What to tell the person who asked: `KMT2D was asked for as MLL2, ...`.
    pub note: Option<String>,
    /// The values of `GENE` that stand for it, sorted.
    pub names: Vec<String>,
    /// Its identifiers, as [`identifier`] has them.
    ids: BTreeSet<String>,
}

/// By what the variants of a gene were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FoundBy {
    /// By the column `GENE` or `GENE_ID`.
    Column,
    /// By its place in the store's gene table.
    Table(Vec<GenePlace>),
    /// By its place as it is known for the store's genome build.
    Known(GenePlace),
}

/// An identifier in one spelling: upper case, Ensembl's without its version, NCBI's as a number.
fn identifier(text: &str) -> String {
    let upper = text.trim().to_ascii_uppercase();
    let bare = match upper.split_once('.') {
        Some((start, _)) if start.starts_with("ENS") => start.to_owned(),
        _ => upper,
    };
    let number = ["GENEID:", "NCBIGENE:", "ENTREZ:"];
    let number = number.iter().find_map(|p| bare.strip_prefix(p));
    number.map_or_else(|| bare.clone(), str::to_owned)
}

impl AskedGene<'_> {
    /// A name of which nothing is known.
    #[must_use]
    pub fn literal(name: &str) -> Self {
        Self {
            asked: name.to_owned(),
            symbol: name.to_owned(),
            known: None,
            note: None,
            names: Vec::new(),
            ids: BTreeSet::new(),
        }
    }
}

impl<'s> GeneNames<'s> {
    /// Reads what the store says of genes.
    ///
    /// # Errors
    /// [`FormatError`].
    pub fn new(store: &'s Store, known: Option<&'s Genes>) -> Result<Self, FormatError> {
        let there = match places(store, COLUMN).is_empty() {
            true => None,
            false => Some(values(store, COLUMN)?),
        };
        Ok(Self {
            store,
            known,
            there,
            table: GeneTable::open(store)?,
            build: store.manifest().build.parse().unwrap_or(Build::Unknown),
        })
    }

    /// The store's gene table.
    #[must_use]
    pub const fn table(&self) -> Option<&GeneTable> {
        self.table.as_ref()
    }

    /// Whether the store has a column `GENE`.
    #[must_use]
    pub const fn has_column(&self) -> bool {
        self.there.is_some()
    }

    /// The gene of a name: a symbol, an alias, a previous symbol or an identifier.
    ///
    /// # Errors
    /// [`GeneError::NoSuch`] where nothing goes by the name, with the nearest ones;
    /// [`GeneError::Ambiguous`] where several genes do.
    pub fn find(&self, text: &str) -> Result<AskedGene<'s>, GeneError> {
        let asked = text.trim();
        let found = self.known.map(|known| known.find(asked));
        let literal: Vec<String> = self.called(asked);
        let in_table = self.table.as_ref().map(|t| {
            let by_id = t.find(&identifier(asked));
            if by_id.is_empty() {
                t.find(asked)
            } else {
                by_id
            }
        });
        let in_table = in_table.unwrap_or_default();
        match found {
            Some(Ok(found)) => {
                let mut names = self.names_of(found.gene);
                names.extend(literal);
                names.sort_unstable();
                names.dedup();
                Ok(AskedGene {
                    asked: asked.to_owned(),
                    symbol: found.gene.symbol.clone(),
                    note: found.note(),
                    names,
                    ids: ids_of(found.gene),
                    known: Some(found.gene),
                })
            }
            Some(Err(LookupError::Ambiguous { asked, candidates }))
                if literal.is_empty() && in_table.is_empty() =>
            {
                Err(GeneError::Ambiguous { asked, candidates })
            }
            _ if literal.is_empty() && in_table.is_empty() => {
                Err(self.unknown(asked, found.and_then(Result::err)))
            }
            _ => Ok(self.of_store(asked, literal, &in_table)),
        }
    }

    /// A gene of which the store alone knows.
    fn of_store(
        &self,
        asked: &str,
        mut names: Vec<String>,
        in_table: &[StoreGene],
    ) -> AskedGene<'s> {
        let symbol = in_table.first().map(|g| g.symbol.clone());
        for gene in in_table {
            names.extend(self.called(&gene.symbol));
        }
        names.sort_unstable();
        names.dedup();
        let symbol = symbol.or_else(|| names.first().cloned());
        AskedGene {
            asked: asked.to_owned(),
            symbol: symbol.unwrap_or_else(|| asked.to_owned()),
            known: None,
            note: None,
            names,
            ids: in_table.iter().map(|g| identifier(&g.id)).collect(),
        }
    }

    /// The values of `GENE` that differ from a name in case alone.
    fn called(&self, name: &str) -> Vec<String> {
        let there = self.there.iter().flatten();
        let same = there.filter(|value| value.eq_ignore_ascii_case(name));
        same.cloned().collect()
    }

    /// The symbol of a gene, and its other names that lead to it and not to another gene.
    #[must_use]
    pub fn own_names(&self, gene: &Gene) -> Vec<String> {
        let names = std::iter::once(&gene.symbol)
            .chain(&gene.previous)
            .chain(&gene.aliases);
        let leads = |name: &&String| {
            let found = self.known.and_then(|known| known.find(name).ok());
            found.is_some_and(|found| found.gene.id == gene.id)
        };
        names.filter(leads).cloned().collect()
    }

    /// The values of `GENE` that lead to a gene: its names and its identifiers.
    fn names_of(&self, gene: &Gene) -> Vec<String> {
        let ids = ids_of(gene);
        let own = self.own_names(gene);
        let leads = |value: &&String| {
            own.iter().any(|n| n.eq_ignore_ascii_case(value)) || ids.contains(&identifier(value))
        };
        (self.there.iter().flatten())
            .filter(leads)
            .cloned()
            .collect()
    }

    fn unknown(&self, asked: &str, error: Option<LookupError>) -> GeneError {
        let mut near: Vec<String> = match error {
            Some(LookupError::Unknown { nearest, .. }) => nearest,
            _ => Vec::new(),
        };
        let there = self.there.iter().flatten().map(String::as_str);
        let table = self.table.iter().flat_map(GeneTable::symbols);
        let local = nearest(asked, there.chain(table)).map(str::to_owned);
        if let Some(local) = local.filter(|l| !near.contains(l)) {
            near.insert(0, local);
        }
        GeneError::NoSuch {
            gene: asked.to_owned(),
            nearest: near,
        }
    }

    /// Another name for what the store has: the gene that a value which no variant has leads
    /// to, and the values of `GENE` that stand for it. `None` where the value is there, or leads
    /// to nothing that is.
    #[must_use]
    pub fn also_called(&self, value: &str) -> Option<Vec<String>> {
        let there = self.there.as_ref()?;
        if there.contains(value) {
            return None;
        }
        let names = self.find(value).ok()?.names;
        (!names.is_empty()).then_some(names)
    }

    /// The rows of a gene: those of which `GENE` says so, or `GENE_ID`; where none does, those
    /// that overlap it by the store's gene table, or by what is known of the store's genome
    /// build.
    ///
    /// # Errors
    /// [`GeneError::NoPlace`] where none of these tells.
    pub fn rows(&self, gene: &AskedGene<'_>) -> Result<(RowSet, FoundBy), GeneError> {
        let mut rows = self.rows_in_columns(gene)?;
        if !rows.is_empty() {
            return Ok((rows, FoundBy::Column));
        }
        if let Some((list, found_by)) = self.intervals(gene) {
            rows = list.rows(self.store)?;
            return Ok((rows, found_by));
        }
        if self.has_column() && (gene.known.is_some() || !gene.names.is_empty()) {
            return Ok((rows, FoundBy::Column));
        }
        Err(GeneError::NoPlace {
            gene: gene.symbol.clone(),
        })
    }

    /// The rows of which `GENE` or `GENE_ID` says that they lie in a gene.
    ///
    /// # Errors
    /// [`FormatError`].
    pub fn rows_in_columns(&self, gene: &AskedGene<'_>) -> Result<RowSet, FormatError> {
        let mut rows = RowSet::default();
        if !gene.names.is_empty() {
            let names = &gene.names;
            let is = |value: &str| names.binary_search_by(|n| n.as_str().cmp(value)).is_ok();
            rows = rows_where(self.store, COLUMN, &is)?;
        }
        if !gene.ids.is_empty() && !places(self.store, ID_COLUMN).is_empty() {
            let is = |value: &str| gene.ids.contains(&identifier(value));
            rows = rows | &rows_where(self.store, ID_COLUMN, &is)?;
        }
        Ok(rows)
    }

    /// Where a gene lies on the store's contigs, and who says so.
    #[must_use]
    pub fn intervals(&self, gene: &AskedGene<'_>) -> Option<(GeneList, FoundBy)> {
        let place = |g: &StoreGene| GenePlace {
            contig: g.contig.clone(),
            start: g.start,
            end: g.end,
        };
        let mut places: Vec<GenePlace> = Vec::new();
        if let Some(table) = &self.table {
            let mut found: Vec<StoreGene> = Vec::new();
            for id in &gene.ids {
                found.extend(table.find(id));
                found.extend(table.find(&format!("GENEID:{id}")));
            }
            let symbols = [&gene.symbol, &gene.asked].into_iter().cloned();
            let others = gene.known.into_iter().flat_map(|g| self.own_names(g));
            for name in symbols.chain(others) {
                if !found.is_empty() {
                    break;
                }
                found = table.find(&name);
            }
            places.extend(found.iter().map(place));
            places.sort_by(|a, b| (&a.contig, a.start, a.end).cmp(&(&b.contig, b.start, b.end)));
            places.dedup();
        }
        let found_by = if places.is_empty() {
            let known = self.known_place(gene.known?)?;
            places.push(known.clone());
            FoundBy::Known(known)
        } else {
            FoundBy::Table(places.clone())
        };
        Some((GeneList::of(self.store, &gene.symbol, &places), found_by))
    }

    /// Where a gene lies by what is known of the store's genome build.
    fn known_place(&self, gene: &Gene) -> Option<GenePlace> {
        match self.build {
            Build::Grch38 => gene.grch38.clone(),
            Build::Grch37 => gene.grch37.clone(),
            Build::Unknown => None,
        }
    }

    /// Whether a contig is one of the store's, by name or alias.
    #[must_use]
    pub fn has_contig(&self, contig: &str) -> bool {
        let canonical = canonical_name(contig);
        let contigs = self.store.manifest().contigs.iter();
        contigs
            .into_iter()
            .any(|c| canonical_name(&c.name) == canonical)
    }
}

fn ids_of(gene: &Gene) -> BTreeSet<String> {
    let ids = [&gene.id, &gene.ensembl, &gene.entrez];
    let ids = ids.into_iter().chain(&gene.former_ids);
    let ids = ids.filter(|id| !id.is_empty());
    ids.map(|id| identifier(id)).collect()
}
