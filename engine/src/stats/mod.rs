//! What is computed from counts: integers in, `f64` out.
//!
//! Nothing here reads a store or knows how counts were made.

mod frequency;
mod hwe;
pub mod plink2;

pub use frequency::{allele_frequency, minor_allele_count, missing_fraction};
pub use hwe::{HweTest, hwe_exact};
