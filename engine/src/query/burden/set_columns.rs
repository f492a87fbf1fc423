//! The genotypes of a set that SKAT and its like are made of, with their weights.

use super::collapse::{Collapse, Collapser};
use super::column::{ClassSums, Column};
use super::device::class_sums;
use super::exec::{Plan, SetMask, Variant};
use super::single::Products;
use crate::compute::ComputeError;

/// The genotypes of a set that its masks' tests are made of.
pub(super) struct Columns {
    pub(super) columns: Vec<Column>,
    sums: Vec<ClassSums>,
    /// The weight of each.
    pub(super) weights: Vec<f64>,
    /// Its weight for ACAT-V.
    pub(super) acat: Vec<f64>,
    /// Copies of the minor allele in it.
    pub(super) counts: Vec<f64>,
    /// For each mask, its columns.
    pub(super) of_mask: Vec<Vec<usize>>,
}

impl Columns {
    /// Of the variants of a set.
    ///
    /// # Errors
    /// [`ComputeError`] of a GPU.
    pub(super) fn new(
        plan: &Plan<'_>,
        variants: &[Variant],
        masks: &[SetMask],
    ) -> Result<Self, ComputeError> {
        let options = plan.options;
        let bins = options.bins.bounds();
        // The bin with the bound, and all before it.
        let last = bins.partition_point(|b| *b < options.variant_bound) + 1;
        let there = |v: &&Variant| v.bin <= last && masks.iter().any(|m| m.has(v));
        let rare = |v: &Variant| v.minor_count <= u64::from(options.collapse_count);
        let mut out = Self {
            columns: Vec::new(),
            sums: Vec::new(),
            weights: Vec::new(),
            acat: Vec::new(),
            counts: Vec::new(),
            of_mask: vec![Vec::new(); masks.len()],
        };
        for variant in variants.iter().filter(there).filter(|v| !rare(v)) {
            let maf = variant.frequency.min(1.0 - variant.frequency);
            let flip = variant.frequency > 0.5;
            let place = out.columns.len();
            out.columns.push(Column::of_variant(
                variant.calls.clone(),
                variant.frequency,
                flip,
            ));
            out.counts.push(variant.minor_count as f64);
            out.weigh(plan, maf, variant.weight);
            for (mask, of) in masks.iter().zip(&mut out.of_mask) {
                if mask.has(variant) {
                    of.push(place);
                }
            }
        }
        // The rarest are collapsed into one column for each mask.
        let mut collapser = Collapser::new(Collapse::Max, plan.analysis.included.len());
        for (m, mask) in masks.iter().enumerate() {
            collapser.clear();
            let mut any = false;
            for variant in variants
                .iter()
                .filter(|v| v.bin <= last && mask.has(v) && rare(v))
            {
                let flip = variant.frequency > 0.5;
                collapser.add(&variant.calls, flip.then_some(&plan.analysis.included));
                any = true;
            }
            if !any {
                continue;
            }
            let collapsed = collapser.collapsed();
            let called = plan.analysis.people - collapsed.missing.len() as u64;
            if collapsed.classes.is_empty() || called == 0 {
                continue;
            }
            let mean = collapsed.total() as f64 / called as f64;
            let maf = (mean / 2.0).min(1.0 - mean / 2.0);
            out.of_mask[m].push(out.columns.len());
            out.columns
                .push(Column::of_collapsed(&collapsed, mean, false));
            out.counts.push(maf * (2 * called) as f64);
            out.weigh(plan, maf, None);
        }
        let columns: Vec<&Column> = out.columns.iter().collect();
        out.sums = class_sums(plan.compute, &columns, &plan.models.vectors)?;
        Ok(out)
    }

    fn weigh(&mut self, plan: &Plan<'_>, maf: f64, given: Option<f64>) {
        // Weights of annotations stand for those of frequencies.
        let weight = given.unwrap_or_else(|| plan.options.weight(maf));
        self.weights.push(weight);
        let by_frequency = weight * weight * maf * (1.0 - maf);
        self.acat.push(given.unwrap_or(by_frequency));
    }

    pub(super) fn products<'c>(&'c self, plan: &'c Plan<'_>, column: usize) -> Products<'c> {
        Products {
            column: &self.columns[column],
            sums: &self.sums[column],
            vectors: &plan.models.vectors,
        }
    }
}
