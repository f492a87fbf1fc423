//! What the sample table says of some people, compared with everyone else.
//!
//! A column of categories is compared value by value: Fisher's exact test of having the value
//! or another one, with the conditional odds ratio and its interval. Of two values the rarer is
//! taken. Numbers are compared by the rank-sum test, with the difference of the means. People
//! without a value are left out of a column's comparison. Of a column of terminologies' codes
//! (`HP:0001638;HP:0001644`) each code is compared by itself, and people without any code have
//! none of them. Nothing is adjusted for anything.

use rayon::prelude::*;
use roaring::RoaringBitmap;
use serde::{Serialize, Serializer};

use super::shape::{Shape, shape};
use crate::genotype::SampleSet;
use crate::query::qc::stored::PREFIX;
use crate::stats::{TwoByTwo, compare_two_samples, fisher_exact};
use crate::store::Store;

/// Values of a column that are compared one by one; columns of text with more are left out, and
/// of more codes the most frequent are taken.
pub(super) const MOST_VALUES: usize = 30;

/// Some people compared with everyone else.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Comparisons {
    /// How many tests were made: the p-values are adjusted for them.
    pub tests: usize,
    /// The comparisons, the least probable by chance first.
    pub findings: Vec<Comparison>,
    /// Columns that are not compared.
    pub left_out: Vec<LeftOut>,
}

/// One comparison.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The column.
    pub column: String,
    /// Of these people, how many have a value.
    pub known: u64,
    /// Of everyone else, how many have a value.
    pub known_others: u64,
    /// What differs.
    #[serde(flatten)]
    pub finding: Finding,
    /// Two-sided p-value.
    pub p: f64,
    /// The same, adjusted for all tests of the group (Holm 1979).
    pub p_holm: f64,
}

/// What differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "test", rename_all = "snake_case")]
pub enum Finding {
    /// Having a value or another.
    Fisher {
        /// The value.
        value: String,
        /// Of these people, how many have it.
        with: u64,
        /// Of everyone else.
        with_others: u64,
        /// Conditional odds ratio; `None` where there is no choice, `"inf"` in JSON where it has
        /// no bound.
        #[serde(serialize_with = "bounded")]
        odds_ratio: Option<f64>,
        /// Lower end of its 95 % interval.
        low: f64,
        /// Upper end.
        #[serde(serialize_with = "bounded_number")]
        high: f64,
    },
    /// A number.
    RankSum {
        /// Mean of these people.
        mean: f64,
        /// Mean of everyone else.
        mean_others: f64,
        /// Difference of the means.
        difference: f64,
        /// Its 95 % interval; `None` of fewer than two.
        interval: Option<(f64, f64)>,
        /// The difference in standard deviations; `None` where nothing varies.
        effect: Option<f64>,
    },
}

/// A column that is not compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// The column.
    pub column: String,
    /// Why.
    pub reason: String,
}

fn bounded<S: Serializer>(value: &Option<f64>, out: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => bounded_number(value, out),
        None => out.serialize_none(),
    }
}

// The signature is serde's.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn bounded_number<S: Serializer>(value: &f64, out: S) -> Result<S::Ok, S::Error> {
    if value.is_finite() {
        out.serialize_f64(*value)
    } else {
        out.serialize_str("inf")
    }
}

