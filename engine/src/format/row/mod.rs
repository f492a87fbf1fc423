//! One variant's row of a genotype file: flags, the genotypes as dense planes or sparse lists,
//! then what two bits cannot say (phase, haploid calls, half calls, phase sets).
//!
//! The byte layout is specified in `docs/format.md`, section "Rows".

mod decode;
mod encode;
mod extras;

#[cfg(test)]
mod tests;

pub(crate) use decode::OneList;
pub use decode::{RowBody, RowView, SparseLists};
pub use encode::{EncodedRow, encode_row};
pub(crate) use extras::{Extras, finish_payload};

/// Bits of a row's flag byte.
pub(crate) mod flag {
    /// The genotypes are two planes in the dense section (else lists in the payload).
    pub(crate) const DENSE: u8 = 1;
    /// Two bits: the phase rule.
    pub(crate) const PHASE_SHIFT: u8 = 2;
    pub(crate) const PHASE_MASK: u8 = 3 << PHASE_SHIFT;
    /// One bit per heterozygous call follows the genotypes.
    pub(crate) const FLIPPED: u8 = 1 << 4;
    /// Tagged extras follow.
    pub(crate) const EXTRAS: u8 = 1 << 5;
    /// Bits that must be zero.
    pub(crate) const RESERVED: u8 = 0b1100_0010;
}

/// Which calls are written with `|` unless the extras say otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum PhaseRule {
    /// None.
    Unphased = 0,
    /// All that are not missing.
    Called = 1,
    /// All, missing ones too.
    All = 2,
}

impl PhaseRule {
    pub(crate) const fn from_flags(flags: u8) -> Option<Self> {
        match (flags & flag::PHASE_MASK) >> flag::PHASE_SHIFT {
            0 => Some(Self::Unphased),
            1 => Some(Self::Called),
            2 => Some(Self::All),
            _ => None,
        }
    }
}
