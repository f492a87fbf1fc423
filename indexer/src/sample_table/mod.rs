//! Sample tables of other programs: read, typed, and joined to the samples of the genotypes.
//!
//! Reads tables with a header (TABs, commas, or blanks between columns), plink2's `.psam`,
//! plink's `.fam` and the 1000 Genomes panel. Also here, as they work on the same names before
//! an import: choosing samples as `bcftools view -s` does, renaming them as `bcftools reheader
//! -s` does. What columns mean is the store's to say
//! ([`genodex_engine::format::samples::Role`]).

mod error;
mod fields;
mod infer;
mod join;
mod lines;
mod read;
mod rename;
mod select;

#[cfg(test)]
mod tests;

pub use error::SampleFileError;
pub use join::{JoinReport, JoinedBy, join};
pub use lines::open_text;
pub use read::{SampleFile, SampleFileFormat};
pub use rename::{Renamed, rename_samples};
pub use select::SampleChoice;
