//! Import.

pub mod fasta;
pub mod normalise;
pub mod reader;