/// Compares `people` with all others who have not withdrawn, column by column of the sample
/// table.
#[must_use]
pub fn compare(store: &Store, people: &SampleSet) -> Comparisons {
    let people = people.bitmap() & store.active().bitmap();
    let others = store.active().bitmap() - &people;
    let mut out = Comparisons::default();
    if people.is_empty() || others.is_empty() {
        return out;
    }
    let mut kept_by_qc = false;
    for (place, name) in store.samples().names().enumerate().skip(1) {
        // What `qc --store` keeps is of genotypes, and no phenotype.
        if name.starts_with(PREFIX) {
            kept_by_qc = true;
            continue;
        }
        let left_out = |reason: String| LeftOut {
            column: name.to_owned(),
            reason,
        };
        match shape(store, place) {
            Shape::LeftOut(reason) => out.left_out.push(left_out(reason)),
            Shape::Categories { known, mut values } => {
                match &mut values[..] {
                    _ if known.is_disjoint(&people) || known.is_disjoint(&others) => {
                        out.left_out
                            .push(left_out("one side has no value".to_owned()));
                        continue;
                    }
                    [only] if only.1.len() < known.len() => {}
                    [] | [_] => {
                        let reason = "everyone has the same value, or none".to_owned();
                        out.left_out.push(left_out(reason));
                        continue;
                    }
                    [a, b] if a.1.len() + b.1.len() == known.len() && a.1.is_disjoint(&b.1) => {
                        // The other test would be the same: the code that says yes, or the rarer.
                        let yes = |v: &str, other: &str| {
                            matches!((v, other), ("1", "0") | ("2", "1") | ("true", "false"))
                        };
                        let second = if yes(&a.0, &b.0) {
                            false
                        } else {
                            yes(&b.0, &a.0) || b.1.len() <= a.1.len()
                        };
                        values.swap(0, usize::from(second));
                        values.truncate(1);
                    }
                    _ => {
                        values.sort_by(|a, b| (b.1.len(), &a.0).cmp(&(a.1.len(), &b.0)));
                        if values.len() > MOST_VALUES {
                            let reason = format!(
                                "of {} codes only the {MOST_VALUES} most frequent are compared",
                                values.len()
                            );
                            out.left_out.push(left_out(reason));
                        }
                        values.truncate(MOST_VALUES);
                    }
                }
                // A test of many people takes its time.
                let found: Vec<Comparison> = (values.into_par_iter())
                    .map(|(value, with)| fisher(name, value, [&people, &others], &known, &with))
                    .collect();
                out.findings.extend(found);
            }
            Shape::Numbers(numbers) => {
                let of = |set: &RoaringBitmap| -> Vec<f64> {
                    let of = numbers.iter().filter(|(sample, _)| set.contains(*sample));
                    of.map(|(_, number)| *number).collect()
                };
                let (a, b) = (of(&people), of(&others));
                match rank_sum(name, &a, &b) {
                    Some(found) => out.findings.push(found),
                    None => out
                        .left_out
                        .push(left_out("one side has no value".to_owned())),
                }
            }
        }
    }
    if kept_by_qc {
        out.left_out.push(LeftOut {
            column: format!("{PREFIX}*"),
            reason: "measures of genotypes that qc keeps".to_owned(),
        });
    }
    adjust(&mut out);
    out
}

fn fisher(
    column: &str,
    value: String,
    [people, others]: [&RoaringBitmap; 2],
    known: &RoaringBitmap,
    with: &RoaringBitmap,
) -> Comparison {
    let (n, m) = (
        known.intersection_len(people),
        known.intersection_len(others),
    );
    let (a, c) = (with.intersection_len(people), with.intersection_len(others));
    let test = fisher_exact(TwoByTwo {
        a,
        b: n.saturating_sub(a),
        c,
        d: m.saturating_sub(c),
    });
    Comparison {
        column: column.to_owned(),
        known: n,
        known_others: m,
        finding: Finding::Fisher {
            value,
            with: a,
            with_others: c,
            odds_ratio: test.odds_ratio,
            low: test.interval.0,
            high: test.interval.1,
        },
        p: test.p,
        p_holm: test.p,
    }
}

fn rank_sum(column: &str, a: &[f64], b: &[f64]) -> Option<Comparison> {
    let found = compare_two_samples(a, b);
    let p = found.p?;
    Some(Comparison {
        column: column.to_owned(),
        known: a.len() as u64,
        known_others: b.len() as u64,
        finding: Finding::RankSum {
            mean: found.means.0,
            mean_others: found.means.1,
            difference: found.means.0 - found.means.1,
            interval: found.interval,
            effect: found.effect,
        },
        p,
        p_holm: p,
    })
}

/// Orders by p-value and adjusts by Holm's step-down procedure.
fn adjust(out: &mut Comparisons) {
    let key = |c: &Comparison| match &c.finding {
        Finding::Fisher { value, .. } => (c.column.clone(), value.clone()),
        Finding::RankSum { .. } => (c.column.clone(), String::new()),
    };
    (out.findings).sort_by(|a, b| a.p.total_cmp(&b.p).then_with(|| key(a).cmp(&key(b))));
    out.tests = out.findings.len();
    let mut least = 0.0_f64;
    for (i, found) in out.findings.iter_mut().enumerate() {
        least = least.max(found.p * (out.tests - i) as f64).min(1.0);
        found.p_holm = least;
    }
}
