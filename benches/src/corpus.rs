//! A genotype file like a biobank's: 100,000 people, most variants carried by a handful.

use std::path::Path;

use genodex_engine::format::FormatError;
use genodex_engine::format::disk::OsDisk;
use genodex_engine::format::matrix::{GenotypeFile, GenotypeFileWriter};
use genodex_engine::format::row::encode_row;
use genodex_engine::genotype::{CallPlanes, Genotype, SampleSet};

/// Variants by copies of the rarer allele: entry `i` counts those with `2^i` to `2^(i+1) - 1`
/// copies among 200,000, as in a simulation of 100,000 people of two populations.
const SPECTRUM: [usize; 17] = [
    30_393, 18_195, 10_869, 6_473, 3_647, 2_089, 1_361, 1_000, 882, 572, 523, 374, 301, 233, 344,
    390, 337,
];

/// A generator of numbers, the same on every run.
#[derive(Clone, Debug)]
pub struct Numbers(pub u64);

impl Numbers {
    /// The next number, uniform over 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next_u64() % n.max(1) as u64) as usize
    }
}

/// How large a corpus is.
#[derive(Clone, Copy, Debug)]
pub struct Corpus {
    /// People.
    pub samples: usize,
    /// Rows are one in this many of the model's.
    pub thin: usize,
}

/// Writes a corpus at `path` and opens it. The same corpus always has the same bytes.
///
/// # Errors
/// [`FormatError`] where the file cannot be written.
pub fn write_biobank(path: &Path, corpus: Corpus) -> Result<GenotypeFile, FormatError> {
    let n = corpus.samples;
    let mut numbers = Numbers(7);
    let mut copies = Vec::new();
    for (i, &rows) in SPECTRUM.iter().enumerate() {
        for _ in 0..rows / corpus.thin {
            let copy = (1 << i) + numbers.below(1 << i);
            // Copies of the model's 200,000, in a cohort of another size.
            copies.push((copy * n).div_ceil(100_000).min(n));
        }
    }
    for i in (1..copies.len()).rev() {
        copies.swap(i, numbers.below(i + 1));
    }
    let mut writer = GenotypeFileWriter::create(&OsDisk, path, n)?;
    let mut calls = CallPlanes::new(n);
    for &copies in &copies {
        calls.clear();
        for _ in 0..copies {
            let s = numbers.below(n);
            let genotype = if calls.genotype(s) == Genotype::HomRef {
                Genotype::Het
            } else {
                Genotype::HomAlt
            };
            calls.set_genotype(s, genotype);
        }
        writer.push(encode_row(&calls))?;
    }
    let rows = writer.n_rows();
    let written = writer.finish()?;
    GenotypeFile::open(path, written.length, &written.checksum, n as u64, rows)
}

/// A random half of `n` samples.
#[must_use]
pub fn half_of(n: usize, seed: u64) -> SampleSet {
    let mut numbers = Numbers(seed);
    let members = (0..n as u32).filter(|_| numbers.next_u64() & 1 == 1);
    SampleSet::from_bitmap(n, members.collect())
}
