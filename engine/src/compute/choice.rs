//! Which device to count on, by what each would cost.

use std::fmt;
use std::str::FromStr;

use super::ComputeError;

/// What a user asks for with `--device`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// Whichever is faster for the work at hand.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// A GPU, or an error.
    Gpu,
}

impl FromStr for DeviceChoice {
    type Err = ComputeError;

    fn from_str(s: &str) -> Result<Self, ComputeError> {
        match s {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "gpu" => Ok(Self::Gpu),
            _ => Err(ComputeError::UnknownDevice(s.to_owned())),
        }
    }
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Cpu => "cpu",
            Self::Gpu => "gpu",
        })
    }
}

/// The work for which a device is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Workload {
    /// Samples, the columns of the matrix.
    pub samples: u64,
    /// Bytes of dense planes that will be read.
    pub dense_bytes: u64,
    /// Bytes of sparse lists that will be read.
    pub sparse_bytes: u64,
    /// Cohorts counted in one pass.
    pub cohorts: u64,
    /// Passes over the same data.
    pub passes: u64,
}

// What work costs, in nanoseconds a byte, rounded from measurements on one server. They need
// not be right to better than a factor of two: the devices differ by more wherever it matters.

/// A CPU thread reads planes for its first cohort, and counts a further one.
const CPU_DENSE: f64 = 0.08;
const CPU_DENSE_COHORT: f64 = 0.04;
/// A CPU thread parses lists for its first cohort, and counts a further one.
const CPU_SPARSE: f64 = 1.0;
const CPU_SPARSE_COHORT: f64 = 0.15;
/// To the GPU, over its bus; lists go up decoded, four times as long.
const UPLOAD: f64 = 0.1;
const DECODED: f64 = 4.0;
/// A GPU counts a cohort in resident planes and in decoded lists.
const GPU_DENSE_COHORT: f64 = 0.002;
const GPU_SPARSE_COHORT: f64 = 0.02;
/// Seconds until a GPU takes its first launch: instance, device, pipelines.
const GPU_START: f64 = 0.4;
/// A GPU must be this much faster: the estimate is rough.
const MARGIN: f64 = 0.8;

/// Seconds that some work is estimated to take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Estimate {
    pub(super) cpu: f64,
    pub(super) gpu: f64,
    /// Of the GPU's, what it takes to bring the data there.
    pub(super) upload: f64,
}

impl Workload {
    pub(super) fn estimate(&self, threads: usize) -> Estimate {
        let (dense, sparse) = (self.dense_bytes as f64, self.sparse_bytes as f64);
        let (passes, cohorts) = (self.passes.max(1) as f64, self.cohorts.max(1) as f64);
        let further = cohorts - 1.0;
        let cpu = dense * (CPU_DENSE + CPU_DENSE_COHORT * further)
            + sparse * (CPU_SPARSE + CPU_SPARSE_COHORT * further);
        // Lists are decoded by the CPU, once.
        let upload = (dense + sparse * DECODED) * UPLOAD + sparse * CPU_SPARSE;
        let kernels = cohorts * (dense * GPU_DENSE_COHORT + sparse * GPU_SPARSE_COHORT);
        // Rows are parsed by one thread in each pass, wherever they are counted.
        let host = sparse * CPU_SPARSE / 4.0;
        Estimate {
            cpu: passes * cpu * 1e-9 / threads.max(1) as f64,
            gpu: GPU_START + (upload + passes * (kernels + host)) * 1e-9,
            upload: upload * 1e-9,
        }
    }
}

impl Estimate {
    pub(super) fn prefers_gpu(&self) -> bool {
        self.gpu < MARGIN * self.cpu
    }
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "about {:.0} ms on the CPU, {:.0} ms on a GPU ({:.0} ms to start it, {:.0} ms to bring the data there)",
            self.cpu * 1e3,
            self.gpu * 1e3,
            GPU_START * 1e3,
            self.upload * 1e3
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BIOBANK: Workload = Workload {
        samples: 500_000,
        dense_bytes: 100 << 30,
        sparse_bytes: 10 << 30,
        cohorts: 1,
        passes: 1,
    };

    #[test]
    fn one_pass_over_cold_data_stays_on_the_cpu() {
        assert!(!BIOBANK.estimate(8).prefers_gpu());
        let small = Workload {
            dense_bytes: 30 << 20,
            sparse_bytes: 10 << 20,
            cohorts: 16,
            ..BIOBANK
        };
        assert!(!small.estimate(1).prefers_gpu());
        assert!(!Workload::default().estimate(1).prefers_gpu());
    }

    #[test]
    fn many_cohorts_and_passes_go_to_a_gpu() {
        let many = Workload {
            cohorts: 100,
            passes: 10,
            ..BIOBANK
        };
        assert!(many.estimate(8).prefers_gpu());
        assert!(many.estimate(8).to_string().contains("on a GPU"));
    }

    #[test]
    fn names_come_back() {
        for choice in [DeviceChoice::Auto, DeviceChoice::Cpu, DeviceChoice::Gpu] {
            assert_eq!(choice.to_string().parse::<DeviceChoice>().unwrap(), choice);
        }
        assert!("cuda".parse::<DeviceChoice>().is_err());
    }
}
