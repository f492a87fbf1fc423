//! Dense rows on the GPU: planes go up as they lie, in chunks that overlap with the counting of
//! those before.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use genodex_shaders::kernel::{Grid, dense_counts};
use genodex_shaders::{WRITTEN, kernel};
use wgpu::{Buffer, BufferUsages, CommandEncoder};

use super::launch::{Launch, Pending};
use super::resident::{Held, Key};
use super::staging::Ring;
use super::{Gpu, lock};
use crate::compute::report::{Counters, add};
use crate::compute::{Cohorts, ComputeError};
use crate::format::matrix::GenotypeFile;
use crate::genotype::plane_words;

/// Launches under way before the oldest is waited for.
const IN_FLIGHT: usize = 3;
/// 64-bit words of a line.
const LINE_WORDS: usize = kernel::dense_counts::LINE / 2;

/// Sums of `lo & c`, `hi & c` and `lo & hi & c` by dense row and cohort.
pub(super) type DenseSums = Vec<[u64; 3]>;

/// A part of the dense section: rows by ordinal, lines of their planes.
#[derive(Clone, Debug)]
struct Chunk {
    rows: Range<usize>,
    lines: Range<usize>,
}

/// A launch under way and where its counts go.
struct Flight {
    pending: Pending,
    first_row: usize,
    rows: usize,
    cohorts: Range<usize>,
}

impl Gpu {
    /// Counts the dense rows with ordinals `rows` in every cohort.
    pub(super) fn dense_sums(
        &self,
        file: &GenotypeFile,
        rows: Range<usize>,
        cohorts: &Cohorts,
        counters: &Counters,
    ) -> Result<DenseSums, ComputeError> {
        let mut sums = vec![[0; 3]; rows.len() * cohorts.len()];
        let lines = plane_words(file.n_samples()) / LINE_WORDS;
        if rows.is_empty() || cohorts.is_empty() || lines == 0 {
            return Ok(sums);
        }
        let ring = lock(&self.rings).pop().filter(|r| r.fits(self.chunk_bytes));
        let mut ring = ring.unwrap_or_else(|| Ring::new(self.chunk_bytes));
        let line_bytes = 8 * LINE_WORDS as u64;
        // Lines of a chunk, and whole rows of such lines.
        let chunk_lines = ((self.chunk_bytes / (2 * line_bytes)) as usize).clamp(1, lines);
        let chunk_rows = (self.chunk_bytes / (2 * line_bytes * chunk_lines as u64)).max(1) as usize;
        // Cohorts of a batch: their planes are one binding, and so are the counts.
        let planes = self.chunk_bytes / (line_bytes * chunk_lines as u64);
        let counts = self.chunk_bytes / (12 * chunk_rows as u64);
        let batch = planes.min(counts).max(1) as usize;

        let mut flights = VecDeque::new();
        let mut scratch = Vec::new();
        for start in (0..lines).step_by(chunk_lines) {
            let lines = start..(start + chunk_lines).min(lines);
            let members = (0..cohorts.len())
                .step_by(batch)
                .map(|c| {
                    let batch = c..(c + batch).min(cohorts.len());
                    Ok((self.members(cohorts, &batch, &lines, counters)?, batch))
                })
                .collect::<Result<Vec<_>, ComputeError>>()?;
            // The borders of chunks do not depend on the rows asked for, so that a chunk that
            // stays resident serves every query.
            let first = rows.start / chunk_rows * chunk_rows;
            for start in (first..rows.end).step_by(chunk_rows) {
                let whole = start..(start + chunk_rows).min(file.dense_rows());
                let wanted = start.max(rows.start)..whole.end.min(rows.end);
                let chunk = Chunk {
                    rows: whole,
                    lines: lines.clone(),
                };
                self.count_chunk(
                    file,
                    chunk,
                    &wanted,
                    &members,
                    cohorts.len(),
                    &mut ring,
                    counters,
                    |flight| {
                        flights.push_back(flight);
                        if flights.len() >= IN_FLIGHT {
                            self.land(
                                flights.pop_front(),
                                &rows,
                                cohorts.len(),
                                &mut scratch,
                                &mut sums,
                            )?;
                        }
                        Ok(())
                    },
                )?;
            }
        }
        while let Some(flight) = flights.pop_front() {
            self.land(Some(flight), &rows, cohorts.len(), &mut scratch, &mut sums)?;
        }
        lock(&self.rings).push(ring);
        Ok(sums)
    }

