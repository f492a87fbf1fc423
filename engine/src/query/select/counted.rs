//! Counts of cohorts at the rows that are left, counted together.

use std::ops::Range;

use super::SelectError;
use super::shard::OpenShard;
use crate::compute::{Cohorts, Compute};
use crate::genotype::CallCounts;

/// Rows between two that are counted for which it is not worth a pass of its own.
const GAP: usize = 16;
/// The same where every pass is a launch.
const GPU_GAP: usize = 1 << 10;

/// Counts by row and cohort.
#[derive(Debug, Default)]
pub(super) struct Counted {
    ranges: Vec<(Range<usize>, usize)>,
    n_cohorts: usize,
    counts: Vec<CallCounts>,
}

impl Counted {
    /// Counts `rows`, ascending, in all cohorts, but for those that are counted.
    pub(super) fn add(
        &mut self,
        shard: &OpenShard<'_>,
        rows: impl Iterator<Item = usize>,
        cohorts: &Cohorts,
        compute: &Compute,
    ) -> Result<(), SelectError> {
        let gap = if compute.on_gpu() { GPU_GAP } else { GAP };
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for row in rows.filter(|&row| self.of(row, 1).is_none()) {
            match ranges.last_mut() {
                // Ranges stay apart: one that would reach over another ends before it.
                Some(last)
                    if row < last.end + gap
                        && row >= last.start
                        && !self.has_between(last.end, row) =>
                {
                    last.end = last.end.max(row + 1);
                }
                _ => ranges.push(row..row + 1),
            }
        }
        if ranges.is_empty() {
            return Ok(());
        }
        self.n_cohorts = cohorts.len();
        let file = shard.genotypes()?;
        for range in ranges {
            let before = self.counts.len();
            self.ranges.push((range.clone(), before));
            compute.genotype_counts(file, range.clone(), cohorts, &mut self.counts)?;
            if self.counts.len() - before != range.len() * cohorts.len() {
                return Err(SelectError::Incomplete {
                    shard: shard.index,
                    reason: "the device counted other rows than asked for",
                });
            }
        }
        self.ranges.sort_by_key(|r| r.0.start);
        Ok(())
    }

    /// Whether a range starts between two rows.
    fn has_between(&self, from: usize, to: usize) -> bool {
        let next = self.ranges.partition_point(|r| r.0.start < from);
        self.ranges.get(next).is_some_and(|r| r.0.start < to)
    }

    /// The counts of a row in a cohort, from 1 (0 is everybody, of whom the site table tells).
    pub(super) fn of(&self, row: usize, cohort: usize) -> Option<CallCounts> {
        let after = self.ranges.partition_point(|r| r.0.start <= row);
        let (range, at) = self.ranges.get(after.checked_sub(1)?)?;
        let cohort = cohort.checked_sub(1)?;
        range.contains(&row).then(|| {
            let i = at + (row - range.start) * self.n_cohorts + cohort;
            self.counts.get(i).copied()
        })?
    }
}
