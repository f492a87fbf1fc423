//! A checked expression: typed instructions in postfix order, and what they need.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use regex::bytes::Regex;

use super::count::Count;
use super::function::{Function, Summary};
use super::genotype::GenotypeTest;
use super::lex::Op;
use super::subscript::{Pick, Samples};

/// The right side of a comparison of texts.
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    /// One of these.
    Values(Vec<String>),
    /// A pattern; `true` where it is `.` alone, which also stands for a missing value.
    Regex(Regex, bool),
    /// A list's or a file's values; against whole values rather than their parts where `true`.
    Set(Arc<HashSet<String>>, bool),
    /// Consequences, in every spelling: one of a record's terms, which `&` joins, is one of these.
    Terms(Arc<HashSet<String>>),
}

/// How a constant text compares with a text.
#[derive(Clone, Debug)]
pub(super) struct TextTest {
    pub(super) negated: bool,
    pub(super) pattern: Pattern,
}

#[derive(Clone, Debug)]
pub(super) enum Instr {
    // Values.
    Number(f64),
    Missing,
    Qual,
    Pos,
    AltCount,
    IndelLength,
    /// Samples of which the first missing allele is unphased; as a fraction where `true`.
    MissingSamples(bool),
    Counts(Count, Option<usize>),
    Cohort(Count, usize),
    InfoNumber {
        field: usize,
        pick: Pick,
        single: bool,
    },
    InfoFlag(usize),
    FormatNumber {
        field: usize,
        pick: Pick,
        samples: Samples,
    },
    Chrom,
    Ref,
    Alt(Pick),
    InfoText {
        field: usize,
        pick: Pick,
        single: bool,
    },
    FormatText {
        field: usize,
        pick: Pick,
        samples: Samples,
    },
    Column(usize),
    // Operators.
    Arithmetic(Op),
    Summary(Summary, bool),
    Abs,
    Phred,
    Binom(usize),
    CountValues,
    CountTrue,
    CountText,
    /// Of each comma-separated part where `true`.
    Length(bool),
    Pass(bool),
    // Tests.
    Compare(Op),
    CompareTexts(bool),
    Text(TextTest),
    Id(TextTest),
    Filter {
        op: Op,
        filters: Vec<usize>,
    },
    /// Bits of [`variant_type`](super::variant_type).
    Type {
        op: Op,
        mask: u32,
    },
    Genotype {
        test: Arc<GenotypeTest>,
        samples: Samples,
    },
    Severity {
        column: usize,
        op: Op,
        rank: usize,
    },
    /// Both in one sample where `true`, else both at the site.
    And(bool),
    /// Selects all samples of the site where `true`, else those for which it holds.
    Or(bool),
}

/// What evaluating an expression, or a part of it, will ask a row for: indices of the
/// [`Schema`](super::Schema), ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// INFO fields.
    pub info: BTreeSet<usize>,
    /// FORMAT fields.
    pub format: BTreeSet<usize>,
    /// Columns.
    pub columns: BTreeSet<usize>,
    /// Cohorts to be counted.
    pub cohorts: BTreeSet<usize>,
    /// [`allele_counts`](super::RowAccess::allele_counts).
    pub counts: bool,
    /// Each sample's alleles, or the planes.
    pub genotypes: bool,
}

/// What a condition costs on each row, the cheapest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cost {
    /// Can be answered from an index over a categorical value; see [`Indexable`].
    Index,
    /// Columns of the site table: CHROM, POS, ID, REF, ALT, QUAL, FILTER, N_ALT, ILEN.
    Site,
    /// INFO fields or other columns.
    Info,
    /// Allele counts over all samples, which a site table keeps.
    Counts,
    /// Counts in cohorts.
    Cohort,
    /// Genotypes of single samples.
    Genotypes,
    /// FORMAT fields.
    Format,
}

/// A categorical value that a condition tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// CHROM.
    Chrom,
    /// A column of the schema.
    Column(usize),
    /// A text field of INFO.
    Info(usize),
}

/// A condition that an index can answer: the value, or one of its comma-separated parts, is
/// one of `values`. For conditions with `!=` there is none: they hold of a missing value and
/// of one with several parts, for which an index of values is not enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indexable {
    /// What is tested.
    pub category: Category,
    /// Any of these; a `.` stands for a missing value.
    pub values: Vec<String>,
}

/// One of the conditions that must all hold of a site.
#[derive(Clone, Debug, PartialEq)]
pub struct Conjunct {
    /// What it costs.
    pub cost: Cost,
    /// What it needs.
    pub needs: Needs,
    /// How an index can answer it. The condition is to be evaluated nonetheless where the
    /// index is not exact.
    pub indexable: Option<Indexable>,
    /// Where it stands in the expression, in bytes.
    pub span: std::ops::Range<usize>,
    /// Its instructions.
    pub(super) steps: std::ops::Range<usize>,
}

impl Instr {
    pub(super) fn cost(&self) -> Cost {
        match self {
            Self::InfoNumber { .. }
            | Self::InfoFlag(_)
            | Self::InfoText { .. }
            | Self::Column(_)
            | Self::Severity { .. } => Cost::Info,
            Self::Counts(..) => Cost::Counts,
            Self::Cohort(..) => Cost::Cohort,
            Self::MissingSamples(_) | Self::Genotype { .. } => Cost::Genotypes,
            Self::FormatNumber { .. } | Self::FormatText { .. } => Cost::Format,
            _ => Cost::Site,
        }
    }

    /// Adds what it asks a row for; `ac_an` are INFO's own AC and AN.
    pub(super) fn add_needs(&self, needs: &mut Needs, ac_an: Option<(usize, usize)>) {
        match self {
            Self::InfoNumber { field, .. }
            | Self::InfoText { field, .. }
            | Self::InfoFlag(field) => {
                needs.info.insert(*field);
            }
            Self::FormatNumber { field, .. } | Self::FormatText { field, .. } => {
                needs.format.insert(*field);
            }
            Self::Column(column) | Self::Severity { column, .. } => {
                needs.columns.insert(*column);
            }
            Self::Counts(..) => {
                needs.counts = true;
                if let Some((ac, an)) = ac_an {
                    needs.info.extend([ac, an]);
                }
            }
            Self::Cohort(_, cohort) => {
                needs.cohorts.insert(*cohort);
            }
            Self::MissingSamples(_) | Self::Genotype { .. } | Self::Binom(1) => {
                needs.genotypes = true;
            }
            _ => {}
        }
    }
}

/// Functions that keep the number of values.
pub(super) const fn unary(function: Function) -> Option<Instr> {
    match function {
        Function::Abs => Some(Instr::Abs),
        Function::Phred => Some(Instr::Phred),
        _ => None,
    }
}
