//! Why counts could not be had.

use crate::format::FormatError;

/// Why a device could not be used or did not give counts.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ComputeError {
    /// No GPU that may be used.
    #[error("no usable GPU: {0}; use --device cpu")]
    NoGpu(String),
    /// A device name that is none.
    #[error("unknown device {0:?}: use auto, cpu or gpu")]
    UnknownDevice(String),
    /// The cohorts are over other samples than the file.
    #[error("the cohorts are over {cohorts} samples, but the store has {file}")]
    Samples {
        /// Samples of the file.
        file: usize,
        /// Samples of the cohorts.
        cohorts: usize,
    },
    /// The store cannot be read.
    #[error(transparent)]
    Format(#[from] FormatError),
}
