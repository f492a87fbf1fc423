//! Corpora for the benches of Genodex: models of real data with fixed seeds.

mod corpus;

pub use corpus::{Corpus, Numbers, half_of, write_biobank};
