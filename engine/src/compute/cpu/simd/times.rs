//! Four rows of genotypes times a vector, for AVX-512.

use std::arch::x86_64::*;

use super::super::portable::{FourRows, TimesRows};
use super::x86::{load, store};

/// See [`Isa::decode_rows`](super::Isa::decode_rows).
#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn decode(rows: &FourRows<'_>, out: &mut TimesRows) {
    let (one, two) = (_mm512_set1_epi16(1), _mm512_set1_epi16(2));
    for ([lo, hi], out) in rows.iter().zip(&mut out.rows) {
        out.resize(16 * lo.len(), 0);
        let lines = out.as_chunks_mut::<8>().0.as_chunks_mut::<2>().0;
        for ((lo, hi), [first, second]) in lo.iter().zip(*hi).zip(lines) {
            let (ones, twos) = (lo & !hi, hi & !lo);
            for (line, at) in [(first, 0), (second, 32)] {
                let copies = _mm512_maskz_mov_epi16((ones >> at) as u32, one);
                store(
                    line,
                    _mm512_mask_mov_epi16(copies, (twos >> at) as u32, two),
                );
            }
        }
    }
}

/// See [`Isa::times_rows`](super::Isa::times_rows).
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
pub(super) fn times(rows: &TimesRows, high: &[u64], low: &[u64]) -> [[i32; 2]; 4] {
    let high = high.as_chunks::<8>().0;
    let low = &low.as_chunks::<8>().0[..high.len()];
    let rows = rows
        .rows
        .each_ref()
        .map(|row| &row.as_chunks::<8>().0[..high.len()]);
    let mut sums = [[_mm512_setzero_si512(); 2]; 4];
    for (i, (high, low)) in high.iter().zip(low).enumerate() {
        let halves = [load(high), load(low)];
        for (sums, row) in sums.iter_mut().zip(&rows) {
            let copies = load(&row[i]);
            for (sum, half) in sums.iter_mut().zip(halves) {
                *sum = _mm512_dpwssd_epi32(*sum, copies, half);
            }
        }
    }
    sums.map(|sums| sums.map(|sum| _mm512_reduce_add_epi32(sum)))
}
