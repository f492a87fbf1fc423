//! The twin of `kernel.wgsl`, in the same order.

use super::{COUNTS, LINE, TILE};
use crate::WRITTEN;

fn ones(line: &[u32; LINE]) -> u32 {
    line.iter().map(|w| w.count_ones()).sum()
}

fn and(a: &[u32; LINE], b: &[u32; LINE]) -> [u32; LINE] {
    std::array::from_fn(|i| a[i] & b[i])
}

pub(super) fn dense_counts(params: &[u32], inputs: &[&[u32]], counts: &mut [u32]) {
    let (&[rows, first_row, lines, cohorts, _], &[planes, members]) = (params, inputs) else {
        return;
    };
    let (planes, members) = (planes.as_chunks::<LINE>().0, members.as_chunks::<LINE>().0);
    for row in 0..rows {
        for cohort in (0..cohorts).step_by(TILE as usize) {
            let tile = (cohorts - cohort).min(TILE);
            let lo_at = ((first_row + row) * 2 * lines) as usize;
            let hi_at = lo_at + lines as usize;
            let mut sums = [[0u32; TILE as usize]; COUNTS];
            for i in 0..lines as usize {
                let lo = &planes[lo_at + i];
                let hi = &planes[hi_at + i];
                for t in 0..tile {
                    let c = &members[((cohort + t) * lines) as usize + i];
                    let t = t as usize;
                    sums[0][t] += ones(&and(lo, c));
                    sums[1][t] += ones(&and(hi, c));
                    sums[2][t] += ones(&and(&and(lo, hi), c));
                }
            }
            for t in 0..tile {
                let at = (row * cohorts + cohort + t) as usize * COUNTS;
                for (k, sums) in sums.iter().enumerate() {
                    counts[at + k] = sums[t as usize] | WRITTEN;
                }
            }
        }
    }
}
