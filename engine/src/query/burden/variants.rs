//! SKAT, SKAT-O, ACAT-V and ACAT-O of a set's masks.

use super::covariance::Carried;
use super::exec::{Plan, SetMask, Variant};
use super::result::{Outcome, Test};
use super::set_columns::Columns;
use super::single::{Case, Correction, FEW_COPIES, NO_VARIANCE, Tested, project};
use crate::association::Null;
use crate::compute::ComputeError;
use crate::stats::{Kernel, cauchy_combination, chi_square_log10p};

/// The largest rho of regenie and the R package SKAT.
const NEARLY_BURDEN: f64 = 0.999;

/// The tests of a mask against a trait.
pub(super) type Outcomes = Vec<(Test, Outcome)>;

/// For each mask, for each trait, its tests.
///
/// # Errors
/// [`ComputeError`] of a GPU.
pub(super) fn test_all(
    plan: &Plan<'_>,
    variants: &[Variant],
    masks: &[SetMask],
) -> Result<Vec<Vec<Outcomes>>, ComputeError> {
    let columns = Columns::new(plan, variants, masks)?;
    let traits = plan.analysis.traits.len();
    let mut out = vec![vec![Outcomes::new(); traits]; masks.len()];
    if columns.columns.is_empty() {
        return Ok(out);
    }
    let samples = plan.analysis.included.len();
    let carried = Carried::new(plan.compute, &columns.columns, samples)?;
    let linear = plan
        .models
        .nulls
        .iter()
        .any(|n| matches!(n, Ok(Null::Linear(_))));
    if linear {
        test_linear(plan, &columns, &carried, &mut out)?;
    } else {
        for t in 0..traits {
            test_logistic(plan, &columns, &carried, t, &mut out)?;
        }
    }
    Ok(out)
}

/// One covariance serves all quantitative traits of the same people.
fn test_linear(
    plan: &Plan<'_>,
    columns: &Columns,
    carried: &Carried<'_>,
    out: &mut [Vec<Outcomes>],
) -> Result<(), ComputeError> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let (places, traits) = (&plan.models.places, &plan.analysis.traits);
    for (t, null) in plan.models.nulls.iter().enumerate() {
        if null.is_err() {
            continue;
        }
        let together = |group: &&mut Vec<usize>| {
            let of = group[0];
            match (places[t].weights, places[of].weights) {
                (None, None) => true,
                (Some(_), Some(_)) => traits[t].has == traits[of].has,
                _ => false,
            }
        };
        match groups.iter_mut().find(together) {
            Some(group) => group.push(t),
            None => groups.push(vec![t]),
        }
    }
    for group in groups {
        test_group(plan, columns, carried, &group, out)?;
    }
    Ok(())
}

fn test_group(
    plan: &Plan<'_>,
    columns: &Columns,
    carried: &Carried<'_>,
    group: &[usize],
    out: &mut [Vec<Outcomes>],
) -> Result<(), ComputeError> {
    let m = columns.columns.len();
    let (vectors, people) = (&plan.models.vectors, plan.analysis.people);
    let at = &plan.models.places[group[0]];
    let each = |of: &dyn Fn(usize) -> f64| -> Vec<f64> { (0..m).map(of).collect() };
    let basis: Vec<Vec<f64>> = (0..m)
        .map(|c| {
            let products = columns.products(plan, c);
            at.basis.iter().map(|&v| products.of(v)).collect()
        })
        .collect();
    let (sums, total) = match at.weights {
        None => (
            each(&|c| columns.columns[c].moments(people).0),
            people as f64,
        ),
        Some(w) => (each(&|c| columns.products(plan, c).of(w)), vectors.total(w)),
    };
    let weight = at.weights.map(|w| (vectors, w));
    let covariance = carried.covariance(weight, (&sums, total), basis.clone())?;
    // For each trait, the scores of all columns.
    let scores: Vec<(usize, Vec<f64>)> = (group.iter())
        .filter_map(|&t| {
            let Some(Ok(Null::Linear(linear))) = plan.models.nulls.get(t) else {
                return None;
            };
            let residuals = plan.models.places[t].residuals;
            let score = |c: usize| {
                let along = linear.residual_basis.iter().zip(&basis[c]);
                let explained: f64 = along.map(|(r, b)| r * b).sum();
                columns.products(plan, c).of(residuals) - explained
            };
            Some((t, each(&score)))
        })
        .collect();
    for (mask, of) in columns.of_mask.iter().enumerate() {
        if of.is_empty() {
            continue;
        }
        let weights: Vec<f64> = of.iter().map(|&c| columns.weights[c]).collect();
        let mut kernel = kernel(plan, || covariance.of(of, &weights));
        for (t, scores) in &scores {
            let single = |c: usize| (scores[c], covariance.variances()[c]);
            out[mask][*t] = outcomes(plan, columns, of, kernel.as_mut(), &single);
        }
    }
    Ok(())
}

