//! Gene models: where genes are, from GFF3, GTF, BED or plink's `glist` files.
//!
//! [`GeneModels::read`] takes the files of GENCODE, Ensembl and RefSeq (GFF3, GTF), each with its
//! own names of attributes, BED files, and plink's ranges; plain or compressed. Contigs match by
//! alias. All positions here are 1-based and closed; BED's, 0-based and half-open, are changed
//! when they are read.
//!
//! What a gene is called besides (aliases, former symbols) is not known here.

mod attributes;
mod bed;
mod error;
mod feature;
mod gff;
mod models;
mod read;

#[cfg(test)]
mod tests;

pub use error::GeneFileError;
pub use models::{Gene, GeneModels, GeneTranscript, Strand};
pub use read::GeneFileFormat;
