//! The matrix of relationships, by what it does to vectors.

use nalgebra::DMatrix;
use rayon::prelude::*;

use crate::compute::{QuantisedVectors, SamplePlanes, times, transposed};
use crate::query::panel::SnpPlanes;

/// Relationships between people: `A[i][j]` is the sum over SNPs at which both have a call of
/// `(g_i - 2p) (g_j - 2p) / (2p (1 - p))`, over the number of these SNPs. `p` is the frequency of
/// the alternative allele among the people. SNPs that do not vary add nothing to the sum, and count
/// among the SNPs, as in plink2.
///
/// The number of SNPs that two people share is taken as if calls were missing independently,
/// `m (1 - m_i / m) (1 - m_j / m)`; on the diagonal it is exact.
#[derive(Debug)]
pub struct Relationship<'p> {
    people: &'p SamplePlanes,
    by_variant: SamplePlanes,
    /// By place of a plane of people: twice the frequency, and `1 / sqrt(2p (1 - p))`; 0 where the
    /// place is left out.
    mean: Vec<f64>,
    scale: Vec<f64>,
    /// By person, `1 / (1 - m_i / m)`.
    share: Vec<f64>,
    /// By person, what the diagonal has beside.
    diagonal: Vec<f64>,
    /// SNPs that vary.
    used: usize,
    missing: bool,
}

impl<'p> Relationship<'p> {
    /// Of people at SNPs.
    #[must_use]
    pub fn new(snps: &'p SnpPlanes) -> Self {
        let people = &snps.planes;
        let by_variant = transposed(people);
        let n = people.len() as u32;
        let places = 64 * people.words();
        let (mut mean, mut scale) = (vec![0.0; places], vec![0.0; places]);
        let mut used = 0;
        for (word, bit) in snps.bits() {
            let place = 64 * word + bit as usize;
            let called = n - by_variant.missing(place);
            let [_, hi] = by_variant.sample(place);
            let high: u32 = hi.iter().map(|w| w.count_ones()).sum();
            let copies = by_variant.hets(place) + 2 * (high - by_variant.missing(place));
            let frequency = f64::from(copies) / f64::from(2 * called);
            let variance = 2.0 * frequency * (1.0 - frequency);
            if variance > 0.0 {
                mean[place] = 2.0 * frequency;
                scale[place] = 1.0 / variance.sqrt();
                used += 1;
            }
        }
        let missing = (0..people.len()).any(|i| people.missing(i) > 0);
        let mut out = Self {
            people,
            by_variant,
            mean,
            scale,
            share: vec![1.0; people.len()],
            diagonal: vec![0.0; people.len()],
            used,
            missing,
        };
        if missing {
            out.share_of_calls();
        }
        out
    }

    fn share_of_calls(&mut self) {
        let m = self.people.variants() as f64;
        let of = |i: usize| {
            let [lo, hi] = self.people.sample(i);
            let called = self.people.variants() as u32 - self.people.missing(i);
            let mut squares = 0.0;
            for (place, (mean, scale)) in self.mean.iter().zip(&self.scale).enumerate() {
                let (word, bit) = (place / 64, place % 64);
                let (lo, hi) = (lo[word] >> bit & 1, hi[word] >> bit & 1);
                if *scale > 0.0 && lo & hi == 0 {
                    squares += (((lo + 2 * hi) as f64 - mean) * scale).powi(2);
                }
            }
            if called == 0 {
                return (0.0, 0.0);
            }
            let called = f64::from(called);
            let share = m / called;
            (share, squares / called - share * share * squares / m)
        };
        let found: Vec<(f64, f64)> = (0..self.people.len()).into_par_iter().map(of).collect();
        (self.share, self.diagonal) = found.into_iter().unzip();
    }

    /// Number of people.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether there is nobody.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// SNPs that vary among the people.
    #[must_use]
    pub const fn used(&self) -> usize {
        self.used
    }

    /// By place of a plane of people: twice the frequency of the alternative allele, and one over
    /// the genotype's standard deviation (0 where the SNP is left out).
    #[must_use]
    pub fn place(&self, place: usize) -> (f64, f64) {
        (self.mean[place], self.scale[place])
    }

    /// `A x`, of vectors over people as columns.
    #[must_use]
    pub fn times(&self, x: &DMatrix<f64>) -> DMatrix<f64> {
        let weights = self.over_variants(x);
        let l = x.ncols();
        let mut columns: Vec<Vec<f64>> = (0..l)
            .map(|v| {
                weights
                    .iter()
                    .zip(&self.scale)
                    .map(|(w, s)| w[v] * s)
                    .collect()
            })
            .collect();
        let means: Vec<Vec<f64>> = (columns.iter())
            .map(|c| c.iter().zip(&self.mean).map(|(u, mean)| u * mean).collect())
            .collect();
        let totals: Vec<f64> = means.iter().map(|c| c.iter().sum()).collect();
        if self.missing {
            // What a person without a call does not have.
            columns.extend(means);
        }
        let quantised = QuantisedVectors::new(self.people.words(), &columns);
        let products = times(self.people, &quantised);
        let all = self.people.variants().max(1) as f64;
        let width = columns.len();
        DMatrix::from_fn(self.len(), l, |i, v| {
            let of = &products[i * width..(i + 1) * width];
            let mut sum = of[v].copies as f64 * quantised.unit(v) - totals[v];
            if let Some(without) = of.get(l + v) {
                sum += without.missing as f64 * quantised.unit(l + v);
            }
            self.share[i] * sum / all + self.diagonal[i] * x[(i, v)]
        })
    }

    /// `Z'D x`: by place of a plane of people, for each vector, the sum over people with a call of
    /// the standardised genotype times the value (over the share of SNPs that a person has).
    #[must_use]
    pub fn over_variants(&self, x: &DMatrix<f64>) -> Vec<Vec<f64>> {
        let l = x.ncols();
        let columns: Vec<Vec<f64>> = (x.column_iter())
            .map(|c| c.iter().zip(&self.share).map(|(x, s)| x * s).collect())
            .collect();
        let quantised = QuantisedVectors::new(self.by_variant.words(), &columns);
        let products = times(&self.by_variant, &quantised);
        let totals: Vec<f64> = (0..l).map(|v| quantised.total(v)).collect();
        let of = |(place, products): (usize, &[crate::compute::Product])| -> Vec<f64> {
            let (mean, scale) = self.place(place);
            let value = |(v, product): (usize, &crate::compute::Product)| {
                let unit = quantised.unit(v);
                let there = totals[v] - product.missing as f64 * unit;
                scale * (product.copies as f64 * unit - mean * there)
            };
            products.iter().enumerate().map(value).collect()
        };
        products.par_chunks(l.max(1)).enumerate().map(of).collect()
    }

    /// All SNPs.
    #[must_use]
    pub const fn variants(&self) -> usize {
        self.people.variants()
    }
}
