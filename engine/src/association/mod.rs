//! Association of genotypes with traits: traits and covariates, null models, and the tests of one
//! genotype. Vectors have a value for each sample of the store; that of people who are left out
//! is 0.

mod design;
mod error;
mod firth;
mod fixed;
mod logistic;
mod models;
mod quantitative;
mod saddlepoint;
pub mod table;
mod traits;

pub use design::Design;
pub use error::AssociationError;
pub use firth::{FirthFit, firth};
pub use fixed::FixedVectors;
pub use logistic::{FirthNull, LogisticNull};
pub use models::{Linear, Models, Null, TraitVectors};
pub use quantitative::LinearNull;
pub use saddlepoint::{Score, saddlepoint};
pub use traits::{Analysis, Trait, TraitKind, TraitOptions};