    /// Brings a chunk to the GPU unless it is there, and submits its launches.
    #[expect(
        clippy::too_many_arguments,
        reason = "one caller; a struct would only rename them"
    )]
    fn count_chunk(
        &self,
        file: &GenotypeFile,
        mut chunk: Chunk,
        wanted: &Range<usize>,
        members: &[(Buffer, Range<usize>)],
        n_cohorts: usize,
        ring: &mut Ring,
        counters: &Counters,
        mut submitted: impl FnMut(Flight) -> Result<(), ComputeError>,
    ) -> Result<(), ComputeError> {
        debug_assert!(members.iter().all(|m| m.1.end <= n_cohorts));
        let (kernel, pipeline) = self.registered(kernel::dense_counts::KERNEL.name)?;
        let key = Key {
            checksum: *file.dense_checksum(),
            n_samples: file.n_samples(),
            rows: chunk.rows.clone(),
            lines: chunk.lines.clone(),
        };
        let resident = lock(&self.resident).get(&key);
        let mut staged: Option<(CommandEncoder, Buffer)> = None;
        let held = match resident {
            Some(held) => held,
            None => {
                let keep = chunk.rows == *wanted;
                chunk.rows = wanted.clone();
                let parts = parts(file, &chunk);
                let bytes = parts.iter().map(|p| p.len() as u64).sum();
                let target = self.buffer(
                    "dense rows",
                    bytes,
                    BufferUsages::STORAGE | BufferUsages::COPY_DST,
                )?;
                staged = Some(ring.stage(self, &parts, &target, counters)?);
                let held = Arc::new(Held::Planes(target));
                if keep {
                    lock(&self.resident).keep(key, bytes, &held);
                }
                held
            }
        };
        let Held::Planes(planes) = &*held else {
            return Err(self.fault("cannot count dense rows", "the resident buffer holds lists"));
        };
        let max = self.limits.max_compute_workgroups_per_dimension;
        let grid = Grid::of(wanted.len() as u64, max)
            .ok_or_else(|| self.fault("cannot count dense rows", "too many rows in a chunk"))?;
        let (mut encoder, mut staging) = match staged {
            Some((encoder, staging)) => (Some(encoder), Some(staging)),
            None => (None, None),
        };
        for (members, cohorts) in members {
            let params = dense_counts::Params {
                rows: wanted.len() as u32,
                first_row: (wanted.start - chunk.rows.start) as u32,
                lines: chunk.lines.len() as u32,
                cohorts: cohorts.len() as u32,
                width: grid.width,
            };
            let launch = Launch {
                kernel,
                pipeline,
                params: bytemuck::cast_slice(std::slice::from_ref(&params)),
                inputs: &[planes, members],
                output_words: wanted.len() * cohorts.len() * dense_counts::COUNTS,
                groups: [
                    grid.width,
                    grid.height,
                    params.cohorts.div_ceil(dense_counts::TILE),
                ],
            };
            let pending = self.launch(&launch, encoder.take(), counters)?;
            if let Some(staging) = staging.take() {
                ring.submitted(self, staging, pending.submission())?;
            }
            submitted(Flight {
                pending,
                first_row: wanted.start,
                rows: wanted.len(),
                cohorts: cohorts.clone(),
            })?;
        }
        Ok(())
    }

    /// Waits for a launch and adds its counts.
    fn land(
        &self,
        flight: Option<Flight>,
        rows: &Range<usize>,
        n_cohorts: usize,
        scratch: &mut Vec<u32>,
        sums: &mut [[u64; 3]],
    ) -> Result<(), ComputeError> {
        let Some(flight) = flight else {
            return Ok(());
        };
        flight.pending.wait(self, scratch)?;
        let counts = scratch.as_chunks::<3>().0;
        let k = flight.cohorts.len();
        for row in 0..flight.rows {
            let at = (flight.first_row + row - rows.start) * n_cohorts + flight.cohorts.start;
            for (sum, counts) in sums[at..at + k].iter_mut().zip(&counts[row * k..]) {
                for (sum, &count) in sum.iter_mut().zip(counts) {
                    *sum += u64::from(count & !WRITTEN);
                }
            }
        }
        Ok(())
    }

    /// Planes of some cohorts, some lines of each, on the GPU.
    pub(super) fn members(
        &self,
        cohorts: &Cohorts,
        batch: &Range<usize>,
        lines: &Range<usize>,
        counters: &Counters,
    ) -> Result<Buffer, ComputeError> {
        let words = lines.start * LINE_WORDS..lines.end * LINE_WORDS;
        let mut planes: Vec<u64> = Vec::with_capacity(batch.len() * words.len());
        for i in batch.clone() {
            planes.extend_from_slice(&cohorts.plane(i)[words.clone()]);
        }
        add(&counters.bytes_up, planes.len() as u64 * 8);
        self.upload("cohorts", bytemuck::cast_slice(&planes))
    }
}

/// The bytes of a chunk: one run where rows are whole, else two runs a row.
fn parts<'a>(file: &'a GenotypeFile, chunk: &Chunk) -> Vec<&'a [u8]> {
    let words = file.dense_words();
    let plane = plane_words(file.n_samples());
    if chunk.lines.len() * LINE_WORDS == plane {
        let run = &words[chunk.rows.start * 2 * plane..chunk.rows.end * 2 * plane];
        return vec![bytemuck::cast_slice(run)];
    }
    let lines = chunk.lines.start * LINE_WORDS..chunk.lines.end * LINE_WORDS;
    let planes = chunk.rows.start * 2..chunk.rows.end * 2;
    planes
        .map(|p| bytemuck::cast_slice(&words[p * plane + lines.start..p * plane + lines.end]))
        .collect()
}
