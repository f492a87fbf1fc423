//! The tagged tail of a row: phase exceptions, haploid calls, half calls, phase sets.

use super::PhaseRule;
use super::encode::{EncodedRow, mask_tail, put_framed};
use super::flag;
use crate::codec::{CodecError, decode_set, encode_set, put_varint, set_len, take_varint};
use crate::genotype::{CallPlanes, HalfCall, PhaseSet, Plane};

/// Tags, ascending within a row, each at most once.
pub(crate) mod tag {
    pub(crate) const PHASE_EXCEPTIONS: u8 = 1;
    pub(crate) const HAPLOID: u8 = 2;
    pub(crate) const HALF_CALLS: u8 = 3;
    pub(crate) const PHASE_SETS: u8 = 4;
}

pub(super) fn put(out: &mut Vec<u8>, tag: u8, body: &[u8]) {
    out.push(tag);
    put_framed(out, body);
}

/// Half calls and phase sets.
pub(super) fn put_lists(out: &mut Vec<u8>, calls: &CallPlanes) {
    let mut body = Vec::new();
    if !calls.half_calls.is_empty() {
        put_varint(&mut body, calls.half_calls.len() as u64);
        let mut next = 0;
        for h in &calls.half_calls {
            put_varint(&mut body, u64::from(h.sample - next));
            body.push(u8::from(h.alt) | u8::from(h.second) << 1);
            next = h.sample + 1;
        }
        put(out, tag::HALF_CALLS, &body);
        body.clear();
    }
    if !calls.phase_sets.is_empty() {
        put_varint(&mut body, calls.phase_sets.len() as u64);
        let mut next = 0;
        for p in &calls.phase_sets {
            put_varint(&mut body, u64::from(p.sample - next));
            put_varint(&mut body, u64::from(p.set));
            next = p.sample + 1;
        }
        put(out, tag::PHASE_SETS, &body);
    }
}

/// Which calls the rule says are phased. Haploid calls never are.
pub(super) fn predicted(rule: PhaseRule, calls: &CallPlanes) -> Plane {
    let mut plane = Plane::zeros(calls.n_samples);
    for (i, w) in plane.words_mut().iter_mut().enumerate() {
        let missing = calls.lo.words()[i] & calls.hi.words()[i];
        *w = match rule {
            PhaseRule::Unphased => 0,
            PhaseRule::Called => !missing,
            PhaseRule::All => !0,
        } & !calls.haploid.words()[i];
    }
    mask_tail(plane.words_mut(), calls.n_samples);
    plane
}

/// Finishes the flags and payload of a row whose haploid calls, if any, were given a place in
/// the shard's table: `(index, exceptions)`.
pub(crate) fn finish_payload(row: &mut EncodedRow, haploid: Option<(usize, Plane)>) {
    let mut extras = std::mem::take(&mut row.extras);
    if let Some((index, exceptions)) = haploid {
        let mut body = Vec::with_capacity(4 + set_len(&exceptions, row.n_samples));
        put_varint(&mut body, index as u64);
        encode_set(&mut body, &exceptions, row.n_samples);
        // Tags ascend: before the half calls, after the phase exceptions.
        let mut head = Vec::new();
        if extras.first() == Some(&tag::PHASE_EXCEPTIONS) {
            let len = framed_len(&extras);
            head.extend(extras.drain(..len));
        }
        put(&mut head, tag::HAPLOID, &body);
        head.append(&mut extras);
        extras = head;
    }
    if !extras.is_empty() {
        row.flags |= flag::EXTRAS;
        row.payload.append(&mut extras);
    }
}

/// Length of the first tagged part, tag and frame included.
fn framed_len(extras: &[u8]) -> usize {
    let mut rest = &extras[1..];
    match take_varint(&mut rest) {
        Ok(len) => extras.len() - rest.len() + len as usize,
        // Invariant: `put` wrote it just before.
        Err(_) => extras.len(),
    }
}

