//! From VCF and BCF files to a store: reading, splitting, ordering, and what became of it all.

mod batch;
pub(crate) mod info;
mod numbering;
mod order;
mod reference;
mod report;
mod rows;
mod sink;
mod store;

use std::path::PathBuf;

use genodex_engine::format::FormatError;
use genodex_engine::genome::RegionSet;
use genodex_engine::genotype::Plane;

use crate::fasta::FastaError;
use crate::normalise::ReferenceMismatch;
use crate::reader::{CallOptions, Place, ReadError};

pub use info::{FORMAT_LAYER, INFO_LAYER, InfoSelection};
pub use reference::SharedReference;
pub use report::{Tallies, Tally};
pub use store::{ImportReport, Importer};

/// How to import.
#[derive(Default)]
pub struct ImportOptions {
    /// Threads to use in all; 0 or 1: one.
    pub threads: usize,
    /// Calls: filters, half calls, the sample columns to keep.
    pub calls: CallOptions,
    /// Records to import, by overlap; all where `None`.
    pub regions: Option<RegionSet>,
    /// Who of the kept samples has not withdrawn, where somebody has: the others' calls are
    /// stored as missing and not counted.
    pub active: Option<Plane>,
    /// INFO fields to keep.
    pub info: InfoSelection,
    /// FORMAT fields to keep beside GT.
    pub format_fields: Vec<String>,
    /// Whether predicted consequences in INFO become a layer.
    pub consequence: bool,
    /// Reference against which alleles are checked and left-aligned.
    pub reference: Option<SharedReference>,
}

/// Why an import failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The input cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The store cannot be written.
    #[error(transparent)]
    Store(#[from] FormatError),
    /// The reference cannot be read.
    #[error(transparent)]
    Fasta(#[from] FastaError),
    /// A record does not fit the reference.
    #[error("{}, {place}: {contig}: {source}", path.display())]
    Reference {
        /// The input.
        path: PathBuf,
        /// Where.
        place: Place,
        /// Contig.
        contig: String,
        /// How.
        source: Box<ReferenceMismatch>,
    },
    /// Records are not in order of position.
    #[error(
        "{}, {place}: position {pos} comes after {contig}:{last}; sort the file first \
         (`bcftools sort {} -Ob -o sorted.bcf`)", path.display(), path.display()
    )]
    Unsorted {
        /// The input.
        path: PathBuf,
        /// Where.
        place: Place,
        /// Contig.
        contig: String,
        /// The record's position.
        pos: u32,
        /// The position before it.
        last: u32,
    },
    /// A contig's records are not together.
    #[error(
        "{}, {place}: contig {contig} starts again, after other contigs, in another input or in the store; \
         sort or join the files first (`bcftools sort`, `bcftools concat -a`)", path.display()
    )]
    ContigAgain {
        /// The input.
        path: PathBuf,
        /// Where.
        place: Place,
        /// Contig.
        contig: String,
    },
    /// One contig has two names.
    #[error(
        "{}: contig {name} is called {other} in what was read before; rename one \
         (`bcftools annotate --rename-chrs`)", path.display()
    )]
    ContigAlias {
        /// The input.
        path: PathBuf,
        /// Its name there.
        name: String,
        /// Its name before.
        other: String,
    },
    /// A contig has two lengths: of two genome builds.
    #[error(
        "{}: contig {contig} is {length} bases long, but {before} in what was read before; all \
         of a store is of one genome build", path.display()
    )]
    ContigLength {
        /// The input.
        path: PathBuf,
        /// Contig.
        contig: String,
        /// Its length there.
        length: u32,
        /// Its length before.
        before: u32,
    },
    /// Inputs have different samples.
    #[error("{}: {reason}; all inputs must have the same samples in the same order \
             (`bcftools view -S` reorders)", path.display())]
    Samples {
        /// The input.
        path: PathBuf,
        /// How they differ.
        reason: String,
    },
    /// Left-alignment moved a row too far.
    #[error(
        "{}, {place}: left-alignment moves the record by more than {window} bases, to {contig}:{pos}; \
         use `bcftools norm -f` and `bcftools sort` first", path.display()
    )]
    Moved {
        /// The input.
        path: PathBuf,
        /// Where.
        place: Place,
        /// Contig.
        contig: String,
        /// New position.
        pos: u32,
        /// Bases that rows may move.
        window: u32,
    },
    /// A field that was asked for is not there.
    #[error("{}: its header declares no {of} field {name}{near}", path.display())]
    UnknownField {
        /// The input.
        path: PathBuf,
        /// `INFO` or `FORMAT`.
        of: &'static str,
        /// The field.
        name: String,
        /// What it may have meant.
        near: String,
    },
    /// A field is declared in two ways.
    #[error("{}: {reason}, or give the inputs one declaration (`bcftools reheader -h`)", path.display())]
    FieldConflict {
        /// The input.
        path: PathBuf,
        /// Which field, what is declared there and before, and what can be done.
        reason: String,
    },
    /// More than a store can hold.
    #[error("{}: {reason}", path.display())]
    TooMany {
        /// The input.
        path: PathBuf,
        /// What there is too much of.
        reason: String,
    },
}
