//! Evaluates the instructions of a checked expression on one row, on a stack of values.

use std::borrow::Cow;

use super::compare::{arithmetic, compare, per_sample};
use super::counts::{cohort_numbers, count_numbers, missing_samples};
use super::logic::{and, or};
use super::number::{MISSING, binom, holds, is_missing};
use super::plan::{Instr, TextTest};
use super::row::{Info, RowAccess};
use super::severity::most_severe;
use super::site::{alts, filter, id, indel_lengths, lengths};
use super::subscript::Samples;
use super::value::{Numbers, Pass, Value, format_numbers, info_numbers, pick_text};
use super::{text, variant_type};
use crate::genotype::Plane;

/// Evaluates for one row.
pub(super) struct Eval<'a> {
    pub(super) row: &'a dyn RowAccess,
    pub(super) n_samples: usize,
    /// INFO's AC and AN, where the header has both.
    pub(super) ac_an: Option<(usize, usize)>,
    pub(super) stack: Vec<Value<'a>>,
}

/// What a row made impossible, and cannot be known before.
pub(super) type Failure = String;

impl<'a> Eval<'a> {
    /// The outcome of a run of instructions that ends in a test.
    pub(super) fn run(&mut self, code: &[Instr]) -> Result<Pass, (usize, Failure)> {
        for (at, instr) in code.iter().enumerate() {
            let value = self.step(instr).map_err(|e| (at, e))?;
            self.stack.push(value);
        }
        Ok(self.pass())
    }

    fn numbers(&mut self) -> Numbers {
        match self.stack.pop() {
            Some(Value::Numbers(n)) => n,
            // The check has made sure of the types.
            _ => Numbers::site(Vec::new()),
        }
    }

    fn pass(&mut self) -> Pass {
        match self.stack.pop() {
            Some(Value::Pass(p)) => p,
            _ => Pass::site(false),
        }
    }

