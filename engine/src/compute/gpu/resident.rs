//! Buffers that stay on the GPU, so that the next query over the same shard uploads nothing.

use std::ops::Range;
use std::sync::Arc;

use wgpu::{Buffer, DeviceType};

/// Set to a number, the mebibytes of GPU memory that may stay in use between queries.
const GPU_MEMORY: &str = "GENODEX_GPU_MEMORY_MIB";

/// What a resident buffer holds: the part of a section, which is known by its checksum, so that
/// two files that hold the same share it and a changed file never does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) checksum: [u8; 32],
    pub(super) n_samples: usize,
    pub(super) rows: Range<usize>,
    pub(super) lines: Range<usize>,
}

/// Data on the GPU.
#[derive(Debug)]
pub(super) enum Held {
    /// Planes of dense rows.
    Planes(Buffer),
    /// Decoded lists of sparse rows.
    Lists(Vec<SparseChunk>),
}

/// Lists of some rows, decoded and cut into segments.
#[derive(Debug)]
pub(super) struct SparseChunk {
    pub(super) entries: Buffer,
    pub(super) starts: Buffer,
    /// By segment, its row, counted from the first of the query.
    pub(super) rows: Vec<u32>,
}

/// What stays on the GPU, within a budget; what was used longest ago goes first.
#[derive(Debug)]
pub(super) struct Resident {
    budget: u64,
    used: u64,
    /// Oldest first.
    held: Vec<(Key, u64, Arc<Held>)>,
}

impl Resident {
    pub(super) fn new(kind: DeviceType) -> Self {
        let asked = std::env::var(GPU_MEMORY).ok();
        let mib = asked.and_then(|m| m.parse::<u64>().ok());
        let mib = mib.unwrap_or(match kind {
            // No portable interface tells how much memory there is; these are common.
            DeviceType::DiscreteGpu | DeviceType::VirtualGpu => 4 << 10,
            _ => 1 << 10,
        });
        Self {
            budget: mib.saturating_mul(1 << 20),
            used: 0,
            held: Vec::new(),
        }
    }

    /// What is held under `key`, which thereby becomes the newest.
    pub(super) fn get(&mut self, key: &Key) -> Option<Arc<Held>> {
        let at = self.held.iter().position(|h| h.0 == *key)?;
        let entry = self.held.remove(at);
        let held = Arc::clone(&entry.2);
        self.held.push(entry);
        Some(held)
    }

    /// Keeps `held`, of `bytes` bytes, where the budget allows it.
    pub(super) fn keep(&mut self, key: Key, bytes: u64, held: &Arc<Held>) {
        if bytes > self.budget || self.held.iter().any(|h| h.0 == key) {
            return;
        }
        while self.used + bytes > self.budget && !self.held.is_empty() {
            self.used -= self.held.remove(0).1;
        }
        self.used += bytes;
        self.held.push((key, bytes, Arc::clone(held)));
    }

    /// Lets go of everything; whether there was anything.
    pub(super) fn clear(&mut self) -> bool {
        self.used = 0;
        let any = !self.held.is_empty();
        self.held.clear();
        any
    }
}
