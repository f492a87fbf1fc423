//! Sparse rows on the GPU: lists are decoded on the CPU, cut into segments, and counted there;
//! decoded lists stay resident.

use std::ops::Range;
use std::sync::Arc;

use genodex_shaders::kernel::{Grid, sparse_counts};
use wgpu::Buffer;

use super::launch::Launch;
use super::resident::{Held, Key, SparseChunk};
use super::{Gpu, lock};
use crate::codec::CodecError;
use crate::compute::cpu::{Isa, decode_list};
use crate::compute::report::{Counters, add};
use crate::compute::{Cohorts, ComputeError};
use crate::format::FormatError;
use crate::format::matrix::GenotypeFile;
use crate::format::row::RowBody;

/// Members of each cohort in the three lists, by row of the query and cohort.
pub(super) type ListSums = Vec<[u32; 3]>;

/// Lists being decoded.
#[derive(Default)]
struct Building {
    entries: Vec<u32>,
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Gpu {
    /// Counts the lists of the sparse rows among `rows` in every cohort; dense rows have zeros.
    pub(super) fn list_sums(
        &self,
        file: &GenotypeFile,
        rows: Range<usize>,
        cohorts: &Cohorts,
        counters: &Counters,
    ) -> Result<ListSums, ComputeError> {
        let mut sums = vec![[0; 3]; rows.len() * cohorts.len()];
        let n_words = cohorts.n_samples().div_ceil(32);
        if rows.is_empty() || cohorts.is_empty() || n_words == 0 {
            return Ok(sums);
        }
        let key = Key {
            checksum: *file.rows_checksum(),
            n_samples: file.n_samples(),
            rows: rows.clone(),
            lines: 0..0,
        };
        let resident = lock(&self.resident).get(&key);
        let held = match resident {
            Some(held) => held,
            None => {
                let chunks = self.decode(file, rows.clone(), counters)?;
                let bytes = chunks
                    .iter()
                    .map(|c| c.entries.size() + c.starts.size())
                    .sum();
                let held = Arc::new(Held::Lists(chunks));
                lock(&self.resident).keep(key, bytes, &held);
                held
            }
        };
        let Held::Lists(chunks) = &*held else {
            return Err(self.fault("cannot count lists", "the resident buffer holds planes"));
        };
        let plane_bytes = n_words as u64 * 4;
        let batch = (self.chunk_bytes / plane_bytes).max(1) as usize;
        for start in (0..cohorts.len()).step_by(batch) {
            let batch = start..(start + batch).min(cohorts.len());
            let members = self.member_words(cohorts, &batch, n_words, counters)?;
            for chunk in chunks {
                self.count_lists(chunk, &members, &batch, cohorts, counters, &mut sums)?;
            }
        }
        Ok(sums)
    }

    fn count_lists(
        &self,
        chunk: &SparseChunk,
        members: &Buffer,
        batch: &Range<usize>,
        cohorts: &Cohorts,
        counters: &Counters,
        sums: &mut [[u32; 3]],
    ) -> Result<(), ComputeError> {
        let (kernel, pipeline) = self.registered(sparse_counts::KERNEL.name)?;
        let words = chunk.rows.len() * batch.len();
        let max = self.limits.max_compute_workgroups_per_dimension;
        let groups = words.div_ceil(sparse_counts::LANES as usize) as u64;
        let grid = Grid::of(groups, max)
            .ok_or_else(|| self.fault("cannot count lists", "too many segments in a chunk"))?;
        let params = sparse_counts::Params {
            segments: chunk.rows.len() as u32,
            cohorts: batch.len() as u32,
            words: cohorts.n_samples().div_ceil(32) as u32,
            width: grid.width,
        };
        let launch = Launch {
            kernel,
            pipeline,
            params: bytemuck::cast_slice(std::slice::from_ref(&params)),
            inputs: &[&chunk.entries, &chunk.starts, members],
            output_words: words,
            groups: [grid.width, grid.height, 1],
        };
        let mut counts = Vec::new();
        self.launch(&launch, None, counters)?
            .wait(self, &mut counts)?;
        for (&row, counts) in chunk.rows.iter().zip(counts.chunks_exact(batch.len())) {
            let at = row as usize * cohorts.len() + batch.start;
            for (sum, &word) in sums[at..].iter_mut().zip(counts) {
                for (sum, count) in sum.iter_mut().zip(sparse_counts::unpack(word)) {
                    *sum += count;
                }
            }
        }
        Ok(())
    }

    /// Decodes the lists of `rows` and brings them to the GPU.
    fn decode(
        &self,
        file: &GenotypeFile,
        rows: Range<usize>,
        counters: &Counters,
    ) -> Result<Vec<SparseChunk>, ComputeError> {
        let isa = Isa::detect();
        // Counts of a chunk are a word for each segment and cohort, and are read at once.
        let max_entries = (self.chunk_bytes / 4).min(1 << 22) as usize;
        let max_segments = (max_entries / 16).max(1);
        let mut chunks = Vec::new();
        let mut building = Building::default();
        let mut ids = Vec::new();
        let first = rows.start;
        for item in file.rows(rows) {
            let (row, view, _) = item?;
            let RowBody::Sparse(sparse) = &view.body else {
                continue;
            };
            for (list, (_, ids_of)) in (0..).zip(&sparse.lists) {
                if ids_of.is_empty() {
                    continue;
                }
                let at = |e: CodecError| FormatError::row(file.path(), row)(e);
                decode_list(isa, ids_of, file.n_samples(), &mut ids).map_err(at)?;
                for segment in ids.chunks(sparse_counts::SEGMENT) {
                    if building.entries.len() + segment.len() > max_entries
                        || building.rows.len() == max_segments
                    {
                        chunks.push(self.sparse_chunk(&mut building, counters)?);
                    }
                    building.starts.push(building.entries.len() as u32);
                    building.rows.push((row - first) as u32);
                    let entry = |&s| sparse_counts::entry(s, list);
                    building.entries.extend(segment.iter().map(entry));
                }
            }
        }
        if !building.rows.is_empty() {
            chunks.push(self.sparse_chunk(&mut building, counters)?);
        }
        Ok(chunks)
    }

    fn sparse_chunk(
        &self,
        building: &mut Building,
        counters: &Counters,
    ) -> Result<SparseChunk, ComputeError> {
        building.starts.push(building.entries.len() as u32);
        let words = building.entries.len() + building.starts.len();
        add(&counters.bytes_up, words as u64 * 4);
        let chunk = SparseChunk {
            entries: self.upload("lists", &building.entries)?,
            starts: self.upload("segments of lists", &building.starts)?,
            rows: std::mem::take(&mut building.rows),
        };
        building.entries.clear();
        building.starts.clear();
        Ok(chunk)
    }

    fn member_words(
        &self,
        cohorts: &Cohorts,
        batch: &Range<usize>,
        n_words: usize,
        counters: &Counters,
    ) -> Result<Buffer, ComputeError> {
        let mut words: Vec<u32> = Vec::with_capacity(batch.len() * n_words);
        for i in batch.clone() {
            let plane: &[u32] = bytemuck::cast_slice(cohorts.plane(i));
            words.extend_from_slice(&plane[..n_words]);
        }
        add(&counters.bytes_up, words.len() as u64 * 4);
        self.upload("cohorts", &words)
    }
}
