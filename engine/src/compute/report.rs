//! What a device did: for `-v`, and for tests that a device was really used.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// What was done on which device, and why there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceReport {
    /// Name of the device.
    pub device: String,
    /// Why it was chosen.
    pub reason: String,
    /// Kernels launched on a GPU.
    pub launches: u64,
    /// Bytes sent to a GPU.
    pub bytes_up: u64,
    /// Bytes read back from a GPU.
    pub bytes_down: u64,
    /// Dense rows counted.
    pub dense_rows: u64,
    /// Sparse rows counted.
    pub sparse_rows: u64,
    /// Rows whose haploid or half calls were counted beside the genotypes.
    pub extras_rows: u64,
}

impl fmt::Display for DeviceReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}): {} launches, {} bytes up, {} bytes down; {} dense rows, {} sparse rows, {} with haploid or half calls",
            self.device,
            self.reason,
            self.launches,
            self.bytes_up,
            self.bytes_down,
            self.dense_rows,
            self.sparse_rows,
            self.extras_rows
        )
    }
}

/// Counters that many threads add to.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) launches: AtomicU64,
    pub(super) bytes_up: AtomicU64,
    pub(super) bytes_down: AtomicU64,
    pub(super) dense_rows: AtomicU64,
    pub(super) sparse_rows: AtomicU64,
    pub(super) extras_rows: AtomicU64,
}

impl Counters {
    pub(super) fn report(&self, device: String, reason: String) -> DeviceReport {
        let get = |c: &AtomicU64| c.load(Ordering::Relaxed);
        DeviceReport {
            device,
            reason,
            launches: get(&self.launches),
            bytes_up: get(&self.bytes_up),
            bytes_down: get(&self.bytes_down),
            dense_rows: get(&self.dense_rows),
            sparse_rows: get(&self.sparse_rows),
            extras_rows: get(&self.extras_rows),
        }
    }
}

pub(super) fn add(counter: &AtomicU64, value: u64) {
    counter.fetch_add(value, Ordering::Relaxed);
}
