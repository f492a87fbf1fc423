//! Running a plan, shard by shard.

use std::ops::Range;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::super::exec::{cut, next_expected};
use super::super::{QcError, plan::PlannedShard};
use super::rows::Judge;
use super::{Code, MendelError, Plan};
use crate::query::Incomplete;
use crate::query::merged::Merged;

/// The errors of one shard. Partials of all planned shards make an [`Answer`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    /// The shard, by its place in the plan.
    pub shard: usize,
    /// Rows judged.
    pub rows: u64,
    /// Rows with errors, ascending, and how many.
    pub by_row: Vec<(u32, u32)>,
    /// Errors of each trio by code; empty where there are none.
    pub by_trio: Vec<[u32; Code::N]>,
    /// Each error, where they are listed: by row, then by trio.
    pub errors: Vec<MendelError>,
}

impl Partial {
    fn add(&mut self, n_trios: usize, error: MendelError, list: bool) {
        match self.by_row.last_mut() {
            Some((row, n)) if *row == error.row => *n += 1,
            _ => self.by_row.push((error.row, 1)),
        }
        self.by_trio.resize(n_trios, [0; Code::N]);
        if let Some(codes) = self.by_trio.get_mut(error.trio as usize) {
            codes[error.code.place()] += 1;
        }
        if list {
            self.errors.push(error);
        }
    }

    /// Adds the errors of later rows.
    fn append(&mut self, mut other: Self) {
        self.rows += other.rows;
        self.by_row.append(&mut other.by_row);
        self.errors.append(&mut other.errors);
        add_trios(&mut self.by_trio, other.by_trio);
    }
}

fn add_trios(to: &mut Vec<[u32; Code::N]>, from: Vec<[u32; Code::N]>) {
    if to.is_empty() {
        *to = from;
        return;
    }
    for (to, from) in to.iter_mut().zip(from) {
        for (to, from) in to.iter_mut().zip(from) {
            *to += from;
        }
    }
}

/// The errors of all shards.
#[derive(Clone, Debug)]
pub struct Answer {
    merged: Merged,
    rows: u64,
    by_trio: Vec<[u32; Code::N]>,
}

impl Answer {
    /// Nothing merged yet.
    #[must_use]
    pub fn new(plan: &Plan<'_>) -> Self {
        Self {
            merged: Merged::none_of(plan.n_shards()),
            rows: 0,
            by_trio: vec![[0; Code::N]; plan.trios().len()],
        }
    }

    /// Merges the partial of one shard; its rows and listed errors are the caller's to keep.
    ///
    /// # Errors
    /// [`Incomplete`] for a shard that is not planned or was merged before.
    pub fn merge(&mut self, partial: &Partial) -> Result<(), Incomplete> {
        self.merged.add(partial.shard)?;
        self.rows += partial.rows;
        add_trios(&mut self.by_trio, partial.by_trio.clone());
        Ok(())
    }

    /// Rows judged, where every planned shard was merged.
    ///
    /// # Errors
    /// [`Incomplete`] naming the first shard that was not.
    pub fn rows(&self) -> Result<u64, Incomplete> {
        self.merged.all()?;
        Ok(self.rows)
    }

    /// Errors of a trio with a code, by place in [`Plan::trios`].
    #[must_use]
    pub fn of_trio(&self, trio: usize, code: Code) -> u32 {
        self.by_trio
            .get(trio)
            .map_or(0, |codes| codes[code.place()])
    }
}

/// Judges one shard, by its place in the plan, on the threads of the rayon pool. `counted` is
/// told of rows as they are done, on any thread.
///
/// # Errors
/// [`QcError`].
pub fn run_shard(
    plan: &Plan<'_>,
    shard: usize,
    counted: impl Fn(u64) + Sync,
) -> Result<Partial, QcError> {
    let planned = plan.shards.get(shard);
    let planned = planned.ok_or(Incomplete::unplanned(shard))?;
    let parts = cut(
        planned.ranges(planned.shard.sites()?),
        2 * rayon::current_num_threads(),
    );
    let judged: Result<Vec<Partial>, QcError> = (parts.par_iter())
        .map(|ranges| judge(plan, planned, ranges, &counted))
        .collect();
    let mut partial = Partial {
        shard,
        ..Partial::default()
    };
    for part in judged? {
        partial.append(part);
    }
    Ok(partial)
}

fn judge(
    plan: &Plan<'_>,
    planned: &PlannedShard<'_>,
    ranges: &[Range<usize>],
    counted: &(impl Fn(u64) + Sync),
) -> Result<Partial, QcError> {
    let sites = planned.shard.sites()?;
    let file = planned.shard.genotypes()?;
    let mut judge = Judge::new(plan, file);
    let mut partial = Partial::default();
    let n_trios = plan.trios.len();
    for range in ranges {
        let mut raw = file.rows(range.clone());
        for row in range.clone() {
            let read = next_expected(file, &mut raw, row)?;
            if !planned.wants(sites, row) {
                continue;
            }
            partial.rows += 1;
            let zone = planned.zones.at(sites.positions()[row]);
            // Rows fit 32 bits: a contig has fewer than 2^32 variants.
            let row = row as u32;
            judge.row(&read, zone, |trio, code| {
                partial.add(n_trios, MendelError { row, trio, code }, plan.list);
            })?;
        }
        counted(range.len() as u64);
    }
    Ok(partial)
}

/// Runs `plan`, and gives the partial of each shard to `each`, in their order. `counted` is told
/// of rows as they are done.
///
/// # Errors
/// The first of `each`, or [`QcError`].
pub fn run<E: From<QcError>>(
    plan: &Plan<'_>,
    counted: impl Fn(u64) + Sync,
    mut each: impl FnMut(Partial) -> Result<(), E>,
) -> Result<Answer, E> {
    let mut answer = Answer::new(plan);
    for shard in 0..plan.n_shards() {
        let partial = run_shard(plan, shard, &counted)?;
        answer.merge(&partial).map_err(QcError::from)?;
        each(partial)?;
    }
    answer.rows().map_err(QcError::from)?;
    Ok(answer)
}
