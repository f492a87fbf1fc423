//! Running a plan: blocks of rows in parallel, handed on in order.

use std::collections::VecDeque;
use std::ops::Range;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Block, FreqError, Plan};
use crate::compute::Compute;
use crate::format::sites::SiteTable;
use crate::query::Incomplete;
use crate::query::merged::Merged;
use crate::query::shards::row_ranges;

/// Rows of a block that the CPU counts: its counts of a cohort stay in the second-level cache
/// until they are written.
const BLOCK_ROWS: usize = 1 << 10;
/// Counts of a block that a GPU counts: 16 MiB of them.
const GPU_COUNTS: usize = 1 << 18;
/// Blocks in flight for each thread: enough that threads seldom wait for the slowest.
const BLOCKS_PER_THREAD: usize = 4;
/// Rows apart that are counted at once where single rows are asked for.
const NEAR: usize = 64;

/// What came of one shard. Partials of all planned shards make an [`Answer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    /// The shard, by its place in the plan.
    pub shard: usize,
    /// Rows read.
    pub rows: u64,
    /// Rows shown.
    pub shown: u64,
}

/// The merged partials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    merged: Merged,
    rows: u64,
    shown: u64,
}

impl Answer {
    /// Nothing merged yet.
    #[must_use]
    pub fn new(plan: &Plan<'_>) -> Self {
        Self {
            merged: Merged::none_of(plan.shards.len()),
            rows: 0,
            shown: 0,
        }
    }

    /// Merges the partial of one shard.
    ///
    /// # Errors
    /// [`Incomplete`] for a shard that is not planned or was merged before.
    pub fn merge(&mut self, partial: Partial) -> Result<(), Incomplete> {
        self.merged.add(partial.shard)?;
        self.rows += partial.rows;
        self.shown += partial.shown;
        Ok(())
    }

    /// Rows read and rows shown, where every planned shard was merged.
    ///
    /// # Errors
    /// [`Incomplete`] naming the first shard that was not.
    pub fn totals(&self) -> Result<(u64, u64), Incomplete> {
        self.merged.all()?;
        Ok((self.rows, self.shown))
    }
}

/// Runs `plan`: counts on `compute` (needed where [`Plan::reads_genotypes`]), renders each
/// block on any thread, and gives what came of it to `write` in the order of the rows. The
/// same calls of `write` are made whatever the number of threads.
///
/// # Errors
/// The first of `render` and `write`, or [`FreqError`].
pub fn run<T, E>(
    plan: &Plan<'_>,
    compute: Option<&Compute>,
    render: impl Fn(&Block<'_>) -> Result<T, E> + Sync,
    mut write: impl FnMut(T) -> Result<(), E>,
) -> Result<Answer, E>
where
    T: Send,
    E: From<FreqError> + Send,
{
    let mut answer = Answer::new(plan);
    let on_gpu = compute.is_some_and(Compute::on_gpu);
    let mut jobs = Jobs::new(plan, on_gpu);
    let window = match rayon::current_num_threads() {
        0 | 1 => 1,
        n if on_gpu => n,
        n => n * BLOCKS_PER_THREAD,
    };
    let mut partial: Option<Partial> = None;
    loop {
        let batch = jobs.take(window)?;
        let run_job = |job: &Job<'_>| -> Result<_, E> {
            let block = count(plan, compute, job)?;
            let rendered = render(&block)?;
            Ok((block.len() as u64, rendered))
        };
        let done: Vec<Result<_, E>> = match batch.as_slice() {
            [] => break,
            [one] => vec![run_job(one)],
            many => many.par_iter().map(run_job).collect(),
        };
        for (job, result) in batch.iter().zip(done) {
            let (shown, rendered) = result?;
            write(rendered)?;
            let p = match &mut partial {
                Some(p) if p.shard == job.shard => p,
                other => {
                    if let Some(finished) = other.take() {
                        answer.merge(finished).map_err(FreqError::from)?;
                    }
                    other.insert(Partial {
                        shard: job.shard,
                        rows: 0,
                        shown: 0,
                    })
                }
            };
            p.rows += job.rows.len() as u64;
            p.shown += shown;
        }
    }
    if let Some(finished) = partial {
        answer.merge(finished).map_err(FreqError::from)?;
    }
    answer.totals().map_err(FreqError::from)?;
    Ok(answer)
}

