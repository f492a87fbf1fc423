//! Ties an expression to the columns of a sample table, and checks that types fit.

use std::collections::HashSet;

use arrow_array::{Array, StringArray};
use roaring::RoaringBitmap;

use super::CohortError;
use super::ast::{Literal, Name, Node, Op, Span, Test, Value};
use super::code::{self, Codes, Descendants};
use super::number::Number;
use super::scan::{NumberTest, Plan, Predicate, TextTest};
use crate::diagnostic::{Diagnostic, nearest};
use crate::format::samples::{Column, Role, SampleTable, Sex};

/// Columns with more different values than this get no "did you mean" for a value: they are
/// ids more than categories.
const MAX_CATEGORIES: usize = 10_000;

/// Warnings of one expression; more are of no use.
const MAX_WARNINGS: usize = 16;

pub(super) struct Check<'t> {
    source: &'t str,
    table: &'t SampleTable,
    terms: Option<&'t dyn Descendants>,
    warnings: Vec<Diagnostic>,
}

impl<'t> Check<'t> {
    pub(super) const fn new(
        source: &'t str,
        table: &'t SampleTable,
        terms: Option<&'t dyn Descendants>,
    ) -> Self {
        Self {
            source,
            table,
            terms,
            warnings: Vec::new(),
        }
    }

    pub(super) fn into_warnings(self) -> Vec<Diagnostic> {
        self.warnings
    }

