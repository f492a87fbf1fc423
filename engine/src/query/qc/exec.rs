//! Running a plan: shard by shard, each in parts on all threads.

use std::ops::Range;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::class::VariantKind;
use super::plan::PlannedShard;
use super::scan::Scan;
use super::tally::Tallies;
use super::{Plan, QcError};
use crate::format::FormatError;
use crate::format::matrix::{GenotypeFile, RawRow, Rows};
use crate::query::Incomplete;
use crate::query::merged::Merged;

/// Fewest rows that are worth counters of their own.
const PART_ROWS: usize = 1 << 12;
/// Parts for each thread, so that threads seldom wait for the slowest.
const PARTS_PER_THREAD: usize = 2;

/// What was counted in one shard. Partials of all planned shards make an [`Answer`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    /// The shard, by its place in the plan.
    pub shard: usize,
    /// Rows counted.
    pub rows: u64,
    pub(super) tallies: Tallies,
}

/// The merged partials.
#[derive(Clone, Debug)]
pub struct Answer {
    merged: Merged,
    rows: u64,
    pub(super) tallies: Tallies,
}

impl Answer {
    /// Nothing merged yet.
    #[must_use]
    pub fn new(plan: &Plan<'_>) -> Self {
        Self {
            merged: Merged::none_of(plan.n_shards()),
            rows: 0,
            tallies: Tallies::empty(),
        }
    }

    /// Merges the partial of one shard.
    ///
    /// # Errors
    /// [`Incomplete`] for a shard that is not planned or was merged before.
    pub fn merge(&mut self, partial: Partial) -> Result<(), Incomplete> {
        self.merged.add(partial.shard)?;
        self.rows += partial.rows;
        self.tallies.merge(partial.tallies);
        Ok(())
    }

    /// Rows counted, where every planned shard was merged.
    ///
    /// # Errors
    /// [`Incomplete`] naming the first shard that was not.
    pub fn rows(&self) -> Result<u64, Incomplete> {
        self.merged.all()?;
        Ok(self.rows)
    }
}

/// Counts one shard, by its place in the plan. `counted` is told of rows as they are done, on
/// any thread.
///
/// # Errors
/// [`QcError`].
pub fn run_shard(
    plan: &Plan<'_>,
    shard: usize,
    counted: impl Fn(u64) + Sync,
) -> Result<Partial, QcError> {
    run_parts(
        plan,
        shard,
        PARTS_PER_THREAD * rayon::current_num_threads(),
        &counted,
    )
}

fn run_parts(
    plan: &Plan<'_>,
    shard: usize,
    parts: usize,
    counted: &(impl Fn(u64) + Sync),
) -> Result<Partial, QcError> {
    let planned = plan.shards.get(shard);
    let planned = planned.ok_or(Incomplete::unplanned(shard))?;
    let sites = planned.shard.sites()?;
    let ranges = cut(planned.ranges(sites), parts);
    let count = |ranges: &Vec<Range<usize>>| count(plan, planned, ranges, counted);
    let (rows, tallies) = match ranges.as_slice() {
        [] => (0, Tallies::empty()),
        [one] => count(one)?,
        many => many.par_iter().map(count).try_reduce(
            || (0, Tallies::empty()),
            |(rows, mut sum), (more, other)| {
                sum.merge(other);
                Ok((rows + more, sum))
            },
        )?,
    };
    Ok(Partial {
        shard,
        rows,
        tallies,
    })
}

/// Runs `plan` on the threads of the rayon pool. `counted` is told of rows as they are done.
///
/// # Errors
/// [`QcError`].
pub fn run(plan: &Plan<'_>, counted: impl Fn(u64) + Sync) -> Result<Answer, QcError> {
    let mut answer = Answer::new(plan);
    let threads = rayon::current_num_threads().max(1);
    let shards: Vec<usize> = (0..plan.n_shards()).collect();
    for batch in shards.chunks(threads) {
        let parts = match threads {
            1 => 1,
            _ => (PARTS_PER_THREAD * threads).div_ceil(batch.len()),
        };
        let run = |&shard: &usize| run_parts(plan, shard, parts, &counted);
        let partials: Vec<Result<Partial, QcError>> = match batch {
            [one] => vec![run(one)],
            many => many.par_iter().map(run).collect(),
        };
        for partial in partials {
            answer.merge(partial?)?;
        }
    }
    answer.rows()?;
    Ok(answer)
}

/// Cuts ranges into about `parts` of the same number of rows.
pub(super) fn cut(ranges: Vec<Range<usize>>, parts: usize) -> Vec<Vec<Range<usize>>> {
    let total: usize = ranges.iter().map(ExactSizeIterator::len).sum();
    let size = total.div_ceil(parts.max(1)).max(PART_ROWS);
    let mut cut = Vec::new();
    let (mut part, mut room) = (Vec::new(), size);
    for mut range in ranges {
        while !range.is_empty() {
            let end = range.start + room.min(range.len());
            part.push(range.start..end);
            room -= end - range.start;
            range.start = end;
            if room == 0 {
                cut.push(std::mem::take(&mut part));
                room = size;
            }
        }
    }
    if !part.is_empty() {
        cut.push(part);
    }
    cut
}

/// The next row, which is `row`.
pub(super) fn next_expected<'f>(
    file: &GenotypeFile,
    rows: &mut Rows<'f>,
    row: usize,
) -> Result<RawRow<'f>, FormatError> {
    rows.next_raw().unwrap_or_else(|| {
        Err(FormatError::corrupt(
            file.path(),
            format!("row {row}"),
            "the site table has more rows than the genotypes",
        ))
    })
}

fn count(
    plan: &Plan<'_>,
    planned: &PlannedShard<'_>,
    ranges: &[Range<usize>],
    counted: &(impl Fn(u64) + Sync),
) -> Result<(u64, Tallies), QcError> {
    let sites = planned.shard.sites()?;
    let file = planned.shard.genotypes()?;
    let mut scan = Scan::new(plan, file);
    let mut rows = 0;
    for range in ranges {
        let mut raw = file.rows(range.clone());
        for at in range.clone() {
            let row = next_expected(file, &mut raw, at)?;
            if !planned.wants(sites, at) {
                continue;
            }
            let site = sites.site(at);
            let kind = VariantKind::of(site.reference, site.alternate);
            scan.add(&row, planned.zones.at(site.pos), kind)?;
            rows += 1;
        }
        counted(range.len() as u64);
    }
    Ok((rows, scan.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_every_row_once() {
        let ranges = vec![3..10, 20..9000, 9500..30_000];
        for parts in [1, 2, 7, 100] {
            let cut = cut(ranges.clone(), parts);
            let rows: Vec<usize> = cut.iter().flatten().cloned().flatten().collect();
            let expected: Vec<usize> = ranges.iter().cloned().flatten().collect();
            assert_eq!(rows, expected);
            assert!(cut.len() <= parts);
        }
        assert!(cut(Vec::new(), 4).is_empty());
    }
}