fn kernel(plan: &Plan<'_>, covariance: impl FnOnce() -> Vec<f64>) -> Option<Kernel> {
    let tests = plan.options.tests;
    let mut grid = match (tests.skato || tests.acato, tests.skat) {
        (true, _) => plan.options.rho.clone(),
        (false, true) => vec![0.0],
        (false, false) => return None,
    };
    if plan.options.score.like_regenie {
        // regenie and the R package SKAT stop short of burden alone; without SKAT-O, ACAT-O is of
        // the ends of the grid.
        if tests.acato && !tests.skato {
            grid = vec![0.0, 1.0];
        }
        for rho in &mut grid {
            *rho = rho.min(NEARLY_BURDEN);
        }
    }
    Kernel::new(&covariance(), &grid, plan.options.tails)
}

/// The tests of one mask from the scores of its columns and their variances.
fn outcomes(
    plan: &Plan<'_>,
    columns: &Columns,
    of: &[usize],
    kernel: Option<&mut Kernel>,
    single: &dyn Fn(usize) -> (f64, f64),
) -> Outcomes {
    let tests = plan.options.tests;
    let mut out = Outcomes::new();
    let outcome = Outcome::of_log10p;
    let mut acatv = None;
    if tests.acatv || tests.acato {
        // What the covariates explain says nothing, where it is not regenie that is followed.
        let says = |c: usize| {
            let (score, variance) = single(c);
            let least = NO_VARIANCE * columns.counts[c];
            if variance > least || plan.options.score.like_regenie && variance > 0.0 {
                Some(score * score / variance)
            } else {
                plan.options.score.like_regenie.then_some(0.0)
            }
        };
        let pairs: Vec<(f64, f64)> = (of.iter())
            .filter_map(|&c| Some((chi_square_log10p(says(c)?), columns.acat[c])))
            .collect();
        acatv = cauchy_combination(&pairs);
    }
    let scores: Vec<f64> = of
        .iter()
        .map(|&c| columns.weights[c] * single(c).0)
        .collect();
    let p = kernel.map(|k| k.test(&scores)).unwrap_or_default();
    if tests.acato && !p.grid.is_empty() && p.skato.is_some() {
        let mut pairs: Vec<(f64, f64)> = p.grid.iter().map(|p| (*p, 1.0)).collect();
        if of.len() == 1 {
            pairs.truncate(1);
        } else {
            pairs.extend(acatv.map(|p| (p, 1.0)));
        }
        out.extend(cauchy_combination(&pairs).map(|p| (Test::AcatO, outcome(p))));
    }
    if tests.acatv {
        out.extend(acatv.map(|p| (Test::AcatV, outcome(p))));
    }
    if tests.skat {
        let method = Some(p.method.name());
        let skat = |p: f64| Outcome {
            method,
            ..outcome(p)
        };
        out.extend(p.skat.map(|p| (Test::Skat, skat(p))));
    }
    if tests.skato {
        out.extend(p.skato.map(|p| (Test::SkatO, outcome(p))));
        if p.skato.is_none() && !plan.options.score.like_regenie {
            let why = Some("NO_BURDEN_VARIANCE");
            out.push((
                Test::SkatO,
                Outcome {
                    why,
                    ..Outcome::default()
                },
            ));
        }
    }
    out
}

