//! A site table read in place.

use std::path::Path;

use arrow_array::types::UInt16Type;
use arrow_array::{
    Array, DictionaryArray, Float32Array, RecordBatch, StringArray, UInt16Array, UInt32Array,
};

use super::{Site, Written, column, default_end};
use crate::format::FormatError;
use crate::genotype::CallCounts;

/// The sites of one shard, typed.
#[derive(Clone, Debug)]
pub struct SiteTable {
    batch: RecordBatch,
    n_samples: u64,
    pos: UInt32Array,
    end: Option<UInt32Array>,
    reference: StringArray,
    alternate: StringArray,
    record: UInt32Array,
    allele: UInt16Array,
    alleles: UInt16Array,
    counts: [UInt32Array; 3],
    more_counts: [Option<UInt32Array>; 4],
    id: Option<StringArray>,
    qual: Option<Float32Array>,
    filter: Option<(UInt16Array, StringArray)>,
    written: Option<(UInt32Array, StringArray, StringArray)>,
}

/// Finds and types columns, and remembers what did not fit.
struct Columns<'a>(&'a RecordBatch);

impl Columns<'_> {
    fn optional<A: Array + Clone + 'static>(
        &self,
        name: &str,
        nulls: bool,
    ) -> Result<Option<A>, String> {
        let Some(array) = self.0.column_by_name(name) else {
            return Ok(None);
        };
        let typed = array.as_any().downcast_ref::<A>();
        let typed = typed.ok_or_else(|| format!("column {name} has type {}", array.data_type()))?;
        if !nulls && typed.null_count() > 0 {
            return Err(format!("column {name} has missing values"));
        }
        Ok(Some(typed.clone()))
    }

    fn required<A: Array + Clone + 'static>(&self, name: &str) -> Result<A, String> {
        self.optional(name, false)?
            .ok_or_else(|| format!("column {name} is absent"))
    }
}

impl SiteTable {
    /// Types the columns of a batch read from `path`.
    ///
    /// # Errors
    /// [`FormatError::Corrupt`] where a column is absent, of another type, or has missing
    /// values it may not have; where counts exceed `n_samples`; where rows are not in order.
    pub fn new(
        batch: RecordBatch,
        path: &Path,
        n_samples: u64,
        n_rows: u64,
    ) -> Result<Self, FormatError> {
        let corrupt = |reason: String| FormatError::corrupt(path, "the site table", reason);
        if batch.num_rows() as u64 != n_rows {
            return Err(corrupt(format!(
                "{} rows, but the manifest says {n_rows}",
                batch.num_rows()
            )));
        }
        Self::typed(batch, n_samples).map_err(corrupt)
    }

    fn typed(batch: RecordBatch, n_samples: u64) -> Result<Self, String> {
        let c = Columns(&batch);
        let filter = match c.optional::<DictionaryArray<UInt16Type>>(column::FILTER, false)? {
            None => None,
            Some(f) => {
                let values = f.values().as_any().downcast_ref::<StringArray>();
                let values = values.ok_or("column filter does not hold text")?.clone();
                Some((f.keys().clone(), values))
            }
        };
        let written = match c.optional(column::POS_WRITTEN, true)? {
            None => None,
            Some(pos) => {
                let absent = || "columns of the written alleles are not all there".to_owned();
                let r = c.optional(column::REF_WRITTEN, true)?.ok_or_else(absent)?;
                Some((
                    pos,
                    r,
                    c.optional(column::ALT_WRITTEN, true)?.ok_or_else(absent)?,
                ))
            }
        };
        let table = Self {
            n_samples,
            pos: c.required(column::POS)?,
            end: c.optional(column::END, false)?,
            reference: c.required(column::REF)?,
            alternate: c.required(column::ALT)?,
            record: c.required(column::RECORD)?,
            allele: c.required(column::ALLELE)?,
            alleles: c.required(column::ALLELES)?,
            counts: [
                c.required(column::HET)?,
                c.required(column::HOM_ALT)?,
                c.required(column::MISSING)?,
            ],
            more_counts: [
                c.optional(column::HAPLOID_CALLED, false)?,
                c.optional(column::HEMI_ALT, false)?,
                c.optional(column::HALF_CALLED, false)?,
                c.optional(column::HALF_ALT, false)?,
            ],
            id: c.optional(column::ID, true)?,
            qual: c.optional(column::QUAL, true)?,
            filter,
            written,
            batch,
        };
        if !table.pos.values().is_sorted() {
            return Err("positions are not in order".to_owned());
        }
        if let Some(end) = &table.end {
            let mut ends = end.values().iter().zip(table.pos.values());
            if let Some(row) = ends.position(|(end, pos)| end < pos) {
                return Err(format!("row {row} ends before it starts"));
            }
        }
        let [het, hom_alt, missing] = table.counts.each_ref().map(UInt32Array::values);
        let sums = het.iter().zip(hom_alt).zip(missing);
        let sum = |((a, b), c): ((&u32, &u32), &u32)| u64::from(*a) + u64::from(*b) + u64::from(*c);
        // Without haploid and half calls the sum is all there is to see.
        let plain = table.more_counts.iter().all(Option::is_none)
            && sums.map(sum).fold(true, |fit, n| fit & (n <= n_samples));
        for row in (0..table.len()).take_while(|_| !plain) {
            let k = table.counts(row);
            let called = n_samples
                .checked_sub(k.missing)
                .and_then(|c| c.checked_sub(k.het));
            let fits = called.is_some_and(|c| k.hom_alt <= c)
                && k.hemi_alt <= k.hom_alt.min(k.haploid_called)
                && k.haploid_called <= n_samples - k.missing
                && k.half_alt <= k.half_called
                && k.half_called <= k.missing;
            if !fits {
                return Err(format!("the counts of row {row} are impossible"));
            }
        }
        Ok(table)
    }

