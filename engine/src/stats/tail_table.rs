//! The tail of one mixture of chi-square variables at many values: tabulated where it is asked
//! for, piece by piece, by Chebyshev polynomials.
//!
//! On the scale of the root of its argument the logarithm of a tail is smooth (near a parabola):
//! on pieces of one and a half standard deviations of the root, polynomials of 20 terms reach
//! nine digits. Near zero the smallest weights are felt: there, pieces are halved again and again.
//! A piece where polynomials do not reach the accuracy is not tabulated.

use std::collections::BTreeMap;
use std::f64::consts::PI;

use super::mixture_ln_survival;

const NODES: usize = 20;
/// Standard deviations of the root in one piece.
const WIDTH: f64 = 1.5;
/// Halvings of the first piece.
const HALVINGS: i32 = 20;
/// The last coefficients of a piece are at most this large.
const ACCURACY: f64 = 1e-9;

/// A tail, and the pieces of it that were asked for. What it says does not depend on them.
#[derive(Clone, Debug)]
pub(super) struct TailTable {
    lambdas: Vec<f64>,
    /// The width of a piece, on the scale of the root.
    width: f64,
    /// By their place: below zero, those that the first was halved into.
    pieces: BTreeMap<i32, Option<[f64; NODES]>>,
}

impl TailTable {
    /// Of positive weights.
    pub(super) fn new(lambdas: Vec<f64>) -> Self {
        let sum: f64 = lambdas.iter().sum();
        let squares: f64 = lambdas.iter().map(|l| l * l).sum();
        // The standard deviation of the root, by the first order.
        let sd = (2.0 * squares).sqrt() / (2.0 * sum.sqrt());
        Self {
            lambdas,
            width: WIDTH * sd,
            pieces: BTreeMap::new(),
        }
    }

    /// `ln P(Q > q)`; as [`mixture_ln_survival`] to nine digits of the probability.
    pub(super) fn ln_survival(&mut self, q: f64) -> Option<f64> {
        if q <= 0.0 {
            return Some(0.0);
        }
        let at = q.sqrt() / self.width;
        if at.is_nan() || at >= f64::from(i32::MAX) {
            return mixture_ln_survival(q, &self.lambdas);
        }
        let (place, from, width) = if at >= 1.0 {
            (at as i32, at.floor(), 1.0)
        } else {
            let halvings = (-(at.log2().floor()) as i32).min(HALVINGS);
            let from = 0.5f64.powi(halvings);
            (-halvings, from, from)
        };
        if at < from {
            return mixture_ln_survival(q, &self.lambdas);
        }
        let (lambdas, unit) = (&self.lambdas, self.width);
        let coefficients = (self.pieces.entry(place))
            .or_insert_with(|| tabulate(lambdas, from * unit, width * unit));
        match coefficients {
            Some(c) => Some(clenshaw(c, 2.0 * (at - from) / width - 1.0).min(0.0)),
            None => mixture_ln_survival(q, &self.lambdas),
        }
    }
}

fn tabulate(lambdas: &[f64], from: f64, width: f64) -> Option<[f64; NODES]> {
    let mut values = [0.0; NODES];
    for (k, value) in values.iter_mut().enumerate() {
        let x = (PI * (k as f64 + 0.5) / NODES as f64).cos();
        let root = from + 0.5 * width * (x + 1.0);
        *value = mixture_ln_survival(root * root, lambdas)?;
    }
    let mut coefficients = [0.0; NODES];
    for (j, coefficient) in coefficients.iter_mut().enumerate() {
        let term = |(k, value): (usize, &f64)| {
            value * (PI * j as f64 * (k as f64 + 0.5) / NODES as f64).cos()
        };
        *coefficient = 2.0 / NODES as f64 * values.iter().enumerate().map(term).sum::<f64>();
    }
    let [.., a, b, c] = &coefficients;
    let fine = [a, b, c].iter().all(|c| c.abs() <= ACCURACY);
    fine.then_some(coefficients)
}

fn clenshaw(coefficients: &[f64; NODES], x: f64) -> f64 {
    let (mut b1, mut b2) = (0.0, 0.0);
    for c in coefficients[1..].iter().rev() {
        (b1, b2) = (2.0 * x * b1 - b2 + c, b1);
    }
    x * b1 - b2 + 0.5 * coefficients[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_integral_of_each() {
        let mixtures: [&[f64]; 5] = [
            &[1.0, 1.0],
            &[1.0, 0.3, 0.01],
            &[5.0, 4.0, 4.0, 3.0, 0.2, 0.1, 0.1],
            &[1e-6, 1e-9],
            &[100.0; 60],
        ];
        for lambdas in mixtures {
            let mean: f64 = lambdas.iter().sum();
            let mut table = TailTable::new(lambdas.to_vec());
            let mut tabulated = 0;
            for i in 1..400 {
                let q = mean * 1.03f64.powi(i - 200);
                let direct = mixture_ln_survival(q, lambdas).unwrap();
                let value = table.ln_survival(q).unwrap();
                assert!(
                    (value - direct).abs() < 3e-8 * direct.abs().max(1.0),
                    "{lambdas:?} {q}"
                );
            }
            for piece in table.pieces.values() {
                tabulated += usize::from(piece.is_some());
            }
            assert!(
                4 * tabulated > 3 * table.pieces.len(),
                "{lambdas:?} {tabulated}"
            );
        }
    }
}
