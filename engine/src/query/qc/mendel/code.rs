//! Which calls of three people contradict each other.

use serde::{Deserialize, Serialize};

use super::super::class::Zone;
use crate::genotype::Genotype::{self, Het, HomAlt, HomRef, Missing};

/// What is wrong: 1 to 14, as the table of [`super`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Code(u8);

/// Who may be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Implicated {
    /// The father.
    pub father: bool,
    /// The mother.
    pub mother: bool,
}

impl Code {
    /// How many codes there are.
    pub const N: usize = 14;

    /// All codes, ascending.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=Self::N as u8).map(Self)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Place in an array of all codes.
    pub(super) const fn place(self) -> usize {
        (self.0 as usize).saturating_sub(1) % Self::N
    }

    /// Whether plink 1.9 knows the code: it leaves Y and MT out.
    #[must_use]
    pub const fn is_plink(self) -> bool {
        self.0 <= 10
    }

    /// Which parents may be wrong; the child always may.
    #[must_use]
    pub const fn implicated(self) -> Implicated {
        Implicated {
            father: matches!(self.0, 1 | 2 | 3 | 6 | 11 | 12),
            mother: matches!(self.0, 1 | 2 | 4 | 7 | 9 | 10 | 13 | 14),
        }
    }

    /// The code of three calls, if they contradict each other.
    pub(in super::super) const fn of(
        zone: Zone,
        child_is_male: bool,
        [father, mother, child]: [Genotype; 3],
    ) -> Option<Self> {
        let code = match (zone, child_is_male) {
            (Zone::Diploid | Zone::XPar | Zone::YPar, _) => two_copies(father, mother, child),
            (Zone::X, true) => one_copy(mother, child, 9),
            (Zone::X, false) => match father {
                Het => two_copies(Missing, mother, child),
                _ => two_copies(father, mother, child),
            },
            (Zone::Y, true) => one_copy(father, child, 11),
            (Zone::Y, false) => 0,
            (Zone::Mt, _) => one_copy(mother, child, 13),
        };
        if code == 0 { None } else { Some(Self(code)) }
    }
}

/// `first` where the parent has ALT alone and the child none, the next where it is the reverse.
const fn one_copy(parent: Genotype, child: Genotype, first: u8) -> u8 {
    match (parent, child) {
        (HomAlt, HomRef) => first,
        (HomRef, HomAlt) => first + 1,
        _ => 0,
    }
}

const fn two_copies(father: Genotype, mother: Genotype, child: Genotype) -> u8 {
    match (father, mother, child) {
        (HomAlt, HomAlt, Het) => 1,
        (HomRef, HomRef, Het) => 2,
        (HomRef, HomRef, HomAlt) => 5,
        (HomRef, _, HomAlt) => 3,
        (_, HomRef, HomAlt) => 4,
        (HomAlt, HomAlt, HomRef) => 8,
        (HomAlt, _, HomRef) => 6,
        (_, HomAlt, HomRef) => 7,
        _ => 0,
    }
}
