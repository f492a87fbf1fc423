//! Timing the dense kernel on a GPU beside a copy within its memory.

use std::time::{Duration, Instant};

use genodex_shaders::kernel::{Grid, dense_counts};
use genodex_shaders::{Kernel, WRITTEN};
use wgpu::{
    BindGroup, BindGroupDescriptor, BindGroupEntry, Buffer, BufferUsages, CommandEncoder,
    CommandEncoderDescriptor, ComputePassDescriptor, ComputePipeline,
};

use super::launch::Launch;
use super::staging::Ring;
use super::{Gpu, lock};
use crate::compute::bench::{KernelBench, Measurement, SAMPLES, random};
use crate::compute::cpu::Isa;
use crate::compute::report::Counters;
use crate::compute::{Cohorts, ComputeError};
use crate::genotype::{SampleSet, plane_words};

/// Cohorts measured at once.
const COHORTS: [usize; 3] = [1, 4, 16];

/// A chunk on the GPU with all that a launch needs.
struct Bound {
    group: BindGroup,
    groups: [u32; 3],
}

impl Gpu {
    pub(in crate::compute) fn measure(
        &self,
        bench: &KernelBench,
    ) -> Result<Vec<Measurement>, ComputeError> {
        let row_words = 2 * plane_words(SAMPLES);
        let row_bytes = row_words as u64 * 8;
        let rows = (self.chunk_bytes / row_bytes).max(1);
        let chunk_bytes = rows * row_bytes;
        let n_chunks = bench.gpu_bytes.div_ceil(chunk_bytes).max(1);
        let bytes = n_chunks * chunk_bytes;
        let mut state = 3;
        let host: Vec<u64> = (0..rows as usize * row_words)
            .map(|_| random(&mut state))
            .collect();
        let usage = BufferUsages::STORAGE | BufferUsages::COPY_DST | BufferUsages::COPY_SRC;
        let spare = self.buffer("a copy", chunk_bytes, usage)?;
        let mut chunks = Vec::new();
        for _ in 0..n_chunks {
            chunks.push(self.buffer("dense rows", chunk_bytes, usage)?);
        }
        let upload = self.time(bench.rounds.min(2), || {
            let mut ring = lock(&self.rings).pop().filter(|r| r.fits(chunk_bytes));
            let ring = ring.get_or_insert_with(|| Ring::new(chunk_bytes.max(self.chunk_bytes)));
            for chunk in &chunks {
                let (encoder, staging) = ring.stage(
                    self,
                    &[bytemuck::cast_slice(&host)],
                    chunk,
                    &Counters::default(),
                )?;
                let submission =
                    self.scoped("cannot upload", || self.queue.submit([encoder.finish()]))?;
                ring.submitted(self, staging, submission)?;
            }
            Ok(())
        })?;
        let copy = self.timed(bench.rounds, |encoder| {
            for chunk in &chunks {
                encoder.copy_buffer_to_buffer(chunk, 0, &spare, 0, chunk_bytes);
            }
        })?;
        // A copy reads and writes.
        let name = |what: &str| format!("{}: {what}", self.name);
        let copy = Measurement::new(name("copy within its memory"), 2 * bytes, copy, 0.0);
        let memory = copy.gigabytes_per_second();
        let mut out = vec![copy];
        let (kernel, pipeline) = self.registered(dense_counts::KERNEL.name)?;
        for k in COHORTS {
            let sets: Vec<SampleSet> = (0..k).map(|i| half(i as u64 + 1)).collect();
            let cohorts = Cohorts::new(SAMPLES, &sets);
            let lines = plane_words(SAMPLES) * 2 / dense_counts::LINE;
            let members = self.members(&cohorts, &(0..k), &(0..lines), &Counters::default())?;
            self.check(kernel, pipeline, &chunks[0], &host, &members, &cohorts)?;
            let output = self.buffer(
                "counts",
                rows * k as u64 * 12,
                BufferUsages::STORAGE | BufferUsages::COPY_SRC | BufferUsages::COPY_DST,
            )?;
            let bound = chunks
                .iter()
                .map(|chunk| self.bind(pipeline, [chunk, &members, &output], rows, lines, k))
                .collect::<Result<Vec<_>, _>>()?;
            let time = self.timed(bench.rounds, |encoder| {
                let mut pass = encoder.begin_compute_pass(&ComputePassDescriptor::default());
                pass.set_pipeline(pipeline);
                for Bound {
                    group,
                    groups: [x, y, z],
                } in &bound
                {
                    pass.set_bind_group(0, group, &[]);
                    pass.dispatch_workgroups(*x, *y, *z);
                }
            })?;
            let what = format!("dense_counts, {k} cohorts, resident");
            out.push(Measurement::new(name(&what), bytes, time, memory));
            let what = format!("dense_counts, {k} cohorts, with upload");
            out.push(Measurement::new(name(&what), bytes, time + upload, memory));
        }
        Ok(out)
    }

