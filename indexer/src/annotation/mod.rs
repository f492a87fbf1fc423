//! What other programs and files say of variants: consequences by VEP, SnpEff and bcftools csq
//! ([`consequence`]), gene models ([`genes`]), and records of other VCF files about the same
//! alleles ([`matching`]).
//!
//! Nothing here writes to a store: how values are kept is its layers' to say.

pub mod consequence;
pub mod genes;
pub mod matching;
mod percent;
pub mod values;
