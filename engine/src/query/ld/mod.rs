//! Linkage disequilibrium: correlations between variants, and sets of variants without them.

mod pair;
mod prune;

#[cfg(test)]
mod tests;

pub use pair::{Joint, joint};
pub use prune::{PruneOptions, Window, prune};