    /// Rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pos.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pos.is_empty()
    }

    /// The Arrow batch, all columns.
    #[must_use]
    pub const fn batch(&self) -> &RecordBatch {
        &self.batch
    }

    /// 1-based positions of all rows, ascending.
    #[must_use]
    pub fn positions(&self) -> &[u32] {
        self.pos.values()
    }

    /// 1-based position of the last base that a row spans ([`Site::end`]).
    ///
    /// # Panics
    /// For a row at or beyond [`SiteTable::len`].
    #[must_use]
    pub fn end(&self, row: usize) -> u32 {
        match &self.end {
            Some(end) => end.value(row),
            None => {
                let length = self.reference.value_length(row);
                default_end(self.pos.value(row), length as usize)
            }
        }
    }

    /// Ordinal of a row's record within its contig.
    ///
    /// # Panics
    /// For a row at or beyond [`SiteTable::len`].
    #[must_use]
    pub fn record(&self, row: usize) -> u32 {
        self.record.value(row)
    }

    /// That of every row.
    #[must_use]
    pub fn records(&self) -> &[u32] {
        self.record.values()
    }

    /// Which ALT of its record a row is, from 1.
    ///
    /// # Panics
    /// For a row at or beyond [`SiteTable::len`].
    #[must_use]
    pub fn allele(&self, row: usize) -> u16 {
        self.allele.value(row)
    }

    /// How many ALTs a row's record has.
    ///
    /// # Panics
    /// For a row at or beyond [`SiteTable::len`].
    #[must_use]
    pub fn alleles(&self, row: usize) -> u16 {
        self.alleles.value(row)
    }

    /// REF and ALT of a row.
    ///
    /// # Panics
    /// For a row at or beyond [`SiteTable::len`].
    #[must_use]
    #[inline]
    pub fn alleles_of(&self, row: usize) -> (&str, &str) {
        (self.reference.value(row), self.alternate.value(row))
    }

    /// A row's alleles as they were written ([`Site::written`]).
    ///
    /// # Panics
    /// For a row at or beyond [`SiteTable::len`].
    #[must_use]
    pub fn written(&self, row: usize) -> Option<Written<'_>> {
        let (pos, r, a) = self.written.as_ref()?;
        (!pos.is_null(row)).then(|| Written {
            pos: pos.value(row),
            reference: r.value(row),
            alternate: a.value(row),
        })
    }

    /// ID of a row; `.` where it has none.
    ///
    /// # Panics
    /// For a row at or beyond [`SiteTable::len`].
    #[must_use]
    pub fn id(&self, row: usize) -> &str {
        let id = self.id.as_ref().filter(|id| !id.is_null(row));
        id.map_or(".", |id| id.value(row))
    }

    /// FILTER of a row; `None` for `.`.
    ///
    /// # Panics
    /// For a row at or beyond [`SiteTable::len`].
    #[must_use]
    pub fn filter(&self, row: usize) -> Option<&str> {
        let (keys, values) = self.filter.as_ref()?;
        let key = usize::from(keys.value(row));
        let text = (key < values.len()).then(|| values.value(key));
        text.filter(|f| !f.is_empty())
    }

    /// QUAL of a row.
    ///
    /// # Panics
    /// For a row at or beyond [`SiteTable::len`].
    #[must_use]
    pub fn qual(&self, row: usize) -> Option<f32> {
        let qual = self.qual.as_ref().filter(|q| !q.is_null(row))?;
        Some(qual.value(row))
    }

    /// The different texts that FILTER has.
    pub fn filter_values(&self) -> impl Iterator<Item = &str> {
        let values = self.filter.as_ref().map(|(_, values)| values);
        values
            .into_iter()
            .flat_map(|v| v.iter().map(Option::unwrap_or_default))
    }

    /// Which of [`filter_values`](Self::filter_values) a row has; `None` where the shard has
    /// none.
    ///
    /// # Panics
    /// For a row at or beyond [`SiteTable::len`].
    #[must_use]
    pub fn filter_key(&self, row: usize) -> Option<usize> {
        Some(usize::from(self.filter.as_ref()?.0.value(row)))
    }

    /// The site of one row.
    ///
    /// # Panics
    /// For a row at or beyond [`SiteTable::len`].
    #[must_use]
    pub fn site(&self, row: usize) -> Site<'_> {
        Site {
            pos: self.pos.value(row),
            end: self.end(row),
            id: self.id(row),
            reference: self.reference.value(row),
            alternate: self.alternate.value(row),
            qual: self.qual(row),
            filter: self.filter(row),
            record: self.record.value(row),
            allele: self.allele.value(row),
            alleles: self.alleles.value(row),
            written: self.written(row),
        }
    }

    /// Counts over everyone in the store.
    ///
    /// # Panics
    /// For a row at or beyond [`SiteTable::len`].
    #[must_use]
    #[inline]
    pub fn counts(&self, row: usize) -> CallCounts {
        let [het, hom_alt, missing] = &self.counts;
        let [haploid_called, hemi_alt, half_called, half_alt] = &self.more_counts;
        let of = |column: &UInt32Array| u64::from(column.value(row));
        let more = |column: &Option<UInt32Array>| column.as_ref().map_or(0, of);
        CallCounts {
            samples: self.n_samples,
            het: of(het),
            hom_alt: of(hom_alt),
            missing: of(missing),
            haploid_called: more(haploid_called),
            hemi_alt: more(hemi_alt),
            half_called: more(half_called),
            half_alt: more(half_alt),
        }
    }
}
