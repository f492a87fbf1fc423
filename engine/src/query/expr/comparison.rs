//! Checks comparisons: which operands an operator is defined for, and the constants that have
//! a meaning of their own.

use std::collections::HashSet;
use std::sync::Arc;

use super::check::{Check, Checked, Operand, Ty};
use super::genotype::GenotypeTest;
use super::lex::{Op, Span};
use super::parse::Step;
use super::plan::{Instr, Pattern, TextTest};
use super::schema::ColumnKind;
use super::severity::{nearest_term, severity, spellings};
use super::text::text_test;
use super::variant_type;

impl Check<'_> {
    fn test(&mut self, instr: Instr, samples: bool, start: usize, step: &Step) {
        self.emit(instr, start, &step.extent);
        self.push(Ty::Pass { samples }, start, &step.extent);
    }

    pub(super) fn comparison(
        &mut self,
        op: Op,
        left: Operand,
        right: Operand,
        step: &Step,
    ) -> Checked<()> {
        let start = left.start.min(right.start);
        let constant_first = matches!(left.ty, Ty::Constant(_) | Ty::File(_));
        if op.is_match() && !matches!(right.ty, Ty::Constant(_)) {
            return Err(self.error(&right.span, "expected a pattern in quotes here"));
        }
        let (value, other) = if constant_first {
            (right, left)
        } else {
            (left, right)
        };
        match (&value.ty, &other.ty) {
            (Ty::Constant(_) | Ty::File(_), Ty::Constant(_) | Ty::File(_)) => {
                Err(self.error(&step.extent, "nothing of the variant is compared here"))
            }
            (Ty::Number { samples, .. }, Ty::Constant(text)) if text == "." && op.is_equality() => {
                let samples = *samples;
                self.emit(Instr::Missing, self.code.len(), &other.span);
                self.test(Instr::Compare(op), samples, start, step);
                Ok(())
            }
            (Ty::Number { .. }, Ty::Constant(_) | Ty::File(_)) => Err(self
                .error(&step.extent, "a number is compared with a text")
                .with_help("numbers are written without quotes")),
            (Ty::Type, Ty::Constant(text)) => self.variant_type(op, text, &other.span, start, step),
            (Ty::Filter, Ty::Constant(text)) => self.filter(op, text, &other.span, start, step),
            (Ty::Genotype(samples), Ty::Constant(text)) => {
                let test = GenotypeTest::new(op, text).map_err(|e| {
                    const CLASSES: &str = "hom het hap mis ref alt RR RA AA Aa R A phased unphased";
                    self.error(&other.span, e).with_help(format!(
                        "genotypes are 0/1, 1|1, ...; classes are {CLASSES}"
                    ))
                })?;
                self.ordered(op, step)?;
                let instr = Instr::Genotype {
                    test: Arc::new(test),
                    samples: samples.clone(),
                };
                self.test(instr, true, start, step);
                Ok(())
            }
            (Ty::Column(column, ColumnKind::Consequence), Ty::Constant(term))
                if !op.is_match() && !op.is_equality() =>
            {
                let rank = self.consequence(term, &other.span)?;
                // `"missense_variant" <= CONSEQUENCE` is the other way round.
                let op = if constant_first { op.flip() } else { op };
                let column = *column;
                self.test(Instr::Severity { column, op, rank }, false, start, step);
                Ok(())
            }
            (Ty::Column(_, ColumnKind::Consequence), Ty::Constant(text)) if op.is_equality() => {
                let terms = text.trim_end_matches(',').split(',');
                let pattern = self.terms(terms.map(|term| (term, &other.span)))?;
                let negated = op.is_negative();
                self.text_test(value, TextTest { negated, pattern }, step)
            }
            (_, Ty::Constant(text)) => {
                self.ordered(op, step)?;
                // An identifier's commas are its own.
                let test = if matches!(value.ty, Ty::Id) && op.is_equality() {
                    let pattern = Pattern::Values(vec![text.clone()]);
                    TextTest {
                        negated: op.is_negative(),
                        pattern,
                    }
                } else {
                    text_test(op, text).map_err(|e| self.error(&other.span, e))?
                };
                self.text_test(value, test, step)
            }
            (_, Ty::File(path)) => {
                if !op.is_equality() {
                    return Err(self.error(&step.span, "only = and != are for values of a file"));
                }
                let lines = super::files::read_lines(
                    path,
                    self.schema.files_allowed(),
                    super::files::Lines::FirstWord,
                );
                let set = lines.map_err(|e| self.error(&other.span, e))?;
                let pattern = if let Ty::Column(_, ColumnKind::Consequence) = value.ty {
                    self.terms(set.iter().map(|term| (term.as_str(), &other.span)))?
                } else {
                    let whole = !matches!(value.ty, Ty::Text { split: true, .. } | Ty::Column(..));
                    Pattern::Set(Arc::new(set.into_iter().collect()), whole)
                };
                let negated = op.is_negative();
                self.text_test(value, TextTest { negated, pattern }, step)
            }
            _ => self.two_values(op, &value, &other, step),
        }
    }

    /// Neither side is a constant.
    fn two_values(&mut self, op: Op, a: &Operand, b: &Operand, step: &Step) -> Checked<()> {
        let start = a.start.min(b.start);
        if matches!(a.ty, Ty::Number { .. }) || matches!(b.ty, Ty::Number { .. }) {
            let samples = self.number(a)? | self.number(b)?;
            self.test(Instr::Compare(op), samples, start, step);
            return Ok(());
        }
        self.ordered(op, step)?;
        for operand in [a, b] {
            match operand.ty {
                Ty::Text { samples: false, .. } => {}
                Ty::Column(column, _) => {
                    self.emit(Instr::Column(column), self.code.len(), &operand.span);
                }
                Ty::Pass { .. } => {
                    return Err(self.error(&operand.span, "this is a condition, not a value"));
                }
                _ => {
                    let message = "this can be compared with a text in quotes only";
                    return Err(self.error(&operand.span, message));
                }
            }
        }
        self.test(Instr::CompareTexts(op.is_negative()), false, start, step);
        Ok(())
    }

    /// Refuses `<` and its like where there is no order.
    fn ordered(&self, op: Op, step: &Step) -> Checked<()> {
        if op.is_equality() || op.is_match() {
            return Ok(());
        }
        let message = format!("{} is for numbers and CONSEQUENCE", op.symbol());
        Err(self
            .error(&step.span, message)
            .with_help("texts compare with = != ~ !~"))
    }

    pub(super) fn text_test(&mut self, value: Operand, test: TextTest, step: &Step) -> Checked<()> {
        let (instr, samples) = match value.ty {
            Ty::Text { samples, .. } => (Instr::Text(test), samples),
            Ty::Column(column, _) => {
                self.emit(Instr::Column(column), value.start, &value.span);
                (Instr::Text(test), false)
            }
            Ty::Id => (Instr::Id(test), false),
            Ty::Pass { .. } => {
                return Err(self.error(&value.span, "this is a condition, not a value"));
            }
            Ty::Number { .. } => {
                return Err(self
                    .error(&step.span, "this is for texts")
                    .with_help("compare numbers with = and !=, joined by ||"));
            }
            _ => {
                return Err(self
                    .error(&value.span, "this cannot be compared with a list")
                    .with_help("write the comparisons one by one, joined by ||"));
            }
        };
        self.test(instr, samples, value.start, step);
        Ok(())
    }

    fn consequence(&self, term: &str, span: &Span) -> Checked<usize> {
        severity(term).ok_or_else(|| {
            let message = format!("no consequence {term:?} in the Sequence Ontology");
            let error = self.error(span, message);
            if term.contains('&') {
                return error.with_help("compare with one term, and join conditions with &&");
            }
            error.with_similar(nearest_term(term))
        })
    }

    /// Consequences, or `.` for none, each as any program writes it.
    pub(super) fn terms<'t>(
        &self,
        terms: impl Iterator<Item = (&'t str, &'t Span)>,
    ) -> Checked<Pattern> {
        let mut set = HashSet::new();
        for (term, span) in terms {
            if term == "." {
                set.insert(term.to_owned());
                continue;
            }
            self.consequence(term, span)?;
            for spelling in spellings(term) {
                // bcftools csq marks what lies behind a stop that another variant makes.
                set.extend([spelling.to_owned(), format!("*{spelling}")]);
            }
        }
        Ok(Pattern::Terms(Arc::new(set)))
    }

    fn variant_type(
        &mut self,
        op: Op,
        text: &str,
        span: &Span,
        start: usize,
        step: &Step,
    ) -> Checked<()> {
        self.ordered(op, step)?;
        let Some(mask) = variant_type::mask(text) else {
            return Err(self
                .error(span, format!("no variant type {text:?}"))
                .with_help("types are snp, indel, mnp, bnd, overlap, other and ref"));
        };
        self.test(Instr::Type { op, mask }, false, start, step);
        Ok(())
    }

    fn filter(
        &mut self,
        op: Op,
        text: &str,
        span: &Span,
        start: usize,
        step: &Step,
    ) -> Checked<()> {
        self.ordered(op, step)?;
        let mut filters = Vec::new();
        let names: Vec<&str> = text.split(';').filter(|n| !n.is_empty()).collect();
        for name in names.iter().filter(|n| **n != ".") {
            let place = self.schema.filter(name).ok_or_else(|| {
                self.error(span, format!("no filter {name:?}"))
                    .with_similar(self.schema.nearest_filter(name))
            })?;
            filters.push(place);
        }
        if !filters.is_empty() && names.contains(&".") {
            return Err(self.error(span, "a filter and none cannot both be"));
        }
        self.test(Instr::Filter { op, filters }, false, start, step);
        Ok(())
    }
}
