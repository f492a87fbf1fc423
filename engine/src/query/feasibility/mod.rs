//! Feasibility: how many people fulfil the criteria of a trial, step by step.

mod parse;

use std::collections::BTreeSet;
use std::path::PathBuf;

pub use parse::{CriteriaError, parse};

use roaring::RoaringBitmap;

use crate::format::FormatError;
use crate::genotype::{Plane, SampleSet};
use crate::query::carriers;
use crate::query::cohort::CohortExpr;
use crate::query::matching::RelatedPair;
use crate::query::rows::RowSet;
use crate::store::Store;

/// A line of a file of criteria.
#[derive(Clone, Debug, PartialEq)]
pub struct Criterion {
    /// Whether those for whom the rule holds stay, or leave.
    pub include: bool,
    /// Its name.
    pub name: String,
    /// The rule as written.
    pub text: String,
    /// 1-based line.
    pub line: usize,
    /// Its rule.
    pub rule: Rule,
}

/// What a criterion asks.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// An expression over the sample table.
    People(CohortExpr),
    /// Carriers of a variant for which an expression holds.
    Carriers(String),
    /// People of whom no two are in the file with this kinship or more.
    Unrelated(PathBuf, f64),
}

/// What a rule says of the people of a store.
#[derive(Clone, Debug)]
pub enum Answer {
    /// For whom it holds, and of whom it cannot tell for want of a value.
    Holds {
        /// For whom it holds.
        people: SampleSet,
        /// Who lacks a value.
        unknown: SampleSet,
    },
    /// Who are related: of those at hand as many stay as the greedy choice of [`unrelated`]
    /// leaves.
    Related(Vec<(u32, u32)>),
}

/// A line of the flow table.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// People before it.
    pub before: u64,
    /// People after it.
    pub left: u64,
    /// People who would be left if it were the only criterion.
    pub alone: u64,
    /// Of the people before it, those who lack a value that it asks for.
    pub unknown: u64,
}

/// Applies criteria one after another to `everybody`; the lines, and who is left.
#[must_use]
pub fn flow<'a>(
    everybody: &SampleSet,
    criteria: impl IntoIterator<Item = (bool, &'a Answer)>,
) -> (Vec<Step>, SampleSet) {
    let apply = |people: &RoaringBitmap, include: bool, answer: &Answer| match answer {
        Answer::Holds { people: holds, .. } if include => people & holds.bitmap(),
        Answer::Holds { people: holds, .. } => people - holds.bitmap(),
        Answer::Related(pairs) => unrelated(people, pairs),
    };
    let mut people = everybody.bitmap().clone();
    let mut steps = Vec::new();
    for (include, answer) in criteria {
        let left = apply(&people, include, answer);
        let unknown = match answer {
            Answer::Holds { unknown, .. } => unknown.bitmap().intersection_len(&people),
            Answer::Related(_) => 0,
        };
        steps.push(Step {
            before: people.len(),
            left: left.len(),
            alone: apply(everybody.bitmap(), include, answer).len(),
            unknown,
        });
        people = left;
    }
    (steps, SampleSet::from_bitmap(everybody.n_samples(), people))
}

/// The people of whom no two are a pair: again and again who has most pairs leaves, of several
/// the last in the sample table.
#[must_use]
pub fn unrelated(people: &RoaringBitmap, pairs: &[(u32, u32)]) -> RoaringBitmap {
    let mut relatives: std::collections::BTreeMap<u32, BTreeSet<u32>> = Default::default();
    for &(a, b) in pairs {
        if a != b && people.contains(a) && people.contains(b) {
            relatives.entry(a).or_default().insert(b);
            relatives.entry(b).or_default().insert(a);
        }
    }
    let mut queue: BTreeSet<(usize, u32)> =
        relatives.iter().map(|(s, of)| (of.len(), *s)).collect();
    let mut stay = people.clone();
    while let Some((count, person)) = queue.pop_last() {
        if count == 0 {
            break;
        }
        stay.remove(person);
        for other in relatives.remove(&person).unwrap_or_default() {
            if let Some(of) = relatives.get_mut(&other) {
                queue.remove(&(of.len(), other));
                of.remove(&person);
                queue.insert((of.len(), other));
            }
        }
    }
    stay
}

/// Pairs with a kinship of `least` or more.
#[must_use]
pub fn related(pairs: &[RelatedPair], least: f64) -> Answer {
    let near = pairs.iter().filter(|p| p.kinship >= least);
    Answer::Related(near.map(|p| (p.first, p.second)).collect())
}

/// Carriers of any of `rows`. Of those without a genotype at one of them who carry none of the
/// others it is not known.
///
/// # Errors
/// [`FormatError`].
pub fn carriers_of(store: &Store, rows: &RowSet) -> Result<Answer, FormatError> {
    let n = store.n_samples();
    let mut missing = Plane::zeros(n);
    let mut carried = RoaringBitmap::new();
    let everybody = store.active().plane();
    let mut found = Vec::new();
    for (shard, rows) in rows.shards() {
        let file = store.shard(*shard)?.genotypes()?;
        carriers::visit(file, rows, |row, view| {
            carriers::carriers(file, row, view, &everybody, &mut found)?;
            carried.extend(found.iter().map(|c| c.sample));
            let calls = carriers::calls(file, row, view)?;
            let both = calls.lo.words().iter().zip(calls.hi.words());
            for (missing, (lo, hi)) in missing.words_mut().iter_mut().zip(both) {
                *missing |= lo & hi;
            }
            Ok::<_, FormatError>(())
        })?;
    }
    let missing: RoaringBitmap = missing.iter().collect();
    let unknown = (missing & store.active().bitmap()) - &carried;
    Ok(Answer::Holds {
        people: SampleSet::from_bitmap(n, carried),
        unknown: SampleSet::from_bitmap(n, unknown),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(samples: &[u32]) -> SampleSet {
        SampleSet::from_bitmap(10, samples.iter().copied().collect())
    }

    #[test]
    fn steps_one_after_another() {
        let holds = |people: &[u32], unknown: &[u32]| Answer::Holds {
            people: set(people),
            unknown: set(unknown),
        };
        let answers = [
            (true, holds(&[0, 1, 2, 3, 4, 5], &[8])),
            (false, holds(&[5, 6], &[4, 9])),
            (true, Answer::Related(vec![(0, 1), (1, 2), (7, 8)])),
        ];
        let all = SampleSet::all(10);
        let (steps, left) = flow(&all, answers.iter().map(|(i, a)| (*i, a)));
        let numbers: Vec<[u64; 4]> = (steps.iter())
            .map(|s| [s.before, s.left, s.alone, s.unknown])
            .collect();
        assert_eq!(numbers, [[10, 6, 6, 1], [6, 5, 8, 1], [5, 4, 8, 0]]);
        assert_eq!(left, set(&[0, 2, 3, 4]));
    }

    #[test]
    fn no_two_are_related() {
        let people: RoaringBitmap = (0..6).collect();
        // A star around 3, and a pair.
        let pairs = [(3, 0), (3, 1), (2, 3), (4, 5), (5, 4), (3, 3)];
        let stay: Vec<u32> = unrelated(&people, &pairs).iter().collect();
        assert_eq!(stay, [0, 1, 2, 4]);
    }
}
