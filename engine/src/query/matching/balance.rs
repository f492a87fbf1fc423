//! How alike cases and controls are, before and after matching.

use super::Plan;
use super::{Matched, Pair};

/// Bins in which distributions of propensity scores are compared.
const BINS: usize = 20;

/// Cases and controls at one time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Side {
    /// Mean of the cases.
    pub cases: f64,
    /// Weighted mean of the controls.
    pub controls: f64,
    /// Difference of the means in standard deviations of all cases before matching; `None`
    /// where they do not vary.
    pub difference: Option<f64>,
    /// Variance of the cases over that of the controls; `None` of shares.
    pub variance_ratio: Option<f64>,
}

/// A covariate before and after matching.
#[derive(Clone, Debug, PartialEq)]
pub struct Balance {
    /// Its name; of values that must be equal `NAME=VALUE`.
    pub name: String,
    /// All cases and controls that can be matched.
    pub before: Side,
    /// Matched ones; a control counts as its share of its group's controls.
    pub after: Side,
}

/// Weights of cases and of controls, by their places in the plan.
fn weights(plan: &Plan, pairs: &[Pair]) -> [Vec<f64>; 2] {
    let mut cases = vec![0.0; plan.cases.len()];
    let mut controls = vec![0.0; plan.controls.len()];
    for group in pairs.chunk_by(|a, b| a.case == b.case) {
        for pair in group {
            cases[pair.case as usize] = 1.0;
            controls[pair.control as usize] += 1.0 / group.len() as f64;
        }
    }
    [cases, controls]
}

struct Moments {
    mean: f64,
    variance: f64,
}

/// Weighted mean, and the unbiased variance under reliability weights, as MatchIt's.
fn moments(values: &[f64], weights: &[f64]) -> Moments {
    let sum: f64 = weights.iter().sum();
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    let each = || values.iter().zip(weights);
    let mean = each().map(|(v, w)| v * w).sum::<f64>() / sum;
    let spread: f64 = each().map(|(v, w)| w * (v - mean) * (v - mean)).sum();
    Moments {
        mean,
        variance: spread * sum / (sum * sum - squares),
    }
}

/// Each covariate, each value that must be equal, and first the propensity score.
#[must_use]
pub fn balance(plan: &Plan, matched: &Matched) -> Vec<Balance> {
    let all = [vec![1.0; plan.cases.len()], vec![1.0; plan.controls.len()]];
    let after = weights(plan, &matched.pairs);
    let of = |name: String, value: &dyn Fn(u32) -> f64, is_share: bool| {
        let values = [&plan.cases, &plan.controls]
            .map(|people| -> Vec<f64> { people.iter().map(|s| value(*s)).collect() });
        let unit = {
            let cases = moments(&values[0], &all[0]);
            if is_share {
                (cases.mean * (1.0 - cases.mean)).sqrt()
            } else {
                cases.variance.sqrt()
            }
        };
        let side = |weights: &[Vec<f64>; 2]| {
            let [cases, controls] = [0, 1].map(|i| moments(&values[i], &weights[i]));
            let difference = (cases.mean - controls.mean) / unit;
            let ratio = cases.variance / controls.variance;
            Side {
                cases: cases.mean,
                controls: controls.mean,
                difference: Some(difference).filter(|d| d.is_finite()),
                variance_ratio: Some(ratio).filter(|r| !is_share && r.is_finite()),
            }
        };
        Balance {
            name,
            before: side(&all),
            after: side(&after),
        }
    };
    let mut out = Vec::new();
    if let Ok(scores) = &plan.scores {
        let score = |s: u32| scores.get(s as usize).copied().unwrap_or(f64::NAN);
        out.push(of("propensity score".to_owned(), &score, false));
    }
    for covariate in &plan.covariates {
        let value = |s: u32| {
            covariate
                .values
                .get(s as usize)
                .copied()
                .unwrap_or(f64::NAN)
        };
        let people = || plan.cases.iter().chain(&plan.controls);
        let is_share = people().all(|s| matches!(value(*s), 0.0 | 1.0));
        out.push(of(covariate.name.clone(), &value, is_share));
    }
    for factor in &plan.factors {
        for (level, text) in (0..).zip(&factor.levels) {
            let is = |s: u32| factor.keys.get(s as usize).copied().flatten() == Some(level);
            let share = |s: u32| f64::from(u8::from(is(s)));
            if plan.cases.iter().chain(&plan.controls).any(|s| is(*s)) {
                out.push(of(format!("{}={text}", factor.name), &share, true));
            }
        }
    }
    out
}

/// How propensity scores of cases and controls overlap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overlap {
    /// Least and greatest score of the cases.
    pub cases: [f64; 2],
    /// Least and greatest score of the controls.
    pub controls: [f64; 2],
    /// Cases whose score is below or above that of every control.
    pub cases_outside: u64,
    /// The area that the distributions share, in 20 equal bins: all cases and controls, and
    /// matched ones.
    pub shared: [f64; 2],
}

/// The overlap; `None` where there are no scores.
#[must_use]
pub fn overlap(plan: &Plan, matched: &Matched) -> Option<Overlap> {
    let scores = plan.scores.as_ref().ok()?;
    let of = |people: &[u32]| -> Vec<f64> {
        let score = |s: &u32| scores.get(*s as usize).copied();
        people.iter().filter_map(score).collect()
    };
    let (cases, controls) = (of(&plan.cases), of(&plan.controls));
    let range = |values: &[f64]| {
        let ends = [f64::INFINITY, f64::NEG_INFINITY];
        (values.iter()).fold(ends, |[low, high], v| [low.min(*v), high.max(*v)])
    };
    let (case_range, control_range) = (range(&cases), range(&controls));
    let low = case_range[0].min(control_range[0]);
    let width = (case_range[1].max(control_range[1]) - low) / BINS as f64;
    let histogram = |values: &[f64], weights: &[f64]| {
        let mut bins = [0.0; BINS];
        for (value, weight) in values.iter().zip(weights) {
            let bin = if width > 0.0 {
                (value - low) / width
            } else {
                0.0
            };
            bins[(bin as usize).min(BINS - 1)] += weight;
        }
        let sum: f64 = bins.iter().sum();
        bins.map(|b| b / sum)
    };
    let shared = |weights: &[Vec<f64>; 2]| -> f64 {
        let (a, b) = (
            histogram(&cases, &weights[0]),
            histogram(&controls, &weights[1]),
        );
        a.iter().zip(&b).map(|(a, b)| a.min(*b)).sum()
    };
    let all = [vec![1.0; cases.len()], vec![1.0; controls.len()]];
    let outside = |v: &&f64| **v < control_range[0] || **v > control_range[1];
    Some(Overlap {
        cases: case_range,
        controls: control_range,
        cases_outside: cases.iter().filter(outside).count() as u64,
        shared: [shared(&all), shared(&weights(plan, &matched.pairs))],
    })
}
