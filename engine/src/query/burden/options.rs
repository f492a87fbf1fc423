//! What is tested, and how.

use statrs::function::beta::ln_beta;

use super::collapse::Collapse;
use super::single::Correction;
use crate::association::Search;
use crate::query::sets::Bins;
use crate::stats::Tails;

/// Tests to make.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each test is asked for by itself"
)]
pub struct Tests {
    /// Burden.
    pub burden: bool,
    /// SKAT.
    pub skat: bool,
    /// SKAT-O.
    pub skato: bool,
    /// ACAT-V.
    pub acatv: bool,
    /// ACAT-O.
    pub acato: bool,
    /// Combinations over masks and bins.
    pub gene: bool,
}

impl Tests {
    /// Whether any test of a mask's variants is asked for.
    #[must_use]
    pub const fn of_variants(&self) -> bool {
        self.skat || self.skato || self.acatv || self.acato
    }
}

/// How a genotype is tested for a trait.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoreOptions {
    /// Follow regenie where it approximates: see `docs/methods.md`.
    pub like_regenie: bool,
    /// What is done about score tests of binary traits that are not to be trusted.
    pub correction: Correction,
}

impl ScoreOptions {
    /// How the maxima of likelihoods are sought.
    #[must_use]
    pub const fn search(&self) -> Search {
        if self.like_regenie {
            Search::LikeRegenie
        } else {
            Search::Exact
        }
    }

    /// Whether null models of binary traits need a fit with Firth's penalty.
    #[must_use]
    pub const fn needs_firth(&self) -> bool {
        matches!(self.correction, Correction::Firth { .. })
    }
}

/// How sets are tested.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which tests.
    pub tests: Tests,
    /// Frequency bins of masks.
    pub bins: Bins,
    /// How a person's alleles are collapsed.
    pub collapse: Collapse,
    /// Masks of fewer copies of the minor allele are not tested.
    pub least_count: f64,
    /// A singleton is carried by one person, of however many copies.
    pub singleton_by_carrier: bool,
    /// SKAT, SKAT-O and ACAT are of the bin with this bound.
    pub variant_bound: f64,
    /// For them, variants of at most so many copies are collapsed into one.
    pub collapse_count: u32,
    /// Parameters of the beta density that weights variants by their frequency.
    pub weights: (f64, f64),
    /// The grid of SKAT-O; SKAT is its 0.
    pub rho: Vec<f64>,
    /// How tails of SKAT's and SKAT-O's distributions are computed.
    pub tails: Tails,
    /// Each mask is also tested without each of its variants.
    pub leave_one_out: bool,
    /// Answers say which variants are in a mask.
    pub keep_members: bool,
    /// Answers hold the genotypes of masks, for [`permute`](super::permute).
    pub keep_columns: bool,
    /// How single genotypes are tested.
    pub score: ScoreOptions,
}

impl Options {
    /// The weight of a variant whose minor allele has this frequency: `dbeta(maf, a, b)`.
    #[must_use]
    pub fn weight(&self, maf: f64) -> f64 {
        let (a, b) = self.weights;
        let ln = (a - 1.0) * maf.ln() + (b - 1.0) * (-maf).ln_1p() - ln_beta(a, b);
        // 0^0 is 1.
        if maf <= 0.0 && a == 1.0 {
            (-ln_beta(a, b)).exp()
        } else {
            ln.exp()
        }
    }
}
