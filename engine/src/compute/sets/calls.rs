//! The calls of a set's rows, by row and by person.

use genodex_shaders::kernel::mask_collapse::MAX_ROWS;

use crate::compute::ComputeError;
use crate::format::FormatError;

/// Samples that a store may have, and fewer.
const MAX_SAMPLES: usize = 1 << 29;
/// Bits of an entry that are a sample or a row.
const ID: u32 = u32::MAX >> 2;

/// Genotypes of the people who carry a row of a set or have no call there, by row and by person.
/// Memory is that of the calls, never rows times samples.
///
/// A row may be a variant or a collapsed mask: what has the value 1 or 2.
#[derive(Clone, Debug, Default)]
pub struct SetCalls {
    n_samples: usize,
    /// By row, ascending samples: a sample and its genotype.
    pub(in crate::compute) entries: Vec<u32>,
    /// Where each row starts in `entries`, and the end of the last.
    pub(in crate::compute) starts: Vec<u32>,
    /// By entry of `entries`: its place in `held`, and where its person ends there.
    pub(super) places: Vec<[u32; 2]>,
    /// The people, ascending.
    pub(in crate::compute) people: Vec<u32>,
    /// By person, ascending rows: a row and the genotype there.
    pub(in crate::compute) held: Vec<u32>,
    /// Where each person starts in `held`, and the end of the last.
    pub(in crate::compute) held_starts: Vec<u32>,
}

/// The sample or row of an entry, and the genotype: 1 het, 2 hom-alt, 3 missing.
pub(in crate::compute) const fn split(entry: u32) -> (u32, usize) {
    (entry & ID, (entry >> 30) as usize)
}

const fn entry(id: u32, genotype: u32) -> u32 {
    id & ID | genotype << 30
}

impl SetCalls {
    /// Of rows, each the heterozygous, the homozygous (or haploid with the alternative allele) and
    /// the uncalled samples, ascending.
    ///
    /// # Errors
    /// [`FormatError::Unsuitable`] for a sample at or beyond `n_samples`, one that a row names
    /// twice, and for more rows or calls than can be numbered.
    pub fn new<'r>(
        n_samples: usize,
        rows: impl IntoIterator<Item = [&'r [u32]; 3]>,
    ) -> Result<Self, ComputeError> {
        let mut calls = Self {
            n_samples,
            starts: vec![0],
            ..Self::default()
        };
        let mut keys: Vec<u64> = Vec::new();
        for (row, lists) in rows.into_iter().enumerate() {
            let start = calls.entries.len();
            for (genotype, samples) in (1..).zip(lists) {
                calls
                    .entries
                    .extend(samples.iter().map(|s| s.min(&ID) << 2 | genotype));
            }
            // Sorted by sample, and only then with the genotype in front.
            let of_row = &mut calls.entries[start..];
            of_row.sort_unstable();
            let twice = |w: &[u32]| w[0] >> 2 == w[1] >> 2;
            if let Some(pair) = of_row.windows(2).find(|w| twice(w)) {
                return Err(unsuitable(format!(
                    "sample {} is in row {row} of a set twice",
                    pair[0] >> 2
                )));
            }
            for coded in of_row {
                let (sample, genotype) = (*coded >> 2, *coded & 3);
                if sample as usize >= n_samples {
                    return Err(unsuitable(format!("no sample {sample} of {n_samples}")));
                }
                keys.push(u64::from(sample) << 32 | (row as u64) << 2 | u64::from(genotype));
                *coded = entry(sample, genotype);
            }
            calls.starts.push(calls.entries.len() as u32);
        }
        let (rows, entries) = (calls.len(), calls.entries.len());
        if n_samples > MAX_SAMPLES || rows >= MAX_ROWS || u32::try_from(entries).is_err() {
            return Err(unsuitable(format!(
                "a set of {rows} rows with {entries} calls among {n_samples} samples: divide it"
            )));
        }
        calls.by_person(keys);
        Ok(calls)
    }

    fn by_person(&mut self, mut keys: Vec<u64>) {
        keys.sort_unstable();
        self.places = vec![[0; 2]; keys.len()];
        self.held_starts.push(0);
        let mut next = self.starts.clone();
        for of_person in keys.chunk_by(|a, b| a >> 32 == b >> 32) {
            let end = (self.held.len() + of_person.len()) as u32;
            for key in of_person {
                let row = (*key as u32) >> 2;
                // A row's people come in the order of its entries.
                let at = &mut next[row as usize];
                self.places[*at as usize] = [self.held.len() as u32, end];
                *at += 1;
                self.held.push(entry(row, *key as u32 & 3));
            }
            self.people
                .extend(of_person.first().map(|k| (k >> 32) as u32));
            self.held_starts.push(end);
        }
    }

    /// Rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Calls of all rows.
    #[must_use]
    pub fn n_calls(&self) -> usize {
        self.entries.len()
    }

    /// Samples of the store.
    #[must_use]
    pub const fn n_samples(&self) -> usize {
        self.n_samples
    }

    /// Where the entries of a row are.
    pub(in crate::compute) fn row(&self, row: usize) -> std::ops::Range<usize> {
        self.starts[row] as usize..self.starts[row + 1] as usize
    }

    /// Where the entries of the person at `place` of `people` are in `held`.
    pub(super) fn person(&self, place: usize) -> std::ops::Range<usize> {
        self.held_starts[place] as usize..self.held_starts[place + 1] as usize
    }
}

pub(super) fn unsuitable(reason: String) -> ComputeError {
    FormatError::Unsuitable(reason).into()
}
