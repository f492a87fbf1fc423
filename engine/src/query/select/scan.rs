//! Conditions answered from a shard's columns, without putting records together.
//!
//! A scan says of a record whether a condition holds, or that it cannot tell: of records of
//! several ALTs, of fields kept as text, of counts that must be counted first. What it cannot
//! tell is evaluated.

use arrow_array::Array;

use super::bounds::bounds;
use super::counted::Counted;
use super::names::{Joining, Names};
use super::shard::OpenShard;
use crate::format::annotations::Values;
use crate::genome::variant_type;
use crate::query::expr::{
    Comparison, Count, FLOAT_END, FLOAT_MISSING, FilterTest, GenotypeClasses, INT_END, INT_MISSING,
    Measure, Simple, TypeTest,
};

/// A number that a row has, or has not.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Number {
    Is(f64),
    Missing,
    Within(f64, f64),
    Unknown,
}

impl From<Option<f64>> for Number {
    fn from(value: Option<f64>) -> Self {
        value.map_or(Self::Missing, Self::Is)
    }
}

/// Where a number comes from.
#[derive(Debug)]
enum Source<'s> {
    Qual,
    Pos,
    AltCount,
    Column(&'s Values),
    /// AC and AN of INFO where a row has both, else its counts.
    Counts(Count, Option<[&'s Values; 2]>),
    /// A count in a cohort, and how many are in it.
    Cohort(Count, usize, u64),
    MissingSamples(bool),
    Genotypes(GenotypeClasses, bool),
    /// Not from columns.
    Elsewhere,
}

/// A condition tied to a shard.
#[derive(Debug)]
enum Bound<'s> {
    Number(Source<'s>, Comparison),
    Type(TypeTest),
    /// The answer for each filter of the site table's dictionary, then that for none.
    Filter(Vec<bool>),
    And(Box<[Bound<'s>; 2]>),
    Or(Box<[Bound<'s>; 2]>),
}

/// A condition over the columns of a shard.
pub(super) struct Scan<'s> {
    shard: &'s OpenShard<'s>,
    names: &'s Names,
    bound: Bound<'s>,
}

impl<'s> Scan<'s> {
    pub(super) fn new(
        simple: &Simple,
        ac_an: Option<(usize, usize)>,
        shard: &'s OpenShard<'s>,
        names: &'s Names,
    ) -> Self {
        let bound = bind(simple, ac_an, shard, names);
        Self {
            shard,
            names,
            bound,
        }
    }

    /// Whether the condition holds of a record; `None` where the columns do not tell. Cohorts
    /// are looked up in `counted`, and estimated where they are not there.
    pub(super) fn holds(&self, record: usize, counted: &Counted) -> Option<bool> {
        let row = self.shard.only_row(record)?;
        self.answer(&self.bound, row, counted)
    }

    /// [`holds`](Self::holds) of each record.
    pub(super) fn all_hold(&self, records: &[usize], counted: &Counted) -> Vec<Option<bool>> {
        let Bound::Number(Source::Column(values), comparison) = &self.bound else {
            return records.iter().map(|&r| self.holds(r, counted)).collect();
        };
        let answer = |&record: &usize| {
            let row = self.shard.only_row(record)?;
            match column(values, row) {
                Number::Is(value) => Some(comparison.holds(Some(value))),
                Number::Missing => Some(comparison.holds(None)),
                _ => None,
            }
        };
        records.iter().map(answer).collect()
    }

    fn answer(&self, bound: &Bound<'s>, row: usize, counted: &Counted) -> Option<bool> {
        match bound {
            Bound::Number(source, comparison) => match self.number(source, row, counted) {
                Number::Is(value) => Some(comparison.holds(Some(value))),
                Number::Missing => Some(comparison.holds(None)),
                Number::Within(low, high) => comparison.holds_within(low, high),
                Number::Unknown => None,
            },
            Bound::Type(test) => {
                if self.shard.is_rewritten(row) {
                    return None;
                }
                let site = self.shard.sites.alleles_of(row);
                let types = variant_type::types(site.0, std::iter::once(site.1));
                Some(test.holds(types))
            }
            Bound::Filter(answers) => {
                let key = self.shard.sites.filter_key(row);
                let of = key.and_then(|k| answers.get(k)).or(answers.last());
                of.copied()
            }
            Bound::And(both) => {
                let [a, b] = &**both;
                match self.answer(a, row, counted) {
                    Some(false) => Some(false),
                    Some(true) => self.answer(b, row, counted),
                    None => match self.answer(b, row, counted) {
                        Some(false) => Some(false),
                        _ => None,
                    },
                }
            }
            Bound::Or(either) => {
                let [a, b] = &**either;
                match self.answer(a, row, counted) {
                    Some(true) => Some(true),
                    Some(false) => self.answer(b, row, counted),
                    None => match self.answer(b, row, counted) {
                        Some(true) => Some(true),
                        _ => None,
                    },
                }
            }
        }
    }

    fn number(&self, source: &Source<'s>, row: usize, counted: &Counted) -> Number {
        let sites = self.shard.sites;
        let part = |n: u64, part: bool| {
            let all = self.names.samples.len();
            Number::Is(match (part, all) {
                (_, 0) => 0.0,
                (true, all) => n as f64 / all as f64,
                (false, _) => n as f64,
            })
        };
        match source {
            Source::Qual => sites.qual(row).map(f64::from).into(),
            Source::Pos if self.shard.is_rewritten(row) => Number::Unknown,
            Source::Pos => Number::Is(f64::from(sites.positions()[row])),
            Source::AltCount => Number::Is(f64::from(sites.alleles(row))),
            Source::Column(values) => column(values, row),
            Source::Counts(count, columns) => {
                if let Some([ac, an]) = columns {
                    match (column(ac, row), column(an, row)) {
                        (Number::Is(ac), Number::Is(an)) if ac <= an => {
                            return of_alleles(*count, ac, an);
                        }
                        (Number::Missing, _) | (_, Number::Missing) => {}
                        _ => return Number::Unknown,
                    }
                }
                if !self.names.everybody {
                    return Number::Unknown;
                }
                let counts = sites.counts(row);
                let (ac, an) = (counts.allele_count(), counts.allele_number());
                of_alleles(*count, ac as f64, an as f64)
            }
            Source::Cohort(count, 0, _) => count.of(&sites.counts(row)).into(),
            Source::Cohort(count, cohort, members) => match counted.of(row, *cohort) {
                Some(counts) => count.of(&counts).into(),
                None => bounds(*count, &sites.counts(row), *members)
                    .map_or(Number::Unknown, |(low, high)| Number::Within(low, high)),
            },
            Source::MissingSamples(_) | Source::Genotypes(..) if !self.names.everybody => {
                Number::Unknown
            }
            Source::MissingSamples(of_all) => match sites.counts(row) {
                counts if counts.half_called == 0 => part(counts.missing, *of_all),
                _ => Number::Unknown,
            },
            Source::Genotypes(classes, of_all) => part(classes.count(&sites.counts(row)), *of_all),
            Source::Elsewhere => Number::Unknown,
        }
    }
}

/// AC, AN or what follows from them, as evaluation has it.
fn of_alleles(count: Count, ac: f64, an: f64) -> Number {
    match count {
        Count::An => Number::Is(an),
        _ if an == 0.0 => Number::Missing,
        _ => Number::Is(count.of_alleles(ac, an)),
    }
}

fn column(values: &Values, row: usize) -> Number {
    match values {
        Values::Absent => Number::Missing,
        Values::Ints(a) if row < a.len() => match a.value(row) {
            _ if a.is_null(row) => Number::Missing,
            INT_MISSING | INT_END => Number::Missing,
            v => Number::Is(f64::from(v)),
        },
        Values::Floats(a) if row < a.len() => match a.value(row) {
            _ if a.is_null(row) => Number::Missing,
            v if matches!(v.to_bits(), FLOAT_MISSING | FLOAT_END) => Number::Missing,
            v => Number::Is(f64::from(v)),
        },
        _ => Number::Unknown,
    }
}

fn bind<'s>(
    simple: &Simple,
    ac_an: Option<(usize, usize)>,
    shard: &'s OpenShard<'s>,
    names: &'s Names,
) -> Bound<'s> {
    let two = |both: &[Simple; 2]| Box::new(both.each_ref().map(|s| bind(s, ac_an, shard, names)));
    match simple {
        Simple::Number(measure, comparison) => {
            Bound::Number(source(measure, ac_an, shard, names), *comparison)
        }
        Simple::Type(test) => Bound::Type(*test),
        Simple::Filter(test) => Bound::Filter(filters(test, shard, names)),
        Simple::And(both) => Bound::And(two(both)),
        Simple::Or(both) => Bound::Or(two(both)),
    }
}

fn filters(test: &FilterTest, shard: &OpenShard<'_>, names: &Names) -> Vec<bool> {
    let holds = |text: &str| test.holds(&names.filters_of(text));
    let of_values = shard.sites.filter_values().map(holds);
    of_values.chain([test.holds(&[])]).collect()
}

fn source<'s>(
    measure: &Measure,
    ac_an: Option<(usize, usize)>,
    shard: &'s OpenShard<'s>,
    names: &Names,
) -> Source<'s> {
    let column = |field: usize| {
        let place = names.info.get(field)?;
        // A field that does not fit its header is kept as text.
        let fits = place.joining != Joining::Genotypes && !shard.has_irregular();
        fits.then(|| shard.values(place.place))
    };
    match measure {
        Measure::Qual => Source::Qual,
        Measure::Pos => Source::Pos,
        Measure::AltCount => Source::AltCount,
        Measure::Info(field) => column(*field).map_or(Source::Elsewhere, Source::Column),
        Measure::Counts(count) => match ac_an {
            None => Source::Counts(*count, None),
            Some((ac, an)) => match (column(ac), column(an)) {
                (Some(ac), Some(an)) => Source::Counts(*count, Some([ac, an])),
                _ => Source::Elsewhere,
            },
        },
        Measure::Cohort(count, cohort) => {
            let members = names.cohorts.get(*cohort).map_or(0, |c| c.len());
            Source::Cohort(*count, *cohort, members)
        }
        Measure::MissingSamples(part) => Source::MissingSamples(*part),
        Measure::Genotypes(classes, part) => Source::Genotypes(*classes, *part),
    }
}
