//! Limits on the variants shown.

use super::{ALL, Counting, FreqError};
use crate::stats;

/// What is limited. Frequencies, counts and fractions are those of the way of counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitKind {
    /// Frequency of ALT, at least.
    MinAf,
    /// Frequency of ALT, at most.
    MaxAf,
    /// Frequency of the rarer allele, at least.
    MinMaf,
    /// Frequency of the rarer allele, at most.
    MaxMaf,
    /// Copies of the rarer allele, at least.
    MinMac,
    /// Copies of the rarer allele, at most.
    MaxMac,
    /// Called alleles, at least.
    MinAn,
    /// Fraction of calls that are missing, at most.
    MaxMissing,
}

impl LimitKind {
    const fn is_count(self) -> bool {
        matches!(self, Self::MinMac | Self::MaxMac | Self::MinAn)
    }
}

/// A limit in one cohort. Bounds are inclusive. Where no allele is called there is no
/// frequency, and no limit on a frequency is met.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// What is limited.
    pub kind: LimitKind,
    /// Name of the cohort.
    pub cohort: String,
    /// The bound.
    pub value: f64,
}

impl Limit {
    /// Parses `0.01` (of [`ALL`]) or `COHORT:0.01`.
    ///
    /// # Errors
    /// [`FreqError::Limit`] for what is not a whole number of at least 0 (counts) or a number
    /// from 0 to 1 (all others).
    pub fn parse(kind: LimitKind, text: &str) -> Result<Self, FreqError> {
        let (cohort, number) = text.rsplit_once(':').unwrap_or((ALL, text));
        let value = if kind.is_count() {
            number.parse::<u32>().ok().map(f64::from)
        } else {
            let value = number.parse::<f64>().ok();
            value.filter(|v| (0.0..=1.0).contains(v))
        };
        match value {
            Some(value) if !cohort.is_empty() => Ok(Self {
                kind,
                cohort: cohort.to_owned(),
                value,
            }),
            _ => Err(FreqError::Limit {
                text: text.to_owned(),
                expected: if kind.is_count() {
                    "a whole number"
                } else {
                    "a number from 0 to 1"
                },
            }),
        }
    }

    /// Whether a variant meets it.
    pub(super) fn is_met(&self, m: &Measures) -> bool {
        // Alleles are counted twice: copies of ALT may be halves.
        let mac = stats::minor_allele_count(m.twice_alt, m.twice_observed);
        let frequency = |n| stats::allele_frequency(n, m.twice_observed);
        let at_least = |x: Option<f64>| x.is_some_and(|x| x >= self.value);
        let at_most = |x: Option<f64>| x.is_some_and(|x| x <= self.value);
        match self.kind {
            LimitKind::MinAf => at_least(frequency(m.twice_alt)),
            LimitKind::MaxAf => at_most(frequency(m.twice_alt)),
            LimitKind::MinMaf => at_least(frequency(mac)),
            LimitKind::MaxMaf => at_most(frequency(mac)),
            LimitKind::MinMac => mac as f64 >= 2.0 * self.value,
            LimitKind::MaxMac => mac as f64 <= 2.0 * self.value,
            LimitKind::MinAn => m.twice_observed as f64 >= 2.0 * self.value,
            LimitKind::MaxMissing => {
                stats::missing_fraction(m.missing, m.samples).is_none_or(|f| f <= self.value)
            }
        }
    }
}

/// What limits are about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Measures {
    pub(super) twice_alt: u64,
    pub(super) twice_observed: u64,
    pub(super) missing: u64,
    pub(super) samples: u64,
}

impl Measures {
    pub(super) fn of(
        counting: Counting,
        copies: stats::plink2::Copies,
        whole: &crate::genotype::CallCounts,
        part: &crate::genotype::CallCounts,
    ) -> Self {
        if counting == Counting::Calls {
            return Self {
                twice_alt: 2 * whole.allele_count(),
                twice_observed: 2 * whole.allele_number(),
                missing: whole.missing,
                samples: whole.samples,
            };
        }
        let g = stats::plink2::genotype_counts(copies, whole, part);
        let a = stats::plink2::allele_counts(copies, whole, part);
        Self {
            twice_alt: a.twice_alt,
            twice_observed: 2 * a.observed,
            missing: g.missing,
            samples: g.hom_ref + g.het + g.hom_alt + g.hap_ref + g.hap_alt + g.missing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_names_its_cohort() {
        let limit = Limit::parse(LimitKind::MinAf, "cases:0.01").unwrap();
        assert_eq!((limit.cohort.as_str(), limit.value), ("cases", 0.01));
        assert_eq!(Limit::parse(LimitKind::MinMac, "3").unwrap().cohort, ALL);
        for (kind, text) in [
            (LimitKind::MinAf, "1.5"),
            (LimitKind::MinAf, "nan"),
            (LimitKind::MaxMissing, "-0.1"),
            (LimitKind::MinMac, "0.5"),
            (LimitKind::MinMac, "x:"),
            (LimitKind::MinAn, ":3"),
            (LimitKind::MaxAf, ""),
        ] {
            assert!(Limit::parse(kind, text).is_err(), "{text}");
        }
    }

    #[test]
    fn bounds_are_inclusive_and_nothing_called_meets_no_frequency() {
        let met = |kind, value, alt: u64, an: u64, missing| {
            let limit = Limit {
                kind,
                cohort: ALL.to_owned(),
                value,
            };
            limit.is_met(&Measures {
                twice_alt: alt * 2,
                twice_observed: an * 2,
                missing,
                samples: 10,
            })
        };
        assert!(met(LimitKind::MinAf, 0.05, 1, 20, 0));
        assert!(met(LimitKind::MaxAf, 0.05, 1, 20, 0));
        assert!(!met(LimitKind::MinAf, 0.05, 1, 21, 0));
        assert!(!met(LimitKind::MaxAf, 1.0, 0, 0, 10));
        assert!(!met(LimitKind::MinMaf, 0.0, 0, 0, 10));
        assert!(met(LimitKind::MinMaf, 0.1, 18, 20, 0));
        assert!(!met(LimitKind::MinMac, 3.0, 18, 20, 0));
        assert!(met(LimitKind::MaxMac, 2.0, 18, 20, 0));
        assert!(met(LimitKind::MinAn, 20.0, 0, 20, 0));
        assert!(met(LimitKind::MaxMissing, 0.1, 0, 18, 1));
        assert!(!met(LimitKind::MaxMissing, 0.1, 0, 16, 2));
    }
}
