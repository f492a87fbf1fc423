//! One GPU: its device and pipelines, and errors that reach the caller.
//!
//! Nothing here is done outside of error scopes, a lost device is noticed, and counts are taken
//! only where their kernel says that it wrote them.

mod adapter;
mod bench;
mod counts;
mod dense;
mod launch;
mod pairs;
mod resident;
mod set;
mod sparse;
mod staging;
mod sums;

#[cfg(test)]
mod tests;

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use genodex_shaders::{Access, Case, KERNELS, Kernel};
use wgpu::{
    Buffer, BufferDescriptor, BufferUsages, ComputePipeline, Device, DeviceDescriptor, ErrorFilter,
    Features, Limits, PollType, Queue, SubmissionIndex,
};

pub use adapter::{ALLOW_SOFTWARE, DeviceInfo, Software, list_devices};

use super::ComputeError;
use super::report::Counters;
use launch::Launch;
pub(super) use pairs::GpuPlanes;
use resident::Resident;
use staging::Ring;

/// Longest wait for a launch.
const PATIENCE: Duration = Duration::from_secs(120);
/// Bytes of a chunk of rows: large enough for full speed, small enough to overlap.
const CHUNK_BYTES: u64 = 64 << 20;

/// An open GPU.
#[derive(Debug)]
pub struct Gpu {
    name: String,
    device: Device,
    queue: Queue,
    limits: Limits,
    /// Bytes of a chunk; of a binding at most.
    chunk_bytes: u64,
    pipelines: Vec<(Kernel, ComputePipeline)>,
    faults: Arc<Mutex<Faults>>,
    resident: Mutex<Resident>,
    rings: Mutex<Vec<Ring>>,
}

/// What the device said outside of any error scope.
#[derive(Debug, Default)]
struct Faults {
    lost: Option<String>,
    uncaptured: Option<String>,
}

