//! Data that travels inside the program: small real genotypes and a generator of cohorts as large
//! as a biobank to try it on, and what is known of genes, diseases and phenotypes.
//!
//! What is in the folder beside this code, and where it comes from, is in `README.md`. Importing
//! VCF is the indexer's work; what a store is and what is known of genes, the engine's.

pub mod embedded;
pub mod generator;
pub mod knowledge;
