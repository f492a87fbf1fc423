//! The twin of `kernel.wgsl`, in the same order.

use super::super::wide::{SUM_WORDS, pack, value};

pub(super) fn sparse_sums(params: &[u32], inputs: &[&[u32]], sums: &mut [u32]) {
    let (&[segments, vectors, _], &[samples, starts, values]) = (params, inputs) else {
        return;
    };
    let values = values.as_chunks::<2>().0;
    for at in 0..segments * vectors {
        let segment = (at / vectors) as usize;
        let vector = at % vectors;
        let mut sum = 0i64;
        for i in starts[segment]..starts[segment + 1] {
            let sample = samples[i as usize];
            sum = sum.wrapping_add(value(values[(sample * vectors + vector) as usize]));
        }
        let at = at as usize * SUM_WORDS;
        sums[at..at + SUM_WORDS].copy_from_slice(&pack(sum));
    }
}
