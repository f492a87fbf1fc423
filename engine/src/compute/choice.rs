//! Which device to count on.

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
