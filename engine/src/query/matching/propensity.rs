//! Propensity scores: the probability of being a case, by logistic regression on the covariates.

use super::{Covariate, MatchError};
use crate::association::table::{Column, Values};
use crate::association::{Analysis, LogisticNull, Search, TraitKind, TraitOptions};

/// For each of the store's samples the probability of being a case; 0 of those who are neither.
/// Columns that add nothing to those before them come with it, they were left out.
///
/// # Errors
/// [`MatchError::Propensity`].
pub(super) fn scores(
    covariates: &[Covariate],
    [cases, controls]: [&[u32]; 2],
    samples: usize,
) -> Result<(Vec<f64>, Vec<String>), MatchError> {
    if covariates.is_empty() {
        let reason = "there is no covariate to estimate them from: give --numeric or --pcs";
        return Err(MatchError::Propensity(reason.to_owned()));
    }
    let mut group = vec![f64::NAN; samples];
    for (side, value) in [(cases, 1.0), (controls, 0.0)] {
        for s in side {
            group[*s as usize] = value;
        }
    }
    let keep: Vec<bool> = group.iter().map(|g| !g.is_nan()).collect();
    let columns: Vec<Column> = (covariates.iter())
        .map(|c| Column {
            name: c.name.clone(),
            values: Values::Numbers(c.values.clone()),
        })
        .collect();
    let of = vec![Column {
        name: "case".to_owned(),
        values: Values::Numbers(group),
    }];
    let options = TraitOptions {
        kind: TraitKind::Binary,
        one_two: false,
        strict: true,
        rank_transform: false,
        least_cases: 1,
    };
    let failed = |reason: String| MatchError::Propensity(reason);
    let analysis =
        Analysis::new(of, &columns, &keep, &options).map_err(|e| failed(e.to_string()))?;
    let Some(first) = analysis.traits.first() else {
        return Err(failed("nobody is left".to_owned()));
    };
    let null = LogisticNull::fit(&analysis, first, None, false, Search::Exact).map_err(failed)?;
    Ok((null.probability, analysis.design.dropped))
}
