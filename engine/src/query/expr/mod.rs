//! Expressions over variants: the language of bcftools' `-i` and `-e`, and cohorts beside it.
//!
//! An expression is parsed ([`Expr::parse`]), checked against the names a store has
//! ([`Expr::check`]), and evaluated on one record after the other ([`Checked::evaluate`]), each
//! with all its ALT alleles, as bcftools sees it. What a plan can answer without looking at
//! every record, [`Checked::conjuncts`] says. Nothing here reads a store or knows its layout:
//! records come through [`RowAccess`].
//!
//! # The language
//!
//! All of bcftools 1.16's EXPRESSIONS, but for `perl.`: comparisons, regular expressions,
//! arithmetic, `&&` `||` of a site and `&` `|` of samples, `[...]` on INFO and FORMAT fields,
//! functions, `@file`. Besides:
//!
//! | | |
//! |---|---|
//! | `AF[cases]<0.001`, `AC[controls]=0` | in a cohort, always from the genotypes: `AC AN AF MAC MAF HOMALT HET HOMREF HEMI MISSING CALLRATE` |
//! | `GENE in ("A","B")`, `GENE not in (...)` | one of several texts |
//! | `CONSEQUENCE>="missense_variant"` | at least as severe, in Ensembl's order |
//! | `CONSEQUENCE="missense_variant"`, `CONSEQUENCE!=...` | one of its terms is this, or none is, as VEP, SnpEff or bcftools csq spell it |
//! | `GT="phased"`, `GT="unphased"` | calls of two alleles or more |
//!
//! `HOMALT` does not count haploid calls, which `HEMI` does.
//!
//! # Where it differs from bcftools 1.16
//!
//! - What bcftools takes for false without a word is refused: a value alone (`-i 'DP'`), a
//!   genotype class that does not exist, `<` between texts, `sSUM` of an INFO field.
//! - Columns of predicted consequences ([`PREDICTED`](crate::query::columns::PREDICTED)) go before
//!   INFO fields of the same name: `LOF` is the class of LOFTEE or SnpEff, `INFO/LOF` the field.
//! - Beginnings of names (`Q` for `QUAL`) are refused, as they hide fields.
//! - A missing value inside a vector of whole numbers is missing, and not -2147483648.
//! - The remainder of a division by zero is missing; bcftools stops.
//! - `sMAX` and its like, `COUNT` and `binom` of a FORMAT field that a record has not got are
//!   missing, or 0; bcftools takes the values of the record before.
//! - Vectors of a site of different lengths are an error of the record unless one has one value.
//! - AF, MAC and MAF are computed from the genotypes where a record lacks the AC and AN that the
//!   header has. The length of symbolic alleles (`ILEN`) is missing, and takes no index.
//! - `@file` is for any text, and `phred` for values of a site too.
//!
//! Operators of one precedence group from the right (`10-5-2` is 7) as bcftools groups them,
//! with a warning; an index into a field with one value gives that value, whatever the index.

mod check;
mod compare;
mod comparison;
mod count;
mod counts;
mod eval;
mod files;
mod function;
mod genotype;
mod lex;
mod logic;
mod number;
mod parse;
mod pattern;
mod plan;
mod resolve;
mod row;
mod schema;
pub mod severity;
mod simple;
mod site;
mod split;
mod subscript;
mod text;
mod value;

#[cfg(test)]
mod tests;

pub use count::Count;
pub use genotype::GenotypeClasses;
pub use plan::{Category, Conjunct, Cost, Indexable, Needs};
pub use row::{Alleles, FLOAT_END, FLOAT_MISSING, Format, INT_END, INT_MISSING, Info, RowAccess};
pub use schema::{ColumnKind, Field, FieldKind, Schema};
pub use simple::{Comparison, FilterTest, Measure, Simple, TypeTest};

use crate::genome::variant_type;
use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::genotype::Plane;
use plan::Instr;

/// Longest expression, in bytes.
pub const MAX_LENGTH: usize = 64 << 10;

/// Most values, names and operators.
pub const MAX_STEPS: usize = 4096;

/// Why an expression has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExprError {
    /// It is not well formed, or does not fit the schema.
    #[error("{0}")]
    Expression(Box<Diagnostic>),
    /// It is longer than [`MAX_LENGTH`].
    #[error(
        "the expression has {0} bytes; the limit is {MAX_LENGTH}: write the values to a file and give FIELD=@FILE"
    )]
    TooLong(usize),
    /// A record has values for which an operator has no meaning.
    #[error("{chrom}:{pos}: {diagnostic}")]
    Record {
        /// The record's contig.
        chrom: String,
        /// The record's 1-based position.
        pos: u64,
        /// What it has, and the operator.
        diagnostic: Box<Diagnostic>,
    },
}

impl From<Diagnostic> for ExprError {
    fn from(d: Diagnostic) -> Self {
        Self::Expression(Box::new(d))
    }
}

/// An expression, parsed but not tied to a schema.
#[derive(Clone, Debug)]
pub struct Expr {
    source: String,
    steps: Vec<parse::Step>,
    warnings: Vec<Diagnostic>,
}

impl Expr {
    /// Parses an expression; see the [module](self) for the language.
    ///
    /// # Errors
    /// [`ExprError::Expression`] with the place of the first mistake; [`ExprError::TooLong`].
    pub fn parse(source: &str) -> Result<Self, ExprError> {
        if source.len() > MAX_LENGTH {
            return Err(ExprError::TooLong(source.len()));
        }
        let (steps, warnings) = parse::parse(source)?;
        Ok(Self {
            source: source.to_owned(),
            steps,
            warnings,
        })
    }

