//! The twin of `kernel.wgsl`, in the same order.

use crate::WRITTEN;

pub(super) fn sparse_counts(params: &[u32], inputs: &[&[u32]], counts: &mut [u32]) {
    let (&[segments, cohorts, words, _], &[entries, starts, members]) = (params, inputs) else {
        return;
    };
    for at in 0..segments * cohorts {
        let segment = (at / cohorts) as usize;
        let c_at = (at % cohorts) * words;
        let mut sum = 0;
        for i in starts[segment]..starts[segment + 1] {
            let entry = entries[i as usize];
            let sample = entry & 0x3fff_ffff;
            let list = entry >> 30;
            let member = members[(c_at + sample / 32) as usize] >> (sample % 32) & 1;
            sum += member << (10 * list);
        }
        counts[at as usize] = sum | WRITTEN;
    }
}
