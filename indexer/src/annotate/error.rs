//! Why annotations could not be added.

use genodex_engine::format::FormatError;

use crate::annotation::consequence::ConsequenceError;
use crate::annotation::genes::GeneFileError;
use crate::annotation::matching::MatchError;
use crate::fasta::FastaError;
use crate::import::ImportError;

/// Why annotations could not be added.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnnotateError {
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] FormatError),
    /// The other file cannot be joined.
    #[error(transparent)]
    Match(#[from] MatchError),
    /// The other file's fields cannot be taken.
    #[error(transparent)]
    Fields(Box<ImportError>),
    /// The reference cannot be read.
    #[error(transparent)]
    Fasta(#[from] FastaError),
    /// The genes cannot be read.
    #[error(transparent)]
    Genes(#[from] GeneFileError),
    /// The description of consequences is not understood.
    #[error(transparent)]
    Consequence(#[from] ConsequenceError),
    /// There is no such layer.
    #[error("the store has no layer {name:?}; it has {}", known(there))]
    UnknownLayer {
        /// The name.
        name: String,
        /// The layers there are.
        there: Vec<String>,
    },
    /// There is such a layer already.
    #[error("the store has a layer {0} already: --replace makes it anew, --layer names another")]
    LayerExists(String),
    /// A layer cannot have this name.
    #[error(
        "a layer cannot be called {0:?}: letters, digits, '_' and '-' make a name, and \"sites\" \
         is taken"
    )]
    LayerName(String),
    /// Another layer has this field.
    #[error(
        "layer {layer} has an INFO field {field} already; give the new one another name \
         (--info NEW:={field})"
    )]
    FieldTaken {
        /// The field.
        field: String,
        /// The layer that has it.
        layer: String,
    },
    /// There are no predicted consequences.
    #[error("{0}")]
    NoConsequence(String),
}

impl From<ImportError> for AnnotateError {
    fn from(error: ImportError) -> Self {
        Self::Fields(Box::new(error))
    }
}

fn known(names: &[String]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}
