//! The twin of `kernel.wgsl`, in the same order.

use super::super::wide::{SUM_WORDS, pack, value};
use super::{CLASSES, TILE};

pub(super) fn dense_sums(params: &[u32], inputs: &[&[u32]], sums: &mut [u32]) {
    let (&[rows, lines, vectors, _], &[planes, values]) = (params, inputs) else {
        return;
    };
    let values = values.as_chunks::<2>().0;
    for row in (0..rows).step_by(TILE as usize) {
        for vector in 0..vectors {
            let words = (lines * 4) as usize;
            let tile = (rows - row).min(TILE);
            let v_at = vector as usize * words * 32;
            for r in row..row + tile {
                let lo_at = r as usize * 2 * words;
                let hi_at = lo_at + words;
                let mut total = [0i64; CLASSES];
                for w in 0..words {
                    for bit in 0..32 {
                        let value = value(values[v_at + w * 32 + bit]);
                        let lo = planes[lo_at + w] >> bit & 1;
                        let hi = planes[hi_at + w] >> bit & 1;
                        match (lo, hi) {
                            (1, 0) => total[0] = total[0].wrapping_add(value),
                            (0, 1) => total[1] = total[1].wrapping_add(value),
                            (1, 1) => total[2] = total[2].wrapping_add(value),
                            _ => {}
                        }
                    }
                }
                let at = (r * vectors + vector) as usize * CLASSES * SUM_WORDS;
                for (k, total) in total.into_iter().enumerate() {
                    let at = at + k * SUM_WORDS;
                    sums[at..at + SUM_WORDS].copy_from_slice(&pack(total));
                }
            }
        }
    }
}
