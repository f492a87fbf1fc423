//! Conditions that one number of a record decides, so that whoever has that number in a column
//! need not put the record together.
//!
//! [`Simple::of`] takes instructions apart into these; what it cannot, it leaves to evaluation.
//! The answers are those of [`Checked::evaluate`](super::Checked::evaluate) for a record of one
//! ALT, which the tests of this module assert.

use super::count::Count;
use super::genotype::GenotypeClasses;
use super::lex::Op;
use super::number::{holds, holds_missing, is_missing};
use super::plan::Instr;
use super::subscript::Pick;

/// A number of a record of one ALT.
#[derive(Clone, Debug)]
pub enum Measure {
    /// QUAL.
    Qual,
    /// POS, 1-based.
    Pos,
    /// N_ALT.
    AltCount,
    /// An INFO field, by its place in the schema.
    Info(usize),
    /// A count of everybody shown: INFO's where the record has AC and AN.
    Counts(Count),
    /// A count in a cohort, by its place in the schema.
    Cohort(Count, usize),
    /// Samples without a whole call; their part of all where `true`.
    MissingSamples(bool),
    /// Samples whose call is of these classes; their part of all where `true`.
    Genotypes(GenotypeClasses, bool),
}

/// A comparison of a number with a constant.
#[derive(Clone, Copy, Debug)]
pub struct Comparison {
    op: Op,
    constant: f64,
}

impl Comparison {
    /// Whether it holds of a value; `None` is a missing one.
    #[must_use]
    pub fn holds(self, value: Option<f64>) -> bool {
        match value {
            Some(v) if !is_missing(v) => holds(self.op, v, self.constant),
            _ => holds_missing(self.op, 1),
        }
    }

    /// Whether it holds of every value from `low` to `high`, or of none; `None` where that
    /// differs.
    #[must_use]
    pub fn holds_within(self, low: f64, high: f64) -> Option<bool> {
        // Rounding to 32 bits keeps the order, and so do the operators of order.
        let at_low = self.holds(Some(low));
        match self.op {
            Op::Less | Op::LessEqual | Op::Greater | Op::GreaterEqual => {
                (at_low == self.holds(Some(high))).then_some(at_low)
            }
            _ if low == high => Some(at_low),
            Op::Equal | Op::NotEqual => {
                let below = holds(Op::Less, high, self.constant);
                let above = holds(Op::Greater, low, self.constant);
                (below || above).then_some(self.op == Op::NotEqual)
            }
            _ => None,
        }
    }
}

/// Whether a record's variant types are these.
#[derive(Clone, Copy, Debug)]
pub struct TypeTest {
    op: Op,
    mask: u32,
}

impl TypeTest {
    /// Whether it holds of bits of [`variant_type`](crate::genome::variant_type).
    #[must_use]
    pub const fn holds(self, types: u32) -> bool {
        let holds = if self.op.is_match() {
            types & self.mask != 0
        } else {
            types == self.mask
        };
        holds != self.op.is_negative()
    }
}

/// Whether a record's filters are these.
#[derive(Clone, Debug)]
pub struct FilterTest {
    op: Op,
    filters: Vec<usize>,
}

impl FilterTest {
    /// Whether it holds of filters, by their places in the schema.
    #[must_use]
    pub fn holds(&self, filters: &[usize]) -> bool {
        super::site::filter(self.op, &self.filters, filters)
    }
}

/// A condition of comparisons alone.
#[derive(Clone, Debug)]
pub enum Simple {
    /// A number and what it is compared with.
    Number(Measure, Comparison),
    /// TYPE.
    Type(TypeTest),
    /// FILTER.
    Filter(FilterTest),
    /// Both.
    And(Box<[Simple; 2]>),
    /// Either.
    Or(Box<[Simple; 2]>),
}

/// What is on the stack.
enum Node {
    Constant(f64),
    Measure(Measure),
    /// A condition, and whether it is about samples.
    Test(Simple, bool),
    Classes(GenotypeClasses),
}

impl Node {
    /// As a condition: that of a genotype holds of a site where it does of any sample.
    fn test(self) -> Option<(Simple, bool)> {
        match self {
            Self::Test(simple, samples) => Some((simple, samples)),
            Self::Classes(classes) => {
                let any = Comparison {
                    op: Op::Greater,
                    constant: 0.0,
                };
                Some((
                    Simple::Number(Measure::Genotypes(classes, false), any),
                    true,
                ))
            }
            Self::Constant(_) | Self::Measure(_) => None,
        }
    }
}

