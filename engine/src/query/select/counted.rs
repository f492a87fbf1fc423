//! Counts of cohorts at the rows that are left, counted together.

use std::cell::Cell;

use super::SelectError;
use super::shard::OpenShard;
use crate::compute::{Cohorts, Compute};
use crate::genotype::CallCounts;
use crate::query::Incomplete;

/// Counts by row and cohort.
#[derive(Debug, Default)]
pub(super) struct Counted {
    /// The rows that were counted, ascending.
    rows: Vec<usize>,
    n_cohorts: usize,
    /// For each of them, those of each cohort.
    counts: Vec<CallCounts>,
    /// The place among `rows` that was asked for last: the next is mostly the one after.
    last: Cell<usize>,
}

impl Counted {
    /// Counts `rows` in all cohorts, but for those that are counted.
    pub(super) fn add(
        &mut self,
        shard: &OpenShard<'_>,
        rows: impl Iterator<Item = usize>,
        cohorts: &Cohorts,
        compute: &Compute,
    ) -> Result<(), SelectError> {
        let mut rows: Vec<usize> = rows.filter(|&row| self.place(row).is_none()).collect();
        if rows.is_empty() || cohorts.is_empty() {
            return Ok(());
        }
        // Records whose rows lie apart come in the order of the records.
        if !rows.is_sorted_by(|a, b| a < b) {
            rows.sort_unstable();
            rows.dedup();
        }
        let mut counts = Vec::with_capacity(rows.len() * cohorts.len());
        compute.genotype_counts_at(shard.genotypes()?, &rows, cohorts, &mut counts)?;
        if counts.len() != rows.len() * cohorts.len() {
            let reason = "the device counted other rows than asked for";
            let shard = shard.index;
            return Err(Incomplete { shard, reason }.into());
        }
        self.n_cohorts = cohorts.len();
        if self.rows.is_empty() {
            (self.rows, self.counts) = (rows, counts);
        } else {
            self.merge(&rows, &counts);
        }
        Ok(())
    }

    /// Takes other rows in, of which there are none yet.
    fn merge(&mut self, rows: &[usize], counts: &[CallCounts]) {
        let k = self.n_cohorts;
        let before = std::mem::take(self);
        let old = before.rows.iter().zip(before.counts.chunks_exact(k));
        let mut all: Vec<_> = old.chain(rows.iter().zip(counts.chunks_exact(k))).collect();
        // Two runs in order.
        all.sort_by_key(|(row, _)| **row);
        self.n_cohorts = k;
        self.rows = all.iter().map(|(row, _)| **row).collect();
        self.counts = all
            .iter()
            .flat_map(|(_, counts)| *counts)
            .copied()
            .collect();
    }

    /// The place of a row among those that were counted.
    fn place(&self, row: usize) -> Option<usize> {
        let last = self.last.get();
        let place = [last, last + 1]
            .into_iter()
            .find(|&i| self.rows.get(i) == Some(&row));
        let place = place.or_else(|| self.rows.binary_search(&row).ok())?;
        self.last.set(place);
        Some(place)
    }

    /// The counts of a row in a cohort, from 1 (0 is everybody, of whom the site table tells).
    pub(super) fn of(&self, row: usize, cohort: usize) -> Option<CallCounts> {
        let cohort = cohort.checked_sub(1).filter(|c| *c < self.n_cohorts)?;
        let at = self.place(row)? * self.n_cohorts + cohort;
        self.counts.get(at).copied()
    }
}
