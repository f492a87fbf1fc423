//! Questions to a store.

pub mod burden;
pub mod carriers;
pub mod cohort;
pub mod columns;
pub mod expr;
pub mod feasibility;
pub mod freq;
pub mod genes;
pub mod kinship;
pub mod knockouts;
pub mod ld;
pub mod matching;
pub mod matrix;
mod merged;
pub mod panel;
pub mod pattern;
pub mod pca;
pub mod pedigree;
pub mod qc;
#[cfg(test)]
mod random_store;
pub mod rows;
pub mod select;
pub mod sets;
mod shards;
pub mod target;
pub mod template;
pub mod text;

pub use merged::Incomplete;