impl Simple {
    /// The condition that `code` is, where it is a simple one.
    pub(super) fn of(code: &[Instr]) -> Option<Self> {
        let mut stack: Vec<Node> = Vec::new();
        for instr in code {
            let node = match instr {
                Instr::Number(n) => Node::Constant(*n),
                Instr::Qual => Node::Measure(Measure::Qual),
                Instr::Pos => Node::Measure(Measure::Pos),
                Instr::AltCount => Node::Measure(Measure::AltCount),
                Instr::InfoNumber {
                    field,
                    pick,
                    single,
                } => {
                    // An index into one value gives that value.
                    if !single && matches!(pick, Pick::Ranges(_)) {
                        return None;
                    }
                    Node::Measure(Measure::Info(*field))
                }
                Instr::Counts(count, None | Some(0)) => Node::Measure(Measure::Counts(*count)),
                Instr::Cohort(count, cohort) => Node::Measure(Measure::Cohort(*count, *cohort)),
                Instr::MissingSamples(part) => Node::Measure(Measure::MissingSamples(*part)),
                Instr::Genotype {
                    test,
                    samples: None,
                } => Node::Classes(test.classes()?),
                Instr::CountTrue | Instr::Pass(_) => {
                    let Node::Classes(classes) = stack.pop()? else {
                        return None;
                    };
                    let part = matches!(instr, Instr::Pass(true));
                    Node::Measure(Measure::Genotypes(classes, part))
                }
                Instr::Type { op, mask } => Node::Test(
                    Self::Type(TypeTest {
                        op: *op,
                        mask: *mask,
                    }),
                    false,
                ),
                Instr::Filter { op, filters } => Node::Test(
                    Self::Filter(FilterTest {
                        op: *op,
                        filters: filters.clone(),
                    }),
                    false,
                ),
                Instr::Compare(op) => {
                    let (right, left) = (stack.pop()?, stack.pop()?);
                    let (measure, op, constant) = match (left, right) {
                        (Node::Measure(m), Node::Constant(c)) => (m, *op, c),
                        (Node::Constant(c), Node::Measure(m)) => (m, op.flip(), c),
                        _ => return None,
                    };
                    if is_missing(constant) || constant.is_nan() {
                        return None;
                    }
                    Node::Test(Self::Number(measure, Comparison { op, constant }), false)
                }
                Instr::And(_) | Instr::Or(_) => {
                    let (b, b_samples) = stack.pop()?.test()?;
                    let (a, a_samples) = stack.pop()?.test()?;
                    let both = Box::new([a, b]);
                    let samples = a_samples || b_samples;
                    match instr {
                        // In one sample: counts of each do not tell.
                        Instr::And(true) if a_samples && b_samples => return None,
                        Instr::And(_) => Node::Test(Self::And(both), samples),
                        _ => Node::Test(Self::Or(both), samples),
                    }
                }
                _ => return None,
            };
            stack.push(node);
        }
        let (simple, _) = stack.pop()?.test()?;
        stack.is_empty().then_some(simple)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::expr::{Expr, Field, FieldKind, Schema};

    #[test]
    fn an_interval_decides_only_what_all_its_values_do() {
        let ops = [
            Op::Equal,
            Op::NotEqual,
            Op::Less,
            Op::LessEqual,
            Op::Greater,
            Op::GreaterEqual,
        ];
        for op in ops {
            for constant in [0.0, 0.1, 1.0, 3.0, 16_777_217.0] {
                let of = Comparison { op, constant };
                for (low, high) in [(0, 0), (0, 1), (1, 3), (2, 3), (4, 5), (0, 16_777_219i32)] {
                    let all: Vec<bool> = (low..=high.min(low + 6))
                        .chain(high.saturating_sub(6).max(low)..=high)
                        .map(|v| of.holds(Some(f64::from(v))))
                        .collect();
                    let within = of.holds_within(f64::from(low), f64::from(high));
                    if let Some(answer) = within {
                        assert!(all.iter().all(|a| *a == answer), "{op:?} {constant}");
                    }
                    if low == high {
                        assert!(within.is_some());
                    }
                }
            }
        }
    }

    #[test]
    fn what_one_number_does_not_decide_is_left() {
        let mut schema = Schema::new();
        schema.set_samples(["a".to_owned(), "b".to_owned()][..].into());
        schema.add_format(Field {
            name: "GT".to_owned(),
            kind: FieldKind::Text,
            single: true,
        });
        let simple = |text: &str| {
            let checked = Expr::parse(text).unwrap().check(&schema).unwrap();
            Simple::of(&checked.code).is_some()
        };
        for text in [
            "QUAL>3",
            "3<QUAL",
            "POS=1 || N_ALT>1 && TYPE=\"snp\"",
            "GT=\"het\"",
            "COUNT(GT=\"alt\")>1",
            "F_PASS(GT=\"mis\")<0.1",
            "GT=\"het\" | QUAL>1",
            "GT=\"het\" && GT=\"hom\"",
            "F_MISSING<0.1",
            "FILTER=\".\"",
        ] {
            assert!(simple(text), "{text}");
        }
        for text in [
            "QUAL+1>3",
            "QUAL=\".\"",
            "ID=\"x\"",
            "GT=\"het\" & GT=\"phased\"",
            "GT[0]=\"het\"",
            "GT=\"0/1\"",
            "QUAL>POS",
        ] {
            assert!(!simple(text), "{text}");
        }
    }
}
