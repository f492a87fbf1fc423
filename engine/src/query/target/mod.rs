//! What a team that looks for drug targets asks of a gene or a disease, on one page.
//!
//! [`gene`] gathers what is known of a gene, its qualifying variants with their frequency in
//! every group of people, who carries loss of function and who has both copies hit, and how
//! these people differ from everyone else in what the sample table says of them. [`disease`]
//! ranks the genes of a disease or a phenotype, each with the reasons. The answers are plain
//! values; showing them is left to others. Nobody is named in them: people are only counted.
//!
//! Which variants qualify is a [`Masks`]' affair; which rows lie in a gene is the caller's.

mod clinical;
mod columns;
mod compare;
mod count;
mod disease;
mod facts;
mod gene;
mod group;
mod mask;
mod people;
mod protein;
mod shape;
mod variants;

#[cfg(test)]
mod tests;

pub use clinical::{Asserted, Clinical};
pub use compare::{Comparison, Comparisons, Finding, LeftOut, compare};
pub use count::{Frequency, InGroup};
pub use disease::{DiseaseDossier, DiseaseSubject, RankedGene, disease};
pub use facts::{DiseaseFacts, GeneFacts, Named, PhenotypeFacts};
pub use gene::{GeneDossier, GeneSubject, gene};
pub use group::{Group, Populations};
pub use mask::{MaskUsed, Masks};
pub use people::{Affected, KnockoutCounts, LossOfFunction, Share};
pub use protein::protein_position;
pub use variants::{EffectClass, TargetVariant};

use serde::Serialize;

use crate::compute::ComputeError;
use crate::format::FormatError;
use crate::knowledge::KnowledgeError;
use crate::query::genes::GeneError;
use crate::query::select::SelectError;

/// What is asked beside the gene or the disease.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// Cohorts whose counts are shown; people who have withdrawn are left out.
    pub cohorts: Vec<Group>,
    /// Populations whose counts are shown.
    pub populations: Option<Populations>,
    /// Which variants qualify.
    pub masks: Masks,
    /// Only variants at most this frequent in the whole store.
    pub max_af: Option<f64>,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Dossier {
    /// Of a gene.
    Gene(Box<GeneDossier>),
    /// Of a disease or a phenotype.
    Disease(Box<DiseaseDossier>),
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// An expression does not fit the store.
    #[error("the mask of {what}: {source}")]
    Mask {
        /// "qualifying variants", "loss of function".
        what: &'static str,
        /// The reason.
        source: SelectError,
    },
    /// A column of populations is not there.
    #[error("the sample table has no column {name:?}{}", did_you_mean(nearest.as_deref()))]
    NoColumn {
        /// As it was asked for.
        name: String,
        /// The nearest name.
        nearest: Option<String>,
    },
    /// A column has too many values to be one of populations.
    #[error(
        "column {name:?} has {values} different values, more than {most}: it does not say \
         populations; give a column with fewer, or add one to the sample table"
    )]
    NotPopulations {
        /// The column.
        name: String,
        /// Its different values.
        values: usize,
        /// What is allowed.
        most: usize,
    },
    /// What is known of genes and diseases cannot be read.
    #[error("{0}")]
    Knowledge(#[from] KnowledgeError),
    /// Genes of variants are not known.
    #[error("{0}")]
    Genes(#[from] GeneError),
    /// The store cannot be read.
    #[error("{0}")]
    Format(#[from] FormatError),
    /// The device could not count.
    #[error("{0}")]
    Compute(#[from] ComputeError),
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |n| format!("; did you mean {n:?}?"))
}
