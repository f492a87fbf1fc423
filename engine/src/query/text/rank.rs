//! What is known of a name at once: eight bytes whose order is the order of equal matches.

use super::document::{Document, Kind, NameKind};

/// Names of one document, at most.
pub(super) const MAX_NAMES: usize = 1 << 10;
/// Documents, at most.
pub(super) const MAX_DOCUMENTS: usize = 1 << 32;
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
        let name_bits = (document as u64) << 19
            | ((number % MAX_NAMES) as u64) << 9
            | name.class() << 6
            | places.min(63) as u64;
        Self::from_bits(name_bits, weight_and_kind(weight, kind))
    }

    /// From what the index keeps of a name and of its document.
    pub(super) const fn from_bits(name: u64, document: u64) -> Self {
        let (places, class) = (name & 63, name >> 6 & 7);
        let number = name >> 9 & (MAX_NAMES as u64 - 1);
        let ordinal = name >> 19 & (MAX_DOCUMENTS as u64 - 1);
        Self(places << 58 | class << 55 | (document & 0x1fff) << 42 | ordinal << 10 | number)
    }

    /// What the index keeps of a name: nothing that its document tells.
    pub(super) const fn name_bits(self) -> u64 {
        let number = self.0 & (MAX_NAMES as u64 - 1);
        let ordinal = self.document() as u64;
        ordinal << 19 | number << 9 | (self.0 >> 55 & 7) << 6 | self.0 >> 58
    }

    /// The number of the document.
    pub(super) const fn document(self) -> u32 {
        (self.0 >> 10) as u32
    }

    /// Which of the document's names.
    pub(super) const fn number(self) -> usize {
        (self.0 & (MAX_NAMES as u64 - 1)) as usize
    }

    /// The kind of the document; nothing where the bits are no kind.
    pub(super) fn kind(self) -> Option<Kind> {
        Kind::ALL.get((self.0 >> 42 & 7) as usize).copied()
    }

    /// What the rank says beside which name it is: comparable between indexes. Below 2^32.
    pub(super) const fn merit(self, by_length: bool) -> u64 {
        let merit = self.0 >> 42;
        if by_length { merit } else { merit & 0xffff }
    }

    /// The same without regard to the length of the name: where all names match as wholes.
    pub(super) const fn whole(self) -> u64 {
        self.0 & ((1 << 58) - 1)
    }
}

/// What the index keeps of a document: weight, the greater the less, and kind.
pub(super) fn weight_bits(document: &Document) -> u64 {
    weight_and_kind(document.weight, document.kind)
}

fn weight_and_kind(weight: u16, kind: Kind) -> u64 {
    (1023 - u64::from(weight.min(MAX_WEIGHT))) << 3 | kind as u64
}
