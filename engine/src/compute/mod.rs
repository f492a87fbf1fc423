//! Devices: where genotypes are counted, how that is chosen, and what came of it.
//!
//! [`Compute`] takes rows of a genotype file and sample sets ([`Cohorts`]) and gives
//! [`CallCounts`], the same ones on every device. What counts mean is left to `stats`;
//! which rows to count is left to `query`. wgpu is known here and nowhere else.

pub mod bench;
mod choice;
mod cohorts;
pub mod cpu;
mod error;
mod gpu;
mod pairs;
mod report;
mod sets;
mod times;

#[cfg(test)]
mod tests;

use std::ops::Range;

pub use choice::{DeviceChoice, Workload};
pub use cohorts::Cohorts;
pub use error::ComputeError;
pub use gpu::{ALLOW_SOFTWARE, DeviceInfo, Gpu, Software, list_devices};
pub use pairs::{PairCounter, PairCounts, SamplePlanes, four_with};
pub use report::DeviceReport;
pub use sets::{Covariances, MaskValue, SetCalls};
pub use times::{Product, QuantisedVectors, times, transposed};

use crate::format::FormatError;
use crate::format::matrix::GenotypeFile;
use crate::genotype::CallCounts;
use report::Counters;

/// A chosen device, ready to count.
#[derive(Debug)]
pub struct Compute {
    device: Device,
    reason: String,
    counters: Counters,
}

#[derive(Debug)]
enum Device {
    Cpu(cpu::Isa),
    Gpu(Box<Gpu>),
}

impl Compute {
    /// Chooses a device for `workload`. Only where a GPU is asked for or worth its while is one
    /// looked for at all.
    ///
    /// # Errors
    /// [`ComputeError`] where a GPU was asked for by name and cannot be had.
    pub fn new(choice: DeviceChoice, workload: &Workload) -> Result<Self, ComputeError> {
        match choice {
            DeviceChoice::Cpu => Ok(Self::with_cpu("asked for")),
            DeviceChoice::Gpu => {
                Gpu::open(Software::from_env()).map(|gpu| Self::with_gpu(gpu, "asked for"))
            }
            DeviceChoice::Auto => {
                let estimate = workload.estimate(rayon::current_num_threads());
                if !estimate.prefers_gpu() {
                    return Ok(Self::with_cpu(format!(
                        "estimated to be faster: {estimate}"
                    )));
                }
                // Software adapters are never worth their while.
                Ok(match Gpu::open(Software::Refused) {
                    Ok(gpu) => Self::with_gpu(gpu, format!("estimated to be faster: {estimate}")),
                    Err(e) => Self::with_cpu(format!("{e} ({estimate})")),
                })
            }
        }
    }

    /// Counts on the CPU.
    #[must_use]
    pub fn with_cpu(reason: impl Into<String>) -> Self {
        Self {
            device: Device::Cpu(cpu::Isa::detect()),
            reason: reason.into(),
            counters: Counters::default(),
        }
    }

    /// Counts on a GPU that is open already.
    #[must_use]
    pub fn with_gpu(gpu: Gpu, reason: impl Into<String>) -> Self {
        Self {
            device: Device::Gpu(Box::new(gpu)),
            reason: reason.into(),
            counters: Counters::default(),
        }
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
        check_samples(file, cohorts)?;
        let rows = rows.start.min(file.n_rows())..rows.end.min(file.n_rows());
        let before = out.len();
        let counted = match &self.device {
            Device::Cpu(isa) => {
                cpu::genotype_counts(*isa, file, rows, cohorts, out, &self.counters)
            }
            Device::Gpu(gpu) => gpu.genotype_counts(file, rows, cohorts, out, &self.counters),
        };
        if counted.is_err() {
            out.truncate(before);
        }
        counted
    }

    /// As [`genotype_counts`](Self::genotype_counts), of single rows, which ascend.
    ///
    /// # Errors
    /// [`ComputeError`], also for a row beyond the last; `out` is then as it was before.
    pub fn genotype_counts_at(
        &self,
        file: &GenotypeFile,
        rows: &[usize],
        cohorts: &Cohorts,
        out: &mut Vec<CallCounts>,
    ) -> Result<(), ComputeError> {
        check_samples(file, cohorts)?;
        debug_assert!(rows.is_sorted_by(|a, b| a < b));
        if let Some(row) = rows.last().filter(|row| **row >= file.n_rows()) {
            let reason = format!("no row {row} of {}", file.n_rows());
            return Err(FormatError::Unsuitable(reason).into());
        }
        let before = out.len();
        let counted = match &self.device {
            Device::Cpu(isa) => {
                cpu::genotype_counts_at(*isa, file, rows, cohorts, out, &self.counters)
            }
            Device::Gpu(gpu) => gpu.genotype_counts_at(file, rows, cohorts, out, &self.counters),
        };
        if counted.is_err() {
            out.truncate(before);
        }
        counted
    }

    /// Whether a GPU counts: then few large calls are better than many small ones.
    #[must_use]
    pub const fn on_gpu(&self) -> bool {
        matches!(self.device, Device::Gpu(_))
    }

    /// What was done so far, and why there.
    #[must_use]
    pub fn report(&self) -> DeviceReport {
        let device = match &self.device {
            Device::Cpu(isa) => format!("CPU ({})", isa.name()),
            Device::Gpu(gpu) => gpu.name().to_owned(),
        };
        self.counters.report(device, self.reason.clone())
    }
}

fn check_samples(file: &GenotypeFile, cohorts: &Cohorts) -> Result<(), ComputeError> {
    if file.n_samples() == cohorts.n_samples() {
        return Ok(());
    }
    Err(ComputeError::Samples {
        file: file.n_samples(),
        cohorts: cohorts.n_samples(),
    })
}
