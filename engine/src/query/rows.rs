//! A selection of variants: rows of a store, by shard.

use std::ops::{BitAnd, BitOr};

use roaring::RoaringBitmap;

use crate::store::Store;

/// Rows (split variants) of a store. Shards without rows are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowSet {
    shards: Vec<(usize, RoaringBitmap)>,
}

impl RowSet {
    /// Every row of a store.
    #[must_use]
    pub fn all(store: &Store) -> Self {
        let rows = store.shards().iter().map(|shard| {
            let mut rows = RoaringBitmap::new();
            // Rows of a shard fit 32 bits.
            rows.insert_range(0..shard.n_rows() as u32);
            rows
        });
        rows.collect::<Vec<_>>().into()
    }

    /// The shards that have rows, ascending by their place in the store, and these rows.
    #[must_use]
    pub fn shards(&self) -> &[(usize, RoaringBitmap)] {
        &self.shards
    }

    /// The rows of a shard; `None` where it has none.
    #[must_use]
    pub fn of_shard(&self, shard: usize) -> Option<&RoaringBitmap> {
        let place = self.shards.binary_search_by_key(&shard, |s| s.0).ok()?;
        self.shards.get(place).map(|s| &s.1)
    }

    /// Adds a row. Fastest in ascending order.
    pub fn insert(&mut self, shard: usize, row: u32) {
        let place = match self.shards.binary_search_by_key(&shard, |s| s.0) {
            Ok(place) => place,
            Err(place) => {
                self.shards.insert(place, (shard, RoaringBitmap::new()));
                place
            }
        };
        if let Some((_, rows)) = self.shards.get_mut(place) {
            rows.insert(row);
        }
    }

    /// Whether a row is in it.
    #[must_use]
    pub fn contains(&self, shard: usize, row: u32) -> bool {
        let place = self.shards.binary_search_by_key(&shard, |s| s.0);
        place.is_ok_and(|i| self.shards.get(i).is_some_and(|s| s.1.contains(row)))
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.shards.iter().map(|s| s.1.len()).sum()
    }

    /// Whether there is no row.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.shards.is_empty()
    }

    /// Shard and row of each, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (usize, u32)> + '_ {
        (self.shards.iter()).flat_map(|(shard, rows)| rows.iter().map(|row| (*shard, row)))
    }
}

/// For each shard of a store, its rows.
impl From<Vec<RoaringBitmap>> for RowSet {
    fn from(rows: Vec<RoaringBitmap>) -> Self {
        let there = rows.into_iter().enumerate().filter(|(_, r)| !r.is_empty());
        Self {
            shards: there.collect(),
        }
    }
}

impl BitOr<&RowSet> for RowSet {
    type Output = Self;

    fn bitor(mut self, other: &RowSet) -> Self {
        for (shard, rows) in &other.shards {
            match self.shards.binary_search_by_key(shard, |s| s.0) {
                Ok(place) => {
                    if let Some((_, mine)) = self.shards.get_mut(place) {
                        *mine |= rows;
                    }
                }
                Err(place) => self.shards.insert(place, (*shard, rows.clone())),
            }
        }
        self
    }
}

impl BitAnd<&RowSet> for RowSet {
    type Output = Self;

    fn bitand(mut self, other: &RowSet) -> Self {
        for (shard, rows) in &mut self.shards {
            match other.shards.binary_search_by_key(shard, |s| s.0) {
                Ok(place) => {
                    if let Some((_, others)) = other.shards.get(place) {
                        *rows &= others;
                    }
                }
                Err(_) => rows.clear(),
            }
        }
        self.shards.retain(|(_, rows)| !rows.is_empty());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_rows_follow_set_algebra() {
        let (mut a, mut b) = (RowSet::default(), RowSet::default());
        for (shard, row) in [(2, 5), (0, 1), (0, 9)] {
            a.insert(shard, row);
        }
        for (shard, row) in [(0, 9), (1, 3)] {
            b.insert(shard, row);
        }
        let both = a.clone() & &b;
        assert_eq!(both.iter().collect::<Vec<_>>(), [(0, 9)]);
        let either = a.clone() | &b;
        assert_eq!(
            either.iter().collect::<Vec<_>>(),
            [(0, 1), (0, 9), (1, 3), (2, 5)]
        );
        assert_eq!((either.len(), both.shards().len()), (4, 1));
        assert!(a.contains(2, 5) && !both.contains(2, 5));
    }
}
