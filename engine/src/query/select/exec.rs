//! Running a plan: shards in order, their records in blocks on all threads.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use rayon::prelude::*;
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};

use super::counted::Counted;
use super::plan::{Plan, PlannedShard};
use super::record::Record;
use super::shard::OpenShard;
use super::{Overlap, Request, SelectError};
use crate::compute::Compute;
use crate::genotype::Plane;
use crate::query::rows::RowSet;

/// Records of a block.
const BLOCK: usize = 1 << 11;
/// Blocks in flight for each thread.
const BLOCKS_PER_THREAD: usize = 4;

/// What came of one shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    /// The shard, by its place in the store.
    pub shard: usize,
    /// Records looked at.
    pub looked_at: u64,
    /// Records selected.
    pub selected: u64,
}

/// What came of a plan: a partial for each planned shard, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selected {
    /// The partials.
    pub partials: Vec<Partial>,
}

impl Selected {
    /// Records looked at, and records selected.
    #[must_use]
    pub fn totals(&self) -> (u64, u64) {
        let add = |(a, b), p: &Partial| (a + p.looked_at, b + p.selected);
        self.partials.iter().fold((0, 0), add)
    }
}

/// Records that each step looked at, those that were left, and the time it took on all threads
/// together.
#[derive(Debug, Default)]
pub struct Timings {
    steps: Vec<[AtomicU64; 3]>,
}

impl Timings {
    /// For the steps of a plan.
    #[must_use]
    pub fn new(plan: &Plan<'_>) -> Self {
        let steps = plan.steps.len().max(1);
        Self {
            steps: (0..steps).map(|_| Default::default()).collect(),
        }
    }

    fn add(&self, step: usize, looked_at: usize, left: usize, since: Instant) {
        if let Some(of) = self.steps.get(step) {
            let nanos = u64::try_from(since.elapsed().as_nanos()).unwrap_or(u64::MAX);
            for (total, more) in of.iter().zip([looked_at as u64, left as u64, nanos]) {
                total.fetch_add(more, Ordering::Relaxed);
            }
        }
    }

    /// For each step: records looked at, records left, nanoseconds.
    #[must_use]
    pub fn steps(&self) -> Vec<[u64; 3]> {
        let read = |s: &[AtomicU64; 3]| [0, 1, 2].map(|i| s[i].load(Ordering::Relaxed));
        self.steps.iter().map(read).collect()
    }
}

/// Records of one shard that were selected, in order.
pub struct Block<'b> {
    plan: &'b Plan<'b>,
    shard: &'b OpenShard<'b>,
    counted: Counted,
    records: Vec<usize>,
    samples: Vec<Option<Plane>>,
    looked_at: usize,
}

impl Block<'_> {
    /// How many were selected.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether none was.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// How many were looked at.
    #[must_use]
    pub const fn looked_at(&self) -> usize {
        self.looked_at
    }

    /// The shard, by its place in the store.
    #[must_use]
    pub const fn shard(&self) -> usize {
        self.shard.index
    }

    /// Calls `show` with each record, and the samples for which the expression holds where that
    /// was asked for and it is about samples.
    ///
    /// # Errors
    /// The first of `show`; [`SelectError`] where a record's genotypes cannot be read.
    pub fn each<E: From<SelectError>>(
        &self,
        mut show: impl FnMut(&Record<'_>, Option<&Plane>) -> Result<(), E>,
    ) -> Result<(), E> {
        for (i, &record) in self.records.iter().enumerate() {
            if let Some(record) = self.record(record) {
                show(&record, self.samples.get(i).and_then(Option::as_ref))?;
                record.failure().map_or(Ok(()), Err)?;
            }
        }
        Ok(())
    }

    fn record(&self, record: usize) -> Option<Record<'_>> {
        let split = self.plan.request.split;
        Record::new(&self.plan.names, self.shard, record, split, &self.counted)
    }
}

