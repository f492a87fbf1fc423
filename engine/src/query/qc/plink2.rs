//! What plink2's `--sample-counts` and `--missing` say of a person.
//!
//! Of an answer counted by [`super::Rules::Plink2`].

use super::class::{VariantKind, Zone};
use super::tally::Cell;
use super::{Answer, Plan};

/// The default columns of `--sample-counts`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SampleCounts {
    /// Two copies of REF.
    pub hom_ref: u64,
    /// Two copies of ALT, one base for one.
    pub hom_alt_snp: u64,
    /// One copy of each, one base for one.
    pub het_snp: u64,
    /// Diploid calls with ALT: transitions.
    pub transitions: u64,
    /// Diploid calls with ALT: transversions.
    pub transversions: u64,
    /// Diploid calls with ALT of other lengths, not symbolic.
    pub non_snp_non_symbolic: u64,
    /// Variants of which nobody else with two copies is a carrier.
    pub singletons: u64,
    /// The one copy is REF; Y of everybody.
    pub hap_ref: u64,
    /// The one copy is ALT; Y of everybody.
    pub hap_alt: u64,
    /// Missing, and heterozygous where there is one copy; Y of everybody.
    pub missing: u64,
}

/// The columns of `--missing` for samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SampleMissing {
    /// Missing calls; Y of males alone.
    pub missing: u64,
    /// Variants; those of Y for males alone.
    pub observed: u64,
}

impl SampleMissing {
    /// Missing over observed; `None` where there is nothing.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        (self.observed > 0).then(|| self.missing as f64 / self.observed as f64)
    }
}

impl SampleCounts {
    fn add_diploid(&mut self, cell: &Cell, kind: VariantKind) {
        self.hom_ref += cell.hom_ref();
        self.missing += cell.missing;
        if kind.is_snp() || kind == VariantKind::Deleted {
            self.hom_alt_snp += cell.hom_alt;
            self.het_snp += cell.het;
        }
        let with_alt = cell.het + cell.hom_alt;
        match kind {
            VariantKind::Transition => self.transitions += with_alt,
            VariantKind::Transversion => self.transversions += with_alt,
            VariantKind::NonSnp => self.non_snp_non_symbolic += with_alt,
            VariantKind::OtherSnp | VariantKind::Symbolic | VariantKind::Deleted => {}
        }
    }

    const fn add_haploid(&mut self, cell: &Cell) {
        self.hap_ref += cell.hom_ref();
        self.hap_alt += cell.hom_alt;
        self.missing += cell.missing + cell.het;
    }
}

impl Answer {
    /// A line of `--sample-counts`.
    #[must_use]
    pub fn sample_counts(&self, plan: &Plan<'_>, sample: usize) -> SampleCounts {
        let male = plan.is_male(sample);
        let mut counts = SampleCounts::default();
        for zone in Zone::ALL {
            for kind in VariantKind::ALL {
                let Some(cell) = self.tallies.cell(zone, kind, sample) else {
                    continue;
                };
                match zone {
                    Zone::Y | Zone::Mt => counts.add_haploid(&cell),
                    Zone::X if male => counts.add_haploid(&cell),
                    _ => counts.add_diploid(&cell, kind),
                }
            }
        }
        let singletons = self.tallies.diploid_singletons.get(sample);
        counts.singletons = u64::from(singletons.copied().unwrap_or(0));
        counts
    }

    /// A line of `--missing`.
    #[must_use]
    pub fn sample_missing(&self, plan: &Plan<'_>, sample: usize) -> SampleMissing {
        let male = plan.is_male(sample);
        let mut sum = SampleMissing::default();
        for zone in Zone::ALL.into_iter().filter(|z| *z != Zone::Y || male) {
            let cell = self.tallies.zone(zone, sample);
            sum.missing += cell.missing;
            sum.observed += cell.rows;
        }
        sum
    }
}
