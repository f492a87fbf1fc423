//! Counting the samples of a coded list in every cohort.

use super::super::cohorts::{CHUNK_SAMPLES, CHUNK_WORDS, MASK_COHORTS};
use super::{Cohorts, Isa};
use crate::codec::{CodecError, IdList, ListParts, take_varint};

/// What lists need in passing, and the counts of the last one.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// By cohort, its members in the list counted last.
    pub(super) counts: Vec<u32>,
    /// Sums of `counts` over lists of a row.
    listed: Vec<u64>,
    /// The list's samples.
    ids: Vec<u32>,
}

impl Scratch {
    /// Counts `list` in every cohort.
    pub(super) fn count(
        &mut self,
        isa: Isa,
        list: &IdList<'_>,
        cohorts: &Cohorts,
    ) -> Result<(), CodecError> {
        self.counts.clear();
        if cohorts.masks().is_empty() {
            for i in 0..cohorts.len() {
                let count = count_in(isa, list, cohorts.plane(i), cohorts.n_samples())?;
                self.counts.push(count);
            }
            return Ok(());
        }
        decode(isa, list, cohorts.n_samples(), &mut self.ids)?;
        for masks in cohorts.masks() {
            let counts: [u32; MASK_COHORTS] = isa.count_masks(&self.ids, masks);
            self.counts.extend_from_slice(&counts);
        }
        self.counts.truncate(cohorts.len());
        Ok(())
    }

    pub(super) fn keep_listed(&mut self) {
        self.listed.resize(self.counts.len(), 0);
        for (l, &c) in self.listed.iter_mut().zip(&self.counts) {
            *l += u64::from(c);
        }
    }

    pub(super) fn listed(&self, i: usize) -> u64 {
        self.listed.get(i).copied().unwrap_or(0)
    }

    pub(super) fn forget_listed(&mut self) {
        self.listed.clear();
    }
}

const fn bit(words: &[u64; CHUNK_WORDS], offset: u16) -> u32 {
    (words[offset as usize / 64] >> (offset % 64)) as u32 & 1
}

/// Samples of the last chunk of `chunk` samples; offsets at or beyond it are out of range.
const fn last_chunk(n_samples: usize, chunk: usize) -> usize {
    n_samples - n_samples.saturating_sub(1) / chunk * chunk
}

/// Members of one cohort in `list`. `plane` has whole chunks of 65,536 samples.
#[inline]
pub(super) fn count_in(
    isa: Isa,
    list: &IdList<'_>,
    plane: &[u64],
    n_samples: usize,
) -> Result<u32, CodecError> {
    let (chunks, _) = plane.as_chunks::<CHUNK_WORDS>();
    match list.parts() {
        ListParts::Empty => Ok(0),
        ListParts::Ids { .. } => {
            let mut count = 0;
            list.for_each(|s| {
                let words = &chunks[s as usize / CHUNK_SAMPLES];
                count += bit(words, s as u16);
            })?;
            Ok(count)
        }
        ListParts::Chunk16 {
            mut counts,
            mut offsets,
        } => {
            let mut count = 0;
            for (i, words) in chunks.iter().enumerate() {
                let k = take_varint(&mut counts)? as usize;
                let (chunk, rest) = offsets
                    .split_at_checked(2 * k)
                    .ok_or(CodecError::Truncated)?;
                offsets = rest;
                let chunk = chunk.as_chunks::<2>().0;
                for o in chunk {
                    count += bit(words, u16::from_le_bytes(*o));
                }
                if i + 1 == chunks.len() {
                    let limit = last_chunk(n_samples, CHUNK_SAMPLES);
                    let beyond = |o: &[u8; 2]| usize::from(u16::from_le_bytes(*o)) >= limit;
                    if limit < CHUNK_SAMPLES && chunk.iter().any(beyond) {
                        return Err(CodecError::Sample(n_samples as u32));
                    }
                }
            }
            Ok(count)
        }
        ListParts::Chunk8 { counts, offsets } => {
            check_last(counts, offsets, n_samples)?;
            isa.count_chunk8(counts, offsets, plane)
        }
    }
}

/// Refuses offsets beyond the last sample in the last chunk of 256.
fn check_last(counts: &[u8], offsets: &[u8], n_samples: usize) -> Result<(), CodecError> {
    let limit = last_chunk(n_samples, 256);
    let last = usize::from(counts.last().copied().unwrap_or(0));
    let start = offsets
        .len()
        .checked_sub(last)
        .ok_or(CodecError::Truncated)?;
    if offsets[start..].iter().any(|&o| usize::from(o) >= limit) {
        Err(CodecError::Sample(n_samples as u32))
    } else {
        Ok(())
    }
}

/// Sets `ids` to the samples of `list`, all of them below `n_samples`.
pub(in crate::compute) fn decode(
    isa: Isa,
    list: &IdList<'_>,
    n_samples: usize,
    ids: &mut Vec<u32>,
) -> Result<(), CodecError> {
    ids.clear();
    match list.parts() {
        ListParts::Chunk8 { counts, offsets } => {
            check_last(counts, offsets, n_samples)?;
            isa.decode_chunk8(counts, offsets, ids)
        }
        ListParts::Chunk16 {
            mut counts,
            mut offsets,
        } => {
            for base in (0..n_samples).step_by(CHUNK_SAMPLES) {
                let k = take_varint(&mut counts)? as usize;
                let (chunk, rest) = offsets
                    .split_at_checked(2 * k)
                    .ok_or(CodecError::Truncated)?;
                offsets = rest;
                let id = |o: &[u8; 2]| base as u32 + u32::from(u16::from_le_bytes(*o));
                let start = ids.len();
                ids.extend(chunk.as_chunks::<2>().0.iter().map(id));
                let last = base + CHUNK_SAMPLES > n_samples;
                if last && ids[start..].iter().any(|&s| s as usize >= n_samples) {
                    return Err(CodecError::Sample(n_samples as u32));
                }
            }
            Ok(())
        }
        _ => list.for_each(|s| ids.push(s)),
    }
}
