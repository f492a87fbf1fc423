//! How often variants are seen: the allele frequency spectrum.

use super::Spec;
use super::stream::Stream;

/// Fraction of variants seen once.
const SINGLETONS: f64 = 0.43;
/// Samples at which a seventh of the variants are common.
const COMMON_SAMPLES: f64 = 2504.0;

/// What kind of variant to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// This many copies of ALT among all haplotypes.
    Rare(u64),
    /// The descendants of a branch of the founders' genealogy.
    Common,
}

/// The spectrum of a cohort: singletons, a power law of rare variants up to 1 %, common ones.
pub(super) struct Spectrum {
    common: f64,
    singletons: f64,
    /// Largest count of a rare variant.
    rarest: u64,
    /// Upper bound of the uniform variable that the power law is drawn from.
    bound: f64,
}

impl Spectrum {
    pub(super) fn new(spec: &Spec) -> Self {
        let common = spec.common.unwrap_or_else(|| {
            // Sites found grow about with the root of the people sequenced; common ones are
            // known after the first thousands.
            (0.14 * (COMMON_SAMPLES / spec.samples as f64).sqrt()).clamp(0.005, 0.3)
        });
        let rarest = (2 * spec.samples as u64 / 100).max(2);
        Self {
            common,
            singletons: SINGLETONS.min(1.0 - common),
            rarest,
            bound: 1.0 - (1.5 / (rarest as f64 + 0.5)).sqrt(),
        }
    }

    pub(super) fn draw(&self, stream: &mut Stream) -> Class {
        let u = stream.unit();
        if u < self.common {
            Class::Common
        } else if u < self.common + self.singletons {
            Class::Rare(1)
        } else {
            self.draw_rare(stream)
        }
    }

    /// A rare count above one: density proportional to `x^-1.5`, whose inverse distribution
    /// needs no more than a division.
    pub(super) fn draw_rare(&self, stream: &mut Stream) -> Class {
        let v = 1.0 - stream.unit() * self.bound;
        let count = (1.5 / (v * v)).round() as u64;
        Class::Rare(count.clamp(2, self.rarest))
    }
}
