//! What the sample table says of some people, compared with everyone else.
//!
//! A column of categories is compared value by value: Fisher's exact test of having the value
//! or another one, with the conditional odds ratio and its interval. Of two values the rarer is
//! taken. Numbers are compared by the rank-sum test, with the difference of the means. People
//! without a value are left out of a column's comparison. Of a column of terminologies' codes
//! (`HP:0001638;HP:0001644`) each code is compared by itself, and people without any code have
//! none of them. Nothing is adjusted for anything.

use arrow_array::Array;
use roaring::RoaringBitmap;
use serde::{Serialize, Serializer};

use crate::format::samples::{Column, Role, Sex};
use crate::genotype::SampleSet;
use crate::stats::{TwoByTwo, compare_two_samples, fisher_exact};
use crate::store::Store;

/// Values of a column that are compared one by one; columns of text with more are left out, and
/// of more codes the most frequent are taken.
const MOST_VALUES: usize = 30;
/// Whole numbers that all differ are identifiers from this many people on.
const MANY: u64 = 50;

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

/// What a column is, for a comparison.
enum Shape {
    Categories {
        known: RoaringBitmap,
        values: Vec<(String, RoaringBitmap)>,
    },
    Numbers(Vec<(u32, f64)>),
    LeftOut(String),
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
    for (place, name) in store.samples().names().enumerate().skip(1) {
        let left_out = |reason: String| LeftOut {
            column: name.to_owned(),
            reason,
        };
        match shape(store, place) {
            Shape::LeftOut(reason) => out.left_out.push(left_out(reason)),
            Shape::Categories { known, mut values } => {
                match &mut values[..] {
                    [only] if only.1.len() < known.len() => {}
                    [] | [_] => {
                        let reason = "everyone has the same value, or none".to_owned();
                        out.left_out.push(left_out(reason));
                        continue;
                    }
                    [a, b] if a.1.len() + b.1.len() == known.len() && a.1.is_disjoint(&b.1) => {
                        // The other test would be the same.
                        let rarer = usize::from(b.1.len() <= a.1.len());
                        values.swap(0, rarer);
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
                for (value, with) in values {
                    let found = fisher(name, value, [&people, &others], &known, &with);
                    out.findings.push(found);
                }
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

fn shape(store: &Store, place: usize) -> Shape {
    let (samples, active) = (store.samples(), store.active().bitmap());
    let has = |role| samples.role_column(role) == Some(place);
    if [Role::Family, Role::Father, Role::Mother]
        .into_iter()
        .any(has)
    {
        return Shape::LeftOut("ids of families and parents".to_owned());
    }
    if has(Role::Sex) {
        let mut values = vec![
            ("female".to_owned(), RoaringBitmap::new()),
            ("male".to_owned(), RoaringBitmap::new()),
        ];
        for sample in active {
            match samples.sex(sample as usize) {
                Sex::Female => drop(values[0].1.insert(sample)),
                Sex::Male => drop(values[1].1.insert(sample)),
                Sex::Unknown => {}
            }
        }
        return categories(values);
    }
    match samples.column(place) {
        None | Some(Column::Id(_)) => Shape::LeftOut("ids of people".to_owned()),
        Some(Column::Text(keys, values)) => {
            let mut people = vec![RoaringBitmap::new(); values.len()];
            for sample in active {
                let at = sample as usize;
                if at < keys.len()
                    && keys.is_valid(at)
                    && let Some(people) = people.get_mut(keys.keys().value(at) as usize)
                {
                    people.insert(sample);
                }
            }
            let named = values.iter().zip(people);
            let named = named.filter(|(_, p)| !p.is_empty());
            let named = named.map(|(value, p)| (value.unwrap_or_default().to_owned(), p));
            text(named.collect(), active)
        }
        Some(Column::Bool(column)) => {
            let mut values = vec![
                ("false".to_owned(), RoaringBitmap::new()),
                ("true".to_owned(), RoaringBitmap::new()),
            ];
            for sample in active {
                let at = sample as usize;
                if at < column.len() && column.is_valid(at) {
                    values[usize::from(column.value(at))].1.insert(sample);
                }
            }
            categories(values)
        }
        Some(Column::Int(column)) => {
            let there = active.iter().filter(|&s| {
                let at = s as usize;
                at < column.len() && column.is_valid(at)
            });
            let numbers = there.map(|s| (s, column.value(s as usize) as f64));
            numbers_or_categories(numbers.collect(), true)
        }
        Some(Column::Float(column)) => {
            let there = active.iter().filter(|&s| {
                let at = s as usize;
                at < column.len() && column.is_valid(at) && column.value(at).is_finite()
            });
            let numbers = there.map(|s| (s, column.value(s as usize)));
            numbers_or_categories(numbers.collect(), false)
        }
    }
}

fn categories(mut values: Vec<(String, RoaringBitmap)>) -> Shape {
    values.retain(|v| !v.1.is_empty());
    let mut known = RoaringBitmap::new();
    for (_, people) in &values {
        known |= people;
    }
    Shape::Categories { known, values }
}

fn text(values: Vec<(String, RoaringBitmap)>, active: &RoaringBitmap) -> Shape {
    if !values.is_empty() && values.iter().all(|(value, _)| codes(value).is_some()) {
        let mut by_code: std::collections::BTreeMap<String, RoaringBitmap> = Default::default();
        for (value, people) in &values {
            for code in codes(value).into_iter().flatten() {
                *by_code.entry(code.to_owned()).or_default() |= people;
            }
        }
        let (known, values) = (active.clone(), by_code.into_iter().collect());
        return Shape::Categories { known, values };
    }
    let people: u64 = values.iter().map(|v| v.1.len()).sum();
    if values.len() as u64 == people && people > 2 {
        return Shape::LeftOut("different in everybody, as identifiers are".to_owned());
    }
    if values.len() > MOST_VALUES {
        return Shape::LeftOut(format!("{} different values", values.len()));
    }
    categories(values)
}

/// The codes of a value; `None` where it is something else: `HP:0001638;HP:0001644`.
fn codes(value: &str) -> Option<Vec<&str>> {
    let parts = value.split([';', ',', '|', ' ']).filter(|p| !p.is_empty());
    let codes: Option<Vec<&str>> = parts.map(code).collect();
    codes.filter(|c| !c.is_empty())
}

/// `part`, where it is letters, a colon and digits.
fn code(part: &str) -> Option<&str> {
    let (prefix, number) = part.split_once(':')?;
    let letters = !prefix.is_empty() && prefix.bytes().all(|b| b.is_ascii_alphabetic());
    let digits = number.len() > 2 && number.bytes().all(|b| b.is_ascii_digit());
    (letters && digits).then_some(part)
}

fn numbers_or_categories(numbers: Vec<(u32, f64)>, whole: bool) -> Shape {
    let mut different: Vec<f64> = numbers.iter().map(|n| n.1).collect();
    different.sort_by(f64::total_cmp);
    different.dedup();
    let people = numbers.len() as u64;
    if whole && different.len() as u64 == people && people >= MANY {
        return Shape::LeftOut("different in everybody, as identifiers are".to_owned());
    }
    if different.len() > 2 {
        return Shape::Numbers(numbers);
    }
    let of = |value: f64| {
        let with = numbers.iter().filter(move |n| n.1 == value);
        (value.to_string(), with.map(|n| n.0).collect())
    };
    categories(different.into_iter().map(of).collect())
}
