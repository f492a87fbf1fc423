//! Ties an expression to a schema: every name is found and every operator has operands that
//! it is defined for, so that evaluation decides nothing but values.

use std::sync::Arc;

use super::function::Function;
use super::lex::{Op, Span};
use super::parse::{Step, StepKind};
use super::plan::{Instr, Pattern, TextTest, unary};
use super::resolve::resolve;
use super::schema::{ColumnKind, Schema};
use super::subscript::Samples;
use crate::diagnostic::Diagnostic;

/// What an operand is.
#[derive(Clone, Debug)]
pub(super) enum Ty {
    /// Numbers; `raw` for a FORMAT field as it stands.
    Number {
        samples: bool,
        raw: bool,
    },
    /// Text; `split` where its commas separate values.
    Text {
        samples: bool,
        split: bool,
    },
    /// True or false.
    Pass {
        samples: bool,
    },
    // What follows has no instruction until it is compared.
    Constant(String),
    File(String),
    Filter,
    Id,
    Type,
    Genotype(Samples),
    Column(usize, ColumnKind),
}

#[derive(Clone, Debug)]
pub(super) struct Operand {
    pub(super) ty: Ty,
    /// Its first instruction.
    pub(super) start: usize,
    pub(super) span: Span,
}

pub(super) struct Check<'a> {
    source: &'a str,
    pub(super) schema: &'a Schema,
    pub(super) code: Vec<Instr>,
    /// Of each instruction: the first instruction of the part that ends with it, and its place
    /// in the text.
    pub(super) parts: Vec<(usize, Span)>,
    stack: Vec<Operand>,
}

pub(super) type Checked<T> = Result<T, Diagnostic>;

impl<'a> Check<'a> {
    pub(super) fn new(source: &'a str, schema: &'a Schema) -> Self {
        Self {
            source,
            schema,
            code: Vec::new(),
            parts: Vec::new(),
            stack: Vec::new(),
        }
    }

    /// Whether the whole selects samples.
    pub(super) fn run(&mut self, steps: &[Step]) -> Checked<bool> {
        for step in steps {
            self.step(step)?;
        }
        match self.stack.pop() {
            Some(Operand {
                ty: Ty::Pass { samples },
                ..
            }) => Ok(samples),
            Some(other) => Err(self.not_a_condition(&other)),
            None => Err(self.error(&(0..0), "the expression is empty")),
        }
    }

    pub(super) fn error(&self, span: &Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(message, self.source, span.clone())
    }

    fn not_a_condition(&self, operand: &Operand) -> Diagnostic {
        self.error(&operand.span, "this is a value, not a condition")
            .with_help("compare it with something; a flag is there where FLAG=1")
    }

    fn pop(&mut self) -> Checked<Operand> {
        // The parser counts operands; this is never reached with fewer.
        let end = self.source.len();
        self.stack
            .pop()
            .ok_or_else(|| Diagnostic::new("a value is missing here", self.source, end..end))
    }

    pub(super) fn emit(&mut self, instr: Instr, start: usize, span: &Span) {
        self.code.push(instr);
        self.parts.push((start, span.clone()));
    }

    pub(super) fn push(&mut self, ty: Ty, start: usize, span: &Span) {
        self.stack.push(Operand {
            ty,
            start,
            span: span.clone(),
        });
    }

    fn step(&mut self, step: &Step) -> Checked<()> {
        let here = self.code.len();
        match &step.kind {
            StepKind::Number(n) => {
                self.emit(Instr::Number(*n), here, &step.span);
                self.push(
                    Ty::Number {
                        samples: false,
                        raw: false,
                    },
                    here,
                    &step.extent,
                );
            }
            StepKind::Text(text) if text.is_empty() => {
                return Err(self
                    .error(&step.span, "the text is empty")
                    .with_help("a missing value is written \".\""));
            }
            StepKind::Text(text) => self.push(Ty::Constant(text.clone()), here, &step.extent),
            StepKind::File(path) => self.push(Ty::File(path.clone()), here, &step.extent),
            StepKind::Name {
                scope,
                name,
                subscript,
            } => {
                let name = (*scope, name.as_str(), subscript.as_ref());
                let (instr, ty) = resolve(self.source, self.schema, name, &step.span)?;
                if let Some(instr) = instr {
                    self.emit(instr, here, &step.span);
                }
                self.push(ty, here, &step.extent);
            }
            StepKind::Op(op) => {
                let right = self.pop()?;
                let left = self.pop()?;
                self.operator(*op, left, right, step)?;
            }
            StepKind::Function(function, arguments) => {
                let mut operands = Vec::new();
                for _ in 0..*arguments {
                    operands.push(self.pop()?);
                }
                operands.reverse();
                self.function(*function, &operands, step)?;
            }
            StepKind::In { negated, list } => {
                let left = self.pop()?;
                let pattern = if let Ty::Column(_, ColumnKind::Consequence) = left.ty {
                    self.terms(list.iter().map(|(term, span)| (term.as_str(), span)))?
                } else {
                    let values = list.iter().map(|(v, _)| v.clone()).collect();
                    Pattern::Set(Arc::new(values), false)
                };
                let negated = *negated;
                self.text_test(left, TextTest { negated, pattern }, step)?;
            }
        }
        Ok(())
    }

