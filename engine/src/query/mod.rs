//! Questions to a store.

pub mod cohort;
pub mod expr;
pub mod freq;
pub mod select;
mod shards;
pub mod template;
pub mod text;
mod text_values;
pub mod vcf;
