//! Devices: where genotypes are counted, how that is chosen, and what came of it.
//!
//! [`Compute`] takes rows of a genotype file and sample sets ([`Cohorts`]) and gives
//! [`CallCounts`], the same ones on every device. What counts mean is left to `stats`;
//! which rows to count is left to `query`. wgpu is known here and nowhere else.

mod choice;
mod cohorts;
pub mod cpu;
mod error;
mod report;

#[cfg(test)]
mod tests;

use std::ops::Range;

pub use choice::{DeviceChoice, Workload};
pub use cohorts::Cohorts;
pub use error::ComputeError;
pub use report::DeviceReport;

use crate::format::matrix::GenotypeFile;
use crate::genotype::CallCounts;
use report::Counters;

/// A chosen device, ready to count.
#[derive(Debug)]
pub struct Compute {
    isa: cpu::Isa,
    reason: String,
    counters: Counters,
}

impl Compute {
    /// Chooses a device for `workload`.
    ///
    /// # Errors
    /// [`ComputeError`] where a device was asked for by name and cannot be had.
    pub fn new(choice: DeviceChoice, workload: &Workload) -> Result<Self, ComputeError> {
        let _ = workload;
        if choice == DeviceChoice::Gpu {
            return Err(ComputeError::NoGpu("no GPU is known".to_owned()));
        }
        Ok(Self {
            isa: cpu::Isa::detect(),
            reason: "asked for".to_owned(),
            counters: Counters::default(),
        })
    }

    /// Counts `rows` (which may end beyond the last row) in every cohort and appends the counts
    /// to `out`: rows in order, and for each row one entry per cohort, in order.
    ///
    /// On the CPU the work is spread over the threads of the current rayon pool.
    ///
    /// # Errors
    /// [`ComputeError`]; `out` is then as it was before.
    pub fn genotype_counts(
        &self,
        file: &GenotypeFile,
        rows: Range<usize>,
        cohorts: &Cohorts,
        out: &mut Vec<CallCounts>,
    ) -> Result<(), ComputeError> {
        if file.n_samples() != cohorts.n_samples() {
            return Err(ComputeError::Samples {
                file: file.n_samples(),
                cohorts: cohorts.n_samples(),
            });
        }
        let rows = rows.start.min(file.n_rows())..rows.end.min(file.n_rows());
        let before = out.len();
        let counted = cpu::genotype_counts(self.isa, file, rows, cohorts, out, &self.counters);
        if counted.is_err() {
            out.truncate(before);
        }
        counted
    }

    /// What was done so far, and why there.
    #[must_use]
    pub fn report(&self) -> DeviceReport {
        self.counters
            .report(format!("CPU ({})", self.isa.name()), self.reason.clone())
    }
}
