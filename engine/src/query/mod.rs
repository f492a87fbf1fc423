//! Questions to a store.

pub mod cohort;
pub mod freq;