    pub(super) fn node(&mut self, node: &Node) -> Result<Plan<'t>, CohortError> {
        let many = |check: &mut Self, nodes: &[Node]| {
            let plans = nodes.iter().map(|n| check.node(n));
            plans.collect::<Result<Vec<_>, _>>()
        };
        Ok(match node {
            Node::Or(nodes) => Plan::Or(many(self, nodes)?),
            Node::And(nodes) => Plan::And(many(self, nodes)?),
            Node::Not(node) => Plan::Not(Box::new(self.node(node)?)),
            Node::Test { column, test } => Plan::Scan(self.test(column, test)?),
            Node::Code { system, code, span } => self.code(system, code, span)?,
        })
    }

    /// Who has the code, or one below it, in any column of text.
    fn code(&mut self, system: &Name, code: &str, span: &Span) -> Result<Plan<'t>, CohortError> {
        let code = code.trim();
        let codes = if system.text == code::ICD {
            Codes::starting(code)
        } else {
            let Some(terms) = self.terms else {
                let message = format!("the terms of {} are not at hand", system.text);
                let d = self.error(system.span.clone(), message);
                return Err(d.with_help("terms come with their descendants only where the knowledge tables are there; compare a column for the code alone").into());
            };
            let Some(below) = terms.descendants(&system.text, code) else {
                let similar = terms.nearest(&system.text, code);
                let d = self.error(
                    span.clone(),
                    format!("{} has no term {code:?}", system.text),
                );
                return Err(d.with_similar(similar.as_deref()).into());
            };
            Codes::all(code, below)
        };
        let table = self.table;
        let mut plans = Vec::new();
        let mut found = false;
        for ix in 0..table.names().len() {
            if let Some(Column::Text(keys, values)) = table.column(ix) {
                let holds = |v: Option<&str>| v.is_some_and(|v| codes.in_text(v));
                let wanted: Vec<bool> = values.iter().map(holds).collect();
                found |= wanted.contains(&true);
                plans.push(Plan::Scan(Predicate::Text {
                    keys,
                    wanted,
                    missing: false,
                }));
            }
        }
        if !found && self.warnings.len() < MAX_WARNINGS {
            let message =
                format!("no sample has {code:?} or a code below it in any column of text");
            self.warnings.push(self.error(span.clone(), message));
        }
        Ok(Plan::Or(plans))
    }

    fn error(&self, span: std::ops::Range<usize>, message: String) -> Diagnostic {
        Diagnostic::new(message, self.source, span)
    }

    fn test(&mut self, name: &Name, test: &Test) -> Result<Predicate<'t>, CohortError> {
        let table = self.table;
        let found = table.find(&name.text);
        let Some((ix, column)) = found.and_then(|ix| Some((ix, table.column(ix)?))) else {
            return Err(self.no_column(name).into());
        };
        // `== NA` and `!= NA` ask the same of every type.
        match test {
            Test::IsMissing => {
                return Ok(Predicate::Missing {
                    column,
                    wanted: true,
                });
            }
            Test::Compare(op, value) if value.literal == Literal::Missing => {
                let wanted = match op {
                    Op::Equal => true,
                    Op::NotEqual => false,
                    _ => {
                        let message = format!("NA has no order: {} says nothing", op.symbol());
                        let d = self.error(value.span.clone(), message);
                        return Err(d.with_help("use == NA or != NA").into());
                    }
                };
                return Ok(Predicate::Missing { column, wanted });
            }
            _ => {}
        }
        if table.role_column(Role::Sex) == Some(ix)
            && !matches!(column, Column::Bool(_))
            && let Some(predicate) = self.sex_test(name, test)
        {
            return Ok(predicate);
        }
        match column {
            Column::Id(ids) => Ok(Predicate::Id(ids, self.text_test(name, column, test)?)),
            Column::Text(keys, values) => {
                let test = self.text_test(name, column, test)?;
                self.warn_of_values(name, values, &test);
                let wanted = values.iter().map(|v| v.is_some_and(|v| test.holds(v)));
                Ok(Predicate::Text {
                    keys,
                    wanted: wanted.collect(),
                    missing: test.missing,
                })
            }
            Column::Int(values) => Ok(Predicate::Int(
                values,
                self.number_test(name, column, test)?,
            )),
            Column::Float(values) => Ok(Predicate::Float(
                values,
                self.number_test(name, column, test)?,
            )),
            Column::Bool(values) => {
                let (wanted, missing) = self.bool_test(name, column, test)?;
                Ok(Predicate::Bool {
                    values,
                    wanted,
                    missing,
                })
            }
        }
    }

    fn no_column(&self, name: &Name) -> Diagnostic {
        let d = self.error(name.span.clone(), format!("no column {:?}", name.text));
        let there = |role: &Role| self.table.role(*role).is_some();
        let roles = Role::ALL.into_iter().filter(there);
        let roles = roles.map(|role| -> &str { role.name() });
        if let Some(similar) = nearest(&name.text, self.table.names().chain(roles)) {
            return d.with_similar(Some(similar));
        }
        const SHOWN: usize = 12;
        let all: Vec<&str> = self.table.names().collect();
        let shown = all[..all.len().min(SHOWN)].join(", ");
        d.with_help(match all.len() {
            1 => "the store was built without a sample table: the only column is id".to_owned(),
            n if n <= SHOWN => format!("the columns are {shown}"),
            n => format!("the columns are {shown} and {} more", n - SHOWN),
        })
    }

    /// A test of the sex column by meaning; `None` where a value is not a code of a sex, and
    /// the column is to be taken as it is.
    fn sex_test(&mut self, name: &Name, test: &Test) -> Option<Predicate<'t>> {
        let (negated, values) = match test {
            Test::Compare(op @ (Op::Equal | Op::NotEqual), value) => {
                (*op == Op::NotEqual, std::slice::from_ref(value))
            }
            Test::In { negated, list } => (*negated, list.as_slice()),
            _ => return None,
        };
        let (males, females) = self.table.sexes();
        let mut bits = RoaringBitmap::new();
        for value in values {
            let sex = match &value.literal {
                Literal::Text(text) => Sex::from_text(text),
                Literal::Number(Number::Int(code)) => Sex::from_code(*code),
                _ => Sex::Unknown,
            };
            match sex {
                Sex::Male => bits |= males.bitmap(),
                Sex::Female => bits |= females.bitmap(),
                Sex::Unknown => return None,
            }
        }
        if males.is_empty() && females.is_empty() {
            let message = format!("column {:?} tells the sex of no sample", name.text);
            let d = self.error(name.span.clone(), message);
            let help = "1, M and male are understood, and 2, F and female";
            self.warnings.push(d.with_help(help));
        }
        // A sex that is not known is a missing value: in neither the set nor its opposite.
        if negated {
            bits = (males.bitmap() | females.bitmap()) - bits;
        }
        Some(Predicate::Known(bits))
    }

    fn mismatch(&self, name: &Name, column: Column<'_>, value: &Value) -> CohortError {
        let holds = column.type_name();
        let d = self.error(
            value.span.clone(),
            format!("column {:?} holds {holds}", name.text),
        );
        let written = self.source.get(value.span.clone()).unwrap_or_default();
        match (column, &value.literal) {
            (Column::Id(_) | Column::Text(..), Literal::Number(_) | Literal::Bool(_)) => {
                d.with_help(format!("write \"{written}\""))
            }
            (Column::Int(_) | Column::Float(_), Literal::Text(text))
                if Number::parse(text).is_some() =>
            {
                d.with_help(format!("write {text}, without quotes"))
            }
            (Column::Int(_) | Column::Float(_), Literal::Bool(b)) => {
                d.with_help(format!("write {}", u8::from(*b)))
            }
            (Column::Bool(_), _) => d.with_help("write true or false"),
            _ => d,
        }
        .into()
    }

    /// The column alone, where it holds no truth values.
    fn not_truth(&self, name: &Name, column: Column<'_>) -> CohortError {
        let holds = column.type_name();
        let message = format!("column {:?} holds {holds} and is no condition", name.text);
        let example = match column {
            Column::Id(_) | Column::Text(..) => "== \"...\"",
            _ => "== 1",
        };
        self.error(name.span.clone(), message)
            .with_help(format!("compare it: {} {example}", name.text))
            .into()
    }

    fn text_test(
        &self,
        name: &Name,
        column: Column<'_>,
        test: &Test,
    ) -> Result<TextTest, CohortError> {
        let text = |value: &Value| match &value.literal {
            Literal::Text(text) => Ok(text.clone()),
            _ => Err(self.mismatch(name, column, value)),
        };
        match test {
            Test::Compare(op, value) => Ok(TextTest::compare(*op, text(value)?)),
            Test::In { negated, list } => {
                let (missing, list) = split_missing(list);
                let list = list.map(text).collect::<Result<HashSet<_>, _>>()?;
                Ok(TextTest::within(*negated, list, missing))
            }
            Test::IsTrue | Test::IsMissing => Err(self.not_truth(name, column)),
        }
    }

    fn number_test(
        &self,
        name: &Name,
        column: Column<'_>,
        test: &Test,
    ) -> Result<NumberTest, CohortError> {
        let number = |value: &Value| match value.literal {
            Literal::Number(number) => Ok(number),
            _ => Err(self.mismatch(name, column, value)),
        };
        match test {
            Test::Compare(op, value) => Ok(NumberTest::compare(*op, number(value)?)),
            Test::In { negated, list } => {
                let (missing, list) = split_missing(list);
                let list = list.map(number).collect::<Result<Vec<_>, _>>()?;
                Ok(NumberTest::within(*negated, list, missing))
            }
            Test::IsTrue | Test::IsMissing => Err(self.not_truth(name, column)),
        }
    }

    /// Which of false and true are wanted, and whether missing values are.
    fn bool_test(
        &self,
        name: &Name,
        column: Column<'_>,
        test: &Test,
    ) -> Result<([bool; 2], bool), CohortError> {
        let truth = |value: &Value| match value.literal {
            Literal::Bool(b) => Ok(b),
            Literal::Number(Number::Int(n @ (0 | 1))) => Ok(n == 1),
            _ => Err(self.mismatch(name, column, value)),
        };
        match test {
            Test::IsTrue | Test::IsMissing => Ok(([false, true], false)),
            Test::Compare(op, value) => {
                let value = truth(value)?;
                Ok(([false, true].map(|b| op.holds(b.cmp(&value))), false))
            }
            Test::In { negated, list } => {
                let (missing, list) = split_missing(list);
                let list = list.map(truth).collect::<Result<Vec<_>, _>>()?;
                let wanted = [false, true].map(|b| list.contains(&b) != *negated);
                Ok((wanted, missing && !negated))
            }
        }
    }

    /// A category that no sample has is likely a typo. An error it is not: a cohort may well
    /// be empty in one store of several.
    fn warn_of_values(&mut self, name: &Name, values: &StringArray, test: &TextTest) {
        let known: HashSet<&str> = values.iter().flatten().collect();
        let mut unknown: Vec<&str> = test.named().filter(|v| !known.contains(v)).collect();
        unknown.sort_unstable();
        for value in unknown {
            if self.warnings.len() >= MAX_WARNINGS {
                return;
            }
            let message = format!("no sample has {:?} in column {:?}", value, name.text);
            let d = self.error(name.span.clone(), message);
            let similar = (values.len() <= MAX_CATEGORIES)
                .then(|| nearest(value, values.iter().flatten()))
                .flatten();
            self.warnings.push(d.with_similar(similar));
        }
    }
}

/// Whether a list has NA in it, and its other values.
fn split_missing(list: &[Value]) -> (bool, impl Iterator<Item = &Value>) {
    let missing = |v: &&Value| v.literal == Literal::Missing;
    (
        list.iter().any(|v| missing(&v)),
        list.iter().filter(move |v| !missing(v)),
    )
}