/// A lock whose holder panicked still guards valid data here: plain values, replaced whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl Gpu {
    /// Opens the best GPU.
    ///
    /// # Errors
    /// [`ComputeError::NoGpu`] where there is none that may be used, and others where its
    /// driver fails.
    pub fn open(software: Software) -> Result<Self, ComputeError> {
        let adapter = adapter::pick(software)?;
        let info = adapter.get_info();
        let name = format!("{} ({})", info.name, info.backend);
        // The adapter's own limits: the defaults are those of the smallest devices.
        let limits = adapter.limits();
        let request = adapter.request_device(&DeviceDescriptor {
            label: Some("genodex"),
            required_features: Features::empty(),
            required_limits: limits.clone(),
            ..DeviceDescriptor::default()
        });
        let (device, queue) =
            pollster::block_on(request).map_err(|e| ComputeError::NoGpu(format!("{name}: {e}")))?;
        let faults = Arc::new(Mutex::new(Faults::default()));
        let sink = Arc::clone(&faults);
        device.set_device_lost_callback(move |reason, message| {
            lock(&sink).lost = Some(format!("{reason:?}: {message}"));
        });
        let sink = Arc::clone(&faults);
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            lock(&sink).uncaptured.get_or_insert(error.to_string());
        }));
        let max = limits
            .max_storage_buffer_binding_size
            .min(limits.max_buffer_size);
        let mut gpu = Self {
            name,
            device,
            queue,
            chunk_bytes: CHUNK_BYTES.min(max / 16 * 16),
            limits,
            pipelines: Vec::new(),
            faults,
            resident: Mutex::new(Resident::new(info.device_type)),
            rings: Mutex::new(Vec::new()),
        };
        gpu.pipelines = KERNELS
            .iter()
            .map(|kernel| Ok((*kernel, gpu.pipeline(kernel)?)))
            .collect::<Result<_, ComputeError>>()?;
        Ok(gpu)
    }

    /// The name of the adapter.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs one case of a kernel, which need not be a registered one.
    ///
    /// # Errors
    /// [`ComputeError`] for whatever the device says, and where the output was not written.
    pub fn run_case(&self, kernel: &Kernel, case: &Case) -> Result<Vec<u32>, ComputeError> {
        let pipeline = self.pipeline(kernel)?;
        let inputs = case
            .inputs
            .iter()
            .map(|words| self.upload("input", words))
            .collect::<Result<Vec<_>, _>>()?;
        let launch = Launch {
            kernel,
            pipeline: &pipeline,
            params: &case.params,
            inputs: &inputs.iter().collect::<Vec<_>>(),
            output_words: case.output,
            groups: case.groups,
        };
        let mut out = Vec::new();
        self.launch(&launch, None, &Counters::default())?
            .wait(self, &mut out)?;
        Ok(out)
    }

    /// Takes the device away, as a crashing driver would: for tests of what comes after.
    pub fn destroy(&self) {
        self.device.destroy();
    }

    /// Bytes that chunks may have, for tests that cross their borders.
    #[must_use]
    pub fn with_chunk_bytes(mut self, bytes: u64) -> Self {
        self.chunk_bytes = bytes.min(self.chunk_bytes).max(256) / 16 * 16;
        self
    }

    fn registered(&self, name: &'static str) -> Result<(&Kernel, &ComputePipeline), ComputeError> {
        self.pipelines
            .iter()
            .find(|p| p.0.name == name)
            .map(|(k, p)| (k, p))
            .ok_or_else(|| self.fault(format!("cannot find kernel `{name}`"), "not registered"))
    }

    fn pipeline(&self, kernel: &Kernel) -> Result<ComputePipeline, ComputeError> {
        debug_assert_eq!(kernel.bindings[0].access, Access::Params);
        self.scoped(&format!("cannot build kernel `{}`", kernel.name), || {
            let module = self
                .device
                .create_shader_module(wgpu::ShaderModuleDescriptor {
                    label: Some(kernel.name),
                    source: wgpu::ShaderSource::Wgsl(kernel.wgsl.into()),
                });
            self.device
                .create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                    label: Some(kernel.name),
                    layout: None,
                    module: &module,
                    entry_point: Some("main"),
                    compilation_options: wgpu::PipelineCompilationOptions::default(),
                    cache: None,
                })
        })
    }

    /// Runs `work` and turns whatever the device says of it into an error.
    fn scoped<T>(&self, action: &str, work: impl FnOnce() -> T) -> Result<T, ComputeError> {
        let scopes = [
            ErrorFilter::Internal,
            ErrorFilter::OutOfMemory,
            ErrorFilter::Validation,
        ]
        .map(|filter| self.device.push_error_scope(filter));
        let value = work();
        let mut first = None;
        for scope in scopes.into_iter().rev() {
            let said = pollster::block_on(scope.pop());
            first = first.or(said);
        }
        if first.is_some() {
            // A lost device fails whatever comes next, and says why only when polled.
            let _ = self.device.poll(PollType::Poll);
        }
        self.alive()?;
        match first {
            None => Ok(value),
            Some(wgpu::Error::OutOfMemory { source }) => Err(ComputeError::OutOfMemory {
                device: self.name.clone(),
                reason: format!("{action}: {source}"),
            }),
            Some(error) => Err(self.fault(action, error)),
        }
    }

    /// An error where the device was lost or has said something outside of any scope.
    fn alive(&self) -> Result<(), ComputeError> {
        let faults = lock(&self.faults);
        if let Some(reason) = &faults.lost {
            return Err(ComputeError::Lost {
                device: self.name.clone(),
                reason: reason.clone(),
            });
        }
        if let Some(reason) = &faults.uncaptured {
            return Err(self.fault("an operation failed", reason));
        }
        Ok(())
    }

    fn fault(&self, action: impl ToString, reason: impl ToString) -> ComputeError {
        ComputeError::Gpu {
            device: self.name.clone(),
            action: action.to_string(),
            reason: reason.to_string(),
        }
    }

    /// Waits until `submission` has ended.
    fn wait(&self, submission: SubmissionIndex) -> Result<(), ComputeError> {
        let poll = self.device.poll(PollType::Wait {
            submission_index: Some(submission),
            timeout: Some(PATIENCE),
        });
        self.alive()?;
        match poll {
            Ok(_) => Ok(()),
            Err(wgpu::PollError::Timeout) => Err(ComputeError::Timeout {
                device: self.name.clone(),
                seconds: PATIENCE.as_secs(),
            }),
            Err(e) => Err(self.fault("cannot wait for a launch", e)),
        }
    }

    /// Waits for the answer to a mapping whose launch has ended.
    ///
    /// Any thread that polls the device takes the answers that are due, this one's among them, and
    /// hands them out after its poll: it may hold this one's while this one polls.
    fn mapped(
        &self,
        answer: &Receiver<Result<(), wgpu::BufferAsyncError>>,
    ) -> Result<(), ComputeError> {
        let start = Instant::now();
        loop {
            match answer.recv_timeout(Duration::from_millis(1)) {
                Ok(mapped) => return mapped.map_err(|e| self.fault("cannot read counts", e)),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(self.fault("cannot read counts", "the mapping was given up"));
                }
                Err(RecvTimeoutError::Timeout) if start.elapsed() > PATIENCE => {
                    return Err(ComputeError::Timeout {
                        device: self.name.clone(),
                        seconds: PATIENCE.as_secs(),
                    });
                }
                Err(RecvTimeoutError::Timeout) => {
                    // A failed poll shows as a lost device or as a mapping that stays away.
                    let _ = self.device.poll(PollType::Poll);
                    self.alive()?;
                }
            }
        }
    }

    /// A buffer of at least `bytes` bytes. Where memory is short, what is resident makes room.
    fn buffer(
        &self,
        what: &'static str,
        bytes: u64,
        usage: BufferUsages,
    ) -> Result<Buffer, ComputeError> {
        let limit = if usage.contains(BufferUsages::STORAGE) {
            self.limits
                .max_buffer_size
                .min(self.limits.max_storage_buffer_binding_size)
        } else {
            self.limits.max_buffer_size
        };
        // No binding may be empty, and copies are in words.
        let bytes = bytes.next_multiple_of(16).max(16);
        if bytes > limit {
            return Err(ComputeError::Limit {
                device: self.name.clone(),
                what,
                bytes,
                limit,
            });
        }
        let create = || {
            self.scoped(&format!("cannot allocate {bytes} bytes for {what}"), || {
                self.device.create_buffer(&BufferDescriptor {
                    label: Some(what),
                    size: bytes,
                    usage,
                    mapped_at_creation: false,
                })
            })
        };
        match create() {
            Err(ComputeError::OutOfMemory { .. }) if lock(&self.resident).clear() => create(),
            made => made,
        }
    }

    /// A storage buffer that holds `words`.
    fn upload(&self, what: &'static str, words: &[u32]) -> Result<Buffer, ComputeError> {
        let bytes: &[u8] = bytemuck::cast_slice(words);
        let usage = BufferUsages::STORAGE | BufferUsages::COPY_DST;
        let buffer = self.buffer(what, bytes.len() as u64, usage)?;
        self.scoped(&format!("cannot upload {what}"), || {
            self.queue.write_buffer(&buffer, 0, bytes);
        })?;
        Ok(buffer)
    }
}
