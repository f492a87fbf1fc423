//! The twin of `kernel.wgsl`, in the same order.

use super::super::wide::{SUM_WORDS, pack, value};
use super::CELLS;

pub(super) fn set_covariance(params: &[u32], inputs: &[&[u32]], sums: &mut [u32]) {
    let (&[pairs, vectors, _], &[entries, starts, rows, weights]) = (params, inputs) else {
        return;
    };
    let (rows, weights) = (rows.as_chunks::<2>().0, weights.as_chunks::<2>().0);
    for at in 0..pairs * vectors {
        let [first, second] = rows[(at / vectors) as usize];
        let vector = at % vectors;
        let mut i = starts[first as usize];
        let mut j = starts[second as usize];
        let i_end = starts[first as usize + 1];
        let j_end = starts[second as usize + 1];
        let mut cells = [0i64; CELLS];
        while i < i_end && j < j_end {
            let a = entries[i as usize];
            let b = entries[j as usize];
            let a_sample = a & 0x3fff_ffff;
            let b_sample = b & 0x3fff_ffff;
            if a_sample == b_sample {
                let cell = (((a >> 30) - 1) * 3 + (b >> 30) - 1) as usize;
                let weight = value(weights[(a_sample * vectors + vector) as usize]);
                cells[cell] = cells[cell].wrapping_add(weight);
            }
            i += u32::from(a_sample <= b_sample);
            j += u32::from(b_sample <= a_sample);
        }
        for (cell, sum) in cells.into_iter().enumerate() {
            let to = (at as usize * CELLS + cell) * SUM_WORDS;
            sums[to..to + SUM_WORDS].copy_from_slice(&pack(sum));
        }
    }
}
