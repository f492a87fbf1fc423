//! Testing sets: each is read, collapsed and tested on its own.

use rayon::prelude::*;

use super::calls::Calls;
use super::collapse::{Collapsed, Collapser};
use super::column::Column;
use super::combined;
use super::device;
use super::options::Options;
use super::result::{MaskName, ResultRow, SetAnswer, Test};
use super::single::{Products, test};
use super::variants;
use crate::association::{Analysis, Models};
use crate::compute::{Compute, ComputeError};
use crate::format::FormatError;
use crate::genotype::{Plane, SampleSet};
use crate::query::carriers;
use crate::query::sets::{VariantSet, VariantSets, allele_name, variant_name};
use crate::store::Store;
use roaring::RoaringBitmap;

/// What tests need besides a set.
pub struct Plan<'p> {
    /// The store.
    pub store: &'p Store,
    /// People, traits and covariates.
    pub analysis: &'p Analysis,
    /// Null models of the traits.
    pub models: &'p Models,
    /// The sets.
    pub sets: &'p VariantSets,
    /// How they are tested.
    pub options: &'p Options,
    /// Where genotypes are summed.
    pub compute: &'p Compute,
}

/// A variant of a set, read.
pub(super) struct Variant {
    /// Its place among the set's members.
    pub(super) place: usize,
    pub(super) calls: Calls,
    /// Frequency of the alternative allele among called alleles of the people analysed.
    pub(super) frequency: f64,
    /// Copies of the minor allele.
    pub(super) minor_count: u64,
    /// The first bin it belongs to.
    pub(super) bin: usize,
    pub(super) masks: u64,
    pub(super) domains: u16,
    pub(super) weight: Option<f64>,
}

/// A mask of a set: a definition, in all domains or in one.
#[derive(Clone)]
pub(super) struct SetMask {
    pub(super) definition: usize,
    pub(super) domain: Option<usize>,
}

impl SetMask {
    pub(super) fn has(&self, variant: &Variant) -> bool {
        variant.masks >> self.definition & 1 == 1
            && self.domain.is_none_or(|d| variant.domains >> d & 1 == 1)
    }
}

/// A mask in a bin, collapsed.
struct Collected<'c> {
    /// After the set's, and its allele.
    name: (String, String),
    members: &'c [usize],
    collapsed: Collapsed,
}

