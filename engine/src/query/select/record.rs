//! A record of the store as an expression sees it: its rows put together again.

mod info;

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};

use super::SelectError;
use super::calls::{self, Calls};
use super::counted::Counted;
use super::names::{Names, OWN_INFO, Place};
use super::shard::OpenShard;
use crate::format::annotations::SampleValues;
use crate::format::manifest::LayerKind;
use crate::format::sites::{Site, SiteTable, Written};
use crate::genotype::{CallCounts, CallPlanes};
use crate::query::expr::{Alleles, ExprError, FieldKind, Format, Info, RowAccess};

/// What stands for an ALT that has no row: import leaves these out.
const NO_ROW: &str = "<*>";

/// A record, or in the view of rows one row as if it were a record of its own.
pub struct Record<'b> {
    names: &'b Names,
    shard: &'b OpenShard<'b>,
    record: usize,
    /// The first of its rows.
    first: usize,
    split: bool,
    counted: &'b Counted,
    planes: OnceCell<Vec<CallPlanes>>,
    calls: OnceCell<Calls>,
    failed: Cell<Option<SelectError>>,
}

impl<'b> Record<'b> {
    pub(super) fn new(
        names: &'b Names,
        shard: &'b OpenShard<'b>,
        record: usize,
        split: bool,
        counted: &'b Counted,
    ) -> Option<Self> {
        let first = shard.rows(record).next()?;
        Some(Self {
            names,
            shard,
            record,
            first,
            split,
            counted,
            planes: OnceCell::new(),
            calls: OnceCell::new(),
            failed: Cell::new(None),
        })
    }

    /// Its rows in the shard, by ALT.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = usize> + Clone + '_ {
        self.shard.rows(self.record)
    }

    /// Its site table and row, where it is one row of one ALT that is shown as it is kept.
    #[inline]
    pub(in crate::query) fn only_site(&self) -> Option<(&'b SiteTable, usize)> {
        let row = self.shard.only_row(self.record)?;
        (!self.shard.is_rewritten(row)).then_some((self.shard.sites, row))
    }

    /// The sites of its rows.
    pub fn sites(&self) -> impl ExactSizeIterator<Item = Site<'_>> + '_ {
        self.rows().map(|row| self.shard.sites.site(row))
    }

    /// 1-based position of the last base that it spans on the reference.
    #[must_use]
    pub fn end(&self) -> u32 {
        match self.written(self.first) {
            Some(w) => crate::format::sites::default_end(w.pos, w.reference.len()),
            None => self.shard.sites.end(self.first),
        }
    }

    /// FILTER as written; `None` for `.`.
    #[must_use]
    pub fn filter_text(&self) -> Option<&str> {
        self.shard.sites.filter(self.first)
    }

    /// The names it was read with.
    #[must_use]
    pub const fn names(&self) -> &Names {
        self.names
    }

    /// The keys of its INFO: those of its file in their order, then those that were added from
    /// other files, one layer after the other.
    #[must_use]
    pub fn info_keys(&self) -> Vec<&str> {
        let layers = self.shard.store.layers().iter().enumerate();
        let mut out: Vec<&str> = Vec::new();
        for (layer, entry) in layers.filter(|l| l.1.kind == LayerKind::Info) {
            let keys = |row| self.shard.keys(layer, row).into_iter();
            if entry.name == OWN_INFO {
                // The same in every row of the record, a key that was written twice included.
                let keys = self.rows().next().into_iter().flat_map(keys);
                out.extend(keys.flat_map(|k| k.split(';')));
                continue;
            }
            if self.shard.is_computed(layer) {
                let columns = entry.columns.iter().enumerate();
                out.extend(columns.filter_map(|(column, c)| {
                    let values = self.shard.values(Place { layer, column });
                    let there = self.rows().any(|row| values.has(row));
                    there.then_some(c.name.as_str())
                }));
                continue;
            }
            // Each ALT may have been found in another record of another file.
            for key in self.rows().flat_map(keys).flat_map(|k| k.split(';')) {
                if !out.contains(&key) {
                    out.push(key);
                }
            }
        }
        out
    }

    /// An INFO field by name.
    #[must_use]
    pub fn info_named(&self, name: &str) -> Info<'_> {
        match self.names.info_named(name) {
            Some(field) => self.info(field),
            None => self
                .irregular(name, FieldKind::Text)
                .unwrap_or(Info::Absent),
        }
    }

    /// Counts of one ALT (from 0) in everybody who has not withdrawn.
    #[must_use]
    pub fn counts(&self, alt: usize) -> CallCounts {
        let row = self.row_of(alt);
        row.map_or_else(CallCounts::default, |row| self.shard.sites.counts(row))
    }

    /// The phase set of a sample shown, where the record has phase sets.
    #[must_use]
    pub fn phase_set(&self, sample: usize) -> Option<Option<u32>> {
        let calls = self.all_calls()?;
        (!calls.phase_sets.is_empty()).then(|| calls.phase_sets.get(sample).copied().flatten())
    }

    const fn n_columns(&self) -> usize {
        self.shard.store.n_samples()
    }

    /// What could not be read while it was evaluated or shown.
    pub(super) fn failure(&self) -> Option<SelectError> {
        self.failed.take()
    }

    /// Keeps an error of showing it, for [`failure`](Self::failure).
    pub(in crate::query) fn fail(&self, error: ExprError) {
        self.failed.set(Some(SelectError::Expression(error)));
    }

    /// A row's alleles as they were written, where those are shown.
    fn written(&self, row: usize) -> Option<Written<'b>> {
        if self.split {
            return None;
        }
        self.shard.sites.written(row)
    }

    fn row_of(&self, alt: usize) -> Option<usize> {
        if self.split {
            return self.rows().next().filter(|_| alt == 0);
        }
        let mut rows = self.rows();
        rows.find(|&row| usize::from(self.shard.sites.allele(row)) == alt + 1)
    }

    /// The planes of its rows.
    fn planes(&self) -> Option<&[CallPlanes]> {
        if self.planes.get().is_none() {
            let rows = self.rows().map(|row| calls::planes(self.shard, row));
            match rows.collect::<Result<Vec<_>, _>>() {
                Ok(planes) => drop(self.planes.set(planes)),
                Err(e) => self.failed.set(Some(e)),
            }
        }
        self.planes.get().map(Vec::as_slice)
    }

    fn all_calls(&self) -> Option<&Calls> {
        if let Some(calls) = self.calls.get() {
            return Some(calls);
        }
        let allele = |row| match self.split {
            true => 1,
            false => i32::from(self.shard.sites.allele(row)),
        };
        let alleles = self.rows().map(allele);
        let rows: Vec<_> = self.planes()?.iter().zip(alleles).collect();
        let calls = calls::join(&rows, &self.names.samples);
        Some(self.calls.get_or_init(|| calls))
    }
}