/// Runs `plan`. Cohorts are counted on `compute`, each block's records are rendered on any
/// thread, and what came of them goes to `write` in order; the same calls are made whatever the
/// number of threads. `write` says whether to go on.
///
/// # Errors
/// The first of `render` and `write`, or [`SelectError`].
pub fn run<T, E>(
    plan: &Plan<'_>,
    compute: &Compute,
    timings: Option<&Timings>,
    render: impl Fn(&Block<'_>) -> Result<T, E> + Sync,
    mut write: impl FnMut(T) -> Result<bool, E>,
) -> Result<Selected, E>
where
    T: Send,
    E: From<SelectError> + Send,
{
    let mut out = Selected::default();
    let window = rayon::current_num_threads().max(1) * BLOCKS_PER_THREAD;
    'shards: for planned in &plan.shards {
        let open = OpenShard::new(plan.store, planned.index, plan.request.split)?;
        let bitmaps = bitmaps(plan, &open)?;
        let records = match &planned.intervals {
            Some(intervals) => open.records_in(intervals),
            None => (0..open.n_records()).collect(),
        };
        let mut partial = Partial {
            shard: planned.index,
            looked_at: 0,
            selected: 0,
        };
        let blocks: Vec<&[usize]> = records.chunks(BLOCK).collect();
        for batch in blocks.chunks(window) {
            let job = |records: &&[usize]| -> Result<_, E> {
                let block = select(plan, planned, &open, &bitmaps, records, compute, timings)?;
                let rendered = render(&block)?;
                Ok((block.looked_at as u64, block.len() as u64, rendered))
            };
            let done: Vec<Result<_, E>> = match batch {
                [one] => vec![job(one)],
                many => many.par_iter().map(job).collect(),
            };
            for result in done {
                let (looked_at, selected, rendered) = result?;
                partial.looked_at += looked_at;
                partial.selected += selected;
                if !write(rendered)? {
                    out.partials.push(partial);
                    break 'shards;
                }
            }
        }
        out.partials.push(partial);
    }
    Ok(out)
}

/// For each step, rows of the shard that may hold it, where bitmaps tell.
fn bitmaps(
    plan: &Plan<'_>,
    open: &OpenShard<'_>,
) -> Result<Vec<Option<RoaringBitmap>>, SelectError> {
    let step = |c: &crate::query::expr::Conjunct| match &c.indexable {
        Some(indexable) => open.indexed(plan.store, &plan.names, indexable),
        None => Ok(None),
    };
    plan.steps.iter().map(step).collect()
}

