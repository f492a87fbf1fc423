//! A shard opened for selecting: its sites, layers and genotypes, and its rows by record.

use std::ops::Range;

use super::SelectError;
use super::names::{Names, Place};
use crate::format::annotations::{AnnotationTable, SampleValues, Values};
use crate::format::matrix::GenotypeFile;
use crate::format::sites::SiteTable;
use crate::genome::Intervals;
use crate::store::{Shard, Store};

/// Rows before one among which the first row of its record is looked for.
const ALLELES: usize = 1 << 10;

/// What is read of a shard.
pub(super) struct OpenShard<'s> {
    pub(super) store: &'s Store,
    pub(super) index: usize,
    pub(super) contig: &'s str,
    pub(super) sites: &'s SiteTable,
    pub(super) layers: Vec<Option<&'s AnnotationTable>>,
    pub(super) shard: &'s Shard,
    /// Each row is a record of its own.
    split: bool,
    /// Rows in the order of their records; as they lie where `None`.
    order: Option<Vec<u32>>,
    /// For each record, where its rows start, and the end of the last one after them; `None`
    /// where every row is a record of its own.
    starts: Option<Vec<u32>>,
    /// Every record is one row, as it lies, of one ALT.
    single: bool,
}

impl<'s> OpenShard<'s> {
    pub(super) fn new(store: &'s Store, index: usize, split: bool) -> Result<Self, SelectError> {
        let shard = &store.shards()[index];
        let sites = shard.sites()?;
        let contig = store.manifest().contigs.get(shard.entry().contig as usize);
        let layers = store.layers().iter().enumerate();
        let layers = layers.map(|(i, layer)| shard.layer(i, layer));
        let mut open = Self {
            store,
            index,
            contig: contig.map_or("", |c| c.name.as_str()),
            sites,
            layers: layers.collect::<Result<_, _>>()?,
            shard,
            split,
            order: None,
            starts: None,
            single: false,
        };
        open.group();
        let of_one = || (0..sites.len()).all(|row| sites.alleles(row) == 1);
        open.single = open.order.is_none() && open.starts.is_none() && (split || of_one());
        Ok(open)
    }

    /// Finds the rows of each record.
    fn group(&mut self) {
        // Rows of a shard fit 32 bits.
        let n = self.sites.len() as u32;
        let records = self.sites.records();
        if self.split || records.is_sorted_by(|a, b| a < b) {
            return;
        }
        let record = |row: u32| self.sites.record(row as usize);
        if !records.is_sorted() {
            let mut order: Vec<u32> = (0..n).collect();
            order.sort_by_key(|&row| (record(row), self.sites.allele(row as usize)));
            self.order = Some(order);
        }
        let at = |i: u32| self.order.as_ref().map_or(i, |o| o[i as usize]);
        let first = |i: u32| i == 0 || record(at(i - 1)) != record(at(i));
        let starts = (0..n).filter(|&i| first(i)).chain([n]);
        self.starts = Some(starts.collect());
    }

    /// Number of records.
    pub(super) fn n_records(&self) -> usize {
        let starts = self.starts.as_ref();
        starts.map_or(self.sites.len(), |s| s.len().saturating_sub(1))
    }

