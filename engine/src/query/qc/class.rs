//! What kind of variant a row is, and where it lies: calls of each pair are counted apart.

use serde::{Deserialize, Serialize};

use super::Rules;
use crate::genome::{ContigClass, Interval};
use crate::stats::plink2::{self, Copies};

/// Kind of a split variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum VariantKind {
    /// One base for one: A and G, or C and T.
    Transition,
    /// One base for one, otherwise.
    Transversion,
    /// One letter for one of which one is not A, C, G or T, such as `N`.
    OtherSnp,
    /// Alleles of other lengths: insertions, deletions, several bases at once, breakends.
    NonSnp,
    /// A symbolic allele such as `<DEL>`.
    Symbolic,
    /// `*` for one base, which a deletion before it took. plink2 counts it as one base for one.
    Deleted,
}

impl VariantKind {
    /// All kinds, in the order of their numbers.
    pub const ALL: [Self; 6] = [
        Self::Transition,
        Self::Transversion,
        Self::OtherSnp,
        Self::NonSnp,
        Self::Symbolic,
        Self::Deleted,
    ];

    /// Of alleles as written; case does not matter.
    #[must_use]
    pub fn of(reference: &str, alternate: &str) -> Self {
        match (reference.as_bytes(), alternate.as_bytes()) {
            ([_], b"*") => Self::Deleted,
            ([r], [a]) => match (r.to_ascii_uppercase(), a.to_ascii_uppercase()) {
                (b'A', b'G') | (b'G', b'A') | (b'C', b'T') | (b'T', b'C') => Self::Transition,
                (b'A' | b'C' | b'G' | b'T', b'A' | b'C' | b'G' | b'T') => Self::Transversion,
                _ => Self::OtherSnp,
            },
            (_, [b'<', ..]) => Self::Symbolic,
            _ => Self::NonSnp,
        }
    }

    /// Whether both alleles are one letter of a base.
    #[must_use]
    pub const fn is_snp(self) -> bool {
        matches!(self, Self::Transition | Self::Transversion | Self::OtherSnp)
    }
}

/// Where a row lies, as far as copies go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Zone {
    /// Everybody has two copies.
    Diploid,
    /// X outside the pseudo-autosomal regions, or all of it where they are not told apart.
    X,
    /// Pseudo-autosomal X.
    XPar,
    /// Y outside the pseudo-autosomal regions.
    Y,
    /// Pseudo-autosomal Y.
    YPar,
    /// The mitochondrial genome.
    Mt,
}

impl Zone {
    pub(super) const ALL: [Self; 6] = [
        Self::Diploid,
        Self::X,
        Self::XPar,
        Self::Y,
        Self::YPar,
        Self::Mt,
    ];
}

/// Pairs of zone and kind.
pub(super) const GROUPS: usize = Zone::ALL.len() * VariantKind::ALL.len();

pub(super) const fn group(zone: Zone, kind: VariantKind) -> usize {
    zone as usize * VariantKind::ALL.len() + kind as usize
}

/// Tells the zones of one contig apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Zones {
    whole: Zone,
    par: Zone,
    pars: &'static [Interval],
    /// From the first base of the contig, and to its last, as plink2 splits.
    to_ends: bool,
}

impl Zones {
    pub(super) fn of(rules: Rules, contig: &str, pars: &'static [Interval]) -> Self {
        let (whole, split) = match rules {
            Rules::Calls => match ContigClass::of(contig) {
                ContigClass::X => (Zone::X, true),
                ContigClass::Y => (Zone::Y, true),
                ContigClass::Mt => (Zone::Mt, false),
                _ => (Zone::Diploid, false),
            },
            Rules::Plink2 { split_par } => match plink2::chromosome(contig).1 {
                Copies::MalesHaploid => (Zone::X, split_par),
                Copies::MalesOnly => (Zone::Y, false),
                Copies::Haploid => (Zone::Mt, false),
                Copies::Diploid => (Zone::Diploid, false),
            },
        };
        Self {
            whole,
            par: if whole == Zone::Y {
                Zone::YPar
            } else {
                Zone::XPar
            },
            pars: if split { pars } else { &[] },
            to_ends: matches!(rules, Rules::Plink2 { .. }),
        }
    }

    /// Whether pseudo-autosomal regions would have to be told apart, but are not known.
    pub(super) fn lacks_pars(&self, rules: Rules) -> bool {
        rules == Rules::Plink2 { split_par: true } && self.whole == Zone::X && self.pars.is_empty()
    }

    pub(super) fn at(&self, pos: u32) -> Zone {
        let inside = match self.pars {
            [] => false,
            [first, second] if self.to_ends => pos <= first.end.get() || pos >= second.start.get(),
            pars => pars.iter().any(|par| par.contains(pos)),
        };
        if inside { self.par } else { self.whole }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        for (r, a, kind) in [
            ("A", "G", VariantKind::Transition),
            ("c", "T", VariantKind::Transition),
            ("A", "C", VariantKind::Transversion),
            ("A", "*", VariantKind::Deleted),
            ("AC", "*", VariantKind::NonSnp),
            ("N", "G", VariantKind::OtherSnp),
            ("A", "AT", VariantKind::NonSnp),
            ("AC", "GT", VariantKind::NonSnp),
            ("A", "A[1:200[", VariantKind::NonSnp),
            ("A", "<DEL>", VariantKind::Symbolic),
            ("ACG", "<DEL>", VariantKind::Symbolic),
        ] {
            assert_eq!(VariantKind::of(r, a), kind, "{r} {a}");
        }
    }

    #[test]
    fn zones_of_x() {
        let pars = crate::genome::pars(crate::genome::Build::Grch38, ContigClass::X);
        let x = Zones::of(Rules::Calls, "chrX", pars);
        assert_eq!(x.at(5000), Zone::X);
        assert_eq!(x.at(20_000), Zone::XPar);
        assert_eq!(x.at(50_000_000), Zone::X);
        let split = Zones::of(Rules::Plink2 { split_par: true }, "chrX", pars);
        assert_eq!(split.at(5000), Zone::XPar);
        let whole = Zones::of(Rules::Plink2 { split_par: false }, "chrX", pars);
        assert_eq!(whole.at(20_000), Zone::X);
    }
}
