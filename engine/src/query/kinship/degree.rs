//! What relationship a kinship coefficient speaks for.

/// How two people are related, by table 1 of Manichaikul et al. 2010 (*Bioinformatics* 26:2867):
/// bounds are powers of two halfway between the expected coefficients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Degree {
    /// The same person twice, or identical twins: above 2^-1.5.
    Duplicate,
    /// Parent and child: above 2^-2.5, and almost never without a shared allele.
    ParentChild,
    /// Full siblings: above 2^-2.5.
    Sibling,
    /// Half-siblings, grandparents, aunts and uncles: above 2^-3.5.
    Second,
    /// First cousins: above 2^-4.5.
    Third,
    /// Further apart, or not at all.
    Unrelated,
}

/// The largest share of variants without a shared allele between parent and child: genotyping
/// errors alone. It is 0.03 to 0.1 between siblings.
const PARENT_IBS0: f64 = 0.005;

/// `2^(-n - 1/2)`.
const fn bound(n: i32) -> f64 {
    std::f64::consts::FRAC_1_SQRT_2 / (1 << n) as f64
}

impl Degree {
    /// Of a kinship coefficient, and the share of variants at which the two share no allele.
    #[must_use]
    pub fn of(kinship: f64, ibs0: f64) -> Self {
        match kinship {
            k if k > bound(1) => Self::Duplicate,
            k if k > bound(2) && ibs0 < PARENT_IBS0 => Self::ParentChild,
            k if k > bound(2) => Self::Sibling,
            k if k > bound(3) => Self::Second,
            k if k > bound(4) => Self::Third,
            _ => Self::Unrelated,
        }
    }

    /// Its name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::ParentChild => "parent-child",
            Self::Sibling => "sibling",
            Self::Second => "2nd",
            Self::Third => "3rd",
            Self::Unrelated => "unrelated",
        }
    }
}
