//! From bit planes to the bytes of a row. Pure, so that importers run it in any thread.

use super::{PhaseRule, flag};
use crate::codec::{ListCoding, encode_set, encoded_len, put_varint};
use crate::genotype::{CallCounts, CallPlanes, Plane, plane_words};

/// Dense rows are counted ten times faster than lists of the same length, so a row is dense
/// when its planes take at most this many halves of the lists' bytes.
const DENSE_HALVES: usize = 3;

/// A row ready to be appended to a shard.
#[derive(Clone, Debug)]
pub struct EncodedRow {
    pub(crate) n_samples: usize,
    pub(crate) flags: u8,
    /// `lo` then `hi`, padded planes; empty for a sparse row.
    pub(crate) dense: Vec<u64>,
    /// Lists and flipped bits.
    pub(crate) payload: Vec<u8>,
    /// Tagged extras but for the haploid calls, which refer to a table of the shard.
    pub(crate) extras: Vec<u8>,
    /// Haploid calls, if any.
    pub(crate) haploid: Option<Plane>,
    /// Counts over everyone, for the site table.
    pub(crate) counts: CallCounts,
}

impl EncodedRow {
    /// Counts for the site table: over all samples, or as they were set.
    #[must_use]
    pub const fn counts(&self) -> &CallCounts {
        &self.counts
    }

    /// Says what the site table is to hold, where not everyone counts.
    #[must_use]
    pub const fn with_counts(mut self, counts: CallCounts) -> Self {
        self.counts = counts;
        self
    }
}

/// Codes one row. The same calls always give the same bytes.
#[must_use]
pub fn encode_row(calls: &CallPlanes) -> EncodedRow {
    let n = calls.n_samples;
    let counts = calls.counts();
    let by_code = [counts.hom_ref(), counts.het, counts.hom_alt, counts.missing];
    let words = plane_words(n);
    let (lo, hi) = (calls.lo.words(), calls.hi.words());

    // Everyone not listed has the most common genotype; the lowest code where several tie.
    let mut base = 0;
    for code in 1..4 {
        if by_code[code] > by_code[base] {
            base = code;
        }
    }
    let mut flags = 0;
    let mut payload = Vec::new();
    let mut dense = Vec::new();
    let mut scratch = vec![
        0u64;
        if counts.samples == by_code[base] {
            0
        } else {
            words
        }
    ];
    let mut head = base as u8;
    let mut lists: [(ListCoding, u64); 4] = [(ListCoding::Empty, 0); 4];
    let mut sparse_len = 1;
    for code in (0..4).filter(|&c| c != base && by_code[c] > 0) {
        select(&mut scratch, lo, hi, code, n);
        let (coding, len) = encoded_len(&scratch, n, by_code[code]);
        lists[code] = (coding, by_code[code]);
        sparse_len += len;
    }
    if 2 * 16 * words <= DENSE_HALVES * sparse_len && n > 0 {
        flags |= flag::DENSE;
        dense.reserve_exact(2 * words);
        dense.extend_from_slice(lo);
        dense.extend_from_slice(hi);
    } else {
        for (slot, code) in (0..4).filter(|&c| c != base).enumerate() {
            head |= (lists[code].0 as u8) << (2 + 2 * slot);
        }
        payload.reserve(sparse_len + counts.het as usize / 8 + 8);
        payload.push(head);
        for code in (0..4).filter(|&c| c != base) {
            let (coding, count) = lists[code];
            if coding != ListCoding::Empty {
                select(&mut scratch, lo, hi, code, n);
                crate::codec::encode_words(&mut payload, &scratch, n, coding, count);
            }
        }
    }

    if !calls.flipped.is_empty() {
        flags |= flag::FLIPPED;
        put_flipped(&mut payload, calls);
    }
    let mut extras = Vec::new();
    let (rule, exceptions) = phase(calls, &counts);
    flags |= (rule as u8) << flag::PHASE_SHIFT;
    if let Some(exceptions) = exceptions {
        let mut body = Vec::new();
        encode_set(&mut body, &exceptions, n);
        super::extras::put(&mut extras, super::extras::tag::PHASE_EXCEPTIONS, &body);
    }
    super::extras::put_lists(&mut extras, calls);
    let haploid = (!calls.haploid.is_empty()).then(|| calls.haploid.clone());
    EncodedRow {
        n_samples: n,
        flags,
        dense,
        payload,
        extras,
        haploid,
        counts,
    }
}

/// The samples of one genotype, as bits.
fn select(out: &mut [u64], lo: &[u64], hi: &[u64], code: usize, n: usize) {
    let (a, b) = (
        if code & 1 == 1 { 0 } else { !0 },
        if code & 2 == 2 { 0 } else { !0 },
    );
    for ((o, &l), &h) in out.iter_mut().zip(lo).zip(hi) {
        *o = (l ^ a) & (h ^ b);
    }
    if code == 0 {
        mask_tail(out, n);
    }
}

/// Clears the bits at and beyond `n`.
pub(super) fn mask_tail(words: &mut [u64], n: usize) {
    let full = n / 64;
    if full < words.len() {
        words[full] &= (1u64 << (n % 64)) - 1;
        words[full + 1..].fill(0);
    }
}

/// One bit for each heterozygous call, in the order of samples: ALT is written first.
fn put_flipped(out: &mut Vec<u8>, calls: &CallPlanes) {
    let (mut byte, mut filled) = (0u8, 0);
    for i in 0..calls.lo.words().len() {
        let mut het = calls.lo.words()[i] & !calls.hi.words()[i];
        let flipped = calls.flipped.words()[i];
        while het != 0 {
            let bit = het & het.wrapping_neg();
            byte |= u8::from(flipped & bit != 0) << filled;
            filled += 1;
            if filled == 8 {
                out.push(byte);
                (byte, filled) = (0, 0);
            }
            het ^= bit;
        }
    }
    if filled > 0 {
        out.push(byte);
    }
}

/// The phase rule with the fewest exceptions, and these, if any.
fn phase(calls: &CallPlanes, counts: &CallCounts) -> (PhaseRule, Option<Plane>) {
    let (mut phased, mut phased_missing, mut diploid_missing) = (0u64, 0u64, 0u64);
    let ones = |w: u64| u64::from(w.count_ones());
    for i in 0..calls.lo.words().len() {
        let p = calls.phased.words()[i] & !calls.haploid.words()[i];
        let missing = calls.lo.words()[i] & calls.hi.words()[i];
        phased += ones(p);
        phased_missing += ones(p & missing);
        diploid_missing += ones(missing & !calls.haploid.words()[i]);
    }
    let diploid_called = counts.samples - counts.missing - counts.haploid_called;
    let exceptions = [
        (PhaseRule::Unphased, phased),
        (
            PhaseRule::Called,
            diploid_called - (phased - phased_missing) + phased_missing,
        ),
        (PhaseRule::All, diploid_called + diploid_missing - phased),
    ];
    let mut best = exceptions[0];
    for e in exceptions {
        if e.1 < best.1 {
            best = e;
        }
    }
    if best.1 == 0 {
        return (best.0, None);
    }
    let mut plane = super::extras::predicted(best.0, calls);
    for (i, w) in plane.words_mut().iter_mut().enumerate() {
        *w = (*w ^ calls.phased.words()[i]) & !calls.haploid.words()[i];
    }
    (best.0, Some(plane))
}

/// Appends a varint-framed part; shared with the extras.
pub(super) fn put_framed(out: &mut Vec<u8>, body: &[u8]) {
    put_varint(out, body.len() as u64);
    out.extend_from_slice(body);
}
