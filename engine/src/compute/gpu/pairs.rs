//! Pairs of samples on the GPU: planes go up once, in chunks of samples.

use std::ops::Range;

use genodex_shaders::WRITTEN;
use genodex_shaders::kernel::pair_counts::{self, COUNTS, TILE};
use wgpu::Buffer;

use super::Gpu;
use super::launch::Launch;
use super::sums::Flights;
use crate::compute::ComputeError;
use crate::compute::pairs::{PairCounts, SamplePlanes};
use crate::compute::report::{Counters, add};

/// Rows and columns of a launch at most: its counts are 64 MiB.
const AT_ONCE: usize = 2048;

/// Planes of samples on the GPU.
#[derive(Debug)]
pub(in crate::compute) struct GpuPlanes {
    /// Samples of a chunk.
    chunk: usize,
    /// Lines of a plane.
    lines: u32,
    buffers: Vec<Buffer>,
}

impl Gpu {
    /// Brings planes to the GPU.
    pub(in crate::compute) fn sample_planes(
        &self,
        planes: &SamplePlanes,
        counters: &Counters,
    ) -> Result<GpuPlanes, ComputeError> {
        let sample = 16 * planes.words();
        let chunk = ((self.chunk_bytes as usize) / sample).max(1);
        let parts = planes.planes().chunks(chunk * 2 * planes.words());
        let buffers = parts.map(|part| {
            let words: &[u32] = bytemuck::cast_slice(part);
            add(&counters.bytes_up, 4 * words.len() as u64);
            self.upload("planes of samples", words)
        });
        Ok(GpuPlanes {
            chunk,
            lines: (planes.words() / 2) as u32,
            buffers: buffers.collect::<Result<_, _>>()?,
        })
    }

    /// See [`PairCounter::count`](crate::compute::PairCounter::count); `out` has the length.
    pub(in crate::compute) fn pair_counts(
        &self,
        held: &GpuPlanes,
        (rows, columns): (Range<usize>, Range<usize>),
        out: &mut [PairCounts],
        counters: &Counters,
    ) -> Result<(), ComputeError> {
        let (kernel, pipeline) = self.registered(pair_counts::KERNEL.name)?;
        let width = columns.len();
        let mut land = |(first, w): ((usize, usize), usize), words: &[u32]| {
            let (counts, _) = words.as_chunks::<COUNTS>();
            for (r, counts) in counts.chunks(w).enumerate() {
                let at = (first.0 + r) * width + first.1;
                for (to, counts) in out[at..].iter_mut().zip(counts) {
                    let [het_het, ibs0, het_hom, hom_het] = counts.map(|c| c & !WRITTEN);
                    *to = PairCounts {
                        het_het,
                        ibs0,
                        het_hom,
                        hom_het,
                    };
                }
            }
        };
        let mut flights = Flights::new();
        for row_part in within(&rows, held.chunk) {
            for column_part in within(&columns, held.chunk) {
                let (n_rows, n_columns) = (row_part.1.len(), column_part.1.len());
                let params = pair_counts::Params {
                    rows: n_rows as u32,
                    first_row: row_part.1.start as u32,
                    columns: n_columns as u32,
                    first_column: column_part.1.start as u32,
                    lines: held.lines,
                };
                let (Some(row_planes), Some(column_planes)) = (
                    held.buffers.get(row_part.0),
                    held.buffers.get(column_part.0),
                ) else {
                    continue;
                };
                let launch = Launch {
                    kernel,
                    pipeline,
                    params: bytemuck::cast_slice(std::slice::from_ref(&params)),
                    inputs: &[row_planes, column_planes],
                    output_words: n_rows * n_columns * COUNTS,
                    groups: [params.columns.div_ceil(TILE), params.rows.div_ceil(TILE), 1],
                };
                let pending = self.launch(&launch, None, counters)?;
                let first = (
                    row_part.0 * held.chunk + row_part.1.start - rows.start,
                    column_part.0 * held.chunk + column_part.1.start - columns.start,
                );
                flights.push(self, ((first, n_columns), pending), &mut land)?;
            }
        }
        flights.end(self, &mut land)
    }
}

/// A range of samples by chunk: the chunk and the samples within it. None is longer than what a
/// launch gives back at once.
fn within(samples: &Range<usize>, chunk: usize) -> Vec<(usize, Range<usize>)> {
    let mut out = Vec::new();
    let mut start = samples.start;
    while start < samples.end {
        let (of, at) = (start / chunk, start % chunk);
        let n = (samples.end - start).min(chunk - at).min(AT_ONCE);
        out.push((of, at..at + n));
        start += n;
    }
    out
}
