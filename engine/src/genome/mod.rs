//! Names and coordinates of a human genome: contigs, builds, pseudo-autosomal regions, and
//! the regions a query asks for.
//!
//! Nothing here reads a store; a store gives its contig names ([`ContigNames`]) and asks which
//! positions are wanted ([`RegionSet`]).

mod build;
mod contig;
mod par;
mod position;
pub mod region;
pub mod variant_type;

#[cfg(test)]
mod tests;

pub use build::{Build, BuildFound, UnknownBuild};
pub use contig::{ContigClass, ContigNames, canonical_name};
pub use par::{in_par, pars};
pub use position::{Interval, MAX_POS, Pos1};
pub use region::{Intervals, Region, RegionError, RegionSet};
