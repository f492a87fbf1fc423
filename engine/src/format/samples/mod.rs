//! The sample table of a store: one row for each sample, in the order of the genotypes.
//!
//! The first column is the sample's id; the others are what is known of the samples: family,
//! sex, population, phenotypes, covariates. Which column has a known [`Role`] is recorded in
//! the file, so that a reader need not guess. Files of other programs are read elsewhere.
//!
//! The file is Arrow IPC with one record batch. Column `id` comes first: LargeUtf8, none
//! missing, none twice. The others are Dictionary(UInt32, Utf8), Int64, Float64 or Boolean, any
//! number, names unique, values may be missing (NaN counts as missing). A field's metadata
//! `genodex.role` holds the name of its role.

mod build;
mod ids;
mod index;
mod role;
mod rows;
mod sex;
mod table;

#[cfg(test)]
mod tests;

pub use build::{SampleTableBuilder, SampleTableError};
pub use ids::SampleIds;
pub use index::IdCursor;
pub use role::Role;
pub(crate) use rows::select_rows;
pub use sex::Sex;
pub use table::{Column, SampleTable};

/// Name of the first column.
pub const ID_COLUMN: &str = "id";

/// Most samples of a store.
pub const MAX_SAMPLES: usize = 1 << 29;
