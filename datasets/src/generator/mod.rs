//! Synthetic cohorts that look like human sequencing: two fifths of the variants seen once, a
//! tail of common ones in linkage disequilibrium, populations that differ, a few missing calls.
//!
//! Every random choice comes from a stream keyed by the seed and by what is being chosen
//! ([`stream`]), so blocks of variants are made in any order and by any number of threads with
//! the same result, on any platform: no transcendental function is used.
//!
//! The model, by file: [`plan`] lays variants out along contigs in blocks; [`people`] draws the
//! samples; [`founders`] says which of 64 founder haplotypes each sample's haplotypes copy in a
//! block, and the genealogy of the founders; [`spectrum`] draws allele counts; [`site`] alleles
//! and positions; [`block`] puts a block's calls together; [`vcf`] and [`bcf`] write them as
//! text and binary; [`write`](self::write) runs it
//! all and [`sink`] takes what comes of it.

mod bcf;
mod block;
mod founders;
mod people;
mod plan;
mod sink;
mod site;
mod spectrum;
mod stream;
mod vcf;
mod write;

#[cfg(test)]
mod tests;

use std::io;
use std::path::PathBuf;

use genodex_engine::format::FormatError;
use genodex_engine::format::samples::SampleTableError;

pub use write::{Generated, generate};

/// What to generate.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Samples, 1 to 2^29.
    pub samples: usize,
    /// Rows after multi-allelic records are split, at least 1.
    pub variants: u64,
    /// Two runs with the same seed and numbers give the same bytes.
    pub seed: u64,
    /// Fraction of the variants that are common (alternate alleles with a frequency of about 1 %
    /// and more). `None`: as in human call sets, a seventh at 2,504 samples, falling with the
    /// square root of their number to a hundredth at 500,000.
    pub common: Option<f64>,
}

/// Where it goes. At least one is given.
#[derive(Clone, Debug, Default)]
pub struct Outputs {
    /// A store; its path must not exist, or be a store that `replace` allows to replace.
    pub store: Option<PathBuf>,
    /// Replace the store that is there.
    pub replace: bool,
    /// VCF, compressed with BGZF.
    pub vcf: Option<PathBuf>,
    /// BCF.
    pub bcf: Option<PathBuf>,
    /// Allele counts as generated, tab-separated: `CHROM POS REF ALT AC AN`.
    pub truth: Option<PathBuf>,
}

/// Why a cohort cannot be generated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// Numbers that make no cohort.
    #[error("{0}")]
    Spec(String),
    /// The store.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The sample table.
    #[error(transparent)]
    Samples(#[from] SampleTableError),
    /// A file beside the store.
    #[error("cannot write {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
}
