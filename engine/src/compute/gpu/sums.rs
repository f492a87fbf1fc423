//! Products of genotypes with vectors on the GPU: lists are gathered, planes are summed sample by
//! sample. The host adds what segments give.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::ops::Range;

use genodex_shaders::kernel::{Grid, dense_sums, sparse_sums, wide};
use wgpu::Buffer;

use super::Gpu;
use super::dense::IN_FLIGHT;
use super::launch::{Launch, Pending};
use crate::association::FixedVectors;
use crate::compute::ComputeError;
use crate::compute::cpu::{Isa, check_padding, decode_list};
use crate::compute::report::{Counters, add};
use crate::compute::sets::{ClassSums, SetCalls, planes_of, split};
use crate::format::FormatError;
use crate::format::matrix::GenotypeFile;
use crate::format::row::RowBody;
use crate::genotype::{Genotype, plane_words};

/// Bytes of a value.
const VALUE: u64 = 8;
/// Bytes of a sum as kernels write it.
const SUM: u64 = 4 * wide::SUM_WORDS as u64;

/// Launches under way, oldest first, each with what its output is.
pub(super) struct Flights<T> {
    under_way: VecDeque<(T, Pending)>,
    words: Vec<u32>,
}

impl<T> Flights<T> {
    pub(super) const fn new() -> Self {
        Self {
            under_way: VecDeque::new(),
            words: Vec::new(),
        }
    }

    /// Takes a launch, and hands the oldest to `land` where there are enough.
    pub(super) fn push(
        &mut self,
        gpu: &Gpu,
        flight: (T, Pending),
        land: &mut impl FnMut(T, &[u32]),
    ) -> Result<(), ComputeError> {
        self.under_way.push_back(flight);
        if self.under_way.len() < IN_FLIGHT {
            return Ok(());
        }
        self.land(gpu, land)
    }

    fn land(&mut self, gpu: &Gpu, land: &mut impl FnMut(T, &[u32])) -> Result<(), ComputeError> {
        if let Some((what, pending)) = self.under_way.pop_front() {
            pending.wait(gpu, &mut self.words)?;
            land(what, &self.words);
        }
        Ok(())
    }

    /// Hands over all that is under way.
    pub(super) fn end(
        mut self,
        gpu: &Gpu,
        land: &mut impl FnMut(T, &[u32]),
    ) -> Result<(), ComputeError> {
        while !self.under_way.is_empty() {
            self.land(gpu, land)?;
        }
        Ok(())
    }
}

/// Segments of lists, on the GPU.
struct Segments {
    samples: Buffer,
    starts: Buffer,
    /// By segment, the row and its class.
    of: Vec<(u32, u8)>,
}

/// Segments being gathered.
struct Building {
    samples: Vec<u32>,
    starts: Vec<u32>,
    of: Vec<(u32, u8)>,
    max_samples: usize,
    max_segments: usize,
    done: Vec<Segments>,
}

impl Building {
    /// For launches with up to `batch` vectors.
    fn new(chunk_bytes: u64, batch: usize) -> Self {
        Self {
            samples: Vec::new(),
            starts: Vec::new(),
            of: Vec::new(),
            max_samples: (chunk_bytes / 4) as usize,
            max_segments: (chunk_bytes / (SUM * batch as u64)).max(1) as usize,
            done: Vec::new(),
        }
    }

    fn push(
        &mut self,
        gpu: &Gpu,
        (row, class): (u32, u8),
        samples: &[u32],
        counters: &Counters,
    ) -> Result<(), ComputeError> {
        for segment in samples.chunks(sparse_sums::SEGMENT.min(self.max_samples)) {
            if self.samples.len() + segment.len() > self.max_samples
                || self.of.len() == self.max_segments
            {
                self.upload(gpu, counters)?;
            }
            self.starts.push(self.samples.len() as u32);
            self.samples.extend_from_slice(segment);
            self.of.push((row, class));
        }
        Ok(())
    }

    fn upload(&mut self, gpu: &Gpu, counters: &Counters) -> Result<(), ComputeError> {
        if self.of.is_empty() {
            return Ok(());
        }
        self.starts.push(self.samples.len() as u32);
        add(
            &counters.bytes_up,
            4 * (self.samples.len() + self.starts.len()) as u64,
        );
        self.done.push(Segments {
            samples: gpu.upload("lists", &self.samples)?,
            starts: gpu.upload("segments of lists", &self.starts)?,
            of: std::mem::take(&mut self.of),
        });
        self.samples.clear();
        self.starts.clear();
        Ok(())
    }
}

/// A dense row that is summed, and its place among the rows asked for.
struct Dense<'f> {
    row: usize,
    words: Cow<'f, [u64]>,
}

