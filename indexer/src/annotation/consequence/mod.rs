//! Predicted consequences in INFO, as VEP (`CSQ`, or whatever name it was given), SnpEff (`ANN`
//! with `LOF` and `NMD`) and `bcftools csq` (`BCSQ`) write them.
//!
//! [`ConsequenceFormat`] reads the header line, whatever the fields and their order;
//! [`Consequences`] reads the INFO of a record: for each ALT its transcripts in the order
//! written, and the one to show.
//!
//! # Which transcript is shown
//!
//! The one with the most severe consequence in Ensembl's order
//! ([`genodex_engine::query::expr::severity`]); of equally severe ones that which is MANE
//! Select, else MANE Plus Clinical, else canonical, else of a protein-coding biotype, else
//! written first. `bcftools +split-vep -s worst` differs: its own scale is one of parts of terms,
//! several on one step (`missense` with `inframe`; `non_coding_transcript_exon` below `intron`);
//! ties are broken by the order written alone, and all ALTs of a record have one answer.
//!
//! # Which ALT a transcript is of
//!
//! VEP names an ALT without the first base where all alleles of an indel's record share it, `-`
//! where nothing is left; with `--minimal`, without all bases at either end that it shares with
//! REF; symbolic alleles by their kind (`deletion`). `ALLELE_NUM`, where it is written, decides
//! between equal names, and where no name fits. A transcript of no ALT is counted
//! ([`RecordConsequences::unmatched`]): it is what remains where records were split after they
//! had been annotated. What names no allele (`BCSQ` outside of coding sequence) is of every ALT.

mod allele;
mod error;
mod format;
mod layer;
mod loss;
mod record;
mod row;
mod transcript;

#[cfg(test)]
mod tests;

pub use error::ConsequenceError;
pub use format::{ConsequenceFormat, Dialect};
pub use layer::{CONSEQUENCE_LAYER, RowTexts, ShardTexts, layer, texts};
pub use record::{AlleleConsequences, ConsequenceTallies, Consequences, RecordConsequences};
pub use row::{Column, ConsequenceRow};
pub use transcript::Transcript;