/// Consecutive rows of a planned shard, to be counted at once. Every planned shard has at
/// least one, which may have no rows.
struct Job<'p> {
    shard: usize,
    sites: &'p SiteTable,
    rows: Range<usize>,
}

fn count<'p>(
    plan: &'p Plan<'p>,
    compute: Option<&Compute>,
    job: &Job<'p>,
) -> Result<Block<'p>, FreqError> {
    let shard = &plan.shards[job.shard];
    let sets = plan.sets(shard.by_sex);
    let mut counted = Vec::new();
    if !sets.is_empty() && !job.rows.is_empty() {
        let file = shard.shard.genotypes()?;
        let shard = job.shard;
        let incomplete = |reason| Incomplete { shard, reason };
        let compute = compute.ok_or_else(|| incomplete("no device was given to count on"))?;
        compute.genotype_counts(file, job.rows.clone(), sets, &mut counted)?;
        if counted.len() != job.rows.len() * sets.len() {
            let reason = "the device counted other rows than asked for";
            return Err(incomplete(reason).into());
        }
    }
    let mut block = Block {
        plan,
        shard,
        sites: job.sites,
        start: job.rows.start,
        read: job.rows.len(),
        n_sets: sets.len(),
        counted,
        rows: Vec::new(),
    };
    // Rows fit 32 bits: a contig has fewer than 2^32 variants.
    let rows = job.rows.start as u32..job.rows.end as u32;
    let all = shard.intervals.is_none() && shard.rows.is_none();
    block.rows = if all && plan.limits.is_empty() {
        rows.collect()
    } else {
        rows.filter(|&row| block.is_shown(row as usize)).collect()
    };
    Ok(block)
}

/// Cuts the planned shards into jobs, in order.
struct Jobs<'p> {
    plan: &'p Plan<'p>,
    on_gpu: bool,
    next_shard: usize,
    pending: VecDeque<Job<'p>>,
}

impl<'p> Jobs<'p> {
    const fn new(plan: &'p Plan<'p>, on_gpu: bool) -> Self {
        Self {
            plan,
            on_gpu,
            next_shard: 0,
            pending: VecDeque::new(),
        }
    }

    /// The next jobs, at most `n`; none at the end.
    fn take(&mut self, n: usize) -> Result<Vec<Job<'p>>, FreqError> {
        while self.pending.len() < n && self.next_shard < self.plan.shards.len() {
            // Opening checks a whole site table: several at once.
            let threads = rayon::current_num_threads().max(1);
            let shards = self.next_shard..(self.next_shard + threads).min(self.plan.shards.len());
            let open = |i: usize| Ok((i, self.plan.shards[i].shard.sites()?));
            let opened: Vec<Result<_, FreqError>> = if shards.len() == 1 {
                vec![open(shards.start)]
            } else {
                shards.clone().into_par_iter().map(open).collect()
            };
            self.next_shard = shards.end;
            for opened in opened {
                let (shard, sites) = opened?;
                self.cut(shard, sites);
            }
        }
        let n = n.min(self.pending.len());
        Ok(self.pending.drain(..n).collect())
    }

    fn cut(&mut self, shard: usize, sites: &'p SiteTable) {
        let planned = &self.plan.shards[shard];
        let size = if self.on_gpu {
            let sets = self.plan.sets(planned.by_sex).len().max(1);
            (GPU_COUNTS / sets).max(BLOCK_ROWS)
        } else {
            BLOCK_ROWS
        };
        let ranges = match (&planned.rows, &planned.intervals) {
            (Some(rows), _) => ranges_of(rows),
            (None, None) => std::iter::once(0..sites.len()).collect(),
            (None, Some(intervals)) => row_ranges(sites, planned.shard.entry().longest, intervals),
        };
        let before = self.pending.len();
        for range in ranges {
            for start in range.clone().step_by(size) {
                let rows = start..(start + size).min(range.end);
                self.pending.push_back(Job { shard, sites, rows });
            }
        }
        if self.pending.len() == before {
            self.pending.push_back(Job {
                shard,
                sites,
                rows: 0..0,
            });
        }
    }
}

/// Ranges that cover the rows: rows that are nearly neighbours are counted at once.
fn ranges_of(rows: &roaring::RoaringBitmap) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for row in rows {
        let row = row as usize;
        match ranges.last_mut() {
            Some(last) if row < last.end + NEAR => last.end = row + 1,
            _ => ranges.push(row..row + 1),
        }
    }
    ranges
}
