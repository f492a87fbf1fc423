//! Carriers: who has a variant's ALT allele, and how many of its copies.
//!
//! A sparse row is read as the lists it is; a dense one word by word. A half call (`./1`) is a
//! missing genotype and makes no carrier. People who have withdrawn are in no answer: whoever
//! gives a cohort takes it from [`Store::active`], and [`tally`], [`list`] and [`rows_where`]
//! leave them out by themselves.

mod condition;
mod read;

#[cfg(test)]
mod tests;

pub use condition::{Condition, rows_where};
pub(in crate::query) use read::calls;
pub use read::{carriers, visit};

use rayon::prelude::*;

use crate::format::FormatError;
use crate::genotype::{Plane, SampleSet};
use crate::query::rows::RowSet;
use crate::store::{Shard, Store};

/// How a carrier has the allele.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Zygosity {
    /// One copy of two.
    Het,
    /// Two copies.
    HomAlt,
    /// The only copy: a haploid call.
    Hemi,
}

impl Zygosity {
    /// Copies of the allele.
    #[must_use]
    pub const fn copies(self) -> u64 {
        match self {
            Self::HomAlt => 2,
            Self::Het | Self::Hemi => 1,
        }
    }

    /// As tables write it: `het`, `hom`, `hemi`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Het => "het",
            Self::HomAlt => "hom",
            Self::Hemi => "hemi",
        }
    }
}

/// Somebody who has a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Carrier {
    /// The sample.
    pub sample: u32,
    /// How.
    pub zygosity: Zygosity,
}

/// Variants that somebody has, by zygosity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Heterozygous.
    pub het: u32,
    /// Homozygous for ALT.
    pub hom_alt: u32,
    /// Haploid calls of ALT.
    pub hemi: u32,
}

impl Tally {
    /// Counts a variant.
    pub const fn add(&mut self, zygosity: Zygosity) {
        match zygosity {
            Zygosity::Het => self.het += 1,
            Zygosity::HomAlt => self.hom_alt += 1,
            Zygosity::Hemi => self.hemi += 1,
        }
    }

    /// Variants carried.
    #[must_use]
    pub const fn variants(self) -> u32 {
        self.het + self.hom_alt + self.hemi
    }

    /// Copies of ALT alleles.
    #[must_use]
    pub const fn copies(self) -> u64 {
        self.het as u64 + 2 * self.hom_alt as u64 + self.hemi as u64
    }
}

/// Those of `cohort` who have not withdrawn.
#[must_use]
pub fn members(store: &Store, cohort: &SampleSet) -> SampleSet {
    SampleSet::from_bitmap(store.n_samples(), cohort.bitmap() & store.active().bitmap())
}

/// For each sample of the store, how many of `rows` they carry; zero outside `cohort`.
///
/// # Errors
/// [`FormatError`].
pub fn tally(store: &Store, rows: &RowSet, cohort: &SampleSet) -> Result<Vec<Tally>, FormatError> {
    let plane = members(store, cohort).plane();
    let of_shard = |(shard, rows): &(usize, roaring::RoaringBitmap)| {
        let file = store.shard(*shard)?.genotypes()?;
        let mut tallies = vec![Tally::default(); store.n_samples()];
        let mut found = Vec::new();
        visit(file, rows, |row, view| {
            carriers(file, row, view, &plane, &mut found)?;
            for carrier in &found {
                if let Some(tally) = tallies.get_mut(carrier.sample as usize) {
                    tally.add(carrier.zygosity);
                }
            }
            Ok::<_, FormatError>(())
        })?;
        Ok(tallies)
    };
    let join = |mut a: Vec<Tally>, b: Vec<Tally>| {
        for (a, b) in a.iter_mut().zip(b) {
            a.het += b.het;
            a.hom_alt += b.hom_alt;
            a.hemi += b.hemi;
        }
        a
    };
    let sum = (rows.shards().par_iter())
        .map(of_shard)
        .try_reduce_with(|a, b| Ok(join(a, b)));
    sum.unwrap_or_else(|| Ok(vec![Tally::default(); store.n_samples()]))
}

/// Gives the carriers of each of `rows` within `cohort`, ascending, to `visit` row by row.
///
/// # Errors
/// The first of `found`, or [`FormatError`].
pub fn list<E: From<FormatError>>(
    store: &Store,
    rows: &RowSet,
    cohort: &SampleSet,
    mut found: impl FnMut(&Shard, u32, &[Carrier]) -> Result<(), E>,
) -> Result<(), E> {
    let plane: Plane = members(store, cohort).plane();
    let mut of_row = Vec::new();
    for (shard, rows) in rows.shards() {
        let shard = store.shard(*shard)?;
        let file = shard.genotypes()?;
        visit(file, rows, |row, view| {
            carriers(file, row, view, &plane, &mut of_row)?;
            found(shard, row, &of_row)
        })?;
    }
    Ok(())
}
