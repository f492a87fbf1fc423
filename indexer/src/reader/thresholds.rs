//! Calls of low quality or depth, made missing after a record is read.

use genodex_engine::genotype::{CallPlanes, Plane};

use super::record::{CallOptions, CallTallies};

/// Which samples of the current record fall below which threshold.
#[derive(Debug, Default)]
pub(super) struct Thresholds {
    min_gq: Option<f64>,
    min_dp: Option<f64>,
    low_gq: Plane,
    low_dp: Plane,
    /// Some bit may be set.
    any: bool,
}

impl Thresholds {
    pub(super) fn new(options: &CallOptions, n_samples: usize) -> Self {
        let plane = |on: bool| Plane::zeros(if on { n_samples } else { 0 });
        Self {
            min_gq: options.min_gq,
            min_dp: options.min_dp.map(f64::from),
            low_gq: plane(options.min_gq.is_some()),
            low_dp: plane(options.min_dp.is_some()),
            any: false,
        }
    }

    pub(super) const fn wants_gq(&self) -> bool {
        self.min_gq.is_some()
    }

    pub(super) const fn wants_dp(&self) -> bool {
        self.min_dp.is_some()
    }

    /// `sample` has this GQ. Not-a-number is no value.
    pub(super) fn put_gq(&mut self, sample: usize, value: f64) {
        if self.min_gq.is_some_and(|min| value < min) {
            self.low_gq.set(sample);
            self.any = true;
        }
    }

    /// `sample` has this DP.
    pub(super) fn put_dp(&mut self, sample: usize, value: f64) {
        if self.min_dp.is_some_and(|min| value < min) {
            self.low_dp.set(sample);
            self.any = true;
        }
    }

    /// Forgets the last record.
    pub(super) fn clear(&mut self) {
        if self.any {
            self.low_gq.clear();
            self.low_dp.clear();
            self.any = false;
        }
    }

    /// Makes the calls below a threshold missing. `kept` says which samples are counted.
    pub(super) fn apply(
        &self,
        rows: &mut [CallPlanes],
        kept: impl Fn(u32) -> bool,
        tallies: &mut CallTallies,
    ) {
        if !self.any {
            return;
        }
        if let Some(row) = rows.first() {
            let called = |s: u32| {
                !(row.lo.get(s as usize) && row.hi.get(s as usize))
                    || row
                        .half_calls
                        .binary_search_by_key(&s, |h| h.sample)
                        .is_ok()
            };
            let low = self.low_gq.iter();
            tallies.low_gq += low.filter(|&s| kept(s) && called(s)).count() as u64;
            let other = |s: u32| !self.low_gq.get(s as usize);
            let low = self.low_dp.iter();
            tallies.low_dp += low.filter(|&s| kept(s) && called(s) && other(s)).count() as u64;
        }
        for row in rows {
            for low in [&self.low_gq, &self.low_dp] {
                for (i, &low) in low.words().iter().enumerate() {
                    row.lo.words_mut()[i] |= low;
                    row.hi.words_mut()[i] |= low;
                    row.flipped.words_mut()[i] &= !low;
                }
            }
            let fine = |s: u32| !self.low_gq.get(s as usize) && !self.low_dp.get(s as usize);
            row.half_calls.retain(|h| fine(h.sample));
            row.phase_sets.retain(|p| fine(p.sample));
        }
    }
}
