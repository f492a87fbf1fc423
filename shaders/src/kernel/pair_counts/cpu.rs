//! The twin of `kernel.wgsl`; its sums are of whole numbers, in any order.

use super::{COUNTS, LINE};
use crate::WRITTEN;

pub(super) fn pair_counts(params: &[u32], inputs: &[&[u32]], counts: &mut [u32]) {
    let (&[rows, first_row, columns, first_column, lines], &[row_planes, column_planes]) = (params, inputs) else {
        return;
    };
    let words = lines as usize * LINE;
    let sample = |planes: &'_ [u32], s: u32| {
        let at = s as usize * 2 * words;
        let (lo, hi) = planes[at..at + 2 * words].split_at(words);
        lo.iter().copied().zip(hi.iter().copied()).collect::<Vec<_>>()
    };
    for i in 0..rows {
        let first = sample(row_planes, first_row + i);
        for j in 0..columns {
            let mut found = [0u32; COUNTS];
            for (&(lo_i, hi_i), (lo_j, hi_j)) in first.iter().zip(sample(column_planes, first_column + j)) {
                let (het_i, het_j) = (lo_i & !hi_i, lo_j & !hi_j);
                found[0] += (het_i & het_j).count_ones();
                found[1] += ((hi_i ^ hi_j) & !(lo_i | lo_j)).count_ones();
                found[2] += (het_i & !lo_j).count_ones();
                found[3] += (het_j & !lo_i).count_ones();
            }
            let at = (i * columns + j) as usize * COUNTS;
            for (count, found) in counts[at..].iter_mut().zip(found) {
                *count = found | WRITTEN;
            }
        }
    }
}
