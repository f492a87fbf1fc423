//! What each SNP adds to a component, and people who are brought onto components by that.

use nalgebra::DMatrix;

use super::{Eigen, Relationship};
use crate::query::panel::SnpPlanes;

/// A SNP of the components.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// `chrom:pos:ref:alt`.
    pub name: String,
    /// Frequency of its alternative allele among the people of the components.
    pub frequency: f64,
    /// For each component, what one standard deviation of the genotype adds.
    pub loadings: Vec<f64>,
}

/// Loadings of components.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loadings {
    /// The SNPs that vary among the people.
    pub variants: Vec<Variant>,
    /// For each component, its eigenvalue.
    pub values: Vec<f64>,
    /// For each component, what a projection is to be divided by: people who are projected lie
    /// nearer to the middle than those of the components do, by this factor.
    pub shrinkage: Vec<f64>,
}

impl Loadings {
    /// Of components, with the SNPs' names: `sum over SNPs of z b` is the component of a person of
    /// the fit, where nobody lacks a call.
    ///
    /// Shrinkage is that of the spiked model: with true eigenvalues `l` (in units of the noise) and
    /// `g` independent SNPs for each person, an eigenvalue is `d = l (1 + g / (l - 1))` and
    /// projections are shrunk by `(l - 1) / (l - 1 + g)` (Lee, Zou & Wright 2010, *Ann. Statist.*
    /// 38:3605, theorems 1 and 4). Noise and the number of independent SNPs are those that the mean
    /// and the spread of the other eigenvalues speak for. Components within the noise are not
    /// corrected.
    #[must_use]
    pub fn new(
        relationship: &Relationship<'_>,
        snps: &SnpPlanes,
        eigen: &Eigen,
        names: impl Iterator<Item = String>,
    ) -> Self {
        let m = relationship.variants() as f64;
        let weights = relationship.over_variants(&eigen.vectors);
        let mut variants = Vec::with_capacity(relationship.used());
        for ((word, bit), name) in snps.bits().zip(names) {
            let place = 64 * word + bit as usize;
            let (mean, scale) = relationship.place(place);
            if scale > 0.0 {
                let each = weights[place].iter().zip(&eigen.values);
                variants.push(Variant {
                    name,
                    frequency: mean / 2.0,
                    loadings: each.map(|(w, value)| w / (m * value)).collect(),
                });
            }
        }
        Self {
            variants,
            values: eigen.values.clone(),
            shrinkage: shrinkage(relationship.len(), eigen),
        }
    }

    /// Components of other people. `planes` are theirs at some of the SNPs: `places` says which
    /// variant of these loadings each is, and whether its alleles are the other way around. SNPs that a person lacks
    /// count as average, and what is there stands for all.
    #[must_use]
    pub fn project(&self, planes: &SnpPlanes, places: &[Option<(usize, bool)>]) -> DMatrix<f64> {
        let k = self.values.len();
        let mut out = DMatrix::zeros(planes.samples.len(), k);
        let all = self.variants.len() as f64;
        for person in 0..planes.samples.len() {
            let [lo, hi] = planes.planes.sample(person);
            let mut sums = vec![0.0; k];
            let mut used = 0.0;
            for ((word, bit), place) in planes.bits().zip(places) {
                let Some((of, turned)) = place else { continue };
                let (lo, hi) = (lo[word] >> bit & 1, hi[word] >> bit & 1);
                let variant = &self.variants[*of];
                if lo & hi == 1 {
                    continue;
                }
                let copies = if *turned {
                    2 - (lo + 2 * hi)
                } else {
                    lo + 2 * hi
                };
                let p = variant.frequency;
                let z = (copies as f64 - 2.0 * p) / (2.0 * p * (1.0 - p)).sqrt();
                used += 1.0;
                for (sum, loading) in sums.iter_mut().zip(&variant.loadings) {
                    *sum += z * loading;
                }
            }
            for (component, sum) in sums.into_iter().enumerate() {
                let value = sum * all / used / self.shrinkage[component];
                out[(person, component)] = if used > 0.0 { value } else { f64::NAN };
            }
        }
        out
    }
}

fn shrinkage(people: usize, eigen: &Eigen) -> Vec<f64> {
    let n = people as f64;
    let k = eigen.values.len() as f64;
    let top: f64 = eigen.values.iter().sum();
    let squares: f64 = eigen.values.iter().map(|v| v * v).sum();
    // The trace is about one for each person.
    let noise = ((n - top) / (n - k)).max(f64::MIN_POSITIVE);
    let spread = ((eigen.squares - squares) / ((n - k) * noise * noise) - 1.0).max(1e-9);
    // Independent SNPs for each person.
    let g = 1.0 / spread;
    (eigen.values.iter())
        .map(|value| {
            let d = value * g / noise;
            let b = 1.0 + d - g;
            let root = b * b - 4.0 * d;
            if root <= 0.0 || b <= 0.0 {
                return 1.0;
            }
            let l = (b + root.sqrt()) / 2.0;
            if l > 1.0 {
                (l - 1.0) / (l - 1.0 + g)
            } else {
                1.0
            }
        })
        .collect()
}
