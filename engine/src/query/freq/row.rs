//! What calls say of one variant in one cohort.

use crate::genotype::CallCounts;
use crate::stats::{self, HweTest};

/// Counts that follow the calls: a haploid call is one allele, a half call counts with the
/// allele that was called (and its genotype is missing).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CallRow {
    /// The counts.
    pub counts: CallCounts,
    /// p-value of Hardy-Weinberg equilibrium, where asked for: of the diploid calls; on X outside
    /// the pseudo-autosomal regions of females alone; none on Y and MT.
    pub hwe: Option<f64>,
}

impl CallRow {
    /// `AC / AN`; `None` where no allele was called.
    #[must_use]
    pub fn frequency(&self) -> Option<f64> {
        stats::allele_frequency(self.counts.allele_count(), self.counts.allele_number())
    }

    /// Diploid calls without ALT.
    #[must_use]
    pub const fn hom_ref(&self) -> u64 {
        let haploid = self
            .counts
            .haploid_called
            .saturating_sub(self.counts.hemi_alt);
        self.counts.hom_ref().saturating_sub(haploid)
    }

    /// Diploid calls of ALT alone.
    #[must_use]
    pub const fn hom_alt(&self) -> u64 {
        self.counts.hom_alt.saturating_sub(self.counts.hemi_alt)
    }

    /// The test of the diploid calls; `None` where nobody is counted.
    pub(super) fn hwe(counts: &CallCounts, test: HweTest) -> Option<f64> {
        let row = Self {
            counts: *counts,
            hwe: None,
        };
        (counts.samples > 0)
            .then(|| stats::hwe_exact(row.hom_ref(), counts.het, row.hom_alt(), test))
    }
}
