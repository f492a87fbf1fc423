//! The tree of a cohort expression, before columns have types.

use std::ops::Range;

use super::number::Number;

/// Where in the expression something is: a range of bytes.
pub(super) type Span = Range<usize>;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// Two or more.
    Or(Vec<Node>),
    /// Two or more.
    And(Vec<Node>),
    Not(Box<Node>),
    Test {
        column: Name,
        test: Test,
    },
    /// A code of a terminology in any column of text: `hpo("HP:0001638")`.
    Code {
        system: Name,
        code: String,
        span: Span,
    },
}

/// A column name as written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    /// The column alone: true where it is.
    IsTrue,
    /// Whether the value is missing.
    IsMissing,
    Compare(Op, Value),
    In {
        negated: bool,
        list: Vec<Value>,
    },
}

/// A value as written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Value {
    pub(super) literal: Literal,
    pub(super) span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Text(String),
    Number(Number),
    Bool(bool),
    Missing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl Op {
    pub(super) fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterEqual => order.is_ge(),
        }
    }

    /// The operator with its sides exchanged: `3 < age` is `age > 3`.
    pub(super) const fn flipped(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessEqual => Self::GreaterEqual,
            Self::Greater => Self::Less,
            Self::GreaterEqual => Self::LessEqual,
            same => same,
        }
    }

    pub(super) const fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
        }
    }
}
