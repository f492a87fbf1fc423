//! P-values of burden tests by permutation, as many as each needs.
//!
//! The residuals of a trait's null model are dealt out anew to the people who have the trait
//! (Freedman & Lane 1983, *J. Bus. Econ. Stat.* 1:292); the score of a mask is compared with its
//! own absolute value. A mask is done at the end of the batch of permutations in which enough have
//! reached that: its p-value is then `reached / tried` (Besag & Clifford 1991, *Biometrika*
//! 78:301), else `(reached + 1) / (tried + 1)`.
//!
//! The scores of a batch are products of masks with vectors, whole numbers on any device.
//! Permutation `i` of a trait is drawn from a stream of its own.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::column::Column;
use super::device::class_sums;
use super::result::{MaskName, Outcome, ResultRow, SetAnswer, Test};
use super::single::Products;
use crate::association::{Analysis, FixedVectors, Models, Null};
use crate::compute::{Compute, ComputeError};

/// Permutations taken at a time.
const BATCH: usize = 64;
/// Permutations that reach the score before a mask is done.
const ENOUGH: u64 = 25;
/// Calls of masks that are tested at a time.
const CALLS: usize = 1 << 26;

/// Masks whose burden tests are permuted.
pub struct Permutation<'p> {
    /// People and traits.
    pub analysis: &'p Analysis,
    /// Null models of the traits.
    pub models: &'p Models,
    /// Permutations at most.
    pub limit: u64,
    /// Of the random choices.
    pub seed: u64,
    masks: Vec<Mask>,
}

struct Mask {
    set: usize,
    name: MaskName,
    column: Column,
    /// Traits with a burden test.
    traits: Vec<usize>,
}

/// A mask that is not done.
struct Open<'m> {
    /// Its place among all.
    mask: usize,
    column: &'m Column,
    /// Products with the vectors that genotypes are projected on.
    along: Vec<f64>,
    score: f64,
    tried: u64,
    reached: u64,
}

impl<'p> Permutation<'p> {
    /// Of no mask yet.
    #[must_use]
    pub const fn new(
        analysis: &'p Analysis,
        models: &'p Models,
        (limit, seed): (u64, u64),
    ) -> Self {
        Self {
            analysis,
            models,
            limit,
            seed,
            masks: Vec::new(),
        }
    }

    /// Takes the masks of a set from its answer, for the traits that have a burden test.
    pub fn add(&mut self, answer: &mut SetAnswer) {
        for (mask, column) in answer.columns.drain(..) {
            let name = answer.masks.get(mask).cloned().unwrap_or_default();
            let tested = |r: &&ResultRow| r.mask == mask && r.test == Test::Burden;
            let of_mask = answer.rows.iter().filter(tested);
            self.masks.push(Mask {
                set: answer.set,
                name,
                column,
                traits: of_mask.map(|r| r.trait_index).collect(),
            });
        }
    }

    /// The work of one batch over all masks, for the choice of a device.
    #[must_use]
    pub fn calls(&self) -> u64 {
        let of = |c: &Column| c.classes.iter().map(|c| c.1.len() as u64).sum::<u64>();
        self.masks.iter().map(|m| of(&m.column)).sum()
    }

    /// Permutes every trait; `done` hears of permutations tried. An answer for each mask.
    ///
    /// # Errors
    /// [`ComputeError`].
    pub fn run(
        &self,
        compute: &Compute,
        mut done: impl FnMut(u64),
    ) -> Result<Vec<SetAnswer>, ComputeError> {
        let mut out: Vec<SetAnswer> = (self.masks.iter())
            .map(|mask| SetAnswer {
                set: mask.set,
                masks: vec![mask.name.clone()],
                ..SetAnswer::default()
            })
            .collect();
        for (t, of) in self.analysis.traits.iter().enumerate() {
            let mut found = Vec::new();
            self.one(t, compute, &mut done, &mut found)?;
            found.sort_by_key(|f| f.0);
            for (mask, reached, tried) in found {
                let outcome = Outcome {
                    permutations: Some((reached, tried)),
                    ..Outcome::of_log10p(log10p(reached, tried))
                };
                out[mask].rows.push(ResultRow {
                    trait_index: t,
                    mask: 0,
                    test: Test::Permuted,
                    frequency: None,
                    people: of.people,
                    cases: of.cases,
                    outcome,
                });
            }
        }
        Ok(out)
    }

