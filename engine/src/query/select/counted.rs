//! Counts of cohorts at the rows that are left, counted together.

use std::ops::Range;

use super::SelectError;
use super::shard::OpenShard;
use crate::compute::{Cohorts, Compute};
use crate::genotype::CallCounts;

/// Rows between two that are counted for which it is not worth a pass of its own.
const GAP: usize = 16;

/// Counts by row and cohort.
#[derive(Debug, Default)]
pub(super) struct Counted {
    ranges: Vec<(Range<usize>, usize)>,
    n_cohorts: usize,
    counts: Vec<CallCounts>,
}

impl Counted {
    /// Counts `rows`, ascending, in all cohorts.
    pub(super) fn count(
        shard: &OpenShard<'_>,
        rows: impl Iterator<Item = usize>,
        cohorts: &Cohorts,
        compute: &Compute,
    ) -> Result<Self, SelectError> {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for row in rows {
            match ranges.last_mut() {
                Some(last) if row < last.end + GAP && row >= last.start => {
                    last.end = last.end.max(row + 1);
                }
                _ => ranges.push(row..row + 1),
            }
        }
        let mut out = Self {
            ranges: Vec::with_capacity(ranges.len()),
            n_cohorts: cohorts.len(),
            counts: Vec::new(),
        };
        let file = shard.genotypes()?;
        for range in ranges {
            let before = out.counts.len();
            out.ranges.push((range.clone(), before));
            compute.genotype_counts(file, range.clone(), cohorts, &mut out.counts)?;
            if out.counts.len() - before != range.len() * cohorts.len() {
                return Err(SelectError::Incomplete {
                    shard: shard.index,
                    reason: "the device counted other rows than asked for",
                });
            }
        }
        out.ranges.sort_by_key(|r| r.0.start);
        Ok(out)
    }

    /// Whether nothing was counted.
    pub(super) const fn is_empty(&self) -> bool {
        self.ranges.is_empty()
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
