//! What is computed from counts: integers in, `f64` out.
//!
//! Nothing here reads a store or knows how counts were made.

mod as155;
mod cauchy;
mod chi_square;
mod davies;
mod epsilon;
mod fisher;
mod frequency;
mod hwe;
mod mixture;
pub mod plink2;
mod qags;
mod quadrature;
mod skato;
mod tail_table;
mod two_samples;
mod variance_component;

pub use cauchy::cauchy_combination;
pub use chi_square::{
    chi_square_ln_survival, chi_square_log10p, chi_square_of_log10p, chi_square_quantile,
    normal_ln_survival,
};
pub use davies::mixture_ln_survival_approximated;
pub use fisher::{FisherTest, TwoByTwo, fisher_exact};
pub use frequency::{allele_frequency, minor_allele_count, missing_fraction};
pub use hwe::{HweTest, hwe_exact};
pub use mixture::{mixture_ln_survival, mixture_log10p, shifted_mixture_ln_survival};
pub use two_samples::{TwoSamples, compare_two_samples};
pub use variance_component::{Kernel, SetP, TailMethod, Tails};
