//! Who is related to whom: kinship coefficients of pairs, degrees of relationship, families, and
//! large sets of unrelated people.

mod degree;
mod exec;
mod graph;
mod unrelated;

#[cfg(test)]
mod tests;

pub use degree::Degree;
pub use exec::{Pair, Pairs, run};
pub use graph::{Components, components};
pub use unrelated::{king_cutoff, unrelated};
