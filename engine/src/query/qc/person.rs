//! What was counted of one person, put together.

use super::class::{VariantKind, Zone};
use super::sex::{Evidence, Inference, ONE, SexCheck, SexRules};
use super::tally::Cell;
use super::{Answer, Plan};
use crate::format::samples::Sex;

/// The calls of one person.
///
/// Ploidy follows the call. Y outside the pseudo-autosomal regions is counted where the sample
/// table says male; half calls are missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Person {
    /// Variants at which a call is expected.
    pub variants: u64,
    /// Calls without a genotype.
    pub missing: u64,
    /// Diploid calls without ALT.
    pub hom_ref: u64,
    /// Heterozygous calls at variants of one base for one.
    pub het_snp: u64,
    /// Heterozygous calls elsewhere.
    pub het_other: u64,
    /// Diploid calls of ALT alone at variants of one base for one.
    pub hom_alt_snp: u64,
    /// Diploid calls of ALT alone elsewhere.
    pub hom_alt_other: u64,
    /// Haploid calls of REF.
    pub hap_ref: u64,
    /// Haploid calls of ALT.
    pub hap_alt: u64,
    /// Calls with ALT that are transitions.
    pub transitions: u64,
    /// Calls with ALT that are transversions.
    pub transversions: u64,
    /// Variants of which nobody else of those counted is a carrier.
    pub singletons: u64,
    /// Called variants of X outside the pseudo-autosomal regions.
    pub x_called: u64,
    /// Heterozygous ones among them.
    pub x_het: u64,
    /// F on X: how much less heterozygous than expected; `None` where nothing is expected.
    pub f_x: Option<f64>,
    /// Variants of Y outside the pseudo-autosomal regions, whatever the sex.
    pub y_variants: u64,
    /// Those of them that are called.
    pub y_called: u64,
    /// Expected heterozygous calls on X, of a female.
    pub(super) x_expected_het: f64,
    /// Called variants of autosomes, and heterozygous and homozygous ALT calls among them.
    pub(super) autosomes: [u64; 3],
}

fn ratio(a: u64, b: u64) -> Option<f64> {
    (b > 0).then(|| a as f64 / b as f64)
}

impl Person {
    /// Calls with a genotype.
    #[must_use]
    pub const fn called(&self) -> u64 {
        self.variants.saturating_sub(self.missing)
    }

    /// Called over expected; `None` where nothing is expected.
    #[must_use]
    pub fn call_rate(&self) -> Option<f64> {
        ratio(self.called(), self.variants)
    }

    /// Heterozygous calls.
    #[must_use]
    pub const fn het(&self) -> u64 {
        self.het_snp + self.het_other
    }

    /// Diploid calls of ALT alone.
    #[must_use]
    pub const fn hom_alt(&self) -> u64 {
        self.hom_alt_snp + self.hom_alt_other
    }

    /// Heterozygous over called, of autosomes: on X it is a matter of sex.
    #[must_use]
    pub fn het_rate(&self) -> Option<f64> {
        let [called, het, _] = self.autosomes;
        ratio(het, called)
    }

    /// Heterozygous calls for each diploid call of ALT alone, of autosomes.
    #[must_use]
    pub fn het_hom(&self) -> Option<f64> {
        let [_, het, hom_alt] = self.autosomes;
        ratio(het, hom_alt)
    }

    /// Transitions for each transversion.
    #[must_use]
    pub fn ti_tv(&self) -> Option<f64> {
        ratio(self.transitions, self.transversions)
    }

    /// Heterozygous over called on X.
    #[must_use]
    pub fn x_het_rate(&self) -> Option<f64> {
        ratio(self.x_het, self.x_called)
    }

    /// Called over all on Y.
    #[must_use]
    pub fn y_call_rate(&self) -> Option<f64> {
        ratio(self.y_called, self.y_variants)
    }

    /// The sex that X and Y tell.
    #[must_use]
    pub fn infer_sex(&self, rules: &SexRules) -> Inference {
        let evidence = Evidence {
            x_called: self.x_called,
            x_expected_het: self.x_expected_het,
            f: self.f_x,
            y_variants: self.y_variants,
            y_called: self.y_called,
        };
        evidence.infer(rules)
    }

    /// The inferred sex beside the recorded one.
    #[must_use]
    pub fn check_sex(&self, recorded: Sex, rules: &SexRules) -> (Inference, SexCheck) {
        let inference = self.infer_sex(rules);
        let check = SexCheck::of(recorded, inference.sex);
        (inference, check)
    }

    fn add(&mut self, cell: &Cell, kind: VariantKind) {
        self.variants += cell.rows;
        self.missing += cell.missing;
        self.hap_ref += cell.hap_ref;
        self.hap_alt += cell.hap_alt;
        self.hom_ref += cell.hom_ref().saturating_sub(cell.hap_ref);
        let hom_alt = cell.hom_alt.saturating_sub(cell.hap_alt);
        if kind.is_snp() {
            self.het_snp += cell.het;
            self.hom_alt_snp += hom_alt;
        } else {
            self.het_other += cell.het;
            self.hom_alt_other += hom_alt;
        }
        match kind {
            VariantKind::Transition => self.transitions += cell.het + cell.hom_alt,
            VariantKind::Transversion => self.transversions += cell.het + cell.hom_alt,
            _ => {}
        }
    }
}

impl Answer {
    /// What was counted of a sample.
    #[must_use]
    pub fn person(&self, plan: &Plan<'_>, sample: usize) -> Person {
        let tallies = &self.tallies;
        let mut person = Person::default();
        let is_male = plan.is_male(sample);
        for zone in Zone::ALL {
            if zone == Zone::Y && !is_male {
                continue;
            }
            for kind in VariantKind::ALL {
                if let Some(cell) = tallies.cell(zone, kind, sample) {
                    person.add(&cell, kind);
                    if zone == Zone::Diploid {
                        let called = cell.rows.saturating_sub(cell.missing);
                        let hom_alt = cell.hom_alt.saturating_sub(cell.hap_alt);
                        for (sum, n) in person.autosomes.iter_mut().zip([called, cell.het, hom_alt])
                        {
                            *sum += n;
                        }
                    }
                }
            }
        }
        let singletons = tallies.singletons.get(sample).copied();
        person.singletons = u64::from(singletons.unwrap_or(0));
        let (x, y) = (tallies.zone(Zone::X, sample), tallies.zone(Zone::Y, sample));
        person.x_called = x.rows.saturating_sub(x.missing);
        person.x_het = x.het;
        person.y_variants = y.rows;
        person.y_called = y.rows.saturating_sub(y.missing);
        let missing = tallies.x_expected_missing.get(sample).copied();
        let expected = (tallies.x_expected).saturating_sub(missing.unwrap_or(0));
        // Whole numbers of 2^-30: the difference is exact.
        let het = (person.x_called * ONE).saturating_sub(expected);
        person.x_expected_het = het as f64 / ONE as f64;
        // (O - E) / (N - E) = 1 - (N - O) / (N - E).
        // Where the founders have one allele alone, nothing is expected and nothing counts.
        let fixed = tallies.x_fixed_het.get(sample).copied();
        let found = person.x_het.saturating_sub(u64::from(fixed.unwrap_or(0)));
        person.f_x = (het > 0).then(|| 1.0 - found as f64 / person.x_expected_het);
        person
    }
}
