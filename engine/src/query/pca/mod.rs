//! Principal components of genotypes: the axes along which people differ most.
//!
//! The matrix is that of plink2's `--pca`: relationships `A` between people, of genotypes less twice
//! the allele's frequency over their standard deviation (Patterson, Price & Reich 2006, *PLoS
//! Genet.* 2:e190). It is never made: what it does to vectors is two products with genotypes, in
//! whole numbers ([`crate::compute::times`]). Leading eigenvectors are those of a block Krylov
//! space (Musco & Musco 2015, *NeurIPS*; Halko et al. 2011, *SIAM J. Sci. Comput.* 33:2580), which
//! grows until the residuals are small.

mod ancestry;
mod krylov;
mod loadings;
mod relationship;
mod stored;

#[cfg(test)]
mod tests;

pub use ancestry::{Ancestry, Labelled};
pub use krylov::{Eigen, leading};
pub use loadings::{Loadings, Variant};
pub use relationship::Relationship;
pub use stored::{is_component, keep_components};
