//! Store format, genotypes, devices, statistics and queries of Genodex.
//!
//! Imports point one way: `query` uses `compute`, `stats`, `format` and `genotype`; `compute`
//! and `format` use `genotype`; `knowledge` uses none of them; nothing points back.

pub mod association;
pub mod codec;
pub mod compute;
pub mod diagnostic;
pub mod format;
pub mod genome;
pub mod genotype;
pub mod knowledge;
pub mod lines;
pub mod query;
pub mod record;
pub mod stats;
pub mod store;
