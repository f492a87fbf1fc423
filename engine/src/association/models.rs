//! The null models of all traits, and the vectors whose sums over a genotype's carriers its tests
//! are made of.

use super::design::dot;
use super::{Analysis, FixedVectors, LinearNull, LogisticNull, Search, TraitKind};

/// Which vector of [`Models::vectors`] is what.
#[derive(Clone, Debug, Default)]
pub struct TraitVectors {
    /// Residuals of the null model.
    pub residuals: usize,
    /// Covariates that genotypes are projected on: orthonormal, for a binary trait under its
    /// weights and times them.
    pub basis: Vec<usize>,
    /// Weights of a binary trait; 1 for people with a quantitative trait that has a basis of its
    /// own.
    pub weights: Option<usize>,
    /// 1 for people with the trait; `None` where that is everybody analysed.
    pub has: Option<usize>,
    /// Of a quantitative trait that not everybody has, as regenie tests it: the basis where they
    /// have it.
    pub masked_basis: Vec<usize>,
}

/// A trait's null model.
#[derive(Clone, Debug)]
pub enum Null {
    /// Of a quantitative trait.
    Linear(Linear),
    /// Of a binary trait.
    Logistic(LogisticNull),
}

/// The null model of a quantitative trait, with what does not depend on genotypes.
#[derive(Clone, Debug)]
pub struct Linear {
    /// The fit.
    pub null: LinearNull,
    /// Products of the residuals with the basis: not zero where people lack the trait.
    pub residual_basis: Vec<f64>,
    /// Products of the masked basis with itself, in rows; empty where there is none.
    pub masked_products: Vec<f64>,
}

/// The null models of the traits of an analysis.
#[derive(Clone, Debug)]
pub struct Models {
    /// One for each trait; why there is none where there is none.
    pub nulls: Vec<Result<Null, String>>,
    /// The vectors of each trait.
    pub places: Vec<TraitVectors>,
    /// All vectors.
    pub vectors: FixedVectors,
}

impl Models {
    /// Fits every trait. `offsets` are predictions for each trait; `firth` adds the fit with
    /// Firth's penalty of binary traits.
    #[must_use]
    pub fn fit(
        analysis: &Analysis,
        offsets: Option<&[Vec<f64>]>,
        firth: bool,
        search: Search,
    ) -> Self {
        let offset = |t: usize| offsets.and_then(|o| o.get(t)).map(Vec::as_slice);
        let nulls: Vec<Result<Null, String>> = (analysis.traits.iter().enumerate())
            .map(|(t, of)| match analysis.kind {
                TraitKind::Quantitative => {
                    LinearNull::fit(analysis, of, offset(t), search == Search::LikeRegenie)
                        .map(|null| Null::Linear(linear(analysis, &of.has, of.complete, null)))
                        .ok_or_else(|| "the covariates leave nothing of it".to_owned())
                }
                TraitKind::Binary => {
                    LogisticNull::fit(analysis, of, offset(t), firth, search).map(Null::Logistic)
                }
            })
            .collect();
        let mut columns: Vec<Vec<f64>> = Vec::new();
        let mut push = |column: Vec<f64>| {
            columns.push(column);
            columns.len() - 1
        };
        // The basis of quantitative traits is one for all.
        let shared: Vec<usize> = match analysis.kind {
            TraitKind::Quantitative => analysis
                .design
                .basis
                .iter()
                .map(|b| push(b.clone()))
                .collect(),
            TraitKind::Binary => Vec::new(),
        };
        let mut places = Vec::with_capacity(nulls.len());
        for (null, of) in nulls.iter().zip(&analysis.traits) {
            let mut at = TraitVectors::default();
            let indicator = || of.has.iter().map(|h| f64::from(u8::from(*h))).collect();
            match null {
                Err(_) => {}
                Ok(Null::Linear(linear)) => {
                    at.residuals = push(linear.null.residuals.clone());
                    if let Some(own) = &linear.null.basis {
                        at.basis = own.iter().map(|b| push(b.clone())).collect();
                        at.weights = Some(push(indicator()));
                        at.has = at.weights;
                        places.push(at);
                        continue;
                    }
                    at.basis.clone_from(&shared);
                    if !of.complete {
                        at.has = Some(push(indicator()));
                        at.masked_basis = (analysis.design.basis.iter())
                            .map(|b| push(masked(b, &of.has)))
                            .collect();
                    }
                }
                Ok(Null::Logistic(null)) => {
                    at.residuals = push(null.residuals.clone());
                    at.weights = Some(push(null.weights.clone()));
                    at.basis = (null.basis.iter())
                        .map(|b| push(b.iter().zip(&null.weights).map(|(b, w)| b * w).collect()))
                        .collect();
                    if !of.complete {
                        at.has = Some(push(indicator()));
                    }
                }
            }
            places.push(at);
        }
        let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        Self {
            nulls,
            places,
            vectors: FixedVectors::new(analysis.included.len(), &columns),
        }
    }
}

fn masked(values: &[f64], has: &[bool]) -> Vec<f64> {
    let value = |(v, has): (&f64, &bool)| if *has { *v } else { 0.0 };
    values.iter().zip(has).map(value).collect()
}

fn linear(analysis: &Analysis, has: &[bool], complete: bool, null: LinearNull) -> Linear {
    let basis = &analysis.design.basis;
    let mut masked_products = Vec::new();
    if null.basis.is_some() {
        // Residuals are orthogonal to it.
        return Linear {
            residual_basis: Vec::new(),
            masked_products,
            null,
        };
    }
    if !complete {
        let here: Vec<Vec<f64>> = basis.iter().map(|b| masked(b, has)).collect();
        for a in &here {
            masked_products.extend(here.iter().map(|b| dot(a, b)));
        }
    }
    Linear {
        residual_basis: basis.iter().map(|b| dot(b, &null.residuals)).collect(),
        masked_products,
        null,
    }
}
