//! From the people of a store to a problem of numbers, and back.

use std::collections::HashMap;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::covariates::Factor;
use super::people::{eligible, related_to_cases};
use super::{
    Caliper, Covariate, Distance, LeftOut, MatchError, Points, Problem, RelatedPair, Scale, fixed,
    propensity,
};
use crate::genotype::SampleSet;
use crate::store::Store;

/// In which order cases take their controls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By propensity score, from the largest: the cases that are hardest to match first.
    Largest,
    /// From the smallest.
    Smallest,
    /// As in the sample table.
    Data,
    /// By chance.
    Random,
}

/// What to match by.
#[derive(Clone, Debug)]
pub struct Request {
    /// The cases.
    pub cases: SampleSet,
    /// The controls.
    pub controls: SampleSet,
    /// Columns whose values must be equal.
    pub exact: Vec<String>,
    /// Numbers, with principal components.
    pub covariates: Vec<Covariate>,
    /// How far people are apart.
    pub distance: Distance,
    /// The largest distance.
    pub caliper: Option<Caliper>,
    /// The order of cases; by default [`Order::Largest`] of propensity scores, else
    /// [`Order::Data`].
    pub order: Option<Order>,
    /// What chance starts from.
    pub seed: u64,
    /// Who is related to whom, and from which kinship on that counts.
    pub related: Option<(Vec<RelatedPair>, f64)>,
}

/// A problem, and what it is made of. People are numbers of the store's samples, ascending.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Cases that can be matched.
    pub cases: Vec<u32>,
    /// Controls that can be.
    pub controls: Vec<u32>,
    /// Cases that cannot.
    pub cases_left_out: Vec<LeftOut>,
    /// Controls that cannot.
    pub controls_left_out: Vec<LeftOut>,
    /// The covariates.
    pub covariates: Vec<Covariate>,
    /// Propensity scores, for each sample of the store, or why there are none.
    pub scores: Result<Vec<f64>, String>,
    /// Covariates that the scores do without: they follow from others.
    pub dropped: Vec<String>,
    /// The problem.
    pub problem: Problem,
    /// The order of cases, by their places in `cases`.
    pub order: Vec<u32>,
    pub(super) factors: Vec<Factor>,
}

impl Plan {
    /// Reads the covariates, leaves out who cannot be matched, and measures.
    ///
    /// # Errors
    /// [`MatchError`].
    pub fn new(store: &Store, request: Request) -> Result<Self, MatchError> {
        let both = request.cases.bitmap() & request.controls.bitmap();
        if let Some(one) = both.min() {
            return Err(MatchError::Overlap {
                people: both.len(),
                example: store.samples().id(one as usize).unwrap_or(".").to_owned(),
            });
        }
        for (side, set) in [("cases", &request.cases), ("controls", &request.controls)] {
            if set.is_empty() {
                let reason = String::new();
                return Err(MatchError::Nobody { side, reason });
            }
        }
        if request.exact.is_empty() && request.covariates.is_empty() {
            let reason = "nothing to match by: give --exact, --numeric or --pcs";
            return Err(MatchError::Options(reason.to_owned()));
        }
        let factors: Vec<Factor> = (request.exact.iter())
            .map(|name| Factor::of_table(store.samples(), name))
            .collect::<Result<_, _>>()?;
        check(&factors, &request)?;
        let samples = store.n_samples();
        let related = match &request.related {
            None => Vec::new(),
            Some((pairs, least)) => {
                let is_case = |s| request.cases.contains(s);
                related_to_cases(is_case, pairs, *least, samples)
            }
        };
        let by = (factors.as_slice(), request.covariates.as_slice());
        let (mut cases_left_out, mut controls_left_out) = (Vec::new(), Vec::new());
        let people = request.cases.bitmap().iter();
        let cases = eligible(people, by, &[], &mut cases_left_out);
        let people = request.controls.bitmap().iter();
        let controls = eligible(people, by, &related, &mut controls_left_out);
        for (side, people) in [("cases", &cases), ("controls", &controls)] {
            if people.is_empty() {
                let reason = " who can be matched: each lacks a value or is left out as a relative";
                let reason = reason.to_owned();
                return Err(MatchError::Nobody { side, reason });
            }
        }
        let groups = [cases.as_slice(), controls.as_slice()];
        let (scores, dropped) = match propensity::scores(&request.covariates, groups, samples) {
            Ok((scores, dropped)) => (Ok(scores), dropped),
            Err(e) if request.distance == Distance::Propensity => return Err(e),
            Err(MatchError::Propensity(reason)) => (Err(reason), Vec::new()),
            Err(e) => return Err(e),
        };
        let problem = problem(&request, &factors, groups, &scores)?;
        let order = order(&request, &cases, &scores)?;
        Ok(Self {
            cases,
            controls,
            cases_left_out,
            controls_left_out,
            covariates: request.covariates,
            scores,
            dropped,
            problem,
            order,
            factors,
        })
    }

    /// The names of the columns whose values are equal.
    pub fn exact(&self) -> impl Iterator<Item = &str> {
        self.factors.iter().map(|f| f.name.as_str())
    }
}