impl Plan<'_> {
    /// Tests `sets` (places in [`VariantSets::sets`]) and hands the answers on in their order.
    ///
    /// # Errors
    /// The first of `write`, or [`ComputeError`] of the store or a GPU.
    pub fn run<E: From<ComputeError>>(
        &self,
        sets: &[usize],
        mut write: impl FnMut(SetAnswer) -> Result<(), E>,
    ) -> Result<(), E> {
        let samples = self.analysis.included.len();
        let included = (0..).zip(&self.analysis.included).filter(|i| *i.1);
        let members = SampleSet::from_bitmap(samples, included.map(|i| i.0).collect()).plane();
        let window = rayon::current_num_threads().max(1) * 8;
        for block in sets.chunks(window) {
            // Threads keep theirs from set to set.
            let collapser = || Collapser::new(self.options.collapse, samples);
            let answers: Vec<Result<SetAnswer, ComputeError>> = block
                .par_iter()
                .map_init(collapser, |collapser, &set| {
                    self.set(set, &members, collapser)
                })
                .collect();
            for answer in answers {
                write(answer?)?;
            }
        }
        Ok(())
    }

    /// The masks of a set: each definition by domain, then in all domains.
    fn masks(&self, set: &VariantSet) -> Vec<SetMask> {
        let mut all = Vec::new();
        for definition in 0..self.sets.masks.len() {
            all.extend((0..set.domains.len()).map(|d| SetMask {
                definition,
                domain: Some(d),
            }));
            all.push(SetMask {
                definition,
                domain: None,
            });
        }
        all
    }

    pub(super) fn read(
        &self,
        set: &VariantSet,
        members: &Plane,
    ) -> Result<Vec<Variant>, FormatError> {
        let mut out = Vec::with_capacity(set.members.len());
        let mut first_place = 0;
        for group in set.members.chunk_by(|a, b| a.shard == b.shard) {
            let Some(first) = group.first() else { continue };
            let file = self.store.shard(first.shard as usize)?.genotypes()?;
            let rows: RoaringBitmap = group.iter().map(|m| m.row).collect();
            let mut of = (first_place..).zip(group);
            first_place += group.len();
            carriers::visit(file, &rows, |row, view| -> Result<(), FormatError> {
                let Some((place, member)) = of.find(|m| m.1.row == row) else {
                    return Ok(());
                };
                let calls = Calls::read(file, row, view, members)?;
                let called = self.analysis.people - calls.missing.len() as u64;
                let count = calls.allele_count();
                let minor_count = count.min(2 * called - count.min(2 * called));
                // What nobody or everybody carries says nothing.
                if minor_count == 0 {
                    return Ok(());
                }
                let frequency = count as f64 / (2 * called) as f64;
                let carriers = (calls.het.len() + calls.hom.len()) as u64;
                let single = if self.options.singleton_by_carrier {
                    carriers == 1
                } else {
                    minor_count == 1
                };
                let binned = member.frequency.unwrap_or(frequency);
                if let Some(bin) = self.options.bins.first(binned, single) {
                    out.push(Variant {
                        place,
                        calls,
                        frequency,
                        minor_count,
                        bin,
                        masks: member.masks,
                        domains: member.domains,
                        weight: member.weight,
                    });
                }
                Ok(())
            })?;
        }
        Ok(out)
    }

    fn set(
        &self,
        index: usize,
        members: &Plane,
        collapser: &mut Collapser,
    ) -> Result<SetAnswer, ComputeError> {
        let mut answer = SetAnswer {
            set: index,
            masks: Vec::new(),
            rows: Vec::new(),
            columns: Vec::new(),
        };
        let Some(set) = self.sets.sets.get(index) else {
            return Ok(answer);
        };
        let mut variants = self.read(set, members)?;
        let masks = self.masks(set);
        self.test(set, &variants, &masks, None, collapser, &mut answer)?;
        if self.options.leave_one_out {
            for left_out in 0..variants.len() {
                let without = variants.remove(left_out);
                let with_it: Vec<SetMask> =
                    masks.iter().filter(|m| m.has(&without)).cloned().collect();
                let name = name(self.store, set, without.place)?;
                let without_it = Some((without.bin, name.as_str()));
                self.test(set, &variants, &with_it, without_it, collapser, &mut answer)?;
                variants.insert(left_out, without);
            }
        } else if self.options.tests.gene {
            let traits = self.analysis.traits.iter().map(|t| (t.people, t.cases));
            let traits: Vec<_> = traits.collect();
            combined::add(&traits, self.options.tests.skato, &mut answer);
        }
        Ok(answer)
    }

    /// Tests all masks in all bins; those that a variant which is left out belongs to, where
    /// there is one: its bin and its name.
    fn test(
        &self,
        set: &VariantSet,
        variants: &[Variant],
        masks: &[SetMask],
        without: Option<(usize, &str)>,
        collapser: &mut Collapser,
        answer: &mut SetAnswer,
    ) -> Result<(), ComputeError> {
        let tested = self
            .options
            .tests
            .of_variants()
            .then(|| variants::test_all(self, variants, masks))
            .transpose()?;
        let on_gpu = self.compute.on_gpu();
        let mut collapsed = on_gpu
            .then(|| device::collapsed(self, variants, masks))
            .transpose()?
            .unwrap_or_default();
        let bins = self.options.bins.count();
        for (m, mask) in masks.iter().enumerate() {
            collapser.clear();
            let mut members = Vec::new();
            for bin in 0..bins {
                let new = variants.iter().filter(|v| v.bin == bin && mask.has(v));
                for variant in new {
                    if !on_gpu {
                        collapser.add(&variant.calls, None);
                    }
                    members.push(variant.place);
                }
                if members.is_empty() || without.is_some_and(|w| bin < w.0) {
                    continue;
                }
                let of_variants = bin
                    .checked_sub(1)
                    .and_then(|b| self.options.bins.bounds().get(b))
                    .is_some_and(|b| *b == self.options.variant_bound);
                let more = tested
                    .as_ref()
                    .filter(|_| of_variants)
                    .and_then(|t| t.get(m));
                let of = Collected {
                    name: self.name(set, mask, bin, without.map(|w| w.1)),
                    members: &members,
                    collapsed: match collapsed.get_mut(m * bins + bin) {
                        Some(collapsed) => std::mem::take(collapsed),
                        None => collapser.collapsed(),
                    },
                };
                self.mask(&of, more, answer);
            }
        }
        Ok(())
    }

    /// The rows of a mask in a bin.
    fn mask(
        &self,
        of: &Collected<'_>,
        more: Option<&Vec<variants::Outcomes>>,
        answer: &mut SetAnswer,
    ) {
        let analysis = self.analysis;
        let collapsed = &of.collapsed;
        let called = analysis.people - collapsed.missing.len() as u64;
        let total = collapsed.total();
        let sum_rule = self.options.collapse == super::Collapse::Sum;
        let minor = |total: u64, called: u64| {
            // A sum may be above two.
            if sum_rule {
                total as f64
            } else {
                total.min((2 * called).saturating_sub(total)) as f64
            }
        };
        if called == 0 || (!sum_rule && minor(total, called) < self.options.least_count) {
            return;
        }
        let carriers = collapsed.classes.iter().map(|c| c.1.len() as u64);
        let mean = total as f64 / called as f64;
        let flip = !sum_rule
            && mean > 1.0
            && matches!(
                self.options.score.correction,
                super::Correction::Saddlepoint { .. }
            );
        let column = Column::of_collapsed(collapsed, mean, flip);
        let sums = column.sums(&self.models.vectors);
        let products = Products {
            column: &column,
            sums: &sums,
            vectors: &self.models.vectors,
        };
        let place = answer.masks.len();
        let variants = of.members.len() as u32;
        answer.masks.push(MaskName {
            allele: of.name.1.clone(),
            name: of.name.0.clone(),
            variants,
            carriers: Some(carriers.sum()),
            members: if self.options.keep_members {
                of.members.to_vec()
            } else {
                Vec::new()
            },
        });
        if self.options.keep_columns {
            answer.columns.push((place, column.clone()));
        }
        for (t, of) in analysis.traits.iter().enumerate() {
            let row = |test, frequency, people, outcome| ResultRow {
                trait_index: t,
                mask: place,
                test,
                frequency,
                people,
                cases: of.cases,
                outcome,
            };
            if let Some(outcomes) = more.and_then(|m| m.get(t)) {
                for (test, outcome) in outcomes {
                    answer
                        .rows
                        .push(row(*test, None, of.people, outcome.clone()));
                }
            }
            if !self.options.tests.burden {
                continue;
            }
            let (with_trait, copies) = if of.complete {
                (called, total)
            } else {
                let has = |s: &&u32| of.has[**s as usize];
                let missing = collapsed.missing.iter().filter(has).count() as u64;
                let had = |(copies, s): &(u16, Vec<u32>)| {
                    u64::from(*copies) * s.iter().filter(has).count() as u64
                };
                let copies = collapsed.classes.iter().map(had).sum();
                (of.people - missing, copies)
            };
            if with_trait == 0 || minor(copies, with_trait) < self.options.least_count {
                continue;
            }
            let sites = if sum_rule { f64::from(variants) } else { 1.0 };
            let frequency = copies as f64 / (2 * with_trait) as f64 / sites;
            let mut outcome = test(
                &products,
                analysis,
                self.models,
                t,
                (&self.options.score, minor(copies, with_trait)),
            );
            if flip {
                outcome.beta = outcome.beta.map(|b| -b);
            }
            answer
                .rows
                .push(row(Test::Burden, Some(frequency), with_trait, outcome));
        }
    }

    /// A mask's name after the set's, and its allele.
    fn name(
        &self,
        set: &VariantSet,
        mask: &SetMask,
        bin: usize,
        without: Option<&str>,
    ) -> (String, String) {
        let definition = self
            .sets
            .masks
            .get(mask.definition)
            .map_or("", |m| m.name.as_str());
        let allele = format!("{definition}.{}", self.options.bins.name(bin));
        let domain = mask.domain.and_then(|d| set.domains.get(d));
        let name = domain.map_or_else(|| allele.clone(), |d| format!("{d}.{allele}"));
        match without {
            // As regenie names them.
            Some(variant) => (format!("{name}_{variant}"), format!("{allele}_loo")),
            None => (name, allele),
        }
    }
}

/// The name of a variant of a set, which is that of no other of its variants.
fn name(store: &Store, set: &VariantSet, place: usize) -> Result<String, FormatError> {
    let Some(member) = set.members.get(place) else {
        return Ok(String::new());
    };
    let name = variant_name(store, member.shard as usize, member.row)?;
    let near = set.members.iter().enumerate().filter(|m| {
        // Those of one record lie together.
        m.0 != place && m.1.shard == member.shard && m.1.row.abs_diff(member.row) < MOST_ALLELES
    });
    for (_, other) in near {
        if variant_name(store, other.shard as usize, other.row)? == name {
            return allele_name(store, member.shard as usize, member.row, ':');
        }
    }
    Ok(name)
}

/// Rows within which others of a record are looked for.
const MOST_ALLELES: u32 = 64;
