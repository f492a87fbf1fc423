//! Counts of four samples with one, for AVX-512.

use std::arch::x86_64::*;

use super::super::portable::{FourRows, Planes};
use super::x86::load;

/// See [`Isa::pairs_complete`](super::Isa::pairs_complete).
#[target_feature(enable = "avx512f,avx512vpopcntdq")]
pub(super) fn complete(rows: &FourRows<'_>, column: Planes<'_>) -> [[u32; 2]; 4] {
    let [lo, hi] = column.map(|plane| plane.as_chunks::<8>().0);
    let mut sums = [[_mm512_setzero_si512(); 2]; 4];
    let rows = rows.map(|row| row.map(|plane| &plane.as_chunks::<8>().0[..lo.len()]));
    for (i, (lo_j, hi_j)) in lo.iter().zip(hi).enumerate() {
        let (lo_j, hi_j) = (load(lo_j), load(hi_j));
        for (sums, [lo, hi]) in sums.iter_mut().zip(&rows) {
            let (lo_i, hi_i) = (load(&lo[i]), load(&hi[i]));
            let het_het = _mm512_and_si512(lo_i, lo_j);
            // (a ^ b) & !c, then without the last.
            let apart = _mm512_ternarylogic_epi64::<0x14>(hi_i, hi_j, lo_i);
            let ibs0 = _mm512_andnot_si512(lo_j, apart);
            for (sum, found) in sums.iter_mut().zip([het_het, ibs0]) {
                *sum = _mm512_add_epi64(*sum, _mm512_popcnt_epi64(found));
            }
        }
    }
    sums.map(|sums| sums.map(|sum| _mm512_reduce_add_epi64(sum) as u32))
}

/// See [`Isa::pairs`](super::Isa::pairs).
#[target_feature(enable = "avx512f,avx512vpopcntdq")]
pub(super) fn any(rows: &FourRows<'_>, column: Planes<'_>) -> [[u32; 4]; 4] {
    let [lo, hi] = column.map(|plane| plane.as_chunks::<8>().0);
    let mut sums = [[_mm512_setzero_si512(); 4]; 4];
    let rows = rows.map(|row| row.map(|plane| &plane.as_chunks::<8>().0[..lo.len()]));
    for (i, (lo_j, hi_j)) in lo.iter().zip(hi).enumerate() {
        let (lo_j, hi_j) = (load(lo_j), load(hi_j));
        let het_j = _mm512_andnot_si512(hi_j, lo_j);
        for (sums, [lo, hi]) in sums.iter_mut().zip(&rows) {
            let (lo_i, hi_i) = (load(&lo[i]), load(&hi[i]));
            let het_i = _mm512_andnot_si512(hi_i, lo_i);
            let apart = _mm512_ternarylogic_epi64::<0x14>(hi_i, hi_j, lo_i);
            let found = [
                _mm512_and_si512(het_i, het_j),
                _mm512_andnot_si512(lo_j, apart),
                _mm512_andnot_si512(lo_j, het_i),
                _mm512_andnot_si512(lo_i, het_j),
            ];
            for (sum, found) in sums.iter_mut().zip(found) {
                *sum = _mm512_add_epi64(*sum, _mm512_popcnt_epi64(found));
            }
        }
    }
    sums.map(|sums| sums.map(|sum| _mm512_reduce_add_epi64(sum) as u32))
}
