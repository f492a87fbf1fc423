//! The twin of `kernel.wgsl`, in the same order.

use super::{MISSING, WORDS};
use crate::WRITTEN;

pub(super) fn mask_collapse(params: &[u32], inputs: &[&[u32]], values: &mut [u32]) {
    let (&[people, masks, words, _], &[entries, starts, members]) = (params, inputs) else {
        return;
    };
    for at in 0..people * masks {
        let person = (at / masks) as usize;
        let m_at = at % masks * words;
        let mut sum = 0;
        let mut most = 0;
        let mut uncalled = 0;
        for i in starts[person]..starts[person + 1] {
            let row = entries[i as usize] & 0x3fff_ffff;
            let genotype = entries[i as usize] >> 30;
            if members[(m_at + row / 32) as usize] >> (row % 32) & 1 == 0 {
                continue;
            }
            if genotype == MISSING {
                uncalled += 1;
            } else {
                sum += genotype;
                most = most.max(genotype);
            }
        }
        let at = at as usize * WORDS;
        values[at] = sum | WRITTEN;
        values[at + 1] = uncalled << 2 | most | WRITTEN;
    }
}
