//! The null model of a binary trait: logistic regression on the covariates, by maximum
//! likelihood or with Firth's penalty.

use nalgebra::{DMatrix, DVector};

use super::design::dot;
use super::{Analysis, Search, Trait};

const ITERATIONS: usize = 100;
const STEP_HALVINGS: usize = 25;
/// The largest step of a coefficient of a unit vector times the root of the number of people.
const LARGEST_STEP: f64 = 5.0;
/// Where the score is below this part of the number of people, the fit is done.
const CONVERGED: f64 = 1e-11;
/// In regenie it is done where no component of the score is larger than this.
const CONVERGED_REGENIE: f64 = 1e-6;
/// The same with Firth's penalty, after a step at least.
const CONVERGED_REGENIE_FIRTH: f64 = 5e-5;
/// Where every fitted probability is nearer than this to 0 or 1, cases and controls are separated.
const SEPARATED: f64 = 1e-6;

/// A fitted null model of a binary trait.
#[derive(Clone, Debug)]
pub struct LogisticNull {
    /// Fitted probabilities of being a case; 0 for people without the trait.
    pub probability: Vec<f64>,
    /// `y - p`; 0 for people without the trait.
    pub residuals: Vec<f64>,
    /// `p (1 - p)`; 0 for people without the trait.
    pub weights: Vec<f64>,
    /// Covariates, so rotated that they are orthonormal under `weights`.
    pub basis: Vec<Vec<f64>>,
    /// Linear predictor of the fit with Firth's penalty; empty where it was not asked for.
    pub firth_predictor: Vec<f64>,
}

impl LogisticNull {
    /// Fits the covariates with the offset `offset` (on the scale of log odds), with `firth` also
    /// with Firth's penalty. As regenie's, the penalty counts people who are analysed but lack the
    /// trait with weight one.
    ///
    /// # Errors
    /// Why there is no fit: cases and controls are separated by the covariates.
    pub fn fit(
        analysis: &Analysis,
        of: &Trait,
        offset: Option<&[f64]>,
        firth: bool,
        search: Search,
    ) -> Result<Self, String> {
        let x = &analysis.design.basis;
        let model = Model {
            x,
            y: &of.values,
            has: &of.has,
            offset,
            search,
            without: (search == Search::LikeRegenie).then_some(&analysis.included),
        };
        let from_intercept = || model.maximise(model.start(of), false);
        let coefficients = match search {
            Search::Exact => from_intercept()?,
            Search::LikeRegenie => model
                .maximise(DVector::zeros(x.len()), false)
                .or_else(|_| from_intercept())?,
        };
        let probability = model.probabilities(&coefficients);
        let extreme = |(p, has): (&f64, &bool)| !has || *p < SEPARATED || *p > 1.0 - SEPARATED;
        if probability.iter().zip(&of.has).all(extreme) {
            return Err("the covariates separate cases from controls".to_owned());
        }
        let weights: Vec<f64> = (probability.iter().zip(&of.has))
            .map(|(p, has)| if *has { p * (1.0 - p) } else { 0.0 })
            .collect();
        let residuals = (probability.iter().zip(&of.values).zip(&of.has))
            .map(|((p, y), has)| if *has { y - p } else { 0.0 })
            .collect();
        let firth_predictor = if firth {
            let penalised = model.maximise(coefficients, true)?;
            model.predictor(&penalised)
        } else {
            Vec::new()
        };
        Ok(Self {
            basis: orthonormal_under(x, &weights),
            probability,
            residuals,
            weights,
            firth_predictor,
        })
    }
}

/// Columns made orthonormal under weights; those that the weights leave nothing of are dropped.
fn orthonormal_under(x: &[Vec<f64>], weights: &[f64]) -> Vec<Vec<f64>> {
    let product = |a: &[f64], b: &[f64]| -> f64 {
        a.iter()
            .zip(b)
            .zip(weights)
            .map(|((a, b), w)| a * b * w)
            .sum()
    };
    let mut out: Vec<Vec<f64>> = Vec::with_capacity(x.len());
    for column in x {
        let mut column = column.clone();
        let length = product(&column, &column).sqrt();
        for _ in 0..2 {
            for b in &out {
                let along = product(b, &column);
                for (value, b) in column.iter_mut().zip(b) {
                    *value -= along * b;
                }
            }
        }
        let rest = product(&column, &column).sqrt();
        if rest > 1e-7 * length {
            for value in &mut column {
                *value /= rest;
            }
            out.push(column);
        }
    }
    out
}

struct Model<'m> {
    x: &'m [Vec<f64>],
    y: &'m [f64],
    has: &'m [bool],
    offset: Option<&'m [f64]>,
    search: Search,
    /// People analysed, where those without the trait count in the penalty.
    without: Option<&'m Vec<bool>>,
}

/// The state at given coefficients.
struct State {
    /// Minus twice the log likelihood, penalised where that is asked for.
    deviance: f64,
    score: DVector<f64>,
    information: DMatrix<f64>,
}

