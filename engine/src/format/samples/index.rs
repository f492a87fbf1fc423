//! Sample ids to rows: an open-addressing table of row numbers, built when first asked for.

use std::hash::{BuildHasher, RandomState};

use arrow_array::{Array, LargeStringArray};

use super::SampleTable;

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

    /// [`IdIndex::find`] for several ids. Each step is made for all of them before the next, so
    /// that the processor waits for many places of memory at once and not for one after another.
    pub(super) fn find_all(
        &self,
        ids: &LargeStringArray,
        names: &[&str],
        found: &mut Vec<Option<usize>>,
    ) {
        let mask = self.slots.len() - 1;
        for names in names.chunks(BATCH) {
            let (mut hashes, mut slots) = ([0; BATCH], [Slot { row: FREE, tag: 0 }; BATCH]);
            for (h, name) in hashes.iter_mut().zip(names) {
                *h = hash(self.seed, name.as_bytes());
            }
            for (slot, &h) in slots.iter_mut().zip(&hashes[..names.len()]) {
                *slot = self.slots[h as usize & mask];
            }
            let mut values = [""; BATCH];
            for (value, slot) in values.iter_mut().zip(&slots[..names.len()]) {
                if slot.row != FREE {
                    *value = ids.value(slot.row as usize);
                }
            }
            for (((name, value), slot), h) in names.iter().zip(values).zip(slots).zip(hashes) {
                found.push(
                    if slot.row != FREE && slot.tag == (h >> 32) as u32 && value == *name {
                        Some(slot.row as usize)
                    } else {
                        self.find(ids, name)
                    },
                );
            }
        }
    }

    pub(super) fn find(&self, ids: &LargeStringArray, id: &str) -> Option<usize> {
        let row = self.slots[self.slot(ids, id).0].row;
        (row != FREE).then_some(row as usize)
    }
}

/// Ids looked for at once.
const BATCH: usize = 32;

/// Times that a cursor may pass all samples before it asks the index instead, which it would
/// have to build first.
const PASSES: usize = 4;
/// The same where the index is there already: enough for a list in the table's order.
const PASSES_BESIDE_INDEX: usize = 1;

/// Finds many ids, one after another. Lists of samples mostly have the order of the table, or
/// that within a few groups: then looking on from the last one found is faster than any index.
#[derive(Debug)]
pub struct IdCursor<'a> {
    table: &'a SampleTable,
    next: usize,
    /// Rows that may still be looked at in passing.
    budget: usize,
}

impl<'a> IdCursor<'a> {
    pub(super) const fn new(table: &'a SampleTable, rows: usize, is_indexed: bool) -> Self {
        let passes = if is_indexed {
            PASSES_BESIDE_INDEX
        } else {
            PASSES
        };
        Self {
            table,
            next: 0,
            budget: passes * rows,
        }
    }

    /// The sample with this id; as [`SampleTable::index_of`].
    pub fn find(&mut self, id: &str) -> Option<usize> {
        let ids = self.table.ids();
        let n = ids.len();
        let last = id.as_bytes().last();
        let mut row = self.next;
        for step in 0..n.min(self.budget) {
            if row >= n {
                row = 0;
            }
            // Neighbours differ at the end more often than anywhere.
            let value = ids.value(row);
            if value.len() == id.len() && value.as_bytes().last() == last && value == id {
                self.next = row + 1;
                self.budget -= step;
                return Some(row);
            }
            row += 1;
        }
        let passed = n.min(self.budget);
        self.budget -= passed;
        if passed == n {
            return None;
        }
        let found = self.table.index_of(id)?;
        self.next = found + 1;
        Some(found)
    }

    /// [`IdCursor::find`] for several ids; appends to `found`.
    pub fn find_all(&mut self, ids: &[&str], found: &mut Vec<Option<usize>>) {
        if self.budget > 0 {
            found.extend(ids.iter().map(|id| self.find(id)));
        } else {
            self.table.find_all(ids, found);
        }
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
        assert_eq!(index.find(&ids, "no such id"), None);
        let ids: LargeStringArray = ["a", "b", "c", "b", "a"].into_iter().map(Some).collect();
        assert_eq!(IdIndex::new(&ids).1, Some((1, 3)));
    }

    #[test]
    fn a_cursor_finds_what_the_index_finds() {
        let n = 300;
        let table = SampleTable::new((0..n).map(|i| format!("S{i}"))).unwrap();
        let orders: [Vec<usize>; 4] = [
            (0..n).collect(),
            (0..n).rev().collect(),
            (0..n).map(|i| i * 7 % 400).collect(),
            vec![5, 5, 5, 400, 4, 299, 0],
        ];
        for order in orders {
            let mut cursor = table.id_cursor();
            for i in order {
                let expected = (i < n).then_some(i);
                assert_eq!(cursor.find(&format!("S{i}")), expected);
                assert_eq!(cursor.find("T0"), None);
            }
            let names: Vec<String> = (0..2 * n).rev().map(|i| format!("S{i}")).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let mut found = Vec::new();
            cursor.find_all(&names, &mut found);
            let expected = (0..2 * n).rev().map(|i| (i < n).then_some(i));
            assert!(found.into_iter().eq(expected));
        }
        assert_eq!(
            SampleTable::new([""; 0]).unwrap().id_cursor().find("a"),
            None
        );
    }
}
