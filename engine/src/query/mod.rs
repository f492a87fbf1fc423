//! Questions to a store.

pub mod cohort;
pub mod expr;
pub mod freq;
pub mod pedigree;
