//! Which people and which traits are analysed.

use statrs::distribution::{ContinuousCDF, Normal};

use super::table::{Column, Values};
use super::{AssociationError, Design};

/// Blom's offset of the rank-based inverse normal transformation, as regenie's.
const RANK_OFFSET: f64 = 3.0 / 8.0;

/// What the values of the traits are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TraitKind {
    /// Real numbers.
    Quantitative,
    /// Controls are 0, cases 1.
    Binary,
}

/// How traits are read.
#[derive(Clone, Copy, Debug)]
pub struct TraitOptions {
    /// What the values are.
    pub kind: TraitKind,
    /// Binary traits are coded 1 and 2 instead of 0 and 1.
    pub one_two: bool,
    /// Leave out people with any trait missing.
    pub strict: bool,
    /// Quantitative traits are transformed by their ranks to a normal distribution.
    pub rank_transform: bool,
    /// Binary traits with fewer cases are left out.
    pub least_cases: u64,
}

/// A trait of the people analysed.
#[derive(Clone, Debug, PartialEq)]
pub struct Trait {
    /// Its name.
    pub name: String,
    /// For each sample its value; 0 for those without.
    pub values: Vec<f64>,
    /// Who has it; never more than the people analysed.
    pub has: Vec<bool>,
    /// Whether all people analysed have it.
    pub complete: bool,
    /// How many have it.
    pub people: u64,
    /// Of these, cases; `None` of a quantitative trait.
    pub cases: Option<u64>,
}

/// People, traits and covariates of an analysis.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// What the traits' values are.
    pub kind: TraitKind,
    /// For each sample of the store, whether it is analysed: all covariates and any trait.
    pub included: Vec<bool>,
    /// How many are.
    pub people: u64,
    /// The covariates.
    pub design: Design,
    /// The traits.
    pub traits: Vec<Trait>,
    /// Traits that were left out, and why.
    pub left_out: Vec<(String, String)>,
    /// People with a trait who were left out for want of a covariate.
    pub without_covariate: u64,
}

impl Analysis {
    /// Of the samples for which `keep` is true.
    ///
    /// # Errors
    /// [`AssociationError`] where a value is not of its kind or nothing is left.
    pub fn new(
        traits: Vec<Column>,
        covariates: &[Column],
        keep: &[bool],
        options: &TraitOptions,
    ) -> Result<Self, AssociationError> {
        let n = keep.len();
        let mut values = Vec::with_capacity(traits.len());
        for column in traits {
            let Values::Numbers(numbers) = column.values else {
                return Err(AssociationError::Trait {
                    name: column.name,
                    reason: "its values are not numbers".to_owned(),
                });
            };
            values.push((column.name, numbers));
        }
        if options.kind == TraitKind::Binary {
            for (name, numbers) in &mut values {
                check_binary(name, numbers, options.one_two)?;
            }
        }
        let has = |s: usize| {
            values
                .iter()
                .map(move |(_, v)| v.get(s).is_some_and(|v| !v.is_nan()))
        };
        let covered = |s: usize| covariates.iter().all(|c| !c.values.is_missing(s));
        let traited = |s: usize| {
            if options.strict {
                has(s).all(|h| h)
            } else {
                has(s).any(|h| h)
            }
        };
        let candidates: Vec<bool> = (0..n).map(|s| keep[s] && traited(s)).collect();
        let mut included: Vec<bool> = (0..n).map(|s| candidates[s] && covered(s)).collect();
        let count = |mask: &[bool]| mask.iter().filter(|m| **m).count() as u64;
        let without_covariate = count(&candidates) - count(&included);
        let mut out = Vec::new();
        let mut left_out = Vec::new();
        for (name, numbers) in values {
            match Trait::new(name.clone(), numbers, &included, options) {
                Ok(one) => out.push(one),
                Err(reason) => left_out.push((name, reason)),
            }
        }
        // People whose only traits were left out are of no use.
        for (s, included) in included.iter_mut().enumerate() {
            *included = *included && out.iter().any(|t| t.has[s]);
        }
        let people = count(&included);
        for one in &mut out {
            one.complete = one.people == people;
        }
        let design = Design::new(covariates, &included);
        if out.is_empty() {
            let reasons: Vec<String> = left_out
                .iter()
                .map(|(name, reason)| format!("{name}: {reason}"))
                .collect();
            return Err(AssociationError::Nothing(format!(
                "there is no trait to analyse\n  {}",
                if reasons.is_empty() {
                    "none was given".to_owned()
                } else {
                    reasons.join("\n  ")
                }
            )));
        }
        if people <= design.rank() as u64 {
            return Err(AssociationError::Nothing(format!(
                "{people} people are not enough for {} covariates",
                design.rank()
            )));
        }
        Ok(Self {
            kind: options.kind,
            included,
            people,
            design,
            traits: out,
            left_out,
            without_covariate,
        })
    }
}

