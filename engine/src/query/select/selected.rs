//! What came of a plan, and how long its steps took.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::plan::Plan;

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

    pub(super) fn add(&self, step: usize, looked_at: usize, left: usize, since: Instant) {
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
