//! What a test of a variant set says: one row for each trait, mask and test.

use super::column::Column;
use crate::stats::chi_square_of_log10p;

/// A test of a mask, of the variants behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Test {
    /// The alleles of a mask's variants, collapsed to one genotype a person.
    Burden,
    /// Sequence kernel association test: a quadratic form of the variants' scores.
    Skat,
    /// The best mixture of burden and SKAT, its p-value by integration.
    SkatO,
    /// The variants' p-values, combined by Cauchy.
    AcatV,
    /// ACAT-V and SKAT-O's p-values over its grid, combined by Cauchy.
    AcatO,
    /// Burden, its p-value by permutation.
    Permuted,
    /// A set's burden p-values over its masks and bins, combined by Cauchy.
    BurdenOfSet,
    /// Those of SKAT.
    SkatOfSet,
    /// Those of SKAT-O.
    SkatOOfSet,
    /// Those of ACAT-V.
    AcatVOfSet,
    /// One p-value of the set: burden, SKAT-O (or SKAT) and ACAT-V over masks and bins, combined.
    Gene,
}

impl Test {
    /// Every test of a mask, in the order in which a mask's rows are written.
    pub const OF_A_MASK: [Self; 5] = [
        Self::AcatO,
        Self::AcatV,
        Self::Skat,
        Self::SkatO,
        Self::Burden,
    ];

    /// The name in the column `TEST` of regenie's results, under the additive model.
    #[must_use]
    pub const fn regenie_name(self) -> &'static str {
        match self {
            Self::Burden => "ADD",
            Self::Skat => "ADD-SKAT",
            Self::SkatO => "ADD-SKATO",
            Self::AcatV => "ADD-ACATV",
            Self::AcatO => "ADD-ACATO",
            Self::Permuted => "ADD-PERM",
            Self::BurdenOfSet => "ADD-BURDEN-ACAT",
            Self::SkatOfSet => "ADD-SKAT-ACAT",
            Self::SkatOOfSet => "ADD-SKATO-ACAT",
            Self::AcatVOfSet => "ADD-ACATV-ACAT",
            Self::Gene => "GENE_P",
        }
    }

    /// The name on our own tables, and in `--tests`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Burden => "burden",
            Self::Skat => "skat",
            Self::SkatO => "skato",
            Self::AcatV => "acatv",
            Self::AcatO => "acato",
            Self::Permuted => "permuted",
            Self::BurdenOfSet => "burden-acat",
            Self::SkatOfSet => "skat-acat",
            Self::SkatOOfSet => "skato-acat",
            Self::AcatVOfSet => "acatv-acat",
            Self::Gene => "gene-p",
        }
    }
}

/// What a test came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Effect of one copy on the trait (quantitative: in its units; binary: log odds ratio).
    pub beta: Option<f64>,
    /// Standard error of `beta`.
    pub se: Option<f64>,
    /// Chi-square statistic of one degree of freedom, of the same p-value where the test's own
    /// statistic is another.
    pub chisq: Option<f64>,
    /// `-log10` of the p-value; `None` where the test could not be made: `why` says why.
    pub log10p: Option<f64>,
    /// Why there is no p-value.
    pub why: Option<&'static str>,
    /// How the p-value came about, where there is more than one way.
    pub method: Option<&'static str>,
    /// Permutations that reached the score, and how many were tried.
    pub permutations: Option<(u64, u64)>,
}

impl Outcome {
    /// Of a p-value alone.
    pub(super) fn of_log10p(log10p: f64) -> Self {
        Self {
            chisq: Some(chi_square_of_log10p(log10p)),
            log10p: Some(log10p),
            ..Self::default()
        }
    }
}

/// One row of the results.
#[derive(Clone, Debug, PartialEq)]
pub struct ResultRow {
    /// The trait, by its place in the analysis.
    pub trait_index: usize,
    /// The mask of the set, by its place in [`SetAnswer::masks`].
    pub mask: usize,
    /// The test.
    pub test: Test,
    /// Frequency of the mask's allele among the people with the trait.
    pub frequency: Option<f64>,
    /// People with the trait and a called genotype.
    pub people: u64,
    /// Of these, cases; `None` for a quantitative trait.
    pub cases: Option<u64>,
    /// What came of it.
    pub outcome: Outcome,
}

/// A mask of a set in one frequency bin; without a name, all of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MaskName {
    /// What stands after the set's name in regenie's ID: `M1.0.01`, `domain.M1.singleton`.
    pub name: String,
    /// What regenie writes as ALLELE1: `M1.0.01`.
    pub allele: String,
    /// Variants in it.
    pub variants: u32,
    /// People analysed who carry any of them.
    pub carriers: Option<u64>,
    /// The variants, by their places in the set, where they were asked for.
    pub members: Vec<usize>,
}

/// Everything about one set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SetAnswer {
    /// The set, by its place in the plan.
    pub set: usize,
    /// Its masks that were tested.
    pub masks: Vec<MaskName>,
    /// The rows: by mask, then trait, then test.
    pub rows: Vec<ResultRow>,
    /// The genotypes of masks, by their places in [`masks`](Self::masks), where they were asked
    /// for.
    pub(super) columns: Vec<(usize, Column)>,
}