fn select<'b>(
    plan: &'b Plan<'b>,
    planned: &PlannedShard,
    shard: &'b OpenShard<'b>,
    bitmaps: &[Option<RoaringBitmap>],
    records: &[usize],
    compute: &Compute,
    timings: Option<&Timings>,
) -> Result<Block<'b>, SelectError> {
    let mut block = Block {
        plan,
        shard,
        counted: Counted::default(),
        records: records.to_vec(),
        samples: Vec::new(),
        looked_at: 0,
    };
    if let Some(rows) = &planned.rows {
        let asked = |&r: &usize| shard.rows(r).any(|row| rows.contains(row as u32));
        block.records.retain(asked);
    }
    if planned.intervals.is_some() || planned.targets.is_some() {
        let mut left = std::mem::take(&mut block.records);
        let asked = |r: &Record<'_>| is_asked_for(&plan.request, planned, r);
        left.retain(|&r| block.record(r).is_some_and(|r| asked(&r)));
        block.records = left;
    }
    block.looked_at = block.records.len();
    // Set algebra first: no record is looked at that an index rules out.
    for bitmap in bitmaps.iter().flatten() {
        let may = |&r: &usize| shard.rows(r).any(|row| bitmap.contains(row as u32));
        block.records.retain(may);
    }
    let count = |block: &mut Block<'b>| -> Result<(), SelectError> {
        if block.counted.is_empty() && !plan.cohorts.is_empty() {
            let rows = block.records.iter().flat_map(|&r| shard.rows(r));
            block.counted = Counted::count(shard, rows, &plan.cohorts, compute)?;
        }
        Ok(())
    };
    if let Some(checked) = &plan.checked {
        for (i, step) in plan.steps.iter().enumerate() {
            let start = Instant::now();
            let before = block.records.len();
            if step.needs.cohorts.iter().any(|&c| c > 0) {
                count(&mut block)?;
            }
            retain(&mut block, |r| checked.evaluate_conjunct(step, r))?;
            if let Some(timings) = timings {
                timings.add(i, before, block.records.len(), start);
            }
        }
        if plan.request.exclude {
            let start = Instant::now();
            let before = block.records.len();
            if checked.needs().cohorts.iter().any(|&c| c > 0) {
                count(&mut block)?;
            }
            let by_sample = plan.show_samples;
            retain(&mut block, |r| {
                let outcome = checked.evaluate(r)?;
                let left = |p: &Plane| p.count() < plan.names.samples.len() as u64;
                Ok(!outcome.passes || by_sample && outcome.samples.is_some_and(|p| left(&p)))
            })?;
            if let Some(timings) = timings {
                timings.add(0, before, block.records.len(), start);
            }
        }
        if plan.show_samples && checked.selects_samples() {
            let mut samples = Vec::with_capacity(block.records.len());
            for &record in &block.records {
                let outcome = match block.record(record) {
                    Some(record) => Some(checked.evaluate(&record)?),
                    None => None,
                };
                samples.push(
                    outcome.and_then(|o| match (plan.request.exclude, o.samples) {
                        (true, Some(holds)) if o.passes => {
                            Some(complement(&holds, plan.names.samples.len()))
                        }
                        (true, _) => None,
                        (false, samples) => samples,
                    }),
                );
            }
            block.samples = samples;
        }
    }
    if plan.show_cohorts {
        count(&mut block)?;
    }
    Ok(block)
}

/// The samples, of so many, that are not in `plane`.
fn complement(plane: &Plane, samples: usize) -> Plane {
    let mut out = Plane::zeros(samples);
    (0..samples)
        .filter(|&s| !plane.get(s))
        .for_each(|s| out.set(s));
    out
}

/// Keeps the records for which `test` holds.
fn retain(
    block: &mut Block<'_>,
    test: impl Fn(&Record<'_>) -> Result<bool, crate::query::expr::ExprError>,
) -> Result<(), SelectError> {
    let mut left = Vec::with_capacity(block.records.len());
    for &at in &block.records {
        let Some(record) = block.record(at) else {
            continue;
        };
        let holds = test(&record);
        // A record that could not be read has no answer, whatever was made of it.
        record.failure().map_or(Ok(()), Err)?;
        if holds? {
            left.push(at);
        }
    }
    block.records = left;
    Ok(())
}

fn is_asked_for(request: &Request, planned: &PlannedShard, record: &Record<'_>) -> bool {
    let regions = request.regions_overlap.unwrap_or(Overlap::Record);
    let in_region = (planned.intervals.as_ref()).is_none_or(|i| regions.holds(i, record));
    let targets = request.targets_overlap.unwrap_or(Overlap::Position);
    let in_target = planned.targets.as_ref().is_none_or(|(set, complement)| {
        set.as_ref().is_some_and(|s| targets.holds(s, record)) != *complement
    });
    in_region && in_target
}

/// The rows selected; in the view of records all rows of a selected record.
///
/// # Errors
/// [`SelectError`].
pub fn rows(plan: &Plan<'_>, compute: &Compute) -> Result<RowSet, SelectError> {
    let mut out: Vec<RoaringBitmap> = vec![RoaringBitmap::new(); plan.store.shards().len()];
    run(
        plan,
        compute,
        None,
        |block| {
            let rows = block.records.iter().flat_map(|&r| block.shard.rows(r));
            // Rows of a shard fit 32 bits.
            let rows: RoaringBitmap = rows.map(|row| row as u32).collect();
            Ok::<_, SelectError>((block.shard(), rows))
        },
        |(shard, rows)| {
            if let Some(all) = out.get_mut(shard) {
                *all |= rows;
            }
            Ok(true)
        },
    )?;
    Ok(out.into())
}
