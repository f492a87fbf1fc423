//! Evaluates a checked expression: each test is one pass over one column.

use std::collections::HashSet;

use arrow_array::types::UInt32Type;
use arrow_array::{
    Array, BooleanArray, DictionaryArray, Float64Array, Int64Array, LargeStringArray,
};
use arrow_buffer::NullBuffer;
use roaring::RoaringBitmap;

use super::ast::Op;
use super::number::Number;
use crate::format::samples::{Column, select_rows};

pub(super) enum Plan<'t> {
    Or(Vec<Plan<'t>>),
    And(Vec<Plan<'t>>),
    Not(Box<Plan<'t>>),
    Scan(Predicate<'t>),
}

pub(super) enum Predicate<'t> {
    Id(&'t LargeStringArray, TextTest),
    Text {
        keys: &'t DictionaryArray<UInt32Type>,
        /// Of each key.
        wanted: Vec<bool>,
        missing: bool,
    },
    Int(&'t Int64Array, NumberTest),
    Float(&'t Float64Array, NumberTest),
    Bool {
        values: &'t BooleanArray,
        /// Of false and of true.
        wanted: [bool; 2],
        missing: bool,
    },
    Missing {
        column: Column<'t>,
        wanted: bool,
    },
    /// Found already.
    Known(RoaringBitmap),
}

/// A test of text.
pub(super) struct TextTest {
    rule: TextRule,
    /// Whether missing values pass.
    pub(super) missing: bool,
}

enum TextRule {
    Compare(Op, String),
    In {
        negated: bool,
        list: HashSet<String>,
    },
}

impl TextTest {
    pub(super) const fn compare(op: Op, value: String) -> Self {
        Self {
            rule: TextRule::Compare(op, value),
            missing: false,
        }
    }

    pub(super) const fn within(negated: bool, list: HashSet<String>, missing: bool) -> Self {
        Self {
            rule: TextRule::In { negated, list },
            missing: missing && !negated,
        }
    }

    pub(super) fn holds(&self, value: &str) -> bool {
        match &self.rule {
            TextRule::Compare(op, other) => op.holds(value.cmp(other.as_str())),
            TextRule::In { negated, list } => list.contains(value) != *negated,
        }
    }

    /// The values that a sample is said to have or not to have.
    pub(super) fn named(&self) -> impl Iterator<Item = &str> {
        let (one, list) = match &self.rule {
            TextRule::Compare(Op::Equal | Op::NotEqual, value) => (Some(value), None),
            TextRule::Compare(..) => (None, None),
            TextRule::In { list, .. } => (None, Some(list)),
        };
        one.into_iter()
            .chain(list.into_iter().flatten())
            .map(String::as_str)
    }
}

/// A test of numbers.
pub(super) struct NumberTest {
    rule: NumberRule,
    missing: bool,
}

enum NumberRule {
    Compare(Op, Number),
    In {
        negated: bool,
        /// In order, as the reals are: most lists are short, and searching them takes less
        /// time than hashing.
        ints: Vec<i64>,
        floats: Vec<f64>,
    },
}

impl NumberTest {
    pub(super) const fn compare(op: Op, value: Number) -> Self {
        Self {
            rule: NumberRule::Compare(op, value),
            missing: false,
        }
    }

    pub(super) fn within(negated: bool, list: Vec<Number>, missing: bool) -> Self {
        let mut ints = Vec::new();
        let mut floats = Vec::new();
        for number in list {
            match number {
                Number::Int(n) => ints.push(n),
                // A whole number written as a real one.
                Number::Float(f) if Number::Float(f).order_of_int(f as i64).is_eq() => {
                    ints.push(f as i64);
                }
                Number::Float(f) => floats.push(f),
            }
        }
        ints.sort_unstable();
        floats.sort_unstable_by(f64::total_cmp);
        Self {
            rule: NumberRule::In {
                negated,
                ints,
                floats,
            },
            missing: missing && !negated,
        }
    }

    fn holds_int(&self, value: i64) -> bool {
        match &self.rule {
            NumberRule::Compare(op, number) => op.holds(number.order_of_int(value)),
            NumberRule::In { negated, ints, .. } => ints.binary_search(&value).is_ok() != *negated,
        }
    }

    /// NaN is a missing value.
    fn holds_float(&self, value: f64) -> bool {
        if value.is_nan() {
            return self.missing;
        }
        match &self.rule {
            NumberRule::Compare(op, number) => {
                number.order_of_float(value).is_some_and(|o| op.holds(o))
            }
            NumberRule::In {
                negated,
                ints,
                floats,
            } => {
                let whole = value as i64;
                let int = Number::Int(whole).order_of_float(value)
                    == Some(std::cmp::Ordering::Equal)
                    && ints.binary_search(&whole).is_ok();
                let found = int || floats.binary_search_by(|f| f.total_cmp(&value)).is_ok();
                found != *negated
            }
        }
    }
}

pub(super) fn run(plan: &Plan<'_>, n: usize) -> RoaringBitmap {
    match plan {
        Plan::Or(plans) => {
            let mut bits = RoaringBitmap::new();
            for plan in plans {
                bits |= run(plan, n);
            }
            bits
        }
        Plan::And(plans) => {
            let mut bits: Option<RoaringBitmap> = None;
            for plan in plans {
                let next = run(plan, n);
                bits = Some(match bits {
                    None => next,
                    Some(bits) => bits & next,
                });
            }
            bits.unwrap_or_default()
        }
        Plan::Not(plan) => {
            let mut all = RoaringBitmap::new();
            all.insert_range(0..n as u32);
            all - run(plan, n)
        }
        Plan::Scan(predicate) => scan(predicate, n),
    }
}

fn scan(predicate: &Predicate<'_>, n: usize) -> RoaringBitmap {
    match predicate {
        Predicate::Known(bits) => bits.clone(),
        Predicate::Id(ids, test) => select_rows(n, |row| test.holds(ids.value(row))),
        Predicate::Text {
            keys,
            wanted,
            missing,
        } => {
            let values = keys.keys().values();
            with_nulls(n, keys.nulls(), *missing, |row| {
                wanted.get(values[row] as usize).copied().unwrap_or(false)
            })
        }
        Predicate::Int(array, test) => {
            let values = array.values();
            with_nulls(n, array.nulls(), test.missing, |row| {
                test.holds_int(values[row])
            })
        }
        Predicate::Float(array, test) => {
            let values = array.values();
            with_nulls(n, array.nulls(), test.missing, |row| {
                test.holds_float(values[row])
            })
        }
        Predicate::Bool {
            values,
            wanted,
            missing,
        } => with_nulls(n, values.nulls(), *missing, |row| {
            wanted[usize::from(values.value(row))]
        }),
        Predicate::Missing { column, wanted } => {
            let nulls = match column {
                Column::Id(a) => a.nulls(),
                Column::Text(a, _) => a.nulls(),
                Column::Int(a) => a.nulls(),
                Column::Float(a) => {
                    let values = a.values();
                    return with_nulls(n, a.nulls(), *wanted, |row| {
                        values[row].is_nan() == *wanted
                    });
                }
                Column::Bool(a) => a.nulls(),
            };
            with_nulls(n, nulls, *wanted, |_| !wanted)
        }
    }
}

fn with_nulls(
    n: usize,
    nulls: Option<&NullBuffer>,
    missing: bool,
    holds: impl Fn(usize) -> bool,
) -> RoaringBitmap {
    match nulls {
        None => select_rows(n, holds),
        Some(nulls) => select_rows(n, |row| {
            if nulls.is_valid(row) {
                holds(row)
            } else {
                missing
            }
        }),
    }
}
