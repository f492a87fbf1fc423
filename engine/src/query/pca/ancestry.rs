//! Ancestry of people by the components of those whose ancestry is known.

use nalgebra::{DMatrix, DVector};

/// People with a label: their components as rows.
#[derive(Clone, Debug, Default)]
pub struct Labelled {
    /// The labels, each once.
    pub labels: Vec<String>,
    /// By person, the place of its label.
    pub of: Vec<usize>,
    /// By person, the components.
    pub components: Vec<Vec<f64>>,
}

/// Normal distributions of components, one for each label, of one covariance (linear discriminant
/// analysis; Fisher 1936, *Ann. Eugen.* 7:179); labels are equally likely beforehand.
#[derive(Clone, Debug)]
pub struct Ancestry {
    /// The labels.
    pub labels: Vec<String>,
    means: Vec<DVector<f64>>,
    inverse: DMatrix<f64>,
}

impl Ancestry {
    /// Of labelled people; `None` where a label has nobody, or there are too few people for a
    /// covariance.
    #[must_use]
    pub fn new(of: &Labelled) -> Option<Self> {
        let k = of.components.first()?.len();
        let mut means = vec![DVector::zeros(k); of.labels.len()];
        let mut sizes = vec![0usize; of.labels.len()];
        for (label, components) in of.of.iter().zip(&of.components) {
            means[*label] += DVector::from_column_slice(components);
            sizes[*label] += 1;
        }
        if sizes.contains(&0) || of.components.len() < of.labels.len() + k {
            return None;
        }
        for (mean, size) in means.iter_mut().zip(&sizes) {
            *mean /= *size as f64;
        }
        let mut covariance = DMatrix::zeros(k, k);
        for (label, components) in of.of.iter().zip(&of.components) {
            let apart = DVector::from_column_slice(components) - &means[*label];
            covariance += &apart * apart.transpose();
        }
        covariance /= (of.components.len() - of.labels.len()) as f64;
        Some(Self {
            labels: of.labels.clone(),
            means,
            inverse: covariance.try_inverse()?,
        })
    }

    /// The probability of each label for a person with these components.
    #[must_use]
    pub fn probabilities(&self, components: &[f64]) -> Vec<f64> {
        let of = DVector::from_column_slice(components);
        let ln: Vec<f64> = (self.means.iter())
            .map(|mean| {
                let apart = &of - mean;
                -0.5 * apart.dot(&(&self.inverse * &apart))
            })
            .collect();
        let most = ln.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let each: Vec<f64> = ln.iter().map(|l| (l - most).exp()).collect();
        let sum: f64 = each.iter().sum();
        each.into_iter().map(|e| e / sum).collect()
    }
}
