//! What is known of a name at once: eight bytes whose order is the order of equal matches.

use super::document::{Kind, NameKind};

/// Names of one document, at most.
pub(super) const MAX_NAMES: usize = 1 << 16;
/// Documents, at most.
pub(super) const MAX_DOCUMENTS: usize = 1 << 26;
/// Weight, at most.
pub(super) const MAX_WEIGHT: u16 = 1000;

/// Shorter names first, then better kinds of names, then weight, then kind and identifier of
/// the document: documents are numbered in that order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank(pub(super) u64);

impl Rank {
    pub(super) fn new(
        places: usize,
        name: NameKind,
        weight: u16,
        kind: Kind,
        document: usize,
        number: usize,
    ) -> Self {
        let places = places.min(63) as u64;
        let weight = 1023 - u64::from(weight.min(MAX_WEIGHT));
        Self(
            places << 58
                | name.class() << 55
                | weight << 45
                | (kind as u64) << 42
                | ((document % MAX_DOCUMENTS) as u64) << 16
                | (number % MAX_NAMES) as u64,
        )
    }

    /// The number of the document.
    pub(super) const fn document(self) -> u32 {
        (self.0 >> 16) as u32 & (MAX_DOCUMENTS as u32 - 1)
    }

    /// Which of the document's names.
    pub(super) const fn number(self) -> usize {
        (self.0 & 0xffff) as usize
    }

    /// The kind of the document; nothing where the bits are no kind.
    pub(super) fn kind(self) -> Option<Kind> {
        Kind::ALL.get((self.0 >> 42 & 7) as usize).copied()
    }

    /// The same without regard to the length of the name: where all names match as wholes.
    pub(super) const fn whole(self) -> u64 {
        self.0 & ((1 << 58) - 1)
    }
}
