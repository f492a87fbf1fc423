//! Sets of rows on the GPU: masks collapsed by person, and weighted covariances.

use std::ops::Range;

use genodex_shaders::kernel::{mask_collapse, set_covariance, wide};

use super::Gpu;
use super::launch::Launch;
use super::sums::Flights;
use crate::association::FixedVectors;
use crate::compute::ComputeError;
use crate::compute::report::{Counters, add};
use crate::compute::sets::{Covariances, MaskValue, SetCalls, common_pairs};

impl Gpu {
    /// See [`Compute::mask_values`](crate::compute::Compute::mask_values); `bits` are those of
    /// each mask's rows.
    pub(in crate::compute) fn mask_values(
        &self,
        calls: &SetCalls,
        bits: &[u32],
        masks: usize,
        counters: &Counters,
    ) -> Result<Vec<Vec<MaskValue>>, ComputeError> {
        let mut out = vec![Vec::new(); masks];
        let people = calls.people.len();
        if people == 0 || masks == 0 {
            return Ok(out);
        }
        let (kernel, pipeline) = self.registered(mask_collapse::KERNEL.name)?;
        let words = calls.len().div_ceil(32);
        let value_bytes = 4 * mask_collapse::WORDS as u64;
        let of_batch = (self.chunk_bytes / value_bytes) as usize;
        let of_batch = of_batch.min(masks).max(1);
        let of_chunk = (self.chunk_bytes / (value_bytes * of_batch as u64)).max(1) as usize;
        let members: Vec<_> = (0..masks)
            .step_by(of_batch)
            .map(|start| {
                let batch = start..(start + of_batch).min(masks);
                let bits = &bits[batch.start * words..batch.end * words];
                add(&counters.bytes_up, 4 * bits.len() as u64);
                Ok((self.upload("masks", bits)?, batch))
            })
            .collect::<Result<_, ComputeError>>()?;
        let mut flights = Flights::new();
        // Chunks of people come in order, and so each mask's people do.
        let mut land = |(first, batch): (usize, Range<usize>), words: &[u32]| {
            let (values, _) = words.as_chunks();
            for (&sample, values) in calls.people[first..].iter().zip(values.chunks(batch.len())) {
                for (of_mask, words) in out[batch.clone()].iter_mut().zip(values) {
                    let [sum, most, uncalled] = mask_collapse::unpack(*words);
                    let value = MaskValue {
                        sample,
                        sum,
                        most,
                        uncalled,
                    };
                    if value.is_some() {
                        of_mask.push(value);
                    }
                }
            }
        };
        for first in (0..people).step_by(of_chunk) {
            let chunk = first..(first + of_chunk).min(people);
            let starts = &calls.held_starts[chunk.start..=chunk.end];
            let (from, to) = (starts[0], starts[chunk.len()]);
            let entries = &calls.held[from as usize..to as usize];
            let starts: Vec<u32> = starts.iter().map(|s| s - from).collect();
            add(
                &counters.bytes_up,
                4 * (entries.len() + starts.len()) as u64,
            );
            let entries = self.upload("calls by person", entries)?;
            let starts = self.upload("people", &starts)?;
            for (members, batch) in &members {
                let pairs = chunk.len() * batch.len();
                let grid = self.grid(pairs.div_ceil(mask_collapse::LANES as usize))?;
                let params = mask_collapse::Params {
                    people: chunk.len() as u32,
                    masks: batch.len() as u32,
                    words: words as u32,
                    width: grid.width,
                };
                let launch = Launch {
                    kernel,
                    pipeline,
                    params: bytemuck::cast_slice(std::slice::from_ref(&params)),
                    inputs: &[&entries, &starts, members],
                    output_words: pairs * mask_collapse::WORDS,
                    groups: [grid.width, grid.height, 1],
                };
                let pending = self.launch(&launch, None, counters)?;
                flights.push(self, ((first, batch.clone()), pending), &mut land)?;
            }
        }
        flights.end(self, &mut land)?;
        Ok(out)
    }

    /// See [`Compute::covariances`](crate::compute::Compute::covariances).
    pub(in crate::compute) fn covariances(
        &self,
        calls: &SetCalls,
        weights: Option<&FixedVectors>,
        counters: &Counters,
    ) -> Result<Covariances, ComputeError> {
        let vectors = weights.map_or(1, FixedVectors::len);
        let pairs = common_pairs(calls);
        let mut sums = vec![[0; set_covariance::CELLS]; pairs.len() * vectors];
        if pairs.is_empty() || vectors == 0 {
            return Ok(Covariances { pairs, sums });
        }
        let (kernel, pipeline) = self.registered(set_covariance::KERNEL.name)?;
        add(
            &counters.bytes_up,
            4 * (calls.entries.len() + calls.starts.len()) as u64,
        );
        let entries = self.upload("calls by row", &calls.entries)?;
        let starts = self.upload("rows of a set", &calls.starts)?;
        let of_batch = weights.map_or(1, |w| self.batch(w));
        let pair_bytes = 4 * (set_covariance::CELLS * wide::SUM_WORDS * of_batch) as u64;
        let of_chunk = (self.chunk_bytes / pair_bytes).max(1) as usize;
        for start in (0..vectors).step_by(of_batch) {
            let batch = start..(start + of_batch).min(vectors);
            let values = match weights {
                Some(weights) => self.values(weights, &batch, counters)?,
                None => {
                    let ones = vec![1i64; calls.n_samples()];
                    add(&counters.bytes_up, 8 * ones.len() as u64);
                    self.upload("weights", bytemuck::cast_slice(&ones))?
                }
            };
            let mut flights = Flights::new();
            let mut land = |first: usize, words: &[u32]| {
                let (words, _) = words.as_chunks();
                let (cells, _) = words.as_chunks::<{ set_covariance::CELLS }>();
                for (pair, cells) in (first..).zip(cells.chunks(batch.len())) {
                    let at = pair * vectors + batch.start;
                    for (sums, cells) in sums[at..].iter_mut().zip(cells) {
                        *sums = cells.map(wide::unpack);
                    }
                }
            };
            for (chunk, of) in pairs.chunks(of_chunk).enumerate() {
                add(&counters.bytes_up, 8 * of.len() as u64);
                let rows = self.upload("pairs of rows", of.as_flattened())?;
                let n = of.len() * batch.len();
                let grid = self.grid(n.div_ceil(set_covariance::LANES as usize))?;
                let params = set_covariance::Params {
                    pairs: of.len() as u32,
                    vectors: batch.len() as u32,
                    width: grid.width,
                };
                let launch = Launch {
                    kernel,
                    pipeline,
                    params: bytemuck::cast_slice(std::slice::from_ref(&params)),
                    inputs: &[&entries, &starts, &rows, &values],
                    output_words: n * set_covariance::CELLS * wide::SUM_WORDS,
                    groups: [grid.width, grid.height, 1],
                };
                let pending = self.launch(&launch, None, counters)?;
                flights.push(self, (chunk * of_chunk, pending), &mut land)?;
            }
            flights.end(self, &mut land)?;
        }
        Ok(Covariances { pairs, sums })
    }
}
