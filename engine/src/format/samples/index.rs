//! Sample ids to rows: an open-addressing table of row numbers, built when first asked for.

use std::hash::{BuildHasher, RandomState};

use arrow_array::{Array, LargeStringArray};

/// Marks a free slot. No row has this number: there are at most 2^29.
const FREE: u32 = u32::MAX;

#[derive(Debug)]
pub(super) struct IdIndex {
    hasher: RandomState,
    slots: Vec<u32>,
}

impl IdIndex {
    /// Indexes all ids; an id that comes twice keeps its first row, and the second row is told.
    pub(super) fn new(ids: &LargeStringArray) -> (Self, Option<(usize, usize)>) {
        let capacity = (ids.len() * 2).next_power_of_two().max(2);
        let mut index = Self {
            hasher: RandomState::new(),
            slots: vec![FREE; capacity],
        };
        let mut twice = None;
        for row in 0..ids.len() {
            let slot = index.slot(ids, ids.value(row));
            match index.slots[slot] {
                FREE => index.slots[slot] = row as u32,
                first => {
                    twice.get_or_insert((first as usize, row));
                }
            }
        }
        (index, twice)
    }

    /// The slot that holds `id`, or the free one where it would be. There is always a free
    /// one: at most half are taken.
    fn slot(&self, ids: &LargeStringArray, id: &str) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = self.hasher.hash_one(id) as usize & mask;
        while self.slots[slot] != FREE && ids.value(self.slots[slot] as usize) != id {
            slot = (slot + 1) & mask;
        }
        slot
    }

    pub(super) fn find(&self, ids: &LargeStringArray, id: &str) -> Option<usize> {
        let row = self.slots[self.slot(ids, id)];
        (row != FREE).then_some(row as usize)
    }
}
