//! Sample ids to rows: an open-addressing table of row numbers, built when first asked for.

use std::hash::{BuildHasher, RandomState};

use arrow_array::{Array, LargeStringArray};

/// Marks a free slot. No row has this number: there are at most 2^29.
const FREE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct Slot {
    row: u32,
    /// High bits of the id's hash: ids are compared only where these agree.
    tag: u32,
}

#[derive(Debug)]
pub(super) struct IdIndex {
    seed: u64,
    slots: Vec<Slot>,
}

impl IdIndex {
    /// Indexes all ids; an id that comes twice keeps its first row, and the second row is told.
    pub(super) fn new(ids: &LargeStringArray) -> (Self, Option<(usize, usize)>) {
        let capacity = (ids.len() * 2).next_power_of_two().max(2);
        let free = Slot { row: FREE, tag: 0 };
        let mut index = Self {
            // Unknown to whoever chooses the ids, so that they cannot all be made to meet.
            seed: RandomState::new().hash_one(0u64),
            slots: vec![free; capacity],
        };
        let mut twice = None;
        for row in 0..ids.len() {
            let (slot, tag) = index.slot(ids, ids.value(row));
            match index.slots[slot].row {
                FREE => {
                    index.slots[slot] = Slot {
                        row: row as u32,
                        tag,
                    };
                }
                first => {
                    twice.get_or_insert((first as usize, row));
                }
            }
        }
        (index, twice)
    }

    /// The slot that holds `id`, or the free one where it would be, and the id's tag. There is
    /// always a free one: at most half are taken.
    fn slot(&self, ids: &LargeStringArray, id: &str) -> (usize, u32) {
        let hash = hash(self.seed, id.as_bytes());
        let tag = (hash >> 32) as u32;
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot.row == FREE || (slot.tag == tag && ids.value(slot.row as usize) == id) {
                return (at, tag);
            }
            at = (at + 1) & mask;
        }
    }

    pub(super) fn find(&self, ids: &LargeStringArray, id: &str) -> Option<usize> {
        let row = self.slots[self.slot(ids, id).0].row;
        (row != FREE).then_some(row as usize)
    }
}

/// Eight bytes at a time, folded by a wide multiplication. Ids are short and there are many:
/// the standard hasher takes longer than all else.
fn hash(seed: u64, bytes: &[u8]) -> u64 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let fold = |a: u64, b: u64| {
        let wide = u128::from(a) * u128::from(b);
        (wide as u64) ^ ((wide >> 64) as u64)
    };
    let (words, tail) = bytes.as_chunks::<8>();
    let mut h = seed ^ (bytes.len() as u64).wrapping_mul(ODD);
    for word in words {
        h = fold(h ^ u64::from_le_bytes(*word), seed | 1);
    }
    let mut last = [0; 8];
    last[..tail.len()].copy_from_slice(tail);
    h = fold(h ^ u64::from_le_bytes(last), seed | 1);
    fold(h ^ ODD, ODD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_found_and_no_other() {
        let names: Vec<String> = (0..5000)
            .map(|i| format!("{:0w$}", i, w = i % 29))
            .collect();
        let mut unique = names.clone();
        unique.sort();
        unique.dedup();
        let ids: LargeStringArray = unique.iter().map(Some).collect();
        let (index, twice) = IdIndex::new(&ids);
        assert_eq!(twice, None);
        for (row, id) in unique.iter().enumerate() {
            assert_eq!(index.find(&ids, id), Some(row));
            assert_eq!(index.find(&ids, &format!("{id}\0")), None);
        }
        assert_eq!(index.find(&ids, ""), None);
        let ids: LargeStringArray = ["a", "b", "c", "b", "a"].into_iter().map(Some).collect();
        assert_eq!(IdIndex::new(&ids).1, Some((1, 3)));
    }
}