    fn one(
        &self,
        t: usize,
        compute: &Compute,
        done: &mut impl FnMut(u64),
        out: &mut Vec<(usize, u64, u64)>,
    ) -> Result<(), ComputeError> {
        let (Some(Ok(null)), Some(of)) = (self.models.nulls.get(t), self.analysis.traits.get(t))
        else {
            return Ok(());
        };
        let (residuals, basis): (&[f64], &[Vec<f64>]) = match null {
            Null::Linear(linear) => (
                &linear.null.residuals,
                (linear.null.basis.as_ref()).unwrap_or(&self.analysis.design.basis),
            ),
            Null::Logistic(null) => (&null.residuals, &null.basis),
        };
        let people: Vec<usize> = (0..of.has.len()).filter(|s| of.has[*s]).collect();
        let masks = self.masks.iter().enumerate();
        let mut open: Vec<Open<'_>> = masks
            .filter(|(_, mask)| mask.traits.contains(&t))
            .filter_map(|(place, mask)| self.open(t, place, &mask.column))
            .collect();
        let mut first = 0;
        while first < self.limit && !open.is_empty() {
            let batch = (self.limit - first).min(BATCH as u64);
            let vectors: Vec<Vec<f64>> = (first..first + batch)
                .into_par_iter()
                .map(|i| self.permuted(t, i, residuals, &people))
                .collect();
            // What the covariates explain of them.
            let explained: Vec<Vec<f64>> = vectors
                .par_iter()
                .map(|v| basis.iter().map(|b| dot(b, v)).collect())
                .collect();
            let views: Vec<&[f64]> = vectors.iter().map(Vec::as_slice).collect();
            let fixed = FixedVectors::new(of.has.len(), &views);
            let mut rest = open.as_mut_slice();
            while !rest.is_empty() {
                let (part, more) = rest.split_at_mut(fitting(rest));
                score(part, &fixed, &explained, compute)?;
                rest = more;
            }
            done(batch);
            first += batch;
            open.retain(|mask| {
                let go_on = mask.reached < ENOUGH && first < self.limit;
                if !go_on {
                    out.push((mask.mask, mask.reached, mask.tried));
                }
                go_on
            });
        }
        Ok(())
    }

    /// A mask with its score; `None` without one.
    fn open<'m>(&self, t: usize, mask: usize, column: &'m Column) -> Option<Open<'m>> {
        let sums = column.sums(&self.models.vectors);
        let products = Products {
            column,
            sums: &sums,
            vectors: &self.models.vectors,
        };
        let tested = products.tested(self.analysis, self.models, t)?;
        (tested.variance > 0.0).then(|| Open {
            mask,
            column,
            along: tested.basis,
            score: tested.score.abs(),
            tried: 0,
            reached: 0,
        })
    }

    /// The residuals, dealt out to the people with the trait.
    fn permuted(&self, t: usize, i: u64, residuals: &[f64], people: &[usize]) -> Vec<f64> {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        random.set_stream((t as u64) << 40 | i);
        let mut values: Vec<f64> = people.iter().map(|&s| residuals[s]).collect();
        values.shuffle(&mut random);
        let mut out = vec![0.0; residuals.len()];
        for (&s, value) in people.iter().zip(values) {
            out[s] = value;
        }
        out
    }
}

/// `-log10` of a p-value by permutation.
fn log10p(reached: u64, tried: u64) -> f64 {
    let p = if reached >= ENOUGH {
        reached as f64 / tried as f64
    } else {
        (reached + 1) as f64 / (tried + 1) as f64
    };
    (-p.log10()).max(0.0)
}

/// How many of the first masks are taken at a time; at least one.
fn fitting(masks: &[Open<'_>]) -> usize {
    let mut calls = 0;
    let fits = masks.iter().take_while(|m| {
        calls += m.column.classes.iter().map(|c| c.1.len()).sum::<usize>();
        calls <= CALLS
    });
    fits.count().max(1)
}

/// Counts the permutations whose scores reach a mask's own.
fn score(
    masks: &mut [Open<'_>],
    vectors: &FixedVectors,
    explained: &[Vec<f64>],
    compute: &Compute,
) -> Result<(), ComputeError> {
    let columns: Vec<&Column> = masks.iter().map(|m| m.column).collect();
    let sums = class_sums(compute, &columns, vectors)?;
    for (mask, sums) in masks.iter_mut().zip(&sums) {
        for (v, explained) in explained.iter().enumerate() {
            let score = mask.column.product(sums, vectors, v);
            let along = dot(&mask.along, explained);
            mask.tried += 1;
            // Permutations that are the same allocation may differ in the last bits.
            mask.reached += u64::from((score - along).abs() >= mask.score * (1.0 - 1e-9));
        }
    }
    Ok(())
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
