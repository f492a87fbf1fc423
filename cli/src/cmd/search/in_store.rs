//! What a store has of a hit: its variants by name, by conditions, and their number in a gene.

use genodex_engine::format::FormatError;
use genodex_engine::query::columns::{places, rows_where};
use genodex_engine::query::genes::GeneNames;
use genodex_engine::query::rows::RowSet;
use genodex_engine::query::text::{Count, Document, FoundVariant, Kind, Query, find_variants};
use genodex_engine::store::Store;

use crate::knowledge;

/// Fields of a condition, and the column that each is about; any column goes by its own name.
const FIELDS: [(&str, &str); 2] = [("clinsig", "CLNSIG"), ("disease_name", "CLNDN")];
const GENE_FIELD: &str = "gene";
const GENE_COLUMN: &str = "GENE";
const LOF_COLUMN: &str = "LOF";

/// A store, asked about hits.
pub(super) struct InStore<'s> {
    store: &'s Store,
    genes: Option<GeneNames<'s>>,
}

impl<'s> InStore<'s> {
    pub(super) const fn new(store: &'s Store) -> Self {
        Self { store, genes: None }
    }

    fn genes(&mut self) -> anyhow::Result<&GeneNames<'s>> {
        if self.genes.is_none() {
            let known = knowledge::shipped()?.genes()?;
            self.genes = Some(GeneNames::new(self.store, Some(known))?);
        }
        self.genes
            .as_ref()
            .ok_or_else(|| anyhow::anyhow!("no genes are known"))
    }

    /// The fields that conditions may have: names of columns in lower case.
    pub(super) fn fields(&self) -> Vec<String> {
        let layers = self.store.layers().iter();
        let columns = layers.flat_map(|l| &l.columns).map(|c| c.name.as_str());
        let named = |(field, column): &(&str, &str)| {
            let there = !places(self.store, column).is_empty();
            there.then(|| (*field).to_owned())
        };
        let mut fields: Vec<String> = columns.map(str::to_lowercase).collect();
        fields.extend(FIELDS.iter().filter_map(named));
        fields
    }

    /// Variants by the name that was asked for, or where only conditions were given, those that
    /// meet them all.
    pub(super) fn variants(
        &mut self,
        query: &Query,
        limit: usize,
    ) -> anyhow::Result<Vec<FoundVariant>> {
        if query.kind.is_some_and(|kind| kind != Kind::Variant) {
            return Ok(Vec::new());
        }
        if let Some(name) = query.variant() {
            return Ok(find_variants(self.store, name, limit)?);
        }
        if query.filters().is_empty() || query.has_words() {
            return Ok(Vec::new());
        }
        let Some(rows) = self.meeting(query)? else {
            return Ok(Vec::new());
        };
        // Places of a store fit 32 bits each.
        let found = (rows.iter().take(limit))
            .map(|(shard, row)| FoundVariant::at(self.store, shard as u32, row));
        let found = found.collect::<Result<Vec<_>, FormatError>>()?;
        Ok(found.into_iter().flatten().collect())
    }

    /// The rows that meet the conditions; `None` where one is not about variants.
    fn meeting(&mut self, query: &Query) -> anyhow::Result<Option<RowSet>> {
        let mut all: Option<RowSet> = None;
        for (field, value) in query.filters() {
            let rows = if field == GENE_FIELD {
                match self.genes()?.find(value) {
                    Ok(gene) => self.genes()?.rows_in_columns(&gene)?,
                    Err(_) => RowSet::default(),
                }
            } else {
                let named = FIELDS.iter().find(|(f, _)| f == field);
                let column = named.map_or_else(|| field.to_uppercase(), |(_, c)| (*c).to_owned());
                if places(self.store, &column).is_empty() {
                    return Ok(None);
                }
                let wanted = folded(value);
                let is = |text: &str| text.split(['/', '|']).any(|part| folded(part) == wanted);
                rows_where(self.store, &column, &is)?
            };
            all = Some(match all {
                Some(all) => all & &rows,
                None => rows,
            });
        }
        Ok(all)
    }

    /// Variants that somebody has in a gene, and those of them that cost its function.
    pub(super) fn counts(&mut self, document: &Document) -> anyhow::Result<Vec<Count>> {
        if document.kind != Kind::Gene
            || !self.genes()?.has_column() && self.genes()?.table().is_none()
        {
            return Ok(Vec::new());
        }
        let genes = self.genes()?;
        let found = genes.find(&document.title);
        let Some((rows, _)) = found.ok().and_then(|gene| genes.rows(&gene).ok()) else {
            return Ok(Vec::new());
        };
        let count = |what, value| Count { what, value };
        let mut counts = vec![count("variants", self.carried(&rows)?)];
        let with_lof = !places(self.store, LOF_COLUMN).is_empty();
        if with_lof && !places(self.store, GENE_COLUMN).is_empty() {
            let confident = rows_where(self.store, LOF_COLUMN, &|class| class == "HC")?;
            counts.push(count("LoF variants", self.carried(&(rows & &confident))?));
        }
        Ok(counts)
    }

    /// Rows of which anybody who has not withdrawn carries the ALT.
    fn carried(&self, rows: &RowSet) -> Result<u64, FormatError> {
        let mut n = 0;
        for (shard, rows) in rows.shards() {
            let Some(shard) = self.store.shards().get(*shard) else {
                continue;
            };
            let sites = shard.sites()?;
            let rows = rows.iter().map(|row| row as usize);
            let there = rows.filter(|&row| row < sites.len());
            n += there
                .filter(|&row| sites.counts(row).allele_count() > 0)
                .count() as u64;
        }
        Ok(n)
    }
}

/// Case, and what stands for a blank, do not matter.
fn folded(text: &str) -> String {
    text.trim().to_lowercase().replace(['_', '-'], " ")
}