    /// The fastest of some rounds of `work`, until the GPU has done it all.
    fn time(
        &self,
        rounds: usize,
        mut work: impl FnMut() -> Result<(), ComputeError>,
    ) -> Result<Duration, ComputeError> {
        let mut best = Duration::MAX;
        for _ in 0..rounds.max(1) {
            let start = Instant::now();
            work()?;
            let submission = self.scoped("cannot submit", || self.queue.submit([]))?;
            self.wait(submission)?;
            best = best.min(start.elapsed());
        }
        Ok(best)
    }

    /// The fastest of some rounds of what `record` records, after one to warm up.
    fn timed(
        &self,
        rounds: usize,
        record: impl Fn(&mut CommandEncoder),
    ) -> Result<Duration, ComputeError> {
        let run = || {
            self.scoped("cannot submit", || {
                let mut encoder = self
                    .device
                    .create_command_encoder(&CommandEncoderDescriptor::default());
                record(&mut encoder);
                self.queue.submit([encoder.finish()])
            })
            .map(drop)
        };
        self.time(1, run)?;
        self.time(rounds, run)
    }

    fn bind(
        &self,
        pipeline: &ComputePipeline,
        buffers: [&Buffer; 3],
        rows: u64,
        lines: usize,
        cohorts: usize,
    ) -> Result<Bound, ComputeError> {
        let (params, groups) = self.params(rows, lines, cohorts)?;
        let uniform = self.buffer(
            "parameters",
            size_of_val(&params) as u64,
            BufferUsages::UNIFORM | BufferUsages::COPY_DST,
        )?;
        let group = self.scoped("cannot bind", || {
            self.queue
                .write_buffer(&uniform, 0, bytemuck::bytes_of(&params));
            let entries: Vec<_> = (0..)
                .zip(std::iter::once(&uniform).chain(buffers))
                .map(|(binding, buffer)| BindGroupEntry {
                    binding,
                    resource: buffer.as_entire_binding(),
                })
                .collect();
            self.device.create_bind_group(&BindGroupDescriptor {
                label: None,
                layout: &pipeline.get_bind_group_layout(0),
                entries: &entries,
            })
        })?;
        Ok(Bound { group, groups })
    }

    fn params(
        &self,
        rows: u64,
        lines: usize,
        cohorts: usize,
    ) -> Result<(dense_counts::Params, [u32; 3]), ComputeError> {
        let max = self.limits.max_compute_workgroups_per_dimension;
        let grid =
            Grid::of(rows, max).ok_or_else(|| self.fault("cannot launch", "too many rows"))?;
        let params = dense_counts::Params {
            rows: rows as u32,
            first_row: 0,
            lines: lines as u32,
            cohorts: cohorts as u32,
            width: grid.width,
        };
        let tiles = params.cohorts.div_ceil(dense_counts::TILE);
        Ok((params, [grid.width, grid.height, tiles]))
    }

    /// What is timed must be right: the counts of a chunk against the CPU's.
    fn check(
        &self,
        kernel: &Kernel,
        pipeline: &ComputePipeline,
        chunk: &Buffer,
        host: &[u64],
        members: &Buffer,
        cohorts: &Cohorts,
    ) -> Result<(), ComputeError> {
        let plane = plane_words(SAMPLES);
        let rows = host.len() / (2 * plane);
        let lines = plane * 2 / dense_counts::LINE;
        let (params, groups) = self.params(rows as u64, lines, cohorts.len())?;
        let launch = Launch {
            kernel,
            pipeline,
            params: bytemuck::cast_slice(std::slice::from_ref(&params)),
            inputs: &[chunk, members],
            output_words: rows * cohorts.len() * dense_counts::COUNTS,
            groups,
        };
        let mut counts = Vec::new();
        self.launch(&launch, None, &Counters::default())?
            .wait(self, &mut counts)?;
        let isa = Isa::detect();
        let want = host.chunks_exact(2 * plane).flat_map(|row| {
            let (lo, hi) = row.split_at(plane);
            (0..cohorts.len()).flat_map(move |c| isa.dense(lo, hi, &cohorts.plane(c)[..plane]))
        });
        if counts.iter().map(|&w| u64::from(w & !WRITTEN)).eq(want) {
            Ok(())
        } else {
            Err(self.fault("kernel `dense_counts`", "its counts are not the CPU's"))
        }
    }
}

fn half(seed: u64) -> SampleSet {
    let mut state = seed;
    let members = (0..SAMPLES as u32).filter(|_| random(&mut state) & 1 == 1);
    SampleSet::from_bitmap(SAMPLES, members.collect())
}
