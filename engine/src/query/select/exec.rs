//! Running a plan: shards in order, their records in blocks on all threads.

use std::time::Instant;

use rayon::prelude::*;
use roaring::RoaringBitmap;

use super::counted::Counted;
use super::plan::{Plan, PlannedShard};
use super::record::Record;
use super::scan::Scan;
use super::selected::{Partial, Selected, Timings};
use super::shard::OpenShard;
use super::{Overlap, Request, SelectError};
use crate::compute::Compute;
use crate::genotype::Plane;
use crate::query::expr::{Checked, ExprError, Needs, Simple};
use crate::query::rows::RowSet;

/// Blocks in flight for each thread.
const BLOCKS_PER_THREAD: usize = 4;

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
        let scans = Scans::new(plan, &open);
        let records = planned.intervals.as_ref().map(|i| open.records_in(i));
        let n_records = records.as_ref().map_or(open.n_records(), Vec::len);
        let mut partial = Partial {
            shard: planned.index,
            looked_at: 0,
            selected: 0,
        };
        let blocks: Vec<usize> = (0..n_records).step_by(plan.block).collect();
        for batch in blocks.chunks(window) {
            let job = |&start: &usize| -> Result<_, E> {
                let block = start..n_records.min(start + plan.block);
                let records = match &records {
                    Some(records) => records[block].to_vec(),
                    None => block.collect(),
                };
                let block = select(
                    plan,
                    planned,
                    &open,
                    (&bitmaps, &scans),
                    records,
                    compute,
                    timings,
                )?;
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

/// The conditions of a plan over a shard: those that columns answer.
struct Scans<'s> {
    /// For each step.
    steps: Vec<Option<Scan<'s>>>,
    /// The whole expression, where it is one that excludes.
    whole: Option<Scan<'s>>,
}

impl<'s> Scans<'s> {
    fn new(plan: &'s Plan<'_>, open: &'s OpenShard<'s>) -> Self {
        let ac_an = plan.checked.as_ref().and_then(Checked::ac_an);
        let scan = |simple: &Option<Simple>| {
            let simple = simple.as_ref()?;
            Some(Scan::new(simple, ac_an, open, &plan.names))
        };
        Self {
            steps: plan.simple_steps.iter().map(scan).collect(),
            whole: scan(&plan.simple),
        }
    }
}

fn select<'b>(
    plan: &'b Plan<'b>,
    planned: &PlannedShard,
    shard: &'b OpenShard<'b>,
    (bitmaps, scans): (&[Option<RoaringBitmap>], &Scans<'_>),
    records: Vec<usize>,
    compute: &Compute,
    timings: Option<&Timings>,
) -> Result<Block<'b>, SelectError> {
    let mut block = Block {
        plan,
        shard,
        counted: Counted::default(),
        records,
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
    if let Some(checked) = &plan.checked {
        for (i, step) in plan.steps.iter().enumerate() {
            let start = Instant::now();
            let before = block.records.len();
            let scan = scans.steps.get(i).and_then(Option::as_ref);
            if step.needs.cohorts.iter().any(|&c| c > 0) {
                // No cohort is counted where everybody's counts rule a later condition out.
                let later = scans.steps.get(i + 1..).unwrap_or(&[]).iter().flatten();
                for scan in later {
                    let counted = &block.counted;
                    block
                        .records
                        .retain(|&r| scan.holds(r, counted) != Some(false));
                }
            }
            block.retain(scan, &step.needs, false, compute, |r| {
                checked.evaluate_conjunct(step, r)
            })?;
            if let Some(timings) = timings {
                timings.add(i, before, block.records.len(), start);
            }
        }
        if plan.request.exclude {
            let start = Instant::now();
            let before = block.records.len();
            let scan = scans.whole.as_ref();
            let by_sample = plan.show_samples;
            let shown = plan.names.samples.len() as u64;
            block.retain(scan, checked.needs(), true, compute, |r| {
                let outcome = checked.evaluate(r)?;
                let left = outcome.samples.is_some_and(|p| p.count() < shown);
                Ok(outcome.passes && !(by_sample && left))
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
        let rows = block.records.iter().flat_map(|&r| shard.rows(r));
        block.counted.add(shard, rows, &plan.cohorts, compute)?;
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

impl Block<'_> {
    /// Keeps the records of which a condition holds, or with `negated` those of which it does
    /// not: by its scan, by counting its cohorts at the records of which that cannot tell, and
    /// else by evaluating `test`.
    fn retain(
        &mut self,
        scan: Option<&Scan<'_>>,
        needs: &Needs,
        negated: bool,
        compute: &Compute,
        test: impl Fn(&Record<'_>) -> Result<bool, ExprError>,
    ) -> Result<(), SelectError> {
        let records = std::mem::take(&mut self.records);
        let mut answers = match scan {
            Some(scan) => scan.all_hold(&records, &self.counted),
            None => vec![None; records.len()],
        };
        if needs.cohorts.iter().any(|&c| c > 0) && !self.plan.cohorts.is_empty() {
            let open = records.iter().zip(&answers).filter(|(_, a)| a.is_none());
            let rows = open.flat_map(|(&r, _)| self.shard.rows(r));
            self.counted
                .add(self.shard, rows, &self.plan.cohorts, compute)?;
            for (record, answer) in records.iter().zip(&mut answers) {
                if answer.is_none() {
                    *answer = scan.and_then(|s| s.holds(*record, &self.counted));
                }
            }
        }
        let mut left = Vec::with_capacity(records.len());
        for (&at, answer) in records.iter().zip(&answers) {
            let holds = match answer {
                Some(holds) => *holds,
                None => {
                    let Some(record) = self.record(at) else {
                        continue;
                    };
                    let holds = test(&record);
                    // A record that could not be read has no answer, whatever was made of it.
                    record.failure().map_or(Ok(()), Err)?;
                    holds?
                }
            };
            if holds != negated {
                left.push(at);
            }
        }
        self.records = left;
        Ok(())
    }
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
