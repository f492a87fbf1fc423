//! The portable forms of the kernels in `simd`: what those are tested against, and what machines
//! without known vector units run. Inlined into functions for such units, they also make use of
//! them.

use crate::codec::CodecError;
use crate::compute::cohorts::MASK_COHORTS;

#[inline(always)]
pub(super) fn dense(lo: &[u64], hi: &[u64], c: &[u64]) -> [u64; 3] {
    let ones = |w: u64| u64::from(w.count_ones());
    let (mut l, mut h, mut b) = (0, 0, 0);
    for ((&lo, &hi), &c) in lo.iter().zip(hi).zip(c) {
        l += ones(lo & c);
        h += ones(hi & c);
        b += ones(lo & hi & c);
    }
    [l, h, b]
}

#[inline(always)]
pub(super) fn read(words: &[u64]) -> u64 {
    words.iter().fold(0, |a, b| a ^ b)
}

#[inline(always)]
pub(super) fn dense_lines(lo: &[u64], hi: &[u64], c: &[u64], lines: &[u32]) -> [u64; 3] {
    let (lo, hi, c) = (
        lo.as_chunks::<8>().0,
        hi.as_chunks::<8>().0,
        c.as_chunks::<8>().0,
    );
    let mut sum = [0; 3];
    for &i in lines {
        let i = i as usize;
        if let (Some(lo), Some(hi), Some(c)) = (lo.get(i), hi.get(i), c.get(i)) {
            let counts = dense(lo, hi, c);
            sum = std::array::from_fn(|k| sum[k] + counts[k]);
        }
    }
    sum
}

pub(super) fn count_chunk8(
    counts: &[u8],
    mut offsets: &[u8],
    plane: &[u64],
) -> Result<u32, CodecError> {
    let chunks = plane.as_chunks::<4>().0;
    let mut count = 0;
    for (i, &k) in counts.iter().enumerate() {
        let (chunk, rest) = offsets
            .split_at_checked(usize::from(k))
            .ok_or(CodecError::Truncated)?;
        offsets = rest;
        let words = chunks.get(i).ok_or(CodecError::Truncated)?;
        for &o in chunk {
            count += (words[usize::from(o) / 64] >> (o % 64)) as u32 & 1;
        }
    }
    Ok(count)
}

pub(super) fn decode_chunk8(
    counts: &[u8],
    mut offsets: &[u8],
    ids: &mut Vec<u32>,
) -> Result<(), CodecError> {
    for (base, &k) in (0u32..).step_by(256).zip(counts) {
        let (chunk, rest) = offsets
            .split_at_checked(usize::from(k))
            .ok_or(CodecError::Truncated)?;
        offsets = rest;
        ids.extend(chunk.iter().map(|&o| base + u32::from(o)));
    }
    Ok(())
}

/// Bit `i` of the index becomes the `i`-th byte.
static SPREAD: [u64; 256] = {
    let mut spread = [0; 256];
    let mut i = 0;
    while i < 256 {
        let mut bit = 0;
        while bit < 8 {
            spread[i] |= (i as u64 >> bit & 1) << (8 * bit);
            bit += 1;
        }
        i += 1;
    }
    spread
};

pub(super) fn count_masks(ids: &[u32], masks: &[u16]) -> [u32; MASK_COHORTS] {
    let mut counts = [0; MASK_COHORTS];
    // A byte holds up to 255.
    for ids in ids.chunks(255) {
        let mut sums = [0u64; 2];
        for &id in ids {
            let mask = masks.get(id as usize).copied().unwrap_or(0);
            sums[0] += SPREAD[usize::from(mask as u8)];
            sums[1] += SPREAD[usize::from((mask >> 8) as u8)];
        }
        for (i, count) in counts.iter_mut().enumerate() {
            *count += (sums[i / 8] >> (8 * (i % 8))) as u32 & 0xff;
        }
    }
    counts
}

/// The planes `lo` and `hi` of a sample.
pub(in crate::compute) type Planes<'p> = [&'p [u64]; 2];
/// Those of four samples.
pub(in crate::compute) type FourRows<'p> = [Planes<'p>; 4];

/// Sums over lines of words of what `found` has ones in, for each row.
#[inline(always)]
fn over_rows<const N: usize>(
    rows: &FourRows<'_>,
    column: Planes<'_>,
    found: impl Fn([u64; 2], [u64; 2]) -> [u64; N],
) -> [[u32; N]; 4] {
    let [lo, hi] = column.map(|plane| plane.as_chunks::<8>().0);
    rows.map(|row| {
        let mut sums = [[0u64; 8]; N];
        let [lo_i, hi_i] = row.map(|plane| plane.as_chunks::<8>().0);
        for (((lo_j, hi_j), lo_i), hi_i) in lo.iter().zip(hi).zip(lo_i).zip(hi_i) {
            for w in 0..8 {
                let found = found([lo_i[w], hi_i[w]], [lo_j[w], hi_j[w]]);
                for (sums, found) in sums.iter_mut().zip(found) {
                    sums[w] += u64::from(found.count_ones());
                }
            }
        }
        sums.map(|sums| sums.iter().sum::<u64>() as u32)
    })
}

#[inline(always)]
pub(super) fn pairs_complete(rows: &FourRows<'_>, column: Planes<'_>) -> [[u32; 2]; 4] {
    over_rows(rows, column, |[lo_i, hi_i], [lo_j, hi_j]| {
        [lo_i & lo_j, (hi_i ^ hi_j) & !(lo_i | lo_j)]
    })
}

#[inline(always)]
pub(super) fn pairs(rows: &FourRows<'_>, column: Planes<'_>) -> [[u32; 4]; 4] {
    over_rows(rows, column, |[lo_i, hi_i], [lo_j, hi_j]| {
        let (het_i, het_j) = (lo_i & !hi_i, lo_j & !hi_j);
        let ibs0 = (hi_i ^ hi_j) & !(lo_i | lo_j);
        [het_i & het_j, ibs0, het_i & !lo_j, het_j & !lo_i]
    })
}

/// Copies of the alternative allele of four rows, as 16-bit integers; none where missing.
#[derive(Clone, Debug, Default)]
pub(in crate::compute) struct TimesRows {
    /// Of a row, four in a word.
    pub(super) rows: [Vec<u64>; 4],
}

#[inline(always)]
pub(super) fn decode_rows(rows: &FourRows<'_>, out: &mut TimesRows) {
    for ([lo, hi], out) in rows.iter().zip(&mut out.rows) {
        out.clear();
        out.resize(16 * lo.len(), 0);
        let values: &mut [i16] = bytemuck::cast_slice_mut(out);
        for ((lo, hi), values) in lo.iter().zip(*hi).zip(values.chunks_exact_mut(64)) {
            let (one, two) = (lo & !hi, hi & !lo);
            for (bit, value) in values.iter_mut().enumerate() {
                *value = ((one >> bit & 1) | (two >> bit & 1) << 1) as i16;
            }
        }
    }
}

#[inline(always)]
pub(super) fn times_rows(rows: &TimesRows, high: &[u64], low: &[u64]) -> [[i32; 2]; 4] {
    let halves = [high, low].map(bytemuck::cast_slice::<u64, i16>);
    rows.rows.each_ref().map(|row| {
        let values: &[i16] = bytemuck::cast_slice(row);
        halves.map(|half| {
            let products = values.iter().zip(half);
            products.map(|(g, x)| i32::from(*g) * i32::from(*x)).sum()
        })
    })
}
