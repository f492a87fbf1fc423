//! Regions by contig, merged and in order.

use super::Region;
use crate::genome::{ContigNames, Interval};

/// Intervals of one contig: in order, none overlapping or touching another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Intervals(Vec<Interval>);

impl Intervals {
    /// Sorts and merges; empty intervals are left out.
    #[must_use]
    pub fn new(mut all: Vec<Interval>) -> Self {
        all.retain(|i| i.start <= i.end);
        all.sort_unstable();
        let mut merged: Vec<Interval> = Vec::with_capacity(all.len());
        for interval in all {
            match merged.last_mut() {
                Some(last) if interval.start.get() <= last.end.get().saturating_add(1) => {
                    last.end = last.end.max(interval.end);
                }
                _ => merged.push(interval),
            }
        }
        Self(merged)
    }

    /// The intervals, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[Interval] {
        &self.0
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a 1-based position lies in one.
    #[must_use]
    pub fn contains(&self, pos: u32) -> bool {
        self.overlaps(pos, pos)
    }

    /// Whether one shares a position with `start..=end`, 1-based. For a record these are POS
    /// and `POS + len(REF) - 1`.
    #[must_use]
    pub fn overlaps(&self, start: u32, end: u32) -> bool {
        // The first that does not end before the start is the only one to ask.
        let at = self.0.partition_point(|i| i.end.get() < start);
        start <= end && self.0.get(at).is_some_and(|i| i.start.get() <= end)
    }

    /// The intervals that share a position with `start..=end`, 1-based.
    #[must_use]
    pub fn within(&self, start: u32, end: u32) -> &[Interval] {
        let from = self.0.partition_point(|i| i.end.get() < start);
        let to = self.0.partition_point(|i| i.start.get() <= end);
        self.0.get(from..to).unwrap_or_default()
    }

    /// Number of positions.
    #[must_use]
    pub fn bases(&self) -> u64 {
        self.0
            .iter()
            .map(|i| u64::from(i.end.get() - i.start.get()) + 1)
            .sum()
    }
}

/// Regions of all contigs, in the order of the contigs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegionSet(Vec<(String, Intervals)>);

impl RegionSet {
    /// Groups regions by contig. Contigs that are not in `contigs` come last, by name.
    #[must_use]
    pub fn new(regions: impl IntoIterator<Item = Region>, contigs: &ContigNames) -> Self {
        let mut regions: Vec<(usize, Region)> = regions
            .into_iter()
            .map(|r| (contigs.find_exact(&r.contig).unwrap_or(usize::MAX), r))
            .collect();
        regions.sort_unstable();
        let groups = regions.chunk_by(|(_, a), (_, b)| a.contig == b.contig);
        let set = groups.filter_map(|group| {
            let (_, first) = group.first()?;
            let intervals = group.iter().map(|(_, r)| r.interval()).collect();
            Some((first.contig.clone(), Intervals::new(intervals)))
        });
        Self(set.collect())
    }

    /// Parses what is given to `-r`; see [`Region::parse_list`].
    ///
    /// # Errors
    /// As [`Region::parse_list`].
    pub fn parse(text: &str, contigs: &ContigNames) -> Result<Self, super::RegionError> {
        Ok(Self::new(Region::parse_list(text, contigs)?, contigs))
    }

    /// The intervals of a contig by its exact name; `None` where nothing of it is asked for.
    #[must_use]
    pub fn on(&self, contig: &str) -> Option<&Intervals> {
        let (_, intervals) = self.0.iter().find(|(name, _)| name == contig)?;
        Some(intervals)
    }

    /// Contigs and their intervals, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Intervals)> {
        self.0.iter().map(|(name, i)| (name.as_str(), i))
    }

    /// Whether nothing is asked for.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a 1-based position of a contig lies in a region.
    #[must_use]
    pub fn contains(&self, contig: &str, pos: u32) -> bool {
        self.overlaps(contig, pos, pos)
    }

    /// Whether a region shares a position with `start..=end` of a contig, 1-based.
    #[must_use]
    pub fn overlaps(&self, contig: &str, start: u32, end: u32) -> bool {
        self.on(contig).is_some_and(|i| i.overlaps(start, end))
    }
}
