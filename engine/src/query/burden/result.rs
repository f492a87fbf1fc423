//! What a test of a variant set says: one row for each trait, mask and test.

/// A test of a mask or of the variants behind it.
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
    /// How the p-value came about where there is more than one way, or why there is none.
    pub why: Option<&'static str>,
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

/// A mask of a set in one frequency bin.
#[derive(Clone, Debug, PartialEq)]
pub struct MaskName {
    /// What stands after the set's name in regenie's ID: `M1.0.01`, `domain.M1.singleton`.
    pub name: String,
    /// What regenie writes as ALLELE1: `M1.0.01`.
    pub allele: String,
    /// Variants in it.
    pub variants: u32,
    /// Copies of the alternative alleles in it among the people analysed.
    pub carriers: u64,
}

/// Everything about one set.
#[derive(Clone, Debug, PartialEq)]
pub struct SetAnswer {
    /// The set, by its place in the plan.
    pub set: usize,
    /// Its masks that were tested.
    pub masks: Vec<MaskName>,
    /// The rows: by mask, then trait, then test.
    pub rows: Vec<ResultRow>,
}
