//! SNPs for comparing people: which ones, and the people's genotypes there, sample by sample.
//!
//! Kinship, principal components and the search for the nearest genomes all take [`SnpPlanes`]: of
//! SNPs chosen for the question, or of the store's panel.

mod choose;
mod planes;
mod regions;
mod stored;

#[cfg(test)]
mod tests;

pub use choose::{autosomal_snps, is_autosome};
pub use planes::{SnpPlanes, read_planes};
pub use regions::in_long_range_ld;
pub use stored::{PANEL, keep_panel, stored_panel};
