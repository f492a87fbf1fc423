//! What is computed from counts: integers in, `f64` out.
//!
//! Nothing here reads a store or knows how counts were made.

mod fisher;
mod frequency;
mod hwe;
pub mod plink2;
mod two_samples;

pub use fisher::{FisherTest, TwoByTwo, fisher_exact};
pub use frequency::{allele_frequency, minor_allele_count, missing_fraction};
pub use hwe::{HweTest, hwe_exact};
pub use two_samples::{TwoSamples, compare_two_samples};
