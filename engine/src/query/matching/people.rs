//! Who cannot be matched, and why.

use super::covariates::Factor;
use super::{Covariate, RelatedPair};

/// Why somebody is not matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// No value in this column.
    Missing(String),
    /// A control who is related to a case.
    Related,
}

/// Somebody who was left out before matching.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The sample.
    pub sample: u32,
    /// Why.
    pub why: Why,
}

/// Those of `people` who can be matched; the others go to `left_out`.
pub(super) fn eligible(
    people: impl Iterator<Item = u32>,
    (factors, covariates): (&[Factor], &[Covariate]),
    related: &[bool],
    left_out: &mut Vec<LeftOut>,
) -> Vec<u32> {
    let missing = |s: usize| {
        let factor = factors
            .iter()
            .find(|f| f.keys.get(s).copied().flatten().is_none());
        let covariate = || {
            let is_missing = |c: &&Covariate| c.values.get(s).is_none_or(|v| v.is_nan());
            covariates.iter().find(is_missing).map(|c| c.name.clone())
        };
        factor.map(|f| f.name.clone()).or_else(covariate)
    };
    let mut stay = Vec::new();
    for sample in people {
        let s = sample as usize;
        let why = if related.get(s).copied().unwrap_or(false) {
            Some(Why::Related)
        } else {
            missing(s).map(Why::Missing)
        };
        match why {
            None => stay.push(sample),
            Some(why) => left_out.push(LeftOut { sample, why }),
        }
    }
    stay
}

/// For each sample whether it is no case and has a kinship of `least` or more with one.
pub(super) fn related_to_cases(
    is_case: impl Fn(u32) -> bool,
    pairs: &[RelatedPair],
    least: f64,
    samples: usize,
) -> Vec<bool> {
    let mut related = vec![false; samples];
    for pair in pairs.iter().filter(|p| p.kinship >= least) {
        for (one, other) in [(pair.first, pair.second), (pair.second, pair.first)] {
            if is_case(one)
                && !is_case(other)
                && let Some(related) = related.get_mut(other as usize)
            {
                *related = true;
            }
        }
    }
    related
}
