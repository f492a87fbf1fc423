//! Bitmaps over a shard's rows for the categories of its site table.

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use super::Site;
use crate::format::annotations::{BitmapIndexBuilder, MISSING_VALUE};
use crate::genome::variant_type;
use crate::genotype::CallCounts;

/// Column of filters: each one of a list, `PASS`, and `.` where there is none.
pub const FILTER: &str = "filter";
/// Column of variant types of the row's ALT, as bcftools names them: `snp`, `mnp`, `indel`,
/// `other`, `bnd`, `overlap`, `ref`.
pub const TYPE: &str = "type";
/// Column of minor allele frequencies in bins; see [`maf_bin`].
pub const MAF: &str = "maf";

/// Upper bounds of the bins above singletons, exclusive, as 1 in so many; the last bin has none.
pub const MAF_BINS: [(&str, u64); 4] = [
    ("<1e-4", 10_000),
    ("<1e-3", 1_000),
    ("<1e-2", 100),
    ("<5e-2", 20),
];

/// The bin of a row by the copies of its rarer allele among those called in active samples
/// (half calls included; REF and the other ALTs together are the other allele): `0` for none,
/// `singleton` for one; else by `copies / called` the first of `<1e-4`, `<1e-3`, `<1e-2`,
/// `<5e-2` that holds, or `>=5e-2`.
#[must_use]
pub fn maf_bin(counts: &CallCounts) -> &'static str {
    let (copies, called) = (counts.allele_count(), counts.allele_number());
    match copies.min(called.saturating_sub(copies)) {
        0 => "0",
        1 => "singleton",
        minor => MAF_BINS
            .iter()
            .find(|(_, of)| minor.saturating_mul(*of) < called)
            .map_or(">=5e-2", |(name, _)| *name),
    }
}

/// Collects the bitmaps, row by row.
#[derive(Debug, Default)]
pub struct SiteIndexBuilder {
    index: BitmapIndexBuilder,
    rows: u32,
}

impl SiteIndexBuilder {
    /// Adds the next row, with its counts over active samples.
    pub fn push(&mut self, site: &Site<'_>, counts: &CallCounts) {
        let row = self.rows;
        // Shards are full long before 2^32 rows; the manifest refuses one of more.
        self.rows = self.rows.saturating_add(1);
        match site.filter {
            None => self.index.add(FILTER, MISSING_VALUE, row),
            Some(filters) => filters
                .split(';')
                .for_each(|f| self.index.add(FILTER, f, row)),
        }
        let kind = variant_type::name(site.reference, site.alternate);
        self.index.add(TYPE, kind, row);
        self.index.add(MAF, maf_bin(counts), row);
    }

    /// The table; `None` where there were no rows.
    ///
    /// # Errors
    /// [`ArrowError`].
    pub fn finish(self) -> Result<Option<RecordBatch>, ArrowError> {
        self.index.finish()
    }
}