/// Columns of which nobody has a value, or all the same one.
fn check(factors: &[Factor], request: &Request) -> Result<(), MatchError> {
    let people = || {
        request
            .cases
            .bitmap()
            .iter()
            .chain(request.controls.bitmap())
    };
    for factor in factors {
        let has = |s: u32| factor.keys.get(s as usize).copied().flatten().is_some();
        if !people().any(has) {
            let reason = "no case and no control has a value";
            return Err(MatchError::column(&factor.name, reason));
        }
    }
    for covariate in &request.covariates {
        let values = || {
            let all = people().filter_map(|s| covariate.values.get(s as usize).copied());
            all.filter(|v| !v.is_nan())
        };
        let Some(first) = values().next() else {
            let reason = "no case and no control has a value";
            return Err(MatchError::column(&covariate.name, reason));
        };
        if values().all(|v| v == first) {
            let reason = format!("the value is {first} for everybody: leave it out");
            return Err(MatchError::column(&covariate.name, reason));
        }
    }
    Ok(())
}

/// Standard deviation, with one degree of freedom less than people.
pub(super) fn deviation(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let n = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / n;
    let squares: f64 = values.map(|v| (v - mean) * (v - mean)).sum();
    (squares / (n - 1.0)).sqrt()
}

fn problem(
    request: &Request,
    factors: &[Factor],
    groups: [&[u32]; 2],
    scores: &Result<Vec<f64>, String>,
) -> Result<Problem, MatchError> {
    let of = |values: &[f64], s: &u32| values.get(*s as usize).copied().unwrap_or(0.0);
    let everybody = || groups[0].iter().chain(groups[1]);
    let width = |values: &[f64], caliper: Caliper| match caliper {
        Caliper::Units(width) => width,
        Caliper::Deviations(by) => by * deviation(everybody().map(|s| of(values, s))),
    };
    let scale = match request.distance {
        Distance::Mahalanobis => Some(Scale::pooled(&request.covariates, groups)?),
        Distance::Propensity => None,
    };
    let limit = match (request.caliper, scores, &scale) {
        (None, ..) => u64::MAX - 1,
        (Some(Caliper::Deviations(_)), _, Some(_)) => {
            let reason = "--caliper: a Mahalanobis distance is in standard deviations already: \
                          give a number without sd";
            return Err(MatchError::Options(reason.to_owned()));
        }
        (Some(caliper), Ok(scores), None) => fixed(width(scores, caliper)),
        (Some(Caliper::Units(width) | Caliper::Deviations(width)), ..) => fixed(width),
    };
    let bounded: Vec<(&Covariate, f64)> = (request.covariates.iter())
        .filter_map(|c| Some((c, width(&c.values, c.caliper?))))
        .collect();
    // Numbers of the combinations of exact values, as they are met.
    let mut numbers: HashMap<Vec<Option<u32>>, u32> = HashMap::new();
    let mut points = |people: &[u32]| {
        let mut points = Points {
            dims: match scale {
                Some(_) => request.covariates.len(),
                None => 1,
            },
            bounds: bounded.len(),
            ..Points::default()
        };
        for s in people {
            match (&scale, scores) {
                (Some(scale), _) => {
                    let values = request.covariates.iter().map(|c| of(&c.values, s));
                    scale.place(values, &mut points.places);
                }
                (None, Ok(scores)) => points.places.push(of(scores, s)),
                (None, Err(_)) => points.places.push(0.0),
            }
            let values = bounded.iter().map(|(c, _)| of(&c.values, s));
            points.bounded.extend(values);
            let key = factors
                .iter()
                .map(|f| f.keys.get(*s as usize).copied().flatten());
            let next = numbers.len() as u32;
            points
                .groups
                .push(*numbers.entry(key.collect()).or_insert(next));
        }
        points
    };
    Ok(Problem {
        cases: points(groups[0]),
        controls: points(groups[1]),
        calipers: bounded.iter().map(|b| b.1).collect(),
        limit,
    })
}

fn order(
    request: &Request,
    cases: &[u32],
    scores: &Result<Vec<f64>, String>,
) -> Result<Vec<u32>, MatchError> {
    let mut order: Vec<u32> = (0..cases.len() as u32).collect();
    let by_default = match request.distance {
        Distance::Mahalanobis => Order::Data,
        Distance::Propensity => Order::Largest,
    };
    match request.order.unwrap_or(by_default) {
        Order::Data => {}
        Order::Random => order.shuffle(&mut ChaCha8Rng::seed_from_u64(request.seed)),
        asked @ (Order::Largest | Order::Smallest) => {
            let scores = scores
                .as_ref()
                .map_err(|r| MatchError::Propensity(r.clone()))?;
            let score = |case: &u32| {
                let sample = cases.get(*case as usize).copied().unwrap_or(0);
                scores.get(sample as usize).copied().unwrap_or(0.0)
            };
            // Of equal scores the first in the sample table.
            order.sort_by(|a, b| match asked {
                Order::Largest => score(b).total_cmp(&score(a)),
                _ => score(a).total_cmp(&score(b)),
            });
        }
    }
    Ok(order)
}
