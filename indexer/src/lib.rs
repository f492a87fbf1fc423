//! Importing: variants from VCF and BCF, and what is known of samples, into a store.

pub mod annotate;
pub mod annotation;
pub mod fasta;
pub mod import;
pub mod normalise;
pub mod reader;
pub mod sample_table;
