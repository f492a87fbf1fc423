//! Mahalanobis distance as Euclidean distance of scaled coordinates.

use nalgebra::DMatrix;

use super::{Covariate, MatchError};

/// A column adds nothing where less than this part of its variance is not explained by those
/// before it.
const SINGULAR: f64 = 1e-10;

/// How far cases and controls are apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distance {
    /// By all covariates, under the covariance pooled within cases and controls.
    Mahalanobis,
    /// By the probability of being a case, given the covariates.
    Propensity,
}

/// What makes Mahalanobis distances Euclidean: `L^-1 (x - m)`, where `L L'` is the covariance
/// pooled within the groups, with `n - 2` degrees of freedom.
#[derive(Clone, Debug)]
pub struct Scale {
    means: Vec<f64>,
    deviations: Vec<f64>,
    /// Lower factor of the correlation matrix.
    lower: DMatrix<f64>,
}

impl Scale {
    /// Of the people of both groups, who all have every covariate.
    ///
    /// # Errors
    /// [`MatchError::Column`] where a column is constant or follows from those before it;
    /// [`MatchError::Options`] where there are too few people.
    pub fn pooled(covariates: &[Covariate], groups: [&[u32]; 2]) -> Result<Self, MatchError> {
        let d = covariates.len();
        let people = groups[0].len() + groups[1].len();
        if d > 0 && people < d + 3 {
            return Err(MatchError::Options(format!(
                "{people} people with all values are too few for the covariance of {d} covariates"
            )));
        }
        let mut covariance = DMatrix::<f64>::zeros(d, d);
        let mut means = Vec::with_capacity(d);
        let mut centred: Vec<Vec<f64>> = Vec::with_capacity(d);
        for covariate in covariates {
            let value = |s: &u32| covariate.values.get(*s as usize).copied().unwrap_or(0.0);
            let mut column = Vec::with_capacity(people);
            let mut total = 0.0;
            for group in groups {
                let sum: f64 = group.iter().map(value).sum();
                let mean = sum / group.len().max(1) as f64;
                column.extend(group.iter().map(|s| value(s) - mean));
                total += sum;
            }
            means.push(total / people.max(1) as f64);
            centred.push(column);
        }
        for i in 0..d {
            for j in 0..=i {
                let products = centred[i].iter().zip(&centred[j]).map(|(a, b)| a * b);
                let value = products.sum::<f64>() / (people as f64 - 2.0);
                covariance[(i, j)] = value;
                covariance[(j, i)] = value;
            }
        }
        let deviations: Vec<f64> = (0..d).map(|i| covariance[(i, i)].sqrt()).collect();
        let mut lower = DMatrix::zeros(d, d);
        for i in 0..d {
            let name = &covariates[i].name;
            // Against the rounding of numbers far from zero.
            if !(deviations[i] > 1e-12 * means[i].abs() && deviations[i] > 0.0) {
                let reason = "the value is the same for everybody among the cases, and among the \
                              controls: leave it out";
                return Err(MatchError::column(name, reason));
            }
            for j in 0..=i {
                let rest: f64 = (0..j).map(|k| lower[(i, k)] * lower[(j, k)]).sum();
                let correlation = covariance[(i, j)] / (deviations[i] * deviations[j]);
                let value: f64 = if i == j { 1.0 } else { correlation } - rest;
                if i != j {
                    lower[(i, j)] = value / lower[(j, j)];
                } else if value > SINGULAR {
                    lower[(i, i)] = value.sqrt();
                } else {
                    let before: Vec<&str> =
                        covariates[..i].iter().map(|c| c.name.as_str()).collect();
                    return Err(MatchError::column(
                        name,
                        format!(
                            "the covariance is singular, because this column follows from {}: \
                             leave it out",
                            before.join(", ")
                        ),
                    ));
                }
            }
        }
        Ok(Self {
            means,
            deviations,
            lower,
        })
    }

    /// The coordinates of a person with these values, into `out`.
    pub fn place(&self, values: impl Iterator<Item = f64>, out: &mut Vec<f64>) {
        let start = out.len();
        for (i, value) in values.take(self.means.len()).enumerate() {
            let scaled = (value - self.means[i]) / self.deviations[i];
            let rest: f64 = (out[start..].iter().enumerate())
                .map(|(j, z)| self.lower[(i, j)] * z)
                .sum();
            out.push((scaled - rest) / self.lower[(i, i)]);
        }
    }
}
