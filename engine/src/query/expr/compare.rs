//! Operators over numbers of sites and of samples: what is paired with what.

use super::lex::Op;
use super::logic::union;
use super::number::{calculate, holds_missing, is_missing, test};
use super::value::{Numbers, Pass};
use crate::genotype::Plane;

type Failure = String;

/// `a op b`, value by value; one value goes with each of several.
pub(super) fn arithmetic(op: Op, a: Numbers, b: Numbers) -> Result<Numbers, Failure> {
    let used = joint(&a, &b);
    let samples = a.samples || b.samples;
    let absent = Numbers {
        values: Vec::new(),
        per: 0,
        samples,
        used: used.clone(),
    };
    if a.values.is_empty() || b.values.is_empty() {
        return Ok(absent);
    }
    let pair = |a, b| calculate(op, a, b);
    let (values, per) = match (a.samples, b.samples) {
        (false, false) => (pair_up(&a.values, &b.values, pair)?, 0),
        (true, true) => {
            let per = a.per.max(b.per);
            let mut values = Vec::with_capacity(a.values.len().max(b.values.len()));
            let chunks = a
                .values
                .chunks_exact(a.per.max(1))
                .zip(b.values.chunks_exact(b.per.max(1)));
            for (x, y) in chunks {
                values.extend(pair_up(x, y, pair)?);
            }
            (values, per)
        }
        (true, false) => (
            a.values
                .iter()
                .map(|x| Ok(pair(*x, only(&b)?)))
                .collect::<Result<_, Failure>>()?,
            a.per,
        ),
        (false, true) => (
            b.values
                .iter()
                .map(|y| Ok(pair(only(&a)?, *y)))
                .collect::<Result<_, Failure>>()?,
            b.per,
        ),
    };
    if values.iter().all(|v| is_missing(*v)) {
        return Ok(absent);
    }
    Ok(Numbers {
        values,
        per,
        samples,
        used,
    })
}

/// Two per-sample numbers, one value each, to one.
pub(super) fn per_sample(
    a: Numbers,
    b: Numbers,
    n: usize,
    f: impl Fn(f64, f64) -> f64,
) -> Result<Numbers, Failure> {
    if a.values.is_empty() || b.values.is_empty() {
        let values = vec![super::number::MISSING; n];
        return Ok(Numbers {
            values,
            per: 1,
            samples: true,
            used: a.used,
        });
    }
    if a.per != 1 || b.per != 1 {
        return Err(format!(
            "binom takes one value each, this record has {} and {}",
            a.per, b.per
        ));
    }
    let values = a
        .values
        .iter()
        .zip(&b.values)
        .map(|(a, b)| f(*a, *b))
        .collect();
    Ok(Numbers {
        values,
        per: 1,
        samples: true,
        used: a.used,
    })
}

fn joint(a: &Numbers, b: &Numbers) -> super::subscript::Samples {
    match (a.samples, b.samples) {
        (true, false) => a.used.clone(),
        (false, true) => b.used.clone(),
        _ => union(&a.used, &b.used),
    }
}

fn only(n: &Numbers) -> Result<f64, Failure> {
    match n.values[..] {
        [one] => Ok(one),
        _ => Err(format!(
            "this record has {} values here; with a FORMAT field only one can be reckoned: choose it with [i]",
            n.values.len()
        )),
    }
}

fn pair_up(a: &[f64], b: &[f64], f: impl Fn(f64, f64) -> f64) -> Result<Vec<f64>, Failure> {
    match (a, b) {
        ([x], _) => Ok(b.iter().map(|y| f(*x, *y)).collect()),
        (_, [y]) => Ok(a.iter().map(|x| f(*x, *y)).collect()),
        _ if a.len() == b.len() => Ok(a.iter().zip(b).map(|(x, y)| f(*x, *y)).collect()),
        _ => Err(format!(
            "this record has {} values on one side and {} on the other: choose with [i]",
            a.len(),
            b.len()
        )),
    }
}

/// Whether any pair of values compares so.
pub(super) fn compare(op: Op, a: &Numbers, b: &Numbers, n: usize) -> Result<Pass, Failure> {
    if !a.samples && !b.samples {
        return Ok(Pass::site(compare_sites(op, &a.values, &b.values)));
    }
    let used = joint(a, b);
    let is_used = |s: &usize| used.as_ref().is_none_or(|u| u.get(*s));
    let mut plane = Plane::zeros(n);
    let mut all_if = |holds: bool| {
        if holds {
            (0..n).filter(is_used).for_each(|s| plane.set(s));
        }
    };
    match (a.values.is_empty(), b.values.is_empty()) {
        (true, true) => all_if(holds_missing(op, 2)),
        (true, false) | (false, true) => {
            let there = if a.values.is_empty() { b } else { a };
            let any_missing = |v: &[f64]| 1 + usize::from(v.iter().any(|v| is_missing(*v)));
            if there.samples {
                for (s, v) in there.by_sample().filter(|(s, _)| is_used(s)) {
                    if s < n && holds_missing(op, any_missing(v)) {
                        plane.set(s);
                    }
                }
            } else {
                all_if(holds_missing(op, any_missing(&there.values)));
            }
        }
        (false, false) => {
            if a.samples && b.samples && a.per != b.per {
                return Err(format!(
                    "this record has {} values for each sample on one side and {} on the other: choose with [:i]",
                    a.per, b.per
                ));
            }
            // A missing value is in no order, and of no number.
            let skip = |v: f64| is_missing(v) && !op.is_equality();
            for s in (0..n).filter(is_used) {
                if a.samples && b.samples && !(a.uses(s) && b.uses(s)) {
                    continue;
                }
                let x = of_sample(a, s);
                let y = of_sample(b, s);
                let holds = if a.samples && b.samples {
                    x.iter().zip(y).any(|(x, y)| !skip(*x) && test(op, *x, *y))
                } else {
                    x.iter().any(|x| y.iter().any(|y| test(op, *x, *y)))
                };
                if holds {
                    plane.set(s);
                }
            }
        }
    }
    Ok(Pass::samples(plane, used))
}

/// A sample's values, or the site's.
fn of_sample(n: &Numbers, s: usize) -> &[f64] {
    if !n.samples {
        return &n.values;
    }
    n.values.get(s * n.per..(s + 1) * n.per).unwrap_or(&[])
}

fn compare_sites(op: Op, a: &[f64], b: &[f64]) -> bool {
    match (a, b) {
        ([], []) => holds_missing(op, 2),
        ([], there) | (there, []) => there
            .iter()
            .any(|v| holds_missing(op, 1 + usize::from(is_missing(*v)))),
        _ => a.iter().any(|x| b.iter().any(|y| test(op, *x, *y))),
    }
}
