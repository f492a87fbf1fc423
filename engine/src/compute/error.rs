//! Why counts could not be had.

use crate::format::FormatError;

/// Why a device could not be used or did not give counts.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ComputeError {
    /// No GPU that may be used.
    #[error("no usable GPU: {0}; use --device cpu, or auto")]
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
    /// Vectors are over other samples than the calls.
    #[error("the vectors have values for {vectors} samples, but the calls are of {calls}")]
    Vectors {
        /// Samples of the calls.
        calls: usize,
        /// Samples of the vectors.
        vectors: usize,
    },
    /// A GPU refused or failed an operation.
    #[error("{device}: {action}: {reason}; --device cpu does without")]
    Gpu {
        /// Name of the adapter.
        device: String,
        /// What was tried: "cannot launch `dense_counts`".
        action: String,
        /// What the driver or the validation said.
        reason: String,
    },
    /// The GPU is gone.
    #[error("{device}: the device was lost ({reason}); run again, or with --device cpu")]
    Lost {
        /// Name of the adapter.
        device: String,
        /// What the driver said.
        reason: String,
    },
    /// A GPU has no memory left.
    #[error("{device}: out of memory: {reason}; --device cpu does without")]
    OutOfMemory {
        /// Name of the adapter.
        device: String,
        /// What was asked for.
        reason: String,
    },
    /// A GPU did not finish in time.
    #[error("{device}: no answer within {seconds} s; run again, or with --device cpu")]
    Timeout {
        /// Name of the adapter.
        device: String,
        /// How long was waited.
        seconds: u64,
    },
    /// A kernel ended without writing all of its counts.
    #[error("{device}: kernel `{kernel}` did not write count {word}; use --device cpu")]
    Unwritten {
        /// Name of the adapter.
        device: String,
        /// The kernel.
        kernel: &'static str,
        /// The first word that was not written.
        word: usize,
    },
    /// The work does not fit the limits of the device.
    #[error("{device}: {what} takes {bytes} bytes, but a buffer holds {limit}; use --device cpu")]
    Limit {
        /// Name of the adapter.
        device: String,
        /// What does not fit.
        what: &'static str,
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// The store cannot be read.
    #[error(transparent)]
    Format(#[from] FormatError),
}
