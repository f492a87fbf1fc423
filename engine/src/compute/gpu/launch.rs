//! One launch of a kernel: from parameters to counts that are known to be written.

use std::sync::mpsc;

use genodex_shaders::{Kernel, WRITTEN};
use wgpu::{
    BindGroupDescriptor, BindGroupEntry, Buffer, BufferUsages, CommandEncoder,
    CommandEncoderDescriptor, ComputePassDescriptor, ComputePipeline, MapMode, SubmissionIndex,
};

use super::Gpu;
use crate::compute::ComputeError;
use crate::compute::report::{Counters, add};

pub(super) struct Launch<'a> {
    pub(super) kernel: &'a Kernel,
    pub(super) pipeline: &'a ComputePipeline,
    pub(super) params: &'a [u32],
    pub(super) inputs: &'a [&'a Buffer],
    pub(super) output_words: usize,
    pub(super) groups: [u32; 3],
}

/// A launch under way.
pub(super) struct Pending {
    kernel: &'static str,
    submission: SubmissionIndex,
    /// What the host reads, and its length in words.
    readback: Buffer,
    words: usize,
}

impl Gpu {
    /// Submits a launch, after the copies in `before`, and does not wait for it.
    pub(super) fn launch(
        &self,
        launch: &Launch<'_>,
        before: Option<CommandEncoder>,
        counters: &Counters,
    ) -> Result<Pending, ComputeError> {
        let bytes = launch.output_words as u64 * 4;
        let output = self.buffer(
            "counts",
            bytes,
            BufferUsages::STORAGE | BufferUsages::COPY_SRC | BufferUsages::COPY_DST,
        )?;
        let readback = self.buffer(
            "counts to read",
            bytes,
            BufferUsages::MAP_READ | BufferUsages::COPY_DST,
        )?;
        let params: &[u8] = bytemuck::cast_slice(launch.params);
        let uniform = self.buffer(
            "parameters",
            params.len() as u64,
            BufferUsages::UNIFORM | BufferUsages::COPY_DST,
        )?;
        let action = format!("cannot launch kernel `{}`", launch.kernel.name);
        let submission = self.scoped(&action, || {
            self.queue.write_buffer(&uniform, 0, params);
            let buffers = std::iter::once(&uniform)
                .chain(launch.inputs.iter().copied())
                .chain([&output]);
            let entries: Vec<_> = (0..)
                .zip(buffers)
                .map(|(binding, buffer)| BindGroupEntry {
                    binding,
                    resource: buffer.as_entire_binding(),
                })
                .collect();
            let group = self.device.create_bind_group(&BindGroupDescriptor {
                label: Some(launch.kernel.name),
                layout: &launch.pipeline.get_bind_group_layout(0),
                entries: &entries,
            });
            let mut encoder = before.unwrap_or_else(|| {
                self.device
                    .create_command_encoder(&CommandEncoderDescriptor::default())
            });
            // Not written is zero, and zero is not WRITTEN.
            encoder.clear_buffer(&output, 0, None);
            if launch.groups.iter().all(|&g| g > 0) {
                let mut pass = encoder.begin_compute_pass(&ComputePassDescriptor::default());
                pass.set_pipeline(launch.pipeline);
                pass.set_bind_group(0, &group, &[]);
                let [x, y, z] = launch.groups;
                pass.dispatch_workgroups(x, y, z);
            }
            encoder.copy_buffer_to_buffer(&output, 0, &readback, 0, output.size());
            self.queue.submit([encoder.finish()])
        })?;
        add(&counters.launches, 1);
        add(&counters.bytes_up, params.len() as u64);
        add(&counters.bytes_down, bytes);
        Ok(Pending {
            kernel: launch.kernel.name,
            submission,
            readback,
            words: launch.output_words,
        })
    }
}

impl Pending {
    /// The submission that holds the launch.
    pub(super) fn submission(&self) -> SubmissionIndex {
        self.submission.clone()
    }

    /// Waits for the launch and sets `out` to its counts as they were written, [`WRITTEN`]
    /// included.
    pub(super) fn wait(self, gpu: &Gpu, out: &mut Vec<u32>) -> Result<(), ComputeError> {
        let (sender, receiver) = mpsc::channel();
        gpu.scoped("cannot read counts", || {
            self.readback.map_async(MapMode::Read, .., move |mapped| {
                // The receiver is gone only where waiting failed before.
                let _ = sender.send(mapped);
            });
        })?;
        gpu.wait(self.submission)?;
        gpu.mapped(&receiver)?;
        let view = self
            .readback
            .get_mapped_range(..)
            .map_err(|e| gpu.fault("cannot read counts", e))?;
        out.clear();
        out.extend(
            view.as_chunks::<4>()
                .0
                .iter()
                .take(self.words)
                .map(|b| u32::from_le_bytes(*b)),
        );
        drop(view);
        match out.iter().position(|w| w & WRITTEN == 0) {
            None if out.len() == self.words => Ok(()),
            missing => Err(ComputeError::Unwritten {
                device: gpu.name.clone(),
                kernel: self.kernel,
                word: missing.unwrap_or(out.len()),
            }),
        }
    }
}
