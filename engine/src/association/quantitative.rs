//! The null model of a quantitative trait: least squares on the covariates.

use super::design::dot;
use super::{Analysis, Trait};

/// Residuals that are smaller than this have no variance.
const NO_VARIANCE: f64 = 1e-8;

/// A quantitative trait without what covariates and predictions explain.
#[derive(Clone, Debug)]
pub struct LinearNull {
    /// Residuals of variance one; 0 for people without the trait.
    pub residuals: Vec<f64>,
    /// What one of their units is of the trait's.
    pub scale: f64,
}

impl LinearNull {
    /// Fits the covariates, and takes off `offset`, where there is one: predictions of the
    /// standardised residuals, as regenie's step 1 makes them.
    ///
    /// The covariates' basis is that of all people analysed; people without the trait count as
    /// zero in the fit, as in regenie. `None` where nothing is left to explain.
    #[must_use]
    pub fn fit(analysis: &Analysis, of: &Trait, offset: Option<&[f64]>) -> Option<Self> {
        let mut residuals = of.values.clone();
        analysis.design.residuals(&mut residuals, &of.has);
        let freedom = of.people as f64 - analysis.design.rank() as f64;
        if freedom < 1.0 {
            return None;
        }
        let mut scale = 1.0;
        let mut standardise = |values: &mut [f64]| -> Option<()> {
            let sd = (dot(values, values) / freedom).sqrt();
            if !sd.is_finite() || sd < NO_VARIANCE {
                return None;
            }
            for value in values {
                *value /= sd;
            }
            scale *= sd;
            Some(())
        };
        standardise(&mut residuals)?;
        if let Some(offset) = offset {
            for ((value, offset), has) in residuals.iter_mut().zip(offset).zip(&of.has) {
                if *has {
                    *value -= offset;
                }
            }
            standardise(&mut residuals)?;
        }
        Some(Self { residuals, scale })
    }
}
