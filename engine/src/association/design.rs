//! The covariates as an orthonormal basis.

use super::table::{Column, Values};

/// A column is dropped where less than this part of its length is not explained by those before.
const RANK_TOLERANCE: f64 = 1e-7;
/// What may be left of a column by rounding alone, of its length.
const ROUNDING: f64 = 1e-13;

/// Covariates of the people analysed: orthonormal columns, the first of them the constant one.
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    /// Columns, each with a value for each sample of the store, 0 for people left out.
    pub basis: Vec<Vec<f64>>,
    /// Covariates that add nothing to those before them.
    pub dropped: Vec<String>,
}

impl Design {
    /// Of the people in `included` (one for each sample). Categories become an indicator for
    /// each but the first met; a missing value counts as 0, people with one should be left out.
    #[must_use]
    pub fn new(covariates: &[Column], included: &[bool]) -> Self {
        let n = included.len();
        let mut design = Self {
            basis: Vec::new(),
            dropped: Vec::new(),
        };
        design.add("intercept", vec![1.0; n], included);
        for column in covariates {
            match &column.values {
                Values::Numbers(values) => design.add(&column.name, values.clone(), included),
                Values::Categories(values, names) => {
                    for (level, name) in names.iter().enumerate().skip(1) {
                        let level = level as u32;
                        let is = |v: &Option<u32>| f64::from(u8::from(*v == Some(level)));
                        let indicator = values.iter().map(is).collect();
                        design.add(&format!("{}={name}", column.name), indicator, included);
                    }
                }
            }
        }
        design
    }

    /// Adds a column that is not among the covariates: a variant to condition on.
    pub fn add(&mut self, name: &str, mut column: Vec<f64>, included: &[bool]) {
        for (value, &included) in column.iter_mut().zip(included) {
            if !included || value.is_nan() {
                *value = 0.0;
            }
        }
        match orthonormal(&self.basis, column) {
            Some(column) => self.basis.push(column),
            None => self.dropped.push(name.to_owned()),
        }
    }

    /// An orthonormal basis of the covariates of some people: 0 for all others.
    pub(super) fn basis_of(&self, some: &[bool]) -> Vec<Vec<f64>> {
        let mut out: Vec<Vec<f64>> = Vec::with_capacity(self.basis.len());
        for column in &self.basis {
            let of = column.iter().zip(some);
            let column = of.map(|(v, some)| if *some { *v } else { 0.0 }).collect();
            out.extend(orthonormal(&out, column));
        }
        out
    }

    /// Number of linearly independent columns.
    #[must_use]
    pub const fn rank(&self) -> usize {
        self.basis.len()
    }
}

/// Takes out of `values` what an orthonormal basis explains, where `included`.
pub(super) fn residuals_on(basis: &[Vec<f64>], values: &mut [f64], included: &[bool]) {
    let along: Vec<f64> = basis.iter().map(|b| dot(b, values)).collect();
    for (b, along) in basis.iter().zip(along) {
        for ((value, b), &included) in values.iter_mut().zip(b).zip(included) {
            if included {
                *value -= along * b;
            }
        }
    }
}

/// What a column adds to a basis, of length one; `None` where that is nothing.
fn orthonormal(basis: &[Vec<f64>], mut column: Vec<f64>) -> Option<Vec<f64>> {
    // Numbers so large or small that their squares are none are brought near one.
    let largest = column.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    if largest == 0.0 || !largest.is_finite() {
        return None;
    }
    for value in &mut column {
        *value /= largest;
    }
    let length = |column: &[f64]| dot(column, column).sqrt();
    let whole = length(&column);
    // What differs between people: without the first of the basis, which is the intercept.
    let mut spread = whole;
    // Gram and Schmidt's method; twice is enough (Giraud et al. 2005).
    for round in 0..2 {
        for (place, b) in basis.iter().enumerate() {
            let along = dot(b, &column);
            for (value, b) in column.iter_mut().zip(b) {
                *value -= along * b;
            }
            if (round, place) == (0, 0) {
                spread = length(&column);
            }
        }
    }
    let rest = length(&column);
    if rest <= (RANK_TOLERANCE * spread).max(ROUNDING * whole) {
        return None;
    }
    for value in &mut column {
        *value /= rest;
    }
    Some(column)
}

/// The sum of products, in the order of the samples: in four parts, so that it does not wait for
/// each addition.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (a4, b4) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = a4
        .remainder()
        .iter()
        .zip(b4.remainder())
        .map(|(a, b)| a * b)
        .sum();
    for (a, b) in a4.zip(b4) {
        for i in 0..4 {
            sums[i] += a[i] * b[i];
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_basis_of_what_is_independent() {
        let numbers = |name: &str, v: Vec<f64>| Column {
            name: name.to_owned(),
            values: Values::Numbers(v),
        };
        let age = vec![40.0, 50.0, 61.0, 33.0, 1e9, 58.0];
        let months = age.iter().map(|a| 12.0 * a + 3.0).collect();
        let site = Column {
            name: "site".into(),
            values: Values::Categories(
                vec![Some(0), Some(1), Some(1), Some(2), Some(3), Some(0)],
                ["a", "b", "c", "d"].map(str::to_owned).to_vec(),
            ),
        };
        let included = [true, true, true, true, false, true];
        let covariates = [numbers("age", age.clone()), numbers("months", months), site];
        let design = Design::new(&covariates, &included);
        // Category d is that of one who is left out.
        assert_eq!(design.dropped, ["months", "site=d"]);
        assert_eq!(design.rank(), 4);
        for (i, a) in design.basis.iter().enumerate() {
            assert_eq!(a[4], 0.0);
            for (j, b) in design.basis.iter().enumerate() {
                let expected = f64::from(u8::from(i == j));
                assert!((dot(a, b) - expected).abs() < 1e-12);
            }
        }
        let mut y = age;
        y[4] = 0.0;
        residuals_on(&design.basis, &mut y, &included);
        assert!(y.iter().all(|v| v.abs() < 1e-9), "{y:?}");
    }
}
