//! Up to 64 variants of one shard: where their calls become bits and bytes.

use roaring::RoaringBitmap;

use super::{Haploid, MISSING, Matrix, tile};
use crate::codec::{CodecError, IdList};
use crate::format::FormatError;
use crate::format::matrix::GenotypeFile;
use crate::format::row::{RowBody, RowView};
use crate::genotype::{CallPlanes, Genotype};
use crate::query::carriers::visit;
use crate::query::rows::RowSet;

/// Variants of a block, at most.
pub(super) const WIDTH: usize = 64;

/// Variants of one shard that follow each other in the matrix.
pub(super) struct Block {
    shard: usize,
    rows: RoaringBitmap,
    /// The first one's place in the matrix.
    pub(super) column: usize,
}

/// All rows, in blocks.
pub(super) fn split(rows: &RowSet) -> Vec<Block> {
    let mut out = Vec::new();
    let mut column = 0;
    for (shard, rows) in rows.shards() {
        let mut left = rows.iter().peekable();
        while left.peek().is_some() {
            let block = Block {
                shard: *shard,
                rows: left.by_ref().take(WIDTH).collect(),
                column,
            };
            column += block.len();
            out.push(block);
        }
    }
    out
}

/// Samples that follow each other in the store: the first one's column, and how many.
pub(super) fn runs(samples: &[u32]) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    for &s in samples {
        let s = s as usize;
        match out.last_mut() {
            Some((start, len)) if *start + *len == s => *len += 1,
            _ => out.push((s, 1)),
        }
    }
    out
}

/// The words of the planes that samples are in, ascending, and where each word is among them.
pub(super) struct Words {
    pub(super) list: Vec<u32>,
    /// By word of the planes; `u32::MAX` for one that is not needed.
    pub(super) slots: Vec<u32>,
}

impl Words {
    pub(super) fn of(samples: &[u32], n_samples: usize) -> Self {
        let mut slots = vec![u32::MAX; n_samples.div_ceil(64)];
        for &s in samples {
            if let Some(slot) = slots.get_mut(s as usize / 64) {
                *slot = 0;
            }
        }
        let mut list = Vec::new();
        for (word, slot) in (0..).zip(&mut slots) {
            if *slot == 0 {
                *slot = list.len() as u32;
                list.push(word);
            }
        }
        Self { list, slots }
    }
}

impl Block {
    /// Number of variants.
    pub(super) fn len(&self) -> usize {
        // At most WIDTH.
        self.rows.len() as usize
    }

    /// The two bits of the calls of each word of samples, variant by variant: 64 words of `lo`,
    /// 64 of `hi`, then those of the next word of samples. `out` is clear before.
    pub(super) fn bits(
        &self,
        matrix: &Matrix<'_>,
        words: &Words,
        out: &mut [u64],
    ) -> Result<(), FormatError> {
        let file = matrix.store.shard(self.shard)?.genotypes()?;
        let mut calls = CallPlanes::new(file.n_samples());
        let mut at = 0;
        visit(file, &self.rows, |row, view| {
            let wrong = || FormatError::row(file.path(), row as usize);
            if let Some(lists) = simple(matrix, view) {
                for (genotype, list) in lists {
                    let (lo, hi) = (*genotype as u8 & 1 == 1, *genotype as u8 & 2 == 2);
                    let mut overlap = false;
                    list.check(|s| {
                        let slot = words.slots.get(s as usize / 64).copied();
                        let place =
                            slot.map_or(usize::MAX, |s| (s as usize).saturating_mul(2 * WIDTH));
                        let bit = 1 << (s % 64);
                        let Some(tile) = out.get_mut(place..).filter(|t| t.len() >= 2 * WIDTH)
                        else {
                            return;
                        };
                        overlap |= (tile[at] | tile[WIDTH + at]) & bit != 0;
                        tile[at] |= if lo { bit } else { 0 };
                        tile[WIDTH + at] |= if hi { bit } else { 0 };
                    })
                    .map_err(wrong())?;
                    if overlap {
                        return Err(wrong()(CodecError::Overlap));
                    }
                }
            } else {
                decode(matrix, file, row, view, &mut calls)?;
                let (lo, hi) = (calls.lo.words(), calls.hi.words());
                for (tile, &word) in out.chunks_exact_mut(2 * WIDTH).zip(&words.list) {
                    tile[at] = lo[word as usize];
                    tile[WIDTH + at] = hi[word as usize];
                }
            }
            at += 1;
            Ok(())
        })
    }

    /// The values of the samples in `runs`, variant by variant.
    pub(super) fn copies(
        &self,
        matrix: &Matrix<'_>,
        runs: &[(usize, usize)],
        out: &mut [u8],
    ) -> Result<(), FormatError> {
        let file = matrix.store.shard(self.shard)?.genotypes()?;
        let mut calls = CallPlanes::new(file.n_samples());
        let mut all = vec![0; calls.lo.words().len() * 64];
        let n = matrix.samples.len();
        let few = n * 32 < file.n_samples();
        let mut variants = out.chunks_exact_mut(n.max(1));
        visit(file, &self.rows, |row, view| {
            decode(matrix, file, row, view, &mut calls)?;
            let Some(mut out) = variants.next() else {
                return Ok(());
            };
            if few {
                for (to, &s) in out.iter_mut().zip(&matrix.samples) {
                    *to = match calls.genotype(s as usize) {
                        Genotype::Missing => MISSING.cast_unsigned(),
                        genotype => genotype as u8,
                    };
                }
                return Ok(());
            }
            let words = calls.lo.words().iter().zip(calls.hi.words());
            for (to, (&lo, &hi)) in all.chunks_exact_mut(64).zip(words) {
                tile::expand(lo, hi, to);
            }
            for &(start, len) in runs {
                let (to, rest) = out.split_at_mut(len);
                to.copy_from_slice(&all[start..start + len]);
                out = rest;
            }
            Ok(())
        })
    }
}

/// The lists of a row that is sparse, all but they hom-ref, and without calls that are written
/// in another way than coded.
fn simple<'v, 'a>(
    matrix: &Matrix<'_>,
    view: &'v RowView<'a>,
) -> Option<&'v [(Genotype, IdList<'a>); 3]> {
    match &view.body {
        RowBody::Sparse(sparse)
            if sparse.base == Genotype::HomRef
                && !(view.has_extras() && matrix.haploid == Haploid::One) =>
        {
            Some(&sparse.lists)
        }
        _ => None,
    }
}

/// The genotypes of a row, those of one copy as heterozygous where they are written so: 01 in
/// the planes is one copy then.
fn decode(
    matrix: &Matrix<'_>,
    file: &GenotypeFile,
    row: u32,
    view: &RowView<'_>,
    calls: &mut CallPlanes,
) -> Result<(), FormatError> {
    let wrong = FormatError::row(file.path(), row as usize);
    if view.has_extras() && matrix.haploid == Haploid::One {
        *calls = view.calls(file.haploid_table()?).map_err(wrong)?;
        let CallPlanes {
            lo, hi, haploid, ..
        } = calls;
        let planes = lo.words_mut().iter_mut().zip(hi.words_mut());
        for ((lo, hi), haploid) in planes.zip(haploid.words()) {
            let one = haploid & *hi & !*lo;
            *lo |= one;
            *hi &= !one;
        }
        return Ok(());
    }
    calls.lo.clear();
    calls.hi.clear();
    view.genotypes_into(calls).map_err(wrong)
}