    fn text(&mut self) -> Option<Cow<'a, str>> {
        match self.stack.pop() {
            Some(Value::Text(t)) => t,
            _ => None,
        }
    }

    fn step(&mut self, instr: &Instr) -> Result<Value<'a>, Failure> {
        let row = self.row;
        let numbers = match instr {
            Instr::Number(n) => Numbers::one(*n),
            Instr::Missing => Numbers::one(MISSING),
            Instr::Qual => Numbers::one(row.qual().map_or(MISSING, f64::from)),
            Instr::Pos => Numbers::one(row.pos() as f64),
            Instr::AltCount => Numbers::one(row.n_alts_of_record() as f64),
            Instr::IndelLength => indel_lengths(row),
            Instr::MissingSamples(fraction) => missing_samples(row, self.n_samples, *fraction),
            Instr::Counts(count, index) => count_numbers(row, *count, *index, self.ac_an)?,
            Instr::Cohort(count, cohort) => cohort_numbers(row, *count, *cohort),
            Instr::InfoNumber {
                field,
                pick,
                single,
            } => info_numbers(&row.info(*field), pick, *single),
            Instr::InfoFlag(field) => {
                Numbers::one(f64::from(u8::from(row.info(*field) != Info::Absent)))
            }
            Instr::FormatNumber {
                field,
                pick,
                samples,
            } => format_numbers(&row.format(*field), pick, samples, self.n_samples),
            Instr::Arithmetic(op) => {
                let b = self.numbers();
                let a = self.numbers();
                arithmetic(*op, a, b)?
            }
            Instr::Summary(summary, true) => {
                let n = self.numbers();
                self.within(n, |v| summary.of(v).unwrap_or(MISSING))
            }
            Instr::Summary(summary, false) => Numbers::of_option(summary.of(&self.numbers().all())),
            Instr::Abs => self.map(f64::abs),
            Instr::Phred => self.map(|p| -4.342_944_819_03 * p.ln()),
            Instr::Binom(arguments) => self.binom(*arguments)?,
            Instr::CountValues => {
                let n = self.numbers();
                // Of a site's values the missing ones count too, as bcftools counts them.
                let counted = |v: &&f64| !n.samples || !is_missing(**v);
                Numbers::one(n.all().iter().filter(counted).count() as f64)
            }
            Instr::CountTrue => Numbers::one(self.pass().samples.map_or(0.0, |p| p.count() as f64)),
            Instr::CountText => {
                let parts = self.text().filter(|t| !t.is_empty());
                Numbers::one(parts.map_or(0.0, |t| t.split(',').count() as f64))
            }
            Instr::Length(split) => lengths(self.text(), *split),
            Instr::Pass(fraction) => {
                let count = self.pass().samples.map_or(0.0, |p| p.count() as f64);
                let n = self.n_samples as f64;
                Numbers::one(match (fraction, n > 0.0) {
                    (true, true) => count / n,
                    (true, false) => 0.0,
                    (false, _) => count,
                })
            }
            other => return self.text_or_test(other),
        };
        Ok(Value::Numbers(numbers))
    }

    fn text_or_test(&mut self, instr: &Instr) -> Result<Value<'a>, Failure> {
        let row = self.row;
        Ok(match instr {
            Instr::Chrom => Value::Text(Some(Cow::Borrowed(row.chrom()))),
            Instr::Ref => Value::Text(Some(Cow::Borrowed(row.reference()))),
            Instr::Alt(pick) => Value::Text(alts(row, pick)),
            Instr::InfoText {
                field,
                pick,
                single,
            } => Value::Text(match row.info(*field) {
                Info::Text(t) if *single => Some(t),
                Info::Text(t) => pick_text(t, pick),
                _ => None,
            }),
            Instr::FormatText {
                field,
                pick,
                samples,
            } => match row.format(*field) {
                super::row::Format::Text(texts) => {
                    let picked = |t| match pick_text(t, pick) {
                        Some(t) if !t.is_empty() => t,
                        _ => Cow::Borrowed("."),
                    };
                    Value::Texts(
                        Some(texts.into_iter().map(picked).collect()),
                        samples.clone(),
                    )
                }
                _ => Value::Texts(None, samples.clone()),
            },
            Instr::Column(column) => Value::Text(row.column(*column)),
            test => Value::Pass(self.test(test)?),
        })
    }

    fn test(&mut self, instr: &Instr) -> Result<Pass, Failure> {
        let row = self.row;
        Ok(match instr {
            Instr::Compare(op) => {
                let b = self.numbers();
                let a = self.numbers();
                compare(*op, &a, &b, self.n_samples)?
            }
            Instr::CompareTexts(negated) => {
                let b = self.text();
                let a = self.text();
                Pass::site(text::compare(*negated, a.as_deref(), b.as_deref()))
            }
            Instr::Text(test) => match self.stack.pop() {
                Some(Value::Texts(texts, used)) => self.texts(test, texts.as_deref(), used),
                Some(Value::Text(t)) => Pass::site(text::matches(test, t.as_deref())),
                _ => Pass::site(false),
            },
            Instr::Id(test) => Pass::site(id(test, row.id())),
            Instr::Filter { op, filters } => Pass::site(filter(*op, filters, &row.filters())),
            Instr::Type { op, mask } => {
                let alts = (0..row.n_alts()).map(|i| row.alt(i));
                let types = variant_type::types(row.reference(), alts);
                let holds = if op.is_match() {
                    types & mask != 0
                } else {
                    types == *mask
                };
                Pass::site(holds != op.is_negative())
            }
            Instr::Genotype { test, samples } => {
                let used = samples.as_deref();
                let fast = row.calls().and_then(|c| test.run_planes(c, used));
                let plane =
                    fast.unwrap_or_else(|| test.run(row.alleles().as_ref(), used, self.n_samples));
                Pass::samples(plane, samples.clone())
            }
            Instr::Severity { column, op, rank } => {
                let value = row.column(*column).and_then(|terms| most_severe(&terms));
                Pass::site(value.is_some_and(|v| holds(*op, v as f64, *rank as f64)))
            }
            Instr::And(same_sample) => {
                let b = self.pass();
                let a = self.pass();
                and(a, b, *same_sample)
            }
            Instr::Or(all_samples) => {
                let b = self.pass();
                let a = self.pass();
                or(a, b, *all_samples, self.n_samples)
            }
            _ => Pass::site(false),
        })
    }

    fn map(&mut self, f: impl Fn(f64) -> f64) -> Numbers {
        let mut n = self.numbers();
        for v in &mut n.values {
            *v = if is_missing(*v) { MISSING } else { f(*v) };
        }
        n
    }

    /// One number of each sample's.
    fn within(&self, n: Numbers, f: impl Fn(&[f64]) -> f64) -> Numbers {
        let mut values = vec![MISSING; self.n_samples];
        for (s, of_sample) in n.by_sample() {
            if let Some(v) = values.get_mut(s) {
                *v = f(of_sample);
            }
        }
        Numbers {
            values,
            per: 1,
            samples: true,
            used: n.used,
        }
    }

    fn binom(&mut self, arguments: usize) -> Result<Numbers, Failure> {
        let second = (arguments == 2).then(|| self.numbers());
        let first = self.numbers();
        if !first.samples {
            let pair = match (&first.values[..], second.as_ref().map(|s| &s.values[..])) {
                ([a, b], None) | ([a], Some([b])) => Some((*a, *b)),
                _ => None,
            };
            return Ok(Numbers::one(pair.map_or(MISSING, |(a, b)| binom(a, b))));
        }
        if let Some(second) = second {
            return per_sample(first, second, self.n_samples, binom);
        }
        // Which two values are compared, the genotype says.
        let mut values = vec![MISSING; self.n_samples];
        let alleles = self.row.alleles().filter(|a| a.ploidy >= 2);
        for (s, of_sample) in first.by_sample() {
            let call = alleles
                .as_ref()
                .and_then(|a| a.codes.get(s * a.ploidy..)?.first_chunk());
            let Some([a, b]) = call else { continue };
            let value = |code: &i32| {
                let allele = usize::try_from((code >> 1) - 1).ok()?;
                of_sample.get(allele).copied()
            };
            if let (Some(a), Some(b), Some(v)) = (value(a), value(b), values.get_mut(s)) {
                *v = binom(a, b);
            }
        }
        Ok(Numbers {
            values,
            per: 1,
            samples: true,
            used: first.used,
        })
    }

    fn texts(&self, test: &TextTest, texts: Option<&[Cow<'_, str>]>, used: Samples) -> Pass {
        let mut plane = Plane::zeros(self.n_samples);
        let absent = texts.is_none() && text::matches(test, None);
        for s in (0..self.n_samples).filter(|s| used.as_ref().is_none_or(|u| u.get(*s))) {
            let holds = match texts {
                Some(texts) => texts.get(s).is_some_and(|t| text::matches(test, Some(t))),
                None => absent,
            };
            if holds {
                plane.set(s);
            }
        }
        Pass::samples(plane, used)
    }
}