/// A row's extras, split but not decoded.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Extras<'a> {
    phase_exceptions: Option<&'a [u8]>,
    haploid: Option<&'a [u8]>,
    half_calls: Option<&'a [u8]>,
    phase_sets: Option<&'a [u8]>,
}

impl<'a> Extras<'a> {
    pub(super) fn parse(mut bytes: &'a [u8]) -> Result<Self, CodecError> {
        let mut out = Self::default();
        let mut last = 0;
        while let Some((&tag, rest)) = bytes.split_first() {
            if tag <= last {
                return Err(CodecError::Coding(tag));
            }
            last = tag;
            bytes = rest;
            let len =
                usize::try_from(take_varint(&mut bytes)?).map_err(|_| CodecError::Truncated)?;
            let (body, rest) = bytes.split_at_checked(len).ok_or(CodecError::Truncated)?;
            bytes = rest;
            match tag {
                tag::PHASE_EXCEPTIONS => out.phase_exceptions = Some(body),
                tag::HAPLOID => out.haploid = Some(body),
                tag::HALF_CALLS => out.half_calls = Some(body),
                tag::PHASE_SETS => out.phase_sets = Some(body),
                other => return Err(CodecError::Coding(other)),
            }
        }
        Ok(out)
    }

    pub(super) fn phase_exceptions(&self, n: usize) -> Result<Option<Plane>, CodecError> {
        self.phase_exceptions
            .map(|b| whole(b, |b| decode_set(b, n)))
            .transpose()
    }

    /// Index into the shard's table of haploid sets, and the samples in which this row differs.
    pub(crate) fn haploid(&self, n: usize) -> Result<Option<(usize, Plane)>, CodecError> {
        self.haploid
            .map(|b| {
                whole(b, |b| {
                    let index =
                        usize::try_from(take_varint(b)?).map_err(|_| CodecError::Truncated)?;
                    Ok((index, decode_set(b, n)?))
                })
            })
            .transpose()
    }

    pub(crate) fn half_calls(&self, n: usize) -> Result<Vec<HalfCall>, CodecError> {
        let mut out = Vec::new();
        if let Some(bytes) = self.half_calls {
            list(bytes, n, |sample, b| {
                let (&bits, rest) = b.split_first().ok_or(CodecError::Truncated)?;
                if bits > 3 {
                    return Err(CodecError::Coding(bits));
                }
                *b = rest;
                out.push(HalfCall {
                    sample,
                    alt: bits & 1 == 1,
                    second: bits & 2 == 2,
                });
                Ok(())
            })?;
        }
        Ok(out)
    }

    pub(super) fn phase_sets(&self, n: usize) -> Result<Vec<PhaseSet>, CodecError> {
        let mut out = Vec::new();
        if let Some(bytes) = self.phase_sets {
            list(bytes, n, |sample, b| {
                let set = u32::try_from(take_varint(b)?).map_err(|_| CodecError::Varint)?;
                out.push(PhaseSet { sample, set });
                Ok(())
            })?;
        }
        Ok(out)
    }
}

fn whole<T>(
    mut bytes: &[u8],
    take: impl FnOnce(&mut &[u8]) -> Result<T, CodecError>,
) -> Result<T, CodecError> {
    let out = take(&mut bytes)?;
    if bytes.is_empty() {
        Ok(out)
    } else {
        Err(CodecError::Trailing)
    }
}

/// Reads `varint k`, then `k` times a gap to the next sample and what `body` takes.
fn list(
    bytes: &[u8],
    n: usize,
    mut body: impl FnMut(u32, &mut &[u8]) -> Result<(), CodecError>,
) -> Result<(), CodecError> {
    whole(bytes, |b| {
        let k = take_varint(b)?;
        let mut next = 0u64;
        for _ in 0..k {
            let sample = next
                .checked_add(take_varint(b)?)
                .ok_or(CodecError::Varint)?;
            if sample >= n as u64 {
                return Err(CodecError::Sample(sample.min(u64::from(u32::MAX)) as u32));
            }
            body(sample as u32, b)?;
            next = sample + 1;
        }
        Ok(())
    })
}
