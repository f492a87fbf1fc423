//! Running a plan: blocks of records in parallel, handed on in order.

use std::collections::VecDeque;

use rayon::prelude::*;
use roaring::RoaringBitmap;

use super::gather::{Gathered, gather};
use super::plan::{Plan, PlannedShard};
use super::{Record, SelectError, View};
use crate::compute::Compute;
use crate::query::expr::{Cost, RowAccess};

/// Records of a block.
const BLOCK_RECORDS: usize = 1 << 10;
/// Blocks in flight for each thread.
const BLOCKS_PER_THREAD: usize = 4;

/// Runs `plan`: selects block by block on any thread, gives each block's records to `render`, and
/// what came of it to `write` in the order of the records. The same calls of `write` are made
/// whatever the number of threads. `compute` counts cohorts, where [`Plan::counts_cohorts`].
/// Gives the number of records selected.
///
/// # Errors
/// The first of `render` and `write`, or [`SelectError`].
pub fn run<'p, T, E>(
    plan: &'p Plan<'p>,
    compute: Option<&Compute>,
    render: impl Fn(&mut [Record<'p>]) -> Result<T, E> + Sync,
    mut write: impl FnMut(T) -> Result<(), E>,
) -> Result<u64, E>
where
    T: Send,
    E: From<SelectError> + Send,
{
    let window = match rayon::current_num_threads() {
        0 | 1 => 1,
        n => n * BLOCKS_PER_THREAD,
    };
    let mut total = 0;
    let mut pending: VecDeque<(&PlannedShard<'p>, Vec<Gathered<'p>>)> = VecDeque::new();
    let mut shards = plan.shards.iter();
    loop {
        while pending.len() < window {
            let Some(planned) = shards.next() else { break };
            let mut records = gather(plan, planned)?.into_iter();
            loop {
                let block: Vec<_> = records.by_ref().take(BLOCK_RECORDS).collect();
                if block.is_empty() {
                    break;
                }
                pending.push_back((planned, block));
            }
        }
        if pending.is_empty() {
            return Ok(total);
        }
        let n = window.min(pending.len());
        let batch: Vec<_> = pending.drain(..n).collect();
        let run_block = |(planned, block): (&PlannedShard<'p>, Vec<Gathered<'p>>)| {
            let mut records = select(plan, planned, compute, block)?;
            Ok((records.len() as u64, render(&mut records)?))
        };
        let done: Vec<Result<(u64, T), E>> = if n == 1 {
            batch.into_iter().map(run_block).collect()
        } else {
            batch.into_par_iter().map(run_block).collect()
        };
        for result in done {
            let (selected, rendered) = result?;
            total += selected;
            write(rendered)?;
        }
    }
}

/// The rows of the selected records: for each shard of the store, those of its rows.
///
/// # Errors
/// As [`run`].
pub fn rows(plan: &Plan<'_>, compute: Option<&Compute>) -> Result<Vec<RoaringBitmap>, SelectError> {
    let mut rows = vec![RoaringBitmap::new(); plan.store.shards().len()];
    let of_block = |records: &mut [Record<'_>]| {
        let rows = records.iter().flat_map(|r| &r.rows);
        Ok(rows.map(|r| (r.part.shard, r.row)).collect::<Vec<_>>())
    };
    run(plan, compute, of_block, |block| {
        for (shard, row) in block {
            if let Some(rows) = rows.get_mut(shard) {
                rows.insert(row);
            }
        }
        Ok::<_, SelectError>(())
    })?;
    Ok(rows)
}

/// The records of a block for which everything asked holds.
fn select<'p>(
    plan: &'p Plan<'p>,
    planned: &PlannedShard<'p>,
    compute: Option<&Compute>,
    block: Vec<Gathered<'p>>,
) -> Result<Vec<Record<'p>>, SelectError> {
    let records = block.into_iter();
    let records = records.filter_map(|rows| Record::new(plan, rows));
    let mut records: Vec<Record<'p>> = records.filter(|r| is_asked(plan, planned, r)).collect();
    let Some((checked, exclude)) = &plan.expression else {
        return Ok(records);
    };
    if plan.conjuncts.is_empty() {
        prepare(plan, compute, &mut records, true, plan.counts_cohorts())?;
        return keep(records, |r| Ok(checked.evaluate(r)?.passes != *exclude));
    }
    for conjunct in &plan.conjuncts {
        let needs = &conjunct.needs;
        let calls = needs.genotypes || (needs.counts && !plan.whole);
        let cohorts = conjunct.cost >= Cost::Cohort && !needs.cohorts.is_empty();
        prepare(plan, compute, &mut records, calls, cohorts)?;
        records = keep(records, |r| Ok(checked.evaluate_conjunct(conjunct, r)?))?;
    }
    Ok(records)
}

fn is_asked(plan: &Plan<'_>, planned: &PlannedShard<'_>, record: &Record<'_>) -> bool {
    let (pos, end) = record.span();
    let overlaps = (planned.regions.as_ref()).is_none_or(|regions| regions.overlaps(pos, end));
    let targeted = plan
        .targets
        .as_ref()
        .is_none_or(|(targets, exclude)| targets.contains(planned.contig, pos) != *exclude);
    overlaps && targeted
}

fn keep<'p>(
    records: Vec<Record<'p>>,
    holds: impl Fn(&dyn RowAccess) -> Result<bool, SelectError>,
) -> Result<Vec<Record<'p>>, SelectError> {
    let mut kept = Vec::new();
    for record in records {
        if holds(&record)? {
            kept.push(record);
        }
    }
    Ok(kept)
}

/// Reads what the next condition asks of genotypes.
fn prepare(
    plan: &Plan<'_>,
    compute: Option<&Compute>,
    records: &mut [Record<'_>],
    calls: bool,
    cohorts: bool,
) -> Result<(), SelectError> {
    if cohorts && !plan.counted.is_empty() {
        count(plan, compute, records)?;
    }
    if calls {
        let needs = plan.expression.as_ref().map(|(e, _)| e.needs());
        if needs.is_some_and(|n| n.genotypes || (n.counts && !plan.whole)) {
            records.iter_mut().try_for_each(Record::load_calls)?;
        }
    }
    Ok(())
}

/// Counts the cohorts of the records: runs of rows that follow each other at once where there is
/// a device, else record by record.
fn count(
    plan: &Plan<'_>,
    compute: Option<&Compute>,
    records: &mut [Record<'_>],
) -> Result<(), SelectError> {
    let sets = plan.counted.len();
    let span = || {
        let home = (records.iter())
            .flat_map(|r| &r.rows)
            .filter(|r| r.home)
            .map(|r| r.row as usize);
        let first = home.clone().min()?;
        Some(first..home.max()? + 1)
    };
    let dense = |span: &std::ops::Range<usize>| span.len() <= 8 * records.len() + 64;
    let file = (records.first()).and_then(|r| r.rows.iter().find(|r| r.home)?.part.genotypes);
    let (Some(compute), Some(span), Some(file)) = (compute, span().filter(dense), file) else {
        return records.iter_mut().try_for_each(Record::load_calls);
    };
    let mut counts = Vec::new();
    compute.genotype_counts(file, span.clone(), &plan.counted, &mut counts)?;
    for record in records {
        if plan.view == View::Records && record.rows.iter().any(|r| !r.home) {
            record.load_calls()?;
            continue;
        }
        let of_row = |row: u32| {
            let start = (row as usize - span.start) * sets;
            counts.get(start..start + sets).map(<[_]>::to_vec)
        };
        record.counted = (record.rows.iter()).filter_map(|r| of_row(r.row)).collect();
    }
    Ok(())
}
