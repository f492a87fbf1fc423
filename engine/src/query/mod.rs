//! Questions to a store.

pub mod cohort;