impl Gpu {
    /// See [`Compute::genotype_products`](crate::compute::Compute::genotype_products).
    pub(in crate::compute) fn genotype_products(
        &self,
        file: &GenotypeFile,
        rows: &[usize],
        vectors: &FixedVectors,
        counters: &Counters,
    ) -> Result<Vec<ClassSums>, ComputeError> {
        let mut sums = vec![[0; 3]; rows.len() * vectors.len()];
        let isa = Isa::detect();
        let mut lists = Building::new(self.chunk_bytes, self.batch(vectors));
        let mut dense: Vec<Dense<'_>> = Vec::new();
        let row_bytes = 16 * plane_words(file.n_samples()) as u64;
        let whole_rows = (self.chunk_bytes / row_bytes.max(1)).max(1) as usize;
        let mut ids = Vec::new();
        for (place, &row) in rows.iter().enumerate() {
            let view = file.row(row)?;
            let at = |e| FormatError::row(file.path(), row)(e);
            let words = match &view.body {
                RowBody::Sparse(sparse) if sparse.base == Genotype::HomRef => {
                    for (class, (_, list)) in (0..).zip(&sparse.lists) {
                        decode_list(isa, list, file.n_samples(), &mut ids).map_err(at)?;
                        lists.push(self, (place as u32, class), &ids, counters)?;
                    }
                    continue;
                }
                RowBody::Dense(words) => {
                    check_padding(words, file.n_samples()).map_err(at)?;
                    Cow::Borrowed(*words)
                }
                RowBody::Sparse(_) => {
                    let planes = planes_of(file, row, &view)?;
                    Cow::Owned([planes.lo.words(), planes.hi.words()].concat())
                }
            };
            dense.push(Dense { row: place, words });
            if dense.len() == whole_rows {
                self.sum_dense(&dense, vectors, &mut sums, counters)?;
                dense.clear();
            }
        }
        self.sum_dense(&dense, vectors, &mut sums, counters)?;
        self.sum_lists(lists, vectors, &mut sums, counters)?;
        Ok(sums)
    }

    /// See [`Compute::set_products`](crate::compute::Compute::set_products).
    pub(in crate::compute) fn set_products(
        &self,
        calls: &SetCalls,
        vectors: &FixedVectors,
        counters: &Counters,
    ) -> Result<Vec<ClassSums>, ComputeError> {
        let mut sums = vec![[0; 3]; calls.len() * vectors.len()];
        let mut lists = Building::new(self.chunk_bytes, self.batch(vectors));
        let mut classes: [Vec<u32>; 3] = Default::default();
        for row in 0..calls.len() {
            for entry in &calls.entries[calls.row(row)] {
                let (sample, genotype) = split(*entry);
                classes[genotype - 1].push(sample);
            }
            for (class, samples) in (0..).zip(&mut classes) {
                lists.push(self, (row as u32, class), samples, counters)?;
                samples.clear();
            }
        }
        self.sum_lists(lists, vectors, &mut sums, counters)?;
        Ok(sums)
    }

    /// Vectors whose values are one binding.
    pub(super) fn batch(&self, vectors: &FixedVectors) -> usize {
        let of_one = VALUE * plane_words(vectors.samples()) as u64 * 64;
        let batch = (self.chunk_bytes / of_one.max(1)).max(1);
        (batch as usize).min(vectors.len()).max(1)
    }

    /// Values of some vectors, sample by sample, on the GPU.
    pub(super) fn values(
        &self,
        vectors: &FixedVectors,
        batch: &Range<usize>,
        counters: &Counters,
    ) -> Result<Buffer, ComputeError> {
        add(
            &counters.bytes_up,
            VALUE * (vectors.samples() * batch.len()) as u64,
        );
        if batch.len() == vectors.len() {
            return self.upload("vectors", bytemuck::cast_slice(vectors.values()));
        }
        let samples = vectors.values().chunks_exact(vectors.len());
        let values: Vec<i64> = samples
            .flat_map(|sample| &sample[batch.clone()])
            .copied()
            .collect();
        self.upload("vectors", bytemuck::cast_slice(&values))
    }

