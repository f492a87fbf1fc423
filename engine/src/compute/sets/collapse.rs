//! Masks on the CPU: the alleles of several rows, collapsed by person.

use rayon::prelude::*;

use super::calls::unsuitable;
use super::{SetCalls, split};
use crate::compute::ComputeError;

/// People whom one thread takes at a time.
const BLOCK_PEOPLE: usize = 1024;

/// A person's alleles at the rows of a mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaskValue {
    /// The sample.
    pub sample: u32,
    /// Copies of the alternative alleles of all rows. Up to two, they are the value of a compound
    /// heterozygote.
    pub sum: u32,
    /// The most copies of one row: 0, 1 or 2.
    pub most: u32,
    /// Rows without a call. A person in whom it is the number of rows has no call at all; one with
    /// a sum of 0 carries none, and some may be hidden.
    pub uncalled: u32,
}

impl MaskValue {
    /// Whether anything is known but that no row is carried.
    pub(in crate::compute) const fn is_some(&self) -> bool {
        self.sum > 0 || self.uncalled > 0
    }
}

/// By mask, a bit for each row.
pub(in crate::compute) fn mask_bits(
    calls: &SetCalls,
    masks: &[Vec<u32>],
) -> Result<Vec<u32>, ComputeError> {
    let words = calls.len().div_ceil(32);
    let mut bits = vec![0; words * masks.len()];
    for (mask, rows) in masks.iter().enumerate() {
        for &row in rows {
            if row as usize >= calls.len() {
                return Err(unsuitable(format!("no row {row} of {}", calls.len())));
            }
            bits[mask * words + row as usize / 32] |= 1 << (row % 32);
        }
    }
    Ok(bits)
}

pub(super) fn mask_values(calls: &SetCalls, bits: &[u32], masks: usize) -> Vec<Vec<MaskValue>> {
    let words = calls.len().div_ceil(32);
    let of_mask = |mask: usize| -> Vec<MaskValue> {
        let member = |row: u32| bits[mask * words + row as usize / 32] >> (row % 32) & 1 == 1;
        let value = |place: usize| {
            let mut value = MaskValue {
                sample: calls.people[place],
                sum: 0,
                most: 0,
                uncalled: 0,
            };
            for entry in &calls.held[calls.person(place)] {
                match split(*entry) {
                    (row, _) if !member(row) => {}
                    (_, 3) => value.uncalled += 1,
                    (_, copies) => {
                        value.sum += copies as u32;
                        value.most = value.most.max(copies as u32);
                    }
                }
            }
            value.is_some().then_some(value)
        };
        (0..calls.people.len())
            .into_par_iter()
            .with_min_len(BLOCK_PEOPLE)
            .filter_map(value)
            .collect()
    };
    (0..masks).into_par_iter().map(of_mask).collect()
}
