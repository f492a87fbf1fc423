//! Single variants, each tested for every trait.

use rayon::prelude::*;
use roaring::RoaringBitmap;

use super::calls::Calls;
use super::column::Column;
use super::options::ScoreOptions;
use super::result::Outcome;
use super::single::{Correction, Products, test};
use crate::association::{Analysis, Models};
use crate::format::FormatError;
use crate::genotype::{Plane, SampleSet};
use crate::query::carriers;
use crate::store::Store;

/// Rows that a thread takes at a time.
const BLOCK: usize = 64;

/// What tests of single variants need.
pub struct EachVariant<'p> {
    /// The store.
    pub store: &'p Store,
    /// People, traits and covariates.
    pub analysis: &'p Analysis,
    /// Null models of the traits.
    pub models: &'p Models,
    /// Variants of fewer copies of the minor allele are not tested.
    pub least_count: f64,
    /// How they are tested.
    pub options: ScoreOptions,
}

/// The test of a variant for a trait.
#[derive(Clone, Debug, PartialEq)]
pub struct VariantRow {
    /// Row of the shard.
    pub row: u32,
    /// The trait, by its place in the analysis.
    pub trait_index: usize,
    /// Frequency of the alternative allele among the people with the trait.
    pub frequency: f64,
    /// People with the trait and a call.
    pub people: u64,
    /// Cases with the trait; `None` for a quantitative trait.
    pub cases: Option<u64>,
    /// Effect of one copy of the alternative allele, and its p-value.
    pub outcome: Outcome,
}

impl EachVariant<'_> {
    /// Tests `rows` of a shard and hands the results on, by row and then trait, with how many rows
    /// they are of. Rows of fewer
    /// copies of the minor allele than asked for, among the people with the trait, have none.
    ///
    /// # Errors
    /// The first of `write`, or [`FormatError`] of the store.
    pub fn run<E: From<FormatError>>(
        &self,
        shard: usize,
        rows: &RoaringBitmap,
        mut write: impl FnMut(usize, Vec<VariantRow>) -> Result<(), E>,
    ) -> Result<(), E> {
        let samples = self.analysis.included.len();
        let included = (0..).zip(&self.analysis.included).filter(|i| *i.1);
        let members = SampleSet::from_bitmap(samples, included.map(|i| i.0).collect()).plane();
        let all: Vec<u32> = rows.iter().collect();
        let window = BLOCK * rayon::current_num_threads().max(1) * 4;
        for window in all.chunks(window) {
            let found: Vec<Result<Vec<VariantRow>, FormatError>> = window
                .par_chunks(BLOCK)
                .map(|block| self.block(shard, block, &members))
                .collect();
            for (block, found) in window.chunks(BLOCK).zip(found) {
                write(block.len(), found?)?;
            }
        }
        Ok(())
    }

    fn block(
        &self,
        shard: usize,
        rows: &[u32],
        members: &Plane,
    ) -> Result<Vec<VariantRow>, FormatError> {
        let file = self.store.shard(shard)?.genotypes()?;
        let rows: RoaringBitmap = rows.iter().copied().collect();
        let mut out = Vec::new();
        carriers::visit(file, &rows, |row, view| -> Result<(), FormatError> {
            self.variant(row, Calls::read(file, row, view, members)?, &mut out);
            Ok(())
        })?;
        Ok(out)
    }

    fn variant(&self, row: u32, calls: Calls, out: &mut Vec<VariantRow>) {
        let called = self.analysis.people - calls.missing.len() as u64;
        if called == 0 {
            return;
        }
        let mean = calls.allele_count() as f64 / called as f64;
        // (copies, people) among those with a trait.
        let counts: Vec<(u64, u64)> = (self.analysis.traits.iter())
            .map(|of| {
                if of.complete {
                    return (calls.allele_count(), called);
                }
                let has = |s: &&u32| of.has.get(**s as usize).is_some_and(|h| *h);
                let count = |samples: &[u32]| samples.iter().filter(has).count() as u64;
                let copies = count(&calls.het) + 2 * count(&calls.hom);
                (copies, of.people - count(&calls.missing))
            })
            .collect();
        let minor = |(copies, people): (u64, u64)| copies.min((2 * people).saturating_sub(copies));
        let enough = |c: (u64, u64)| minor(c) as f64 >= self.least_count && minor(c) > 0;
        if !counts.iter().any(|c| enough(*c)) {
            return;
        }
        // Corrections are quick where few people have a value.
        let flip = mean > 1.0 && self.options.correction != Correction::None;
        let column = Column::of_variant(calls, mean / 2.0, flip);
        let sums = column.sums(&self.models.vectors);
        let products = Products {
            column: &column,
            sums: &sums,
            vectors: &self.models.vectors,
        };
        for (t, (of, count)) in self.analysis.traits.iter().zip(&counts).enumerate() {
            if !enough(*count) {
                continue;
            }
            let options = (&self.options, minor(*count) as f64);
            let mut outcome = test(&products, self.analysis, self.models, t, options);
            if flip {
                outcome.beta = outcome.beta.map(|b| -b);
            }
            out.push(VariantRow {
                row,
                trait_index: t,
                frequency: count.0 as f64 / (2 * count.1) as f64,
                people: count.1,
                cases: of.cases,
                outcome,
            });
        }
    }
}
