//! Association of genotypes with traits: traits and covariates, null models, and the tests of one
//! genotype. Vectors have a value for each sample of the store; that of people who are left out
//! is 0.

mod design;
mod error;
mod firth;
mod firth_regenie;
mod fixed;
mod logistic;
mod models;
pub mod predictions;
mod quantitative;
mod saddlepoint;
mod search;
pub mod table;
mod traits;

pub use design::Design;
pub use error::AssociationError;
pub use firth::{FirthFit, firth};
pub use firth_regenie::firth_like_regenie;
pub use fixed::FixedVectors;
pub use logistic::LogisticNull;
pub use models::{Linear, Models, Null, TraitVectors};
pub use quantitative::LinearNull;
pub use saddlepoint::{Score, saddlepoint};
pub use search::Search;
pub use traits::{Analysis, Trait, TraitKind, TraitOptions};
