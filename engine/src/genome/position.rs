//! 1-based positions and closed intervals of them.

use std::fmt;

/// The largest position: BCF's, 2^31 - 1.
pub const MAX_POS: u32 = i32::MAX as u32;

/// A 1-based position, as in VCF's POS. 0 is the telomere before the first base, which VCF
/// allows. Never above [`MAX_POS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pos1(u32);

impl Pos1 {
    /// The telomere, before the first base.
    pub const TELOMERE: Self = Self(0);
    /// The last position there can be.
    pub const MAX: Self = Self(MAX_POS);

    /// `None` above [`MAX_POS`].
    #[must_use]
    pub const fn new(pos: u32) -> Option<Self> {
        if pos <= MAX_POS {
            Some(Self(pos))
        } else {
            None
        }
    }

    /// From a 0-based position, as in BED; `None` where the 1-based one is above [`MAX_POS`].
    #[must_use]
    pub fn from_zero_based(pos: u64) -> Option<Self> {
        let pos = pos.checked_add(1)?;
        Self::new(u32::try_from(pos).ok()?)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Pos1 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Positions from `start` to `end`, both included. Empty where `end` is before `start`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval {
    /// First position.
    pub start: Pos1,
    /// Last position.
    pub end: Pos1,
}

impl Interval {
    /// Every position of a contig, the telomere included.
    pub const WHOLE: Self = Self {
        start: Pos1::TELOMERE,
        end: Pos1::MAX,
    };

    pub(crate) const fn of(start: u32, end: u32) -> Self {
        Self {
            start: Pos1(start),
            end: Pos1(end),
        }
    }

    /// Whether the 1-based position lies in it.
    #[must_use]
    pub const fn contains(self, pos: u32) -> bool {
        self.start.0 <= pos && pos <= self.end.0
    }

    /// Whether it shares a position with the closed interval `start..=end`, 1-based.
    #[must_use]
    pub const fn overlaps(self, start: u32, end: u32) -> bool {
        self.start.0 <= end && start <= self.end.0
    }
}