    /// The expression as written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Finds every name in the schema and checks the types of all operands. Files are read
    /// here, if the schema allows them.
    ///
    /// # Errors
    /// [`ExprError::Expression`] for a name that is not there, a file that cannot be read, and
    /// whatever has no meaning.
    pub fn check(&self, schema: &Schema) -> Result<Checked, ExprError> {
        let mut check = check::Check::new(&self.source, schema);
        let samples = check.run(&self.steps)?;
        let ac_an = match (schema.info("AC"), schema.info("AN")) {
            (Some((ac, _)), Some((an, _))) => Some((ac, an)),
            _ => None,
        };
        let (code, parts) = (check.code, check.parts);
        let conjuncts = split::conjuncts(&code, &parts, ac_an);
        let mut needs = Needs::default();
        code.iter().for_each(|i| i.add_needs(&mut needs, ac_an));
        Ok(Checked {
            source: self.source.clone(),
            warnings: self.warnings.clone(),
            n_samples: schema.n_samples(),
            samples,
            ac_an,
            needs,
            conjuncts,
            code,
            places: parts.into_iter().map(|(_, span)| span).collect(),
        })
    }
}

/// An expression tied to a schema.
#[derive(Clone, Debug)]
pub struct Checked {
    source: String,
    warnings: Vec<Diagnostic>,
    n_samples: usize,
    samples: bool,
    ac_an: Option<(usize, usize)>,
    needs: Needs,
    conjuncts: Vec<Conjunct>,
    code: Vec<Instr>,
    places: Vec<Range<usize>>,
}

/// What an expression says of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Whether the record passes.
    pub passes: bool,
    /// The samples that pass, if the expression is about samples; else all or none.
    pub samples: Option<Plane>,
}

impl Checked {
    /// The expression as written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What is allowed but may not be what was meant.
    #[must_use]
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// Whether it is about samples: [`Outcome::samples`] is there.
    #[must_use]
    pub const fn selects_samples(&self) -> bool {
        self.samples
    }

    /// The constant texts that a column is compared with, in the order written; those of a list
    /// sorted. Patterns are not among them.
    #[must_use]
    pub fn texts_of_column(&self, column: usize) -> Vec<&str> {
        let mut texts = Vec::new();
        for pair in self.code.windows(2) {
            let [Instr::Column(place), Instr::Text(test)] = pair else {
                continue;
            };
            match &test.pattern {
                _ if *place != column => {}
                plan::Pattern::Values(values) => texts.extend(values.iter().map(String::as_str)),
                plan::Pattern::Set(set, _) | plan::Pattern::Terms(set) => {
                    let mut sorted: Vec<&str> = set.iter().map(String::as_str).collect();
                    sorted.sort_unstable();
                    texts.append(&mut sorted);
                }
                plan::Pattern::Regex(..) => {}
            }
        }
        texts
    }

    /// What it will ask a row for.
    #[must_use]
    pub const fn needs(&self) -> &Needs {
        &self.needs
    }

    /// The conditions that must all hold of a record that passes, in the order written. A
    /// record for which all hold passes: they can be evaluated one by one, the cheap ones
    /// first.
    #[must_use]
    pub fn conjuncts(&self) -> &[Conjunct] {
        &self.conjuncts
    }

    /// The whole expression, where single numbers decide it.
    #[must_use]
    pub fn simple(&self) -> Option<Simple> {
        Simple::of(&self.code)
    }

    /// One of the [`conjuncts`](Self::conjuncts), where single numbers decide it.
    #[must_use]
    pub fn simple_conjunct(&self, conjunct: &Conjunct) -> Option<Simple> {
        Simple::of(self.code.get(conjunct.steps.clone())?)
    }

    /// INFO's AC and AN, by their places in the schema, where the header has both:
    /// [`Measure::Counts`] are theirs where a record has them.
    #[must_use]
    pub const fn ac_an(&self) -> Option<(usize, usize)> {
        self.ac_an
    }

    /// Evaluates the expression on a record.
    ///
    /// # Errors
    /// [`ExprError::Record`] where the record has values that an operator is not defined for,
    /// such as vectors of different lengths.
    pub fn evaluate(&self, row: &dyn RowAccess) -> Result<Outcome, ExprError> {
        self.run(0..self.code.len(), row)
    }

    /// Whether one of the [`conjuncts`](Self::conjuncts) of this expression holds of a record.
    ///
    /// # Errors
    /// As [`evaluate`](Self::evaluate).
    pub fn evaluate_conjunct(
        &self,
        conjunct: &Conjunct,
        row: &dyn RowAccess,
    ) -> Result<bool, ExprError> {
        self.run(conjunct.steps.clone(), row).map(|o| o.passes)
    }

    fn run(&self, steps: Range<usize>, row: &dyn RowAccess) -> Result<Outcome, ExprError> {
        let mut eval = eval::Eval {
            row,
            n_samples: self.n_samples,
            ac_an: self.ac_an,
            stack: Vec::with_capacity(4),
        };
        let first = steps.start;
        let code = self.code.get(steps).unwrap_or(&[]);
        match eval.run(code) {
            Ok(pass) => Ok(Outcome {
                passes: pass.site,
                samples: pass.samples,
            }),
            Err((at, message)) => {
                let place = self.places.get(first + at).cloned().unwrap_or(0..0);
                Err(ExprError::Record {
                    chrom: row.chrom().to_owned(),
                    pos: row.pos(),
                    diagnostic: Box::new(Diagnostic::new(message, &self.source, place)),
                })
            }
        }
    }
}
