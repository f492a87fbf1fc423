//! Rows in order of position, where left-alignment has moved some of them.

use std::collections::BTreeMap;

use super::rows::Row;

/// Holds rows back until no later row can come before them.
pub(super) struct Reorder {
    /// Bases by which a row may move; 0 hands rows on at once.
    window: u32,
    held: BTreeMap<(u32, u64), Row>,
    pushed: u64,
    /// Position up to which rows were handed on.
    released: u32,
}

impl Reorder {
    pub(super) const fn new(window: u32) -> Self {
        Self {
            window,
            held: BTreeMap::new(),
            pushed: 0,
            released: 0,
        }
    }

    /// Takes a row; false where rows after it were handed on already.
    #[must_use]
    pub(super) fn push(&mut self, row: Row) -> bool {
        if row.site.pos < self.released {
            return false;
        }
        self.held.insert((row.site.pos, self.pushed), row);
        self.pushed += 1;
        true
    }

    /// Hands on all rows that none can precede, now that records at `pos` are being read.
    pub(super) fn release<E>(
        &mut self,
        pos: u32,
        mut out: impl FnMut(Row) -> Result<(), E>,
    ) -> Result<(), E> {
        let limit = pos.saturating_sub(self.window);
        while let Some(first) = self.held.first_entry()
            && (first.key().0 < limit || self.window == 0)
        {
            self.released = first.key().0;
            out(first.remove())?;
        }
        Ok(())
    }

    /// Hands on all rows; the next contig starts.
    pub(super) fn finish<E>(&mut self, mut out: impl FnMut(Row) -> Result<(), E>) -> Result<(), E> {
        while let Some((_, row)) = self.held.pop_first() {
            out(row)?;
        }
        self.released = 0;
        Ok(())
    }
}
