//! The calls of a set's variants among the people analysed, as lists of samples.

use crate::format::FormatError;
use crate::format::matrix::GenotypeFile;
use crate::format::row::{RowBody, RowView};
use crate::genotype::{Genotype, Plane};
use crate::query::carriers;

/// The people analysed who carry a variant, or have no call; ascending.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Calls {
    /// Heterozygous.
    pub(super) het: Vec<u32>,
    /// Homozygous, or haploid with the alternative allele.
    pub(super) hom: Vec<u32>,
    /// Without a call.
    pub(super) missing: Vec<u32>,
}

impl Calls {
    /// Reads a row; `members` are the people analysed.
    pub(super) fn read(
        file: &GenotypeFile,
        row: u32,
        view: &RowView<'_>,
        members: &Plane,
    ) -> Result<Self, FormatError> {
        let mut calls = Self::default();
        match &view.body {
            RowBody::Sparse(sparse) if sparse.base == Genotype::HomRef => {
                for (genotype, list) in &sparse.lists {
                    let to = match genotype {
                        Genotype::Het => &mut calls.het,
                        Genotype::HomAlt => &mut calls.hom,
                        Genotype::Missing => &mut calls.missing,
                        Genotype::HomRef => continue,
                    };
                    let mut push = |sample: u32| {
                        if members.get(sample as usize) {
                            to.push(sample);
                        }
                    };
                    list.check(&mut push)
                        .map_err(FormatError::row(file.path(), row as usize))?;
                }
            }
            RowBody::Dense(words) => {
                let (lo, hi) = words.split_at(words.len() / 2);
                calls.of_planes(lo, hi, members);
            }
            RowBody::Sparse(_) => {
                let planes = carriers::calls(file, row, view)?;
                calls.of_planes(planes.lo.words(), planes.hi.words(), members);
            }
        }
        Ok(calls)
    }

    fn of_planes(&mut self, lo: &[u64], hi: &[u64], members: &Plane) {
        for (i, ((lo, hi), members)) in lo.iter().zip(hi).zip(members.words()).enumerate() {
            let mut some = (lo | hi) & members;
            while some != 0 {
                let bit = some & some.wrapping_neg();
                some ^= bit;
                let sample = i as u32 * 64 + bit.trailing_zeros();
                match (lo & bit != 0, hi & bit != 0) {
                    (true, false) => self.het.push(sample),
                    (false, true) => self.hom.push(sample),
                    _ => self.missing.push(sample),
                }
            }
        }
    }

    /// Copies of the alternative allele, all calls being of two alleles.
    pub(super) fn allele_count(&self) -> u64 {
        self.het.len() as u64 + 2 * self.hom.len() as u64
    }
}