/// A binary trait has weights of its own, and scores that may need a correction.
fn test_logistic(
    plan: &Plan<'_>,
    columns: &Columns,
    carried: &Carried<'_>,
    t: usize,
    out: &mut [Vec<Outcomes>],
) -> Result<(), ComputeError> {
    let m = columns.columns.len();
    let (Some(Ok(Null::Logistic(null))), Some(at), Some(of_trait)) = (
        plan.models.nulls.get(t),
        plan.models.places.get(t),
        plan.analysis.traits.get(t),
    ) else {
        return Ok(());
    };
    let vectors = &plan.models.vectors;
    let tested: Vec<Tested> = (0..m)
        .map(|c| columns.products(plan, c).logistic(at))
        .collect();
    let (sums, total) = at.weights.map_or((vec![0.0; m], 0.0), |w| {
        let sums = (0..m).map(|c| columns.products(plan, c).of(w)).collect();
        (sums, vectors.total(w))
    });
    let basis: Vec<Vec<f64>> = tested.iter().map(|t| t.basis.clone()).collect();
    let weights = at.weights.map(|w| (vectors, w));
    let covariance = carried.covariance(weights, (&sums, total), basis)?;
    let variances = covariance.variances();
    // Variances are made such that each score's test is the corrected one.
    let correction = plan.options.score.correction;
    let case = Case {
        analysis: plan.analysis,
        null,
        has: &of_trait.has,
        y: &of_trait.values,
        correction,
        search: plan.options.score.search(),
    };
    let mut usable = vec![true; m];
    let mut ratio = vec![1.0; m];
    for c in 0..m {
        let one = &tested[c];
        let variance = variances[c];
        let chisq = one.score * one.score / variance;
        if columns.weights[c] <= 0.0 || variance <= 0.0 {
            usable[c] = false;
        } else if chisq > correction.from() {
            let few = plan.options.score.like_regenie
                && matches!(correction, Correction::Firth { .. })
                && columns.counts[c] < FEW_COPIES;
            let column = &columns.columns[c];
            let fit = if few {
                case.correct_within_skat(column, one)
            } else {
                case.correct(column, one, false)
            };
            match fit.filter(|f| f.chisq > 0.0) {
                Some(fit) => ratio[c] = (chisq / fit.chisq).sqrt(),
                None => usable[c] = false,
            }
        }
    }
    for (mask, of) in columns.of_mask.iter().enumerate() {
        let of: Vec<usize> = of.iter().copied().filter(|&c| usable[c]).collect();
        if of.is_empty() {
            continue;
        }
        let factors: Vec<f64> = of.iter().map(|&c| columns.weights[c] * ratio[c]).collect();
        let needed =
            plan.options.tests.skat || plan.options.tests.skato || plan.options.tests.acato;
        let mut kernel = None;
        if needed {
            let mut of_mask = covariance.of(&of, &factors);
            let ratio = if of.len() > 1 {
                burden_ratio(plan, columns, &of, &tested, of_mask.iter().sum(), &case)
            } else {
                Some(1.0)
            };
            if let Some(ratio) = ratio {
                for value in &mut of_mask {
                    *value *= ratio;
                }
                kernel = self::kernel(plan, || of_mask);
            }
        }
        let single = |c: usize| (tested[c].score, variances[c] * ratio[c] * ratio[c]);
        out[mask][t] = outcomes(plan, columns, &of, kernel.as_mut(), &single);
    }
    Ok(())
}

/// How much larger `variance`, that of the columns' weighted sum, must be for its test to be the
/// corrected one; never below 1. `None` where the correction fails.
fn burden_ratio(
    plan: &Plan<'_>,
    columns: &Columns,
    of: &[usize],
    tested: &[Tested],
    variance: f64,
    case: &Case<'_>,
) -> Option<f64> {
    let w = &columns.weights;
    let score: f64 = of.iter().map(|&c| w[c] * tested[c].score).sum();
    let chisq = score * score / variance;
    if score == 0.0 || chisq.is_nan() || chisq <= case.correction.from() {
        return Some(1.0);
    }
    let mut sum = vec![0.0; plan.analysis.included.len()];
    let rank = tested.first().map_or(0, |t| t.basis.len());
    let mut along = vec![0.0; rank];
    for &c in of {
        let values = columns.columns[c].values(&plan.analysis.included);
        for (sum, value) in sum.iter_mut().zip(values) {
            *sum = w[c].mul_add(value, *sum);
        }
        for (along, b) in along.iter_mut().zip(&tested[c].basis) {
            *along = w[c].mul_add(*b, *along);
        }
    }
    project(&mut sum, case.null, &along);
    let whole = Tested {
        score,
        variance,
        basis: along,
    };
    let fit = case.of_residual(&sum, None, &whole)?;
    (fit.chisq > 0.0).then(|| (chisq / fit.chisq).max(1.0))
}
