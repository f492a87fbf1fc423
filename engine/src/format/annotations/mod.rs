//! Annotation layers: what is said of a shard's rows beside their sites, one Arrow table a layer
//! and shard, and bitmaps over the rows for its categories.
//!
//! A table has one row for each row of the genotype matrix. How a column is kept follows its
//! type and VCF's Number:
//!
//! | Number | whole numbers, floats | text | flags |
//! |---|---|---|---|
//! | `1`, `A` | one value, null where missing: of `A`, that of the row's ALT | `Utf8`, or a dictionary where values repeat | `Boolean` |
//! | `R` | list: REF's value and that of the row's ALT | both, joined by a comma | |
//! | `G` | list: those of RR, RA, AA (R, A where haploid) | joined by commas | |
//! | `.`, a number | list: all values, the same in each row of a record | as written | |
//!
//! Of a layer of FORMAT fields each row is binary ([`SampleValues`]): all values of the record as
//! written, whatever its Number, in the record's first row only.
//!
//! Two columns beside them let the record be said again as it was written: [`KEYS`], the keys
//! of its INFO in their order (`AC;DP;DB`), and [`IRREGULAR`], fields that could not be split or
//! typed as their header says, that it does not declare, or that were there before in the record,
//! as `KEY=VALUE` (or `KEY` alone) joined by `;`, in the record's first row only; and of records of
//! several ALTs also the fields of Number `G`, as no row has those of two ALTs. The columns have
//! no value for such a field, but of a key given twice they have the first.

mod build;
mod categories;
mod index;
mod samples;
mod table;

#[cfg(test)]
mod tests;

pub use build::{ColumnBuilder, finish_table};
pub use categories::{FLAG_VALUE, index_categories};
pub use index::{BitmapIndex, BitmapIndexBuilder, MISSING_VALUE};
pub use samples::{FLOAT_END, FLOAT_MISSING, INT_END, INT_MISSING, SampleValues};
pub use table::{AnnotationTable, Values};

/// Name of the column that keeps the order of a record's INFO keys.
pub const KEYS: &str = ".keys";
/// Name of the column of fields that do not fit their header.
pub const IRREGULAR: &str = ".irregular";
