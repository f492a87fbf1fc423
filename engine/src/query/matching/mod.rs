//! Matched controls: for each case the controls that are most like it.
//!
//! What is here works on numbers: [`Problem`] has places of cases and controls, and
//! [`run`] pairs them. [`plan`] makes a problem of a store's people, [`balance`] says how alike
//! cases and controls are before and after. Definitions are those of R's MatchIt and optmatch:
//! Mahalanobis distance under the pooled covariance within the groups, propensity scores by
//! logistic regression, standardised differences in units of the cases' standard deviation.

mod balance;
mod candidates;
mod covariates;
mod distance;
mod error;
mod flow;
mod kin0;
mod nearest;
mod people;
mod plan;
mod propensity;
mod stored;
mod tree;

#[cfg(test)]
mod tests;

pub use balance::{Balance, Overlap, Side, balance, overlap};
pub use covariates::{Caliper, Covariate, read_eigenvec};
pub use distance::{Distance, Scale};
pub use error::MatchError;
pub use flow::Certificate;
pub use kin0::{RelatedPair, read_kin0};
pub use people::{LeftOut, Why};
pub use plan::{Order, Plan, Request};
pub use stored::{GROUP, keep_cohort};

use candidates::Candidates;

/// How many units of a distance in fixed point are 1.
pub const UNITS: f64 = 1e9;

/// A distance in fixed point, so that sums are exact and the same everywhere: whole billionths.
#[must_use]
pub fn fixed(distance: f64) -> u64 {
    (distance * UNITS).round() as u64
}

/// A distance out of fixed point.
#[must_use]
pub fn real(distance: u64) -> f64 {
    distance as f64 / UNITS
}

/// Places of people, one after another.
#[derive(Clone, Debug, Default)]
pub struct Points {
    /// Coordinates of a person.
    pub dims: usize,
    /// Values of a person that calipers bound.
    pub bounds: usize,
    /// Coordinates: their Euclidean distance is the distance of people.
    pub places: Vec<f64>,
    /// Values that calipers bound.
    pub bounded: Vec<f64>,
    /// For each person a number; people match where it is the same.
    pub groups: Vec<u32>,
}

impl Points {
    /// How many people.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.groups.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    fn place(&self, person: usize) -> &[f64] {
        let start = person * self.dims;
        self.places.get(start..start + self.dims).unwrap_or(&[])
    }

    fn bounded(&self, person: usize) -> &[f64] {
        let start = person * self.bounds;
        self.bounded.get(start..start + self.bounds).unwrap_or(&[])
    }

    /// A coordinate, or beyond these a value that a caliper bounds.
    fn value(&self, person: usize, i: usize) -> f64 {
        let value = match i.checked_sub(self.dims) {
            None => self.place(person).get(i),
            Some(i) => self.bounded(person).get(i),
        };
        value.copied().unwrap_or(0.0)
    }
}

/// Whom to match to whom.
#[derive(Clone, Debug, Default)]
pub struct Problem {
    /// The cases.
    pub cases: Points,
    /// The controls.
    pub controls: Points,
    /// How far each bounded value may be off.
    pub calipers: Vec<f64>,
    /// The largest distance, in fixed point.
    pub limit: u64,
}

/// How pairs are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Each case in turn takes the nearest control that is left.
    Nearest {
        /// A control may be taken by several cases.
        replace: bool,
    },
    /// The least sum of distances of as many pairs as can be.
    Optimal,
}

/// A case and a control, by their numbers in the problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// The case.
    pub case: u32,
    /// The control.
    pub control: u32,
    /// Their distance, in fixed point.
    pub distance: u64,
}

/// Why a case has no control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unmatched {
    /// No control has the same values where they must be equal.
    NoExact,
    /// Of those who have, none is within the calipers.
    NoneWithin,
    /// All that are within are taken by other cases.
    Taken,
}

/// Who was matched to whom.
#[derive(Clone, Debug)]
pub struct Matched {
    /// The pairs: by case, the nearest first.
    pub pairs: Vec<Pair>,
    /// Cases without a control, ascending.
    pub unmatched: Vec<(u32, Unmatched)>,
    /// Of the optimal method.
    pub certificate: Option<Certificate>,
}

/// Matches up to `ratio` controls to each case. `order` is the order in which cases take their
/// controls; it does not matter to the optimal method, of which `filled` hears of each control
/// sought for a case.
#[must_use]
pub fn run(
    problem: &Problem,
    order: &[u32],
    (ratio, method): (usize, Method),
    filled: &dyn Fn(u64),
) -> Matched {
    let mut candidates = Candidates::new(problem, (2 * ratio).max(8));
    let (mut pairs, certificate) = match method {
        Method::Nearest { replace } => {
            let how = (ratio, replace);
            (nearest::run(problem, &mut candidates, order, how), None)
        }
        Method::Optimal => {
            let (pairs, certificate) = flow::run(problem, &mut candidates, ratio, filled);
            (pairs, Some(certificate))
        }
    };
    pairs.sort_unstable_by_key(|p| (p.case, p.distance, p.control));
    let mut has = vec![false; problem.cases.len()];
    for pair in &pairs {
        has[pair.case as usize] = true;
    }
    let without = (0..).zip(&has).filter(|(_, has)| !**has);
    let unmatched = without.map(|(case, _)| {
        let why = if !candidates.has_group(case) {
            Unmatched::NoExact
        } else if candidates.of(case).is_empty() {
            Unmatched::NoneWithin
        } else {
            Unmatched::Taken
        };
        (case, why)
    });
    Matched {
        unmatched: unmatched.collect(),
        pairs,
        certificate,
    }
}
