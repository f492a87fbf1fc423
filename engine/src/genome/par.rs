//! Pseudo-autosomal regions: where X and Y pair and everybody has two copies.

use super::{Build, ContigClass, Interval};

/// PAR1 and PAR2 (Genome Reference Consortium), 1-based and closed.
const X_37: [Interval; 2] = [
    Interval::of(60_001, 2_699_520),
    Interval::of(154_931_044, 155_260_560),
];
const Y_37: [Interval; 2] = [
    Interval::of(10_001, 2_649_520),
    Interval::of(59_034_050, 59_363_566),
];
const X_38: [Interval; 2] = [
    Interval::of(10_001, 2_781_479),
    Interval::of(155_701_383, 156_030_895),
];
const Y_38: [Interval; 2] = [
    Interval::of(10_001, 2_781_479),
    Interval::of(56_887_903, 57_217_415),
];

/// PAR1 and PAR2 of X or Y, in this order; empty for other contigs and where the build is
/// not known.
#[must_use]
pub const fn pars(build: Build, class: ContigClass) -> &'static [Interval] {
    match (build, class) {
        (Build::Grch37, ContigClass::X) => &X_37,
        (Build::Grch37, ContigClass::Y) => &Y_37,
        (Build::Grch38, ContigClass::X) => &X_38,
        (Build::Grch38, ContigClass::Y) => &Y_38,
        _ => &[],
    }
}

/// Whether a 1-based position is pseudo-autosomal. False where the build is not known.
#[must_use]
pub fn in_par(build: Build, class: ContigClass, pos: u32) -> bool {
    pars(build, class).iter().any(|par| par.contains(pos))
}
