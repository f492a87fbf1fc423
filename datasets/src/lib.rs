//! Data to try the program on: real genotypes small enough to travel inside it, and a generator
//! of cohorts as large as a biobank.
//!
//! What is in the folder beside this code, and where it comes from, is in `README.md`. Importing
//! VCF is the indexer's work; what a store is, the engine's.

pub mod embedded;
pub mod generator;