    /// The rows of a record, by ALT.
    pub(super) fn rows(&self, record: usize) -> impl ExactSizeIterator<Item = usize> + Clone + '_ {
        let range = match &self.starts {
            Some(starts) => starts[record] as usize..starts[record + 1] as usize,
            None => record..record + 1,
        };
        range.map(|i| self.order.as_ref().map_or(i, |o| o[i] as usize))
    }

    /// The row of a record of one ALT; in the view of rows that of any.
    #[inline]
    pub(super) fn only_row(&self, record: usize) -> Option<usize> {
        if self.single {
            return Some(record);
        }
        let mut rows = self.rows(record);
        let row = rows.next()?;
        let only = self.split || (rows.len() == 0 && self.sites.alleles(row) == 1);
        only.then_some(row)
    }

    /// Whether a row is shown at another place, or with other alleles, than it is kept with.
    pub(super) fn is_rewritten(&self, row: usize) -> bool {
        !self.split && self.sites.written(row).is_some()
    }

    /// Whether any row has fields that do not fit their header.
    pub(super) fn has_irregular(&self) -> bool {
        self.layers.iter().flatten().any(|t| t.has_irregular())
    }

    /// Records that may overlap the intervals.
    pub(super) fn records_in(&self, intervals: &Intervals) -> Vec<usize> {
        if self.order.is_some() {
            return (0..self.n_records()).collect();
        }
        let longest = self.shard.entry().longest;
        let ranges = crate::query::shards::row_ranges(self.sites, longest, intervals);
        let Some(starts) = &self.starts else {
            return ranges.into_iter().flatten().collect();
        };
        let mut out = Vec::new();
        for Range { start, end } in ranges {
            // The record that a row belongs to: rows of a record may start before the range.
            let first = starts.partition_point(|&s| s as usize <= start).max(1) - 1;
            let last = starts.partition_point(|&s| (s as usize) < end);
            let from = out.last().map_or(first, |&l: &usize| first.max(l + 1));
            out.extend(from..last.min(self.n_records()));
        }
        out
    }

    pub(super) fn values(&self, place: Place) -> &Values {
        let table = self.layers.get(place.layer).copied().flatten();
        table.map_or(&Values::Absent, |t| t.column(place.column))
    }

    pub(super) fn genotypes(&self) -> Result<&'s GenotypeFile, SelectError> {
        Ok(self.shard.genotypes()?)
    }

    /// The texts that a row's INFO has outside its columns, of each layer: those of the store's
    /// own INFO lie with the first row of a record, those of other files with their row.
    pub(super) fn irregular(&self, row: usize) -> impl Iterator<Item = &str> {
        let tables = self.layers.iter().flatten().filter(|t| t.has_irregular());
        tables.flat_map(move |table| {
            let first = self.first_of_record(row);
            let own = (first != row).then(|| table.irregular(row)).flatten();
            table.irregular(first).into_iter().chain(own)
        })
    }

    /// The keys of the INFO that a layer has for a row, joined by `;`.
    pub(super) fn keys(&self, layer: usize, row: usize) -> Option<&str> {
        let table = self.layers.get(layer).copied().flatten()?;
        table.keys(row).filter(|k| !k.is_empty())
    }

    /// Whether a layer was computed from the store: its columns have no list of keys beside them.
    pub(super) fn is_computed(&self, layer: usize) -> bool {
        let table = self.layers.get(layer).copied().flatten();
        table.is_some_and(|t| !t.has_keys())
    }

    /// The values of a FORMAT field for every column of the store. They are those of the record
    /// that a row belongs to, and lie with its first row.
    pub(super) fn format(
        &self,
        place: Place,
        row: usize,
    ) -> Result<Option<SampleValues>, SelectError> {
        let Some(layer) = self.store.layers().get(place.layer) else {
            return Ok(None);
        };
        let row = self.first_of_record(row);
        Ok(self
            .shard
            .format_values((place.layer, layer), place.column, row)?)
    }

    /// The first row of the record that a row is of: what is kept once for a record lies there.
    fn first_of_record(&self, row: usize) -> usize {
        let record = self.sites.record(row);
        let mut rows = (0..=row).rev().take(ALLELES);
        let first = rows.find(|&r| self.sites.record(r) == record && self.sites.allele(r) == 1);
        first.unwrap_or(row)
    }

    /// Rows of the shard that may hold a condition, by its bitmaps; `None` where no index
    /// answers it.
    pub(super) fn indexed(
        &self,
        store: &Store,
        names: &Names,
        indexable: &crate::query::expr::Indexable,
    ) -> Result<Option<roaring::RoaringBitmap>, SelectError> {
        use crate::query::expr::Category;
        let places: Vec<Place> = match indexable.category {
            Category::Chrom => return Ok(None),
            Category::Info(i) => names.info.get(i).map(|i| i.place).into_iter().collect(),
            Category::Column(i) => names.columns.get(i).cloned().unwrap_or_default(),
        };
        // Fields that do not fit their header are indexed with the first row of their record
        // alone.
        let info = matches!(indexable.category, Category::Info(_));
        if info && self.split && self.has_irregular() {
            return Ok(None);
        }
        let mut rows = roaring::RoaringBitmap::new();
        for place in places {
            let Some(layer) = store.layers().get(place.layer) else {
                return Ok(None);
            };
            let column = &layer.columns[place.column].name;
            let index = match self.shard.layer_index(place.layer, layer)? {
                Some(index) if index.has(column) => index,
                _ if matches!(self.values(place), Values::Absent) => {
                    if indexable.values.iter().any(|v| v == ".") {
                        return Ok(None);
                    }
                    continue;
                }
                _ => return Ok(None),
            };
            for value in &indexable.values {
                rows |= index.rows(column, value)?;
            }
        }
        Ok(Some(rows))
    }
}
