//! The null model of a quantitative trait: least squares on the covariates.

use super::design::{dot, residuals_on};
use super::{Analysis, Trait};

/// Residuals of no more than this share of a trait's spread have no variance.
const NO_VARIANCE: f64 = 1e-8;

/// A quantitative trait without what covariates and predictions explain.
#[derive(Clone, Debug)]
pub struct LinearNull {
    /// Residuals of variance one; 0 for people without the trait.
    pub residuals: Vec<f64>,
    /// What one of their units is of the trait's.
    pub scale: f64,
    /// The covariates' orthonormal basis among those who have the trait, where that is not the one
    /// of all people analysed.
    pub basis: Option<Vec<Vec<f64>>>,
}

impl LinearNull {
    /// Fits the covariates, and takes off `offset`, where there is one: predictions of the
    /// standardised residuals, as regenie's step 1 makes them.
    ///
    /// The fit is among those who have the trait. `like_regenie`, the covariates' basis is that of
    /// all people analysed, and people without the trait count as zero. `None` where nothing is left
    /// to explain.
    #[must_use]
    pub fn fit(
        analysis: &Analysis,
        of: &Trait,
        offset: Option<&[f64]>,
        like_regenie: bool,
    ) -> Option<Self> {
        let design = &analysis.design;
        let own = (!of.complete && !like_regenie).then(|| design.basis_of(&of.has));
        let basis = own.as_ref().unwrap_or(&design.basis);
        let mut residuals = of.values.clone();
        residuals_on(basis, &mut residuals, &of.has);
        let freedom = of.people as f64 - basis.len() as f64;
        if freedom < 1.0 {
            return None;
        }
        let mut scale = 1.0;
        let mut standardise = |values: &mut [f64], spread: f64| -> Option<()> {
            let sd = (dot(values, values) / freedom).sqrt();
            if !sd.is_finite() || sd <= NO_VARIANCE * spread {
                return None;
            }
            for value in values {
                *value /= sd;
            }
            scale *= sd;
            Some(())
        };
        standardise(&mut residuals, spread(of))?;
        if let Some(offset) = offset {
            for ((value, offset), has) in residuals.iter_mut().zip(offset).zip(&of.has) {
                if *has {
                    *value -= offset;
                }
            }
            standardise(&mut residuals, 1.0)?;
        }
        Some(Self {
            residuals,
            scale,
            basis: own,
        })
    }
}

/// The standard deviation of a trait.
fn spread(of: &Trait) -> f64 {
    let people = of.people as f64;
    let mean = of.values.iter().sum::<f64>() / people;
    let some = of.values.iter().zip(&of.has).filter(|v| *v.1);
    (some.map(|(v, _)| (v - mean).powi(2)).sum::<f64>() / people).sqrt()
}