    fn sum_lists(
        &self,
        mut lists: Building,
        vectors: &FixedVectors,
        sums: &mut [ClassSums],
        counters: &Counters,
    ) -> Result<(), ComputeError> {
        lists.upload(self, counters)?;
        if lists.done.is_empty() {
            return Ok(());
        }
        let (kernel, pipeline) = self.registered(sparse_sums::KERNEL.name)?;
        let of_batch = self.batch(vectors);
        for start in (0..vectors.len()).step_by(of_batch) {
            let batch = start..(start + of_batch).min(vectors.len());
            let values = self.values(vectors, &batch, counters)?;
            let mut flights = Flights::new();
            let mut land = |segments: &Segments, words: &[u32]| {
                let (words, _) = words.as_chunks();
                for ((row, class), words) in segments.of.iter().zip(words.chunks(batch.len())) {
                    let at = *row as usize * vectors.len() + batch.start;
                    for (sums, words) in sums[at..].iter_mut().zip(words) {
                        let sum = &mut sums[usize::from(*class)];
                        *sum = sum.wrapping_add(wide::unpack(*words));
                    }
                }
            };
            for segments in &lists.done {
                let pairs = segments.of.len() * batch.len();
                let grid = self.grid(pairs.div_ceil(sparse_sums::LANES as usize))?;
                let params = sparse_sums::Params {
                    segments: segments.of.len() as u32,
                    vectors: batch.len() as u32,
                    width: grid.width,
                };
                let launch = Launch {
                    kernel,
                    pipeline,
                    params: bytemuck::cast_slice(std::slice::from_ref(&params)),
                    inputs: &[&segments.samples, &segments.starts, &values],
                    output_words: pairs * wide::SUM_WORDS,
                    groups: [grid.width, grid.height, 1],
                };
                let pending = self.launch(&launch, None, counters)?;
                flights.push(self, (segments, pending), &mut land)?;
            }
            flights.end(self, &mut land)?;
        }
        Ok(())
    }

    /// Sums of dense rows, which are one binding.
    fn sum_dense(
        &self,
        rows: &[Dense<'_>],
        vectors: &FixedVectors,
        sums: &mut [ClassSums],
        counters: &Counters,
    ) -> Result<(), ComputeError> {
        let plane = plane_words(vectors.samples());
        if rows.is_empty() || plane == 0 {
            return Ok(());
        }
        let mut planes: Vec<u64> = Vec::with_capacity(rows.len() * 2 * plane);
        for row in rows {
            planes.extend_from_slice(&row.words);
        }
        add(&counters.bytes_up, 8 * planes.len() as u64);
        let planes = self.upload("dense rows", bytemuck::cast_slice(&planes))?;
        let (kernel, pipeline) = self.registered(dense_sums::KERNEL.name)?;
        let grid = self.grid(rows.len().div_ceil(dense_sums::TILE as usize))?;
        let of_row = SUM * dense_sums::CLASSES as u64;
        // Sums are one binding too, and vectors one dimension of the grid.
        let most = (self.chunk_bytes / (of_row * rows.len() as u64)).max(1) as usize;
        let max = self.limits.max_compute_workgroups_per_dimension as usize;
        let of_batch = self.batch(vectors).min(most).min(max);
        let mut flights = Flights::new();
        let mut land = |batch: Range<usize>, words: &[u32]| {
            let (words, _) = words.as_chunks();
            let (classes, _) = words.as_chunks::<{ dense_sums::CLASSES }>();
            for (row, classes) in rows.iter().zip(classes.chunks(batch.len())) {
                let at = row.row * vectors.len() + batch.start;
                for (sums, classes) in sums[at..].iter_mut().zip(classes) {
                    *sums = classes.map(wide::unpack);
                }
            }
        };
        for start in (0..vectors.len()).step_by(of_batch) {
            let batch = start..(start + of_batch).min(vectors.len());
            let mut values = vec![0i64; batch.len() * plane * 64];
            for (of, v) in values.chunks_exact_mut(plane * 64).zip(batch.clone()) {
                let samples = vectors.values().chunks_exact(vectors.len());
                for (value, sample) in of.iter_mut().zip(samples) {
                    *value = sample[v];
                }
            }
            add(&counters.bytes_up, VALUE * values.len() as u64);
            let values = self.upload("vectors", bytemuck::cast_slice(&values))?;
            let params = dense_sums::Params {
                rows: rows.len() as u32,
                lines: (plane * 64 / dense_sums::LINE_SAMPLES) as u32,
                vectors: batch.len() as u32,
                width: grid.width,
            };
            let launch = Launch {
                kernel,
                pipeline,
                params: bytemuck::cast_slice(std::slice::from_ref(&params)),
                inputs: &[&planes, &values],
                output_words: rows.len() * batch.len() * dense_sums::CLASSES * wide::SUM_WORDS,
                groups: [grid.width, grid.height, params.vectors],
            };
            let pending = self.launch(&launch, None, counters)?;
            flights.push(self, (batch, pending), &mut land)?;
        }
        flights.end(self, &mut land)
    }

    pub(super) fn grid(&self, groups: usize) -> Result<Grid, ComputeError> {
        let max = self.limits.max_compute_workgroups_per_dimension;
        Grid::of(groups as u64, max)
            .ok_or_else(|| self.fault("cannot launch a kernel", "too many workgroups"))
    }
}