impl Model<'_> {
    /// The intercept alone: the logarithm of the odds of being a case.
    fn start(&self, of: &Trait) -> DVector<f64> {
        let mut start = DVector::zeros(self.x.len());
        let (people, cases) = (of.people as f64, of.cases.unwrap_or(0) as f64);
        let share = (cases + 0.5) / (people + 1.0);
        let mean = self.offset.map_or(0.0, |o| {
            let had = o.iter().zip(self.has).filter(|o| *o.1);
            had.map(|o| *o.0).sum::<f64>() / people
        });
        // The first column is constant among the people analysed.
        let constant = self.x.first().and_then(|c| c.iter().find(|v| **v != 0.0));
        if let (Some(constant), Some(first)) = (constant, start.get_mut(0)) {
            *first = ((share / (1.0 - share)).ln() - mean) / constant;
        }
        start
    }

    fn predictor(&self, coefficients: &DVector<f64>) -> Vec<f64> {
        let n = self.y.len();
        let mut out = self.offset.map_or_else(|| vec![0.0; n], <[f64]>::to_vec);
        for (column, c) in self.x.iter().zip(coefficients.iter()) {
            for (value, x) in out.iter_mut().zip(column) {
                *value += c * x;
            }
        }
        out
    }

    fn probabilities(&self, coefficients: &DVector<f64>) -> Vec<f64> {
        let mut out = self.predictor(coefficients);
        for (value, has) in out.iter_mut().zip(self.has) {
            *value = if *has {
                1.0 / (1.0 + (-*value).exp())
            } else {
                0.0
            };
        }
        out
    }

    fn state(&self, coefficients: &DVector<f64>, penalised: bool) -> Option<State> {
        let eta = self.predictor(coefficients);
        let (n, k) = (self.y.len(), self.x.len());
        let (mut weight, mut residual) = (vec![0.0; n], vec![0.0; n]);
        let mut probability = vec![0.0; n];
        let mut deviance = 0.0;
        for s in 0..n {
            if !self.has[s] {
                continue;
            }
            // ln(1 + exp(eta)) without overflow.
            let soft = eta[s].max(0.0) + (-eta[s].abs()).exp().ln_1p();
            deviance += 2.0 * (soft - self.y[s] * eta[s]);
            let p = 1.0 / (1.0 + (-eta[s]).exp());
            probability[s] = p;
            weight[s] = p * (1.0 - p);
            residual[s] = self.y[s] - p;
        }
        let mut information = DMatrix::zeros(k, k);
        let mut weighted = vec![0.0; n];
        for j in 0..k {
            for ((out, x), w) in weighted.iter_mut().zip(&self.x[j]).zip(&weight) {
                *out = x * w;
            }
            for i in 0..=j {
                let value = dot(&self.x[i], &weighted);
                information[(i, j)] = value;
                information[(j, i)] = value;
            }
        }
        if penalised {
            if let Some(included) = self.without {
                let lacking = |s: &usize| included[*s] && !self.has[*s];
                for s in (0..n).filter(lacking) {
                    for (i, j) in (0..k).flat_map(|i| (0..k).map(move |j| (i, j))) {
                        information[(i, j)] += self.x[i][s] * self.x[j][s];
                    }
                }
            }
            let cholesky = information.clone().cholesky()?;
            let l = cholesky.l();
            deviance -= 2.0 * (0..k).map(|i| l[(i, i)].ln()).sum::<f64>();
            let inverse = cholesky.inverse();
            // Diagonal of the hat matrix: w x' (X'WX)^-1 x.
            let mut row = DVector::zeros(k);
            for s in 0..n {
                if weight[s] > 0.0 {
                    for j in 0..k {
                        row[j] = self.x[j][s];
                    }
                    let h = weight[s] * row.dot(&(&inverse * &row));
                    residual[s] += h * (0.5 - probability[s]);
                }
            }
        }
        let score = DVector::from_iterator(k, self.x.iter().map(|x| dot(x, &residual)));
        (deviance.is_finite()).then_some(State {
            deviance,
            score,
            information,
        })
    }

    /// Newton's method with halved steps.
    fn maximise(&self, start: DVector<f64>, penalised: bool) -> Result<DVector<f64>, String> {
        let failed = || "the logistic model of the covariates does not converge".to_owned();
        let people = self.has.iter().filter(|h| **h).count() as f64;
        let mut at = start;
        let mut state = self.state(&at, penalised).ok_or_else(failed)?;
        let (least, converged) = match (self.search, penalised) {
            (Search::Exact, _) => (0, CONVERGED * people.sqrt()),
            (Search::LikeRegenie, false) => (0, CONVERGED_REGENIE),
            (Search::LikeRegenie, true) => (1, CONVERGED_REGENIE_FIRTH),
        };
        for steps in 0..ITERATIONS {
            if steps >= least && state.score.amax() <= converged {
                return Ok(at);
            }
            let cholesky = state.information.clone().cholesky().ok_or_else(failed)?;
            let mut step = cholesky.solve(&state.score);
            let largest = step.amax() / (LARGEST_STEP * people.sqrt());
            if largest > 1.0 {
                step /= largest;
            }
            let mut halvings = 0;
            let next = loop {
                let next = &at + &step;
                match self.state(&next, penalised) {
                    Some(s) if s.deviance <= state.deviance + 1e-9 * state.deviance.abs() => {
                        break (next, s);
                    }
                    _ if halvings == STEP_HALVINGS => return Err(failed()),
                    _ => {
                        step /= 2.0;
                        halvings += 1;
                    }
                }
            };
            // No further than rounding lets it.
            let done = (&next.0 - &at).amax() <= 1e-13 * at.amax();
            (at, state) = next;
            if done {
                return Ok(at);
            }
        }
        Err(failed())
    }
}
