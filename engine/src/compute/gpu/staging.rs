//! A ring of buffers that the host fills while the GPU still copies from those before.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, channel};

use wgpu::{
    Buffer, BufferAsyncError, BufferDescriptor, BufferUsages, CommandEncoder,
    CommandEncoderDescriptor, MapMode, SubmissionIndex,
};

use super::Gpu;
use crate::compute::ComputeError;
use crate::compute::report::{Counters, add};

/// Buffers of a ring: one being filled, one being copied, one to spare.
const RING: usize = 3;

/// A buffer that the GPU copies from, and word of when it is mapped again.
#[derive(Debug)]
struct Busy {
    buffer: Buffer,
    submission: SubmissionIndex,
    mapped: Receiver<Result<(), BufferAsyncError>>,
}

/// Staging buffers of one size.
#[derive(Debug)]
pub(super) struct Ring {
    size: u64,
    /// Mapped, ready to be filled.
    ready: Vec<Buffer>,
    /// Submitted, oldest first.
    busy: VecDeque<Busy>,
}

impl Ring {
    pub(super) const fn new(size: u64) -> Self {
        Self {
            size,
            ready: Vec::new(),
            busy: VecDeque::new(),
        }
    }

    /// Whether chunks of `bytes` fit.
    pub(super) const fn fits(&self, bytes: u64) -> bool {
        bytes <= self.size
    }

    /// A mapped buffer, waiting for the oldest copy where all are busy.
    fn take(&mut self, gpu: &Gpu) -> Result<Buffer, ComputeError> {
        if let Some(buffer) = self.ready.pop() {
            return Ok(buffer);
        }
        if self.busy.len() < RING {
            return gpu.scoped("cannot allocate a staging buffer", || {
                gpu.device.create_buffer(&BufferDescriptor {
                    label: Some("staging"),
                    size: self.size,
                    usage: BufferUsages::MAP_WRITE | BufferUsages::COPY_SRC,
                    mapped_at_creation: true,
                })
            });
        }
        let Some(busy) = self.busy.pop_front() else {
            return Err(gpu.fault("cannot stage", "the ring is empty"));
        };
        gpu.wait(busy.submission)?;
        match busy.mapped.recv() {
            Ok(Ok(())) => Ok(busy.buffer),
            Ok(Err(e)) => Err(gpu.fault("cannot map a staging buffer", e)),
            Err(e) => Err(gpu.fault("cannot map a staging buffer", e)),
        }
    }

    /// Fills a staging buffer with `parts`, end to end, and records its copy to `target`. The
    /// caller submits the encoder and then calls [`Ring::submitted`] with the buffer.
    pub(super) fn stage(
        &mut self,
        gpu: &Gpu,
        parts: &[&[u8]],
        target: &Buffer,
        counters: &Counters,
    ) -> Result<(CommandEncoder, Buffer), ComputeError> {
        let staging = self.take(gpu)?;
        let mut at = 0u64;
        for part in parts.iter().filter(|p| !p.is_empty()) {
            let end = at + part.len() as u64;
            let mut view = staging
                .get_mapped_range_mut(at..end)
                .map_err(|e| gpu.fault("cannot fill a staging buffer", e))?;
            view.copy_from_slice(part);
            at = end;
        }
        add(&counters.bytes_up, at);
        let encoder = gpu.scoped("cannot copy to the GPU", || {
            staging.unmap();
            let mut encoder = gpu
                .device
                .create_command_encoder(&CommandEncoderDescriptor::default());
            encoder.copy_buffer_to_buffer(&staging, 0, target, 0, at);
            encoder
        })?;
        Ok((encoder, staging))
    }

    /// Asks for the buffer back once `submission` has ended.
    pub(super) fn submitted(
        &mut self,
        gpu: &Gpu,
        staging: Buffer,
        submission: SubmissionIndex,
    ) -> Result<(), ComputeError> {
        let (sender, mapped) = channel();
        gpu.scoped("cannot map a staging buffer", || {
            staging.map_async(MapMode::Write, .., move |result| {
                // The receiver is gone only where the ring was dropped.
                let _ = sender.send(result);
            });
        })?;
        self.busy.push_back(Busy {
            buffer: staging,
            submission,
            mapped,
        });
        Ok(())
    }
}
