//! Which rows of a shard a question is about.

use std::ops::Range;

use crate::format::sites::SiteTable;
use crate::genome::Intervals;

/// Rows that may overlap the intervals, ascending and disjoint. `longest` is how many bases the
/// longest row spans.
pub(super) fn row_ranges(
    sites: &SiteTable,
    longest: u32,
    intervals: &Intervals,
) -> Vec<Range<usize>> {
    let positions = sites.positions();
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for interval in intervals.as_slice() {
        let first = interval
            .start
            .get()
            .saturating_sub(longest.saturating_sub(1));
        let start = positions.partition_point(|&p| p < first);
        let end = positions.partition_point(|&p| p <= interval.end.get());
        match ranges.last_mut() {
            Some(last) if start <= last.end => last.end = last.end.max(end),
            _ if start < end => ranges.push(start..end),
            _ => {}
        }
    }
    ranges
}
