//! What can be counted in a cohort.

use crate::genotype::CallCounts;

/// A count, or a part of one, that is computed from genotypes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Copies of ALT.
    Ac,
    /// Called alleles.
    An,
    /// `AC / AN`.
    Af,
    /// Copies of the rarer of ALT and everything else.
    Mac,
    /// `MAC / AN`.
    Maf,
    /// Diploid calls with two copies.
    HomAlt,
    /// Diploid calls with one copy.
    Het,
    /// Calls without a copy.
    HomRef,
    /// Haploid calls of ALT.
    Hemi,
    /// Samples without a whole call.
    Missing,
    /// Part of the samples with one.
    CallRate,
}

impl Count {
    /// All of them, by name.
    pub const NAMES: [(&'static str, Self); 11] = [
        ("AC", Self::Ac),
        ("AN", Self::An),
        ("AF", Self::Af),
        ("MAC", Self::Mac),
        ("MAF", Self::Maf),
        ("HOMALT", Self::HomAlt),
        ("HET", Self::Het),
        ("HOMREF", Self::HomRef),
        ("HEMI", Self::Hemi),
        ("MISSING", Self::Missing),
        ("CALLRATE", Self::CallRate),
    ];

    /// By name, whatever the case.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::NAMES
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, c)| *c)
    }

    /// Whether it can be had without a cohort, as bcftools has it.
    pub(super) const fn is_bcftools(self) -> bool {
        matches!(self, Self::Ac | Self::An | Self::Af | Self::Mac | Self::Maf)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        let named = Self::NAMES.iter().find(|(_, count)| *count == self);
        named.map_or("", |(name, _)| name)
    }

    /// Whether it differs between the ALTs of a record.
    #[must_use]
    pub const fn is_of_alt(self) -> bool {
        !matches!(self, Self::An | Self::Missing | Self::CallRate)
    }

    /// Whether it is a part of one, and not a number of alleles or people.
    #[must_use]
    pub const fn is_part(self) -> bool {
        matches!(self, Self::Af | Self::Maf | Self::CallRate)
    }

    /// The value at counted calls; `None` for a part of nothing.
    #[must_use]
    pub fn of(self, c: &CallCounts) -> Option<f64> {
        let (ac, an) = (c.allele_count() as f64, c.allele_number() as f64);
        Some(match self {
            Self::An => an,
            Self::HomAlt => (c.hom_alt - c.hemi_alt.min(c.hom_alt)) as f64,
            Self::Het => c.het as f64,
            Self::HomRef => c.hom_ref() as f64,
            Self::Hemi => c.hemi_alt as f64,
            Self::Missing => c.missing as f64,
            Self::CallRate if c.samples == 0 => return None,
            Self::CallRate => (c.samples - c.missing) as f64 / c.samples as f64,
            Self::Af | Self::Maf if an == 0.0 => return None,
            other => other.of_alleles(ac, an),
        })
    }

    /// AC, AF, MAC or MAF of `ac` copies among `an` alleles.
    pub(in crate::query) fn of_alleles(self, ac: f64, an: f64) -> f64 {
        match self {
            Self::Af => ac / an,
            Self::Mac if ac > an * 0.5 => an - ac,
            Self::Maf if ac / an > 0.5 => 1.0 - ac / an,
            Self::Maf => ac / an,
            _ => ac,
        }
    }
}
