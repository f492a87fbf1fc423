//! Linkage disequilibrium: correlations between variants, and sets of variants without them.

mod haplotypes;
mod pair;
mod prune;

#[cfg(test)]
mod tests;

pub use haplotypes::{GenotypeTable, Haplotypes, genotype_table};
pub use pair::{Joint, joint};
pub use prune::{PruneOptions, Window, prune};
