//! Genotypes in memory: bit planes over samples, one variant's calls, sets of samples.
//!
//! Nothing here reads files or knows devices. The reader of a store and the importers meet in
//! [`CallPlanes`]; queries meet cohorts in [`SampleSet`].

mod calls;
mod plane;
mod sample_set;
mod square;

pub use calls::{CallCounts, CallPlanes, Genotype, HalfCall, PhaseSet};
pub use plane::{PLANE_ALIGN_WORDS, Plane, ones, plane_words};
pub use sample_set::SampleSet;
pub(crate) use square::transpose;