    fn operator(&mut self, op: Op, left: Operand, right: Operand, step: &Step) -> Checked<()> {
        match op {
            Op::And | Op::AndSite | Op::Or | Op::OrSite => self.logic(op, &left, &right, step),
            Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Modulo => {
                let samples = self.number(&left)? | self.number(&right)?;
                let start = left.start.min(right.start);
                self.emit(Instr::Arithmetic(op), start, &step.span);
                self.push(
                    Ty::Number {
                        samples,
                        raw: false,
                    },
                    start,
                    &step.extent,
                );
                Ok(())
            }
            _ => self.comparison(op, left, right, step),
        }
    }

    fn logic(&mut self, op: Op, left: &Operand, right: &Operand, step: &Step) -> Checked<()> {
        let samples = |o: &Operand| match o.ty {
            Ty::Pass { samples } => Ok(samples),
            _ => Err(self.not_a_condition(o)),
        };
        let (a, b) = (samples(left)?, samples(right)?);
        let instr = match op {
            Op::And | Op::AndSite => Instr::And(op == Op::And && a && b),
            _ => Instr::Or(op == Op::OrSite),
        };
        let start = left.start.min(right.start);
        self.emit(instr, start, &step.span);
        self.push(Ty::Pass { samples: a || b }, start, &step.extent);
        Ok(())
    }

    /// That the operand is numbers; whether of each sample.
    pub(super) fn number(&self, operand: &Operand) -> Checked<bool> {
        match &operand.ty {
            Ty::Number { samples, .. } => Ok(*samples),
            Ty::Pass { .. } => Err(self.error(&operand.span, "this is a condition, not a number")),
            _ => Err(self.error(&operand.span, "this is text, not a number")),
        }
    }

    fn function(&mut self, function: Function, operands: &[Operand], step: &Step) -> Checked<()> {
        let Some(first) = operands.first() else {
            return Err(self.error(&step.span, "the function has no argument"));
        };
        let start = first.start;
        let (instr, samples) = match function {
            Function::Summary(summary, within) => {
                let samples = self.number(first)?;
                if within && !samples {
                    return Err(self
                        .error(
                            &first.span,
                            format!("{} works within samples", function.name()),
                        )
                        .with_help("give it a FORMAT field, or use the function without its s"));
                }
                (Instr::Summary(summary, within), within)
            }
            Function::Abs | Function::Phred => {
                let samples = self.number(first)?;
                (unary(function).unwrap_or(Instr::Abs), samples)
            }
            Function::Binom => {
                let samples = self.number(first)?;
                for other in operands.iter().skip(1) {
                    if self.number(other)? != samples {
                        let message = "both arguments must be of INFO, or both of FORMAT";
                        return Err(self.error(&step.extent, message));
                    }
                }
                (Instr::Binom(operands.len()), samples)
            }
            Function::Count => (self.count(first)?, false),
            Function::Length => match first.ty {
                Ty::Text {
                    samples: false,
                    split,
                } => (Instr::Length(split), false),
                Ty::Column(column, _) => {
                    self.emit(Instr::Column(column), start, &first.span);
                    (Instr::Length(true), false)
                }
                _ => {
                    let message = "STRLEN is for texts of a site: REF, ALT or a text of INFO";
                    return Err(self.error(&first.span, message));
                }
            },
            Function::Pass(fraction) => match first.ty {
                Ty::Pass { samples: true } => (Instr::Pass(fraction), false),
                _ => {
                    let message = format!("{} counts samples", function.name());
                    return Err(self
                        .error(&first.span, message)
                        .with_help("give it a condition over GT or a FORMAT field"));
                }
            },
        };
        self.emit(instr, start, &step.extent);
        self.push(
            Ty::Number {
                samples,
                raw: false,
            },
            start,
            &step.extent,
        );
        Ok(())
    }

    fn count(&mut self, operand: &Operand) -> Checked<Instr> {
        Ok(match operand.ty {
            Ty::Number {
                samples: true,
                raw: true,
            }
            | Ty::Number { samples: false, .. } => Instr::CountValues,
            Ty::Pass { samples: true } => Instr::CountTrue,
            Ty::Text { samples: false, .. } => Instr::CountText,
            Ty::Column(column, _) => {
                self.emit(Instr::Column(column), operand.start, &operand.span);
                Instr::CountText
            }
            _ => {
                return Err(self
                    .error(&operand.span, "this cannot be counted")
                    .with_help("COUNT takes a field, or a condition over samples"));
            }
        })
    }
}
