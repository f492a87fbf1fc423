//! A record of the store as an expression sees it: its rows put together again.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};

use super::SelectError;
use super::calls::{self, Calls};
use super::counted::Counted;
use super::names::{InfoPlace, Joining, Names, OWN_INFO};
use super::shard::OpenShard;
use crate::format::annotations::{SampleValues, Values};
use crate::format::manifest::LayerKind;
use crate::format::sites::{Site, Written};
use crate::genotype::{CallCounts, CallPlanes};
use crate::query::expr::{
    Alleles, ExprError, FLOAT_MISSING, FieldKind, Format, INT_MISSING, Info, RowAccess,
};

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

    /// A field of those that do not fit their header.
    fn irregular(&self, name: &str, kind: FieldKind) -> Option<Info<'_>> {
        let rows = self.rows();
        let texts = rows.flat_map(|row| self.shard.irregular(row));
        for entry in texts.flat_map(|text| text.split(';')) {
            let Some((key, value)) = entry.split_once('=') else {
                if entry == name {
                    return Some(Info::Flag);
                }
                continue;
            };
            if key != name {
                continue;
            }
            let missing = f32::from_bits(FLOAT_MISSING);
            return Some(match kind {
                FieldKind::Flag => Info::Flag,
                FieldKind::Int => {
                    // As htslib reads it: digits up to whatever else there is.
                    let int = |v: &str| {
                        let sign = usize::from(v.starts_with(['-', '+']));
                        let digits = v[sign..].find(|c: char| !c.is_ascii_digit());
                        let end = digits.map_or(v.len(), |d| sign + d);
                        let value = v[..end].parse::<i32>().ok();
                        // BCF keeps the least numbers for itself.
                        value.filter(|v| *v >= i32::MIN + 8).unwrap_or(INT_MISSING)
                    };
                    Info::Ints(value.split(',').map(int).collect())
                }
                FieldKind::Float => {
                    let float = |v: &str| v.parse().unwrap_or(missing);
                    Info::Floats(value.split(',').map(float).collect())
                }
                FieldKind::Text => Info::Text(Cow::Borrowed(value)),
            });
        }
        None
    }

    /// A field of one value a row, without a copy.
    fn single(&self, values: &'b Values, row: usize) -> Option<Info<'b>> {
        Some(match values {
            Values::Ints(a) if row < a.len() && !arrow_array::Array::is_null(a, row) => {
                Info::Ints(Cow::Borrowed(&a.values()[row..=row]))
            }
            Values::Floats(a) if row < a.len() && !arrow_array::Array::is_null(a, row) => {
                Info::Floats(Cow::Borrowed(&a.values()[row..=row]))
            }
            _ => return None,
        })
    }

    /// The values of a field of which each row has its own part.
    fn joined(&self, field: &InfoPlace, values: &Values) -> Info<'_> {
        let missing = f32::from_bits(FLOAT_MISSING);
        let how = field.joining;
        match field.kind {
            FieldKind::Flag => Info::Absent,
            FieldKind::Int => {
                let parts = self.rows().map(|row| values.ints(row, INT_MISSING));
                join(parts, how, INT_MISSING).map_or(Info::Absent, |v| Info::Ints(v.into()))
            }
            FieldKind::Float => {
                let parts = self.rows().map(|row| values.floats(row, missing));
                join(parts, how, missing).map_or(Info::Absent, |v| Info::Floats(v.into()))
            }
            FieldKind::Text => {
                let split = |t: &str| t.split(',').map(str::to_owned).collect();
                let parts = self.rows().map(|row| values.text(row).map(split));
                match join::<String>(parts, how, ".".to_owned()) {
                    Some(parts) => Info::Text(parts.join(",").into()),
                    None => Info::Absent,
                }
            }
        }
    }
}

/// Puts the parts of a record's rows together; `None` where no row has any.
fn join<T: Clone>(
    parts: impl Iterator<Item = Option<Vec<T>>>,
    how: Joining,
    missing: T,
) -> Option<Vec<T>> {
    let mut out = Vec::new();
    let mut any = false;
    for (i, part) in parts.enumerate() {
        any |= part.is_some();
        let mut part = part.unwrap_or_default().into_iter();
        let mut next = || part.next().unwrap_or_else(|| missing.clone());
        match how {
            Joining::Alternate | Joining::Whole => out.push(next()),
            Joining::Reference => {
                let reference = next();
                if i == 0 {
                    out.push(reference);
                }
                out.push(next());
            }
            Joining::Genotypes => {
                // In VCF's order: for each ALT the genotypes with it and what comes before it.
                let both = next();
                if i == 0 {
                    out.push(both);
                }
                out.push(next());
                out.extend(std::iter::repeat_n(missing.clone(), i));
                out.push(next());
            }
        }
    }
    any.then_some(out)
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
        let Some(field) = self.names.info.get(field) else {
            return Info::Absent;
        };
        let values = self.shard.values(field.place);
        let mut rows = self.rows();
        let Some(row) = rows.next() else {
            return Info::Absent;
        };
        let one = self.split || rows.len() == 0 && self.shard.sites.alleles(self.first) == 1;
        if field.joining == Joining::Genotypes
            && !one
            && let Some(info) = self.irregular(&field.name, field.kind)
        {
            return info;
        }
        // What another file says of a record as a whole may lie with any of its ALTs.
        let own = |row: usize| values.has(row);
        let row = match field.joining {
            Joining::Whole if !one && !own(row) => rows.find(|&r| own(r)).unwrap_or(row),
            _ => row,
        };
        let info = if field.kind == FieldKind::Flag {
            if values.flag(row) {
                Info::Flag
            } else {
                Info::Absent
            }
        } else if field.joining == Joining::Whole || one {
            match self.single(values, row) {
                Some(info) => info,
                None => match field.kind {
                    FieldKind::Int => values
                        .ints(row, INT_MISSING)
                        .map_or(Info::Absent, |v| Info::Ints(v.into())),
                    FieldKind::Float => values
                        .floats(row, f32::from_bits(FLOAT_MISSING))
                        .map_or(Info::Absent, |v| Info::Floats(v.into())),
                    _ => values
                        .text(row)
                        .map_or(Info::Absent, |t| Info::Text(Cow::Borrowed(t))),
                },
            }
        } else {
            self.joined(field, values)
        };
        match info {
            Info::Absent => self
                .irregular(&field.name, field.kind)
                .unwrap_or(Info::Absent),
            info => info,
        }
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