/// Makes controls 0 and cases 1.
fn check_binary(name: &str, values: &mut [f64], one_two: bool) -> Result<(), AssociationError> {
    let first = if one_two { 1.0 } else { 0.0 };
    for value in values.iter_mut().filter(|v| !v.is_nan()) {
        *value -= first;
        if *value != 0.0 && *value != 1.0 {
            let hint = match (one_two, *value == 2.0) {
                (false, true) => ": with --cc12 a case is 2 and a control 1",
                _ => "; for a quantitative trait, leave --bt out",
            };
            return Err(AssociationError::Trait {
                name: name.to_owned(),
                reason: format!(
                    "{} is not {}, {} or NA{hint}",
                    *value + first,
                    first,
                    first + 1.0
                ),
            });
        }
    }
    Ok(())
}

impl Trait {
    fn new(
        name: String,
        mut values: Vec<f64>,
        included: &[bool],
        options: &TraitOptions,
    ) -> Result<Self, String> {
        let has: Vec<bool> = values
            .iter()
            .zip(included)
            .map(|(v, i)| *i && !v.is_nan())
            .collect();
        for (value, has) in values.iter_mut().zip(&has) {
            if !has {
                *value = 0.0;
            }
        }
        let people = has.iter().filter(|h| **h).count() as u64;
        if people == 0 {
            return Err("nobody who is analysed has a value".to_owned());
        }
        let mut cases = None;
        if options.kind == TraitKind::Binary {
            let n = values.iter().filter(|v| **v == 1.0).count() as u64;
            cases = Some(n);
            let fewer = n.min(people - n);
            if fewer < options.least_cases.max(1) {
                return Err(format!(
                    "{n} cases and {} controls: at least {} of each are needed",
                    people - n,
                    options.least_cases.max(1)
                ));
            }
        } else {
            let mut had = values.iter().zip(&has).filter(|v| *v.1).map(|v| *v.0);
            let first = had.next();
            if had.all(|v| Some(v) == first) {
                return Err("all values are the same".to_owned());
            }
            if options.rank_transform {
                rank_transform(&mut values, &has);
            }
        }
        Ok(Self {
            name,
            values,
            has,
            complete: false,
            people,
            cases,
        })
    }
}

/// Values to normal quantiles of their ranks, `(rank - 3/8) / (n + 1/4)`; ties share their mean
/// rank.
fn rank_transform(values: &mut [f64], has: &[bool]) {
    let mut order: Vec<usize> = (0..values.len()).filter(|&s| has[s]).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let n = order.len() as f64;
    let normal = Normal::standard();
    let mut i = 0;
    while i < order.len() {
        let value = values[order[i]];
        let ties = order[i..]
            .iter()
            .take_while(|&&s| values[s] == value)
            .count();
        let rank = (i + 1) as f64 + (ties - 1) as f64 / 2.0;
        let quantile = normal.inverse_cdf((rank - RANK_OFFSET) / (n - 2.0 * RANK_OFFSET + 1.0));
        for &s in &order[i..i + ties] {
            values[s] = quantile;
        }
        i += ties;
    }
}
