//! Weighted covariances on the CPU: a row's people are walked through, and the rows that each of
//! them has besides.

use rayon::prelude::*;

use super::{SetCalls, split};
use crate::association::FixedVectors;

/// Sums by the genotypes at both rows of a pair.
pub(in crate::compute) type Cells = [i64; 9];

/// Sums over the people whom two rows of a set both list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Covariances {
    /// Pairs of rows `[j, k]`, `j <= k`, that list a person in common, ascending. All others are
    /// zero.
    pub pairs: Vec<[u32; 2]>,
    /// By pair and vector of weights, nine sums: `3 * a + b` is of genotype `a` at `j` and `b` at
    /// `k`, each 0 het, 1 hom-alt, 2 missing.
    pub sums: Vec<Cells>,
}

/// One row against itself and those after it.
#[derive(Default)]
struct Row {
    /// By row, its place in `seen` and one.
    places: Vec<u32>,
    /// The rows met, as they came.
    seen: Vec<u32>,
    /// By place in `seen` and vector.
    sums: Vec<Cells>,
}

impl Row {
    /// The place of row `k` among those met.
    fn place(&mut self, k: u32, vectors: usize) -> usize {
        let at = &mut self.places[k as usize];
        if *at == 0 {
            self.seen.push(k);
            self.sums.resize(self.seen.len() * vectors, [0; 9]);
            *at = self.seen.len() as u32;
        }
        *at as usize - 1
    }

    /// Moves what was met to the end of `out`, ascending.
    fn take(&mut self, j: u32, vectors: usize, out: &mut Covariances) {
        let mut order: Vec<(u32, u32)> = self.seen.iter().copied().zip(0..).collect();
        order.sort_unstable();
        for (k, place) in order {
            out.pairs.push([j, k]);
            let at = place as usize * vectors;
            out.sums.extend_from_slice(&self.sums[at..at + vectors]);
            self.places[k as usize] = 0;
        }
        self.seen.clear();
        self.sums.clear();
    }
}

/// Hands over each person whom row `j` and a row from `j` on both list: that row, the sample and
/// the cell.
fn walk(calls: &SetCalls, j: usize, mut visit: impl FnMut(u32, u32, usize)) {
    for at in calls.row(j) {
        let (sample, a) = split(calls.entries[at]);
        let [start, end] = calls.places[at];
        for held in &calls.held[start as usize..end as usize] {
            let (k, b) = split(*held);
            visit(k, sample, 3 * (a - 1) + b - 1);
        }
    }
}

pub(super) fn covariances(calls: &SetCalls, weights: Option<&FixedVectors>) -> Covariances {
    let vectors = weights.map_or(1, FixedVectors::len);
    rows(calls, vectors, |row, k, sample, cell| {
        let at = row.place(k, vectors) * vectors;
        match weights {
            None => row.sums[at][cell] += 1,
            Some(weights) => {
                for (sums, w) in row.sums[at..].iter_mut().zip(weights.of_sample(sample)) {
                    sums[cell] = sums[cell].wrapping_add(*w);
                }
            }
        }
    })
}

/// The pairs of rows that list a person in common, ascending.
pub(in crate::compute) fn pairs(calls: &SetCalls) -> Vec<[u32; 2]> {
    rows(calls, 0, |row, k, _, _| {
        row.place(k, 0);
    })
    .pairs
}

/// Walks through all rows and joins what came of each, in their order.
fn rows(
    calls: &SetCalls,
    vectors: usize,
    visit: impl Fn(&mut Row, u32, u32, usize) + Sync,
) -> Covariances {
    let blocks = rayon::current_num_threads().max(1) * 8;
    let block = calls.len().div_ceil(blocks).max(1);
    let of_block = |start: usize| {
        let mut row = Row {
            places: vec![0; calls.len()],
            ..Row::default()
        };
        let mut out = Covariances::default();
        for j in start..(start + block).min(calls.len()) {
            walk(calls, j, |k, sample, cell| visit(&mut row, k, sample, cell));
            row.take(j as u32, vectors, &mut out);
        }
        out
    };
    let starts: Vec<usize> = (0..calls.len()).step_by(block).collect();
    let parts: Vec<Covariances> = starts.into_par_iter().map(of_block).collect();
    let mut all = Covariances::default();
    for part in parts {
        all.pairs.extend(part.pairs);
        all.sums.extend(part.sums);
    }
    all
}