/// The values of the samples, of as many for each of `columns`.
fn of_samples<T: Copy>(values: &[T], samples: &[u32], columns: usize) -> Vec<T> {
    let per = values.len().checked_div(columns).unwrap_or(0);
    let of = |&s: &u32| {
        let start = s as usize * per;
        values
            .get(start..start + per)
            .unwrap_or(&[])
            .iter()
            .copied()
    };
    samples.iter().flat_map(of).collect()
}

impl RowAccess for Record<'_> {
    fn chrom(&self) -> &str {
        self.shard.contig
    }

    fn pos(&self) -> u64 {
        let pos = |w: Written<'_>| w.pos;
        let kept = || self.shard.sites.positions()[self.first];
        u64::from(self.written(self.first).map_or_else(kept, pos))
    }

    fn id(&self) -> &str {
        self.shard.sites.id(self.first)
    }

    fn reference(&self) -> &str {
        let kept = || self.shard.sites.alleles_of(self.first).0;
        (self.written(self.first)).map_or_else(kept, |w| w.reference)
    }

    fn n_alts(&self) -> usize {
        if self.split {
            1
        } else {
            usize::from(self.shard.sites.alleles(self.first))
        }
    }

    fn n_alts_of_record(&self) -> usize {
        usize::from(self.shard.sites.alleles(self.first))
    }

    fn alt(&self, i: usize) -> &str {
        let Some(row) = self.row_of(i) else {
            return NO_ROW;
        };
        let kept = || self.shard.sites.alleles_of(row).1;
        self.written(row).map_or_else(kept, |w| w.alternate)
    }

    fn qual(&self) -> Option<f32> {
        self.shard.sites.qual(self.first)
    }

    fn filters(&self) -> Cow<'_, [usize]> {
        let Some(text) = self.filter_text() else {
            return Cow::Borrowed(&[]);
        };
        if text == "PASS" {
            return Cow::Borrowed(&[0]);
        }
        Cow::Owned(self.names.filters_of(text))
    }

    fn info(&self, field: usize) -> Info<'_> {
        self.info_of(field)
    }

    fn format(&self, field: usize) -> Format<'_> {
        let place = self.names.formats.get(field).and_then(Option::as_ref);
        let (Some((_, place)), Some(row)) = (place, self.rows().next()) else {
            return Format::Absent;
        };
        let samples = &self.names.samples;
        match self.shard.format(*place, row) {
            Ok(None) => Format::Absent,
            Ok(Some(SampleValues::Ints(values))) => {
                Format::Ints(of_samples(&values, samples, self.n_columns()).into())
            }
            Ok(Some(SampleValues::Floats(values))) => {
                let values = of_samples(&values, samples, self.n_columns());
                Format::Floats(values.into_iter().map(f32::from_bits).collect())
            }
            Ok(Some(SampleValues::Text(values))) => {
                let of = |&s: &u32| values.get(s as usize).cloned().unwrap_or_default();
                Format::Text(samples.iter().map(of).map(Cow::Owned).collect())
            }
            Err(e) => {
                self.failed.set(Some(e));
                Format::Absent
            }
        }
    }

    fn alleles(&self) -> Option<Alleles<'_>> {
        if self.names.without_calls {
            return None;
        }
        let calls = self.all_calls()?;
        Some(Alleles {
            ploidy: calls.ploidy,
            codes: Cow::Borrowed(&calls.codes),
        })
    }

    fn column(&self, column: usize) -> Option<Cow<'_, str>> {
        let places = self.names.columns.get(column)?;
        let of_row = |row: usize| {
            let mut texts = places.iter().map(|p| self.shard.values(*p).text(row));
            texts.find_map(|t| t)
        };
        let mut rows = self.rows();
        let first = of_row(rows.next()?);
        if rows.len() == 0 {
            return first.map(Cow::Borrowed);
        }
        let mut out: Vec<&str> = first.into_iter().collect();
        for text in rows.filter_map(of_row) {
            if !out.contains(&text) {
                out.push(text);
            }
        }
        (!out.is_empty()).then(|| Cow::Owned(out.join(",")))
    }

    fn cohort_counts(&self, cohort: usize, alt: usize) -> CallCounts {
        if cohort == 0 {
            return self.counts(alt);
        }
        let row = self.row_of(alt);
        row.and_then(|row| self.counted.of(row, cohort))
            .unwrap_or_default()
    }

    fn allele_counts(&self) -> Option<Vec<u64>> {
        if self.names.without_calls {
            return None;
        }
        if !self.names.everybody {
            let alleles = self.alleles()?;
            let mut counts = vec![0; self.n_alts() + 1];
            for code in alleles.codes.iter().filter(|c| **c > 1) {
                if let Some(n) = counts.get_mut((code >> 1) as usize - 1) {
                    *n += 1;
                }
            }
            return Some(counts);
        }
        let mut out = vec![0; self.n_alts() + 1];
        let mut an = 0;
        for (alt, count) in out.iter_mut().enumerate().skip(1) {
            let counts = self.counts(alt - 1);
            *count = counts.allele_count();
            an = an.max(counts.allele_number());
        }
        let alts: u64 = out.iter().sum();
        out[0] = an.saturating_sub(alts);
        Some(out)
    }

    fn calls(&self) -> Option<&CallPlanes> {
        let whole = self.names.everybody && self.n_alts() == 1 && !self.names.without_calls;
        let [planes] = self.planes().filter(|_| whole)? else {
            return None;
        };
        let everybody = planes.n_samples == self.names.samples.len();
        (everybody && planes.half_calls.is_empty()).then_some(planes)
    }

    fn missing_samples(&self) -> Option<u64> {
        if !self.names.everybody || self.names.without_calls {
            return None;
        }
        // A whole call is missing in every row of the record, or in none.
        let counts = self.shard.sites.counts(self.rows().next()?);
        (counts.half_called == 0).then_some(counts.missing)
    }
}
