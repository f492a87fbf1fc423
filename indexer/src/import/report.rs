//! What an import did with every record and every unusual call: nothing is lost in silence.

use std::collections::BTreeMap;
use std::ops::AddAssign;

/// Records and calls by what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tallies {
    counts: BTreeMap<Tally, u64>,
}

/// One kind of event. The order is that of the printed report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Tally {
    /// Records read.
    Records,
    /// Records with several ALTs, of which each became a row.
    Split,
    /// Rows written.
    Rows,
    /// Records outside the regions asked for.
    OutsideRegions,
    /// Records without an ALT (`.`): there is nothing to count.
    NoAlternate,
    /// ALTs `<NON_REF>` and `<*>` of gVCF blocks.
    NonRef,
    /// Records whose rows all were such ALTs.
    Block,
    /// Rows whose position or alleles were changed by left-alignment.
    Realigned,
    /// Records whose reference allele has characters other than A, C, G, T, N.
    OddReference,
    /// Records without GT: everyone is missing.
    NoGenotypes,
    /// Calls with one allele missing.
    HalfCalls,
    /// Calls of more than two alleles, set to missing.
    Polyploid,
    /// Calls set to missing because of their genotype quality.
    LowQuality,
    /// Calls set to missing because of their depth.
    LowDepth,
    /// Calls in records without an ALT that name one: there is no row to hold them.
    UnlistedAlleles,
    /// Phase sets that are not positive integers, left out.
    BadPhaseSet,
    /// INFO fields that the header does not declare, kept as text.
    UndeclaredInfo,
    /// INFO fields that are there again in their record.
    RepeatedInfo,
    /// INFO fields with more or fewer values than the header says.
    InfoNumber,
    /// INFO fields whose values are not of the type that the header says.
    InfoType,
    /// Values of FORMAT fields that are not of the type that the header says.
    BadFormat,
    /// Predicted consequences that are of none of the record's ALTs.
    UnmatchedConsequences,
    /// Predicted consequences with more or fewer parts than the header says.
    MalformedConsequences,
    /// Predicted consequences with a term that is not known.
    UnknownTerms,
    /// INFO/END before POS or not a number, left out.
    BadEnd,
}

impl Tally {
    /// What is printed.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Records => "records read",
            Self::Split => "records with several ALTs, split",
            Self::Rows => "rows written",
            Self::OutsideRegions => "records outside the regions, skipped",
            Self::NoAlternate => "records without an ALT, skipped",
            Self::NonRef => "ALTs <NON_REF> or <*>, skipped",
            Self::Block => "records with no other ALT than these (gVCF blocks), skipped",
            Self::Realigned => "rows left-aligned or trimmed",
            Self::OddReference => "records with a REF of other letters than ACGTN",
            Self::NoGenotypes => "records without GT: everyone missing",
            Self::HalfCalls => "half calls (./1)",
            Self::Polyploid => "calls of more than two alleles, set to missing",
            Self::LowQuality => "calls below --min-gq, set to missing",
            Self::LowDepth => "calls below --min-dp, set to missing",
            Self::UnlistedAlleles => "calls of an ALT in records without one, left out",
            Self::BadPhaseSet => "phase sets that are no positive integer, left out",
            Self::UndeclaredInfo => "INFO fields that the header does not declare, kept as text",
            Self::RepeatedInfo => "INFO fields repeated in a record, kept as text",
            Self::InfoNumber => {
                "INFO fields with another number of values than the header says, kept as text"
            }
            Self::InfoType => "INFO fields of another type than the header says, kept as text",
            Self::BadFormat => {
                "values of FORMAT fields of another type than the header says, set to missing"
            }
            Self::UnmatchedConsequences => "consequences of none of the record's ALTs, not shown",
            Self::MalformedConsequences => {
                "consequences with another number of parts than the header says"
            }
            Self::UnknownTerms => "consequences with an unknown term, ranked below all others",
            Self::BadEnd => "INFO/END that is no position after POS, left out",
        }
    }
}

impl Tallies {
    /// Counts `n` more.
    pub fn add(&mut self, tally: Tally, n: u64) {
        if n > 0 {
            *self.counts.entry(tally).or_default() += n;
        }
    }

    /// How many.
    #[must_use]
    pub fn get(&self, tally: Tally) -> u64 {
        self.counts.get(&tally).copied().unwrap_or(0)
    }

    /// All that are not zero, in the order of the report.
    pub fn iter(&self) -> impl Iterator<Item = (Tally, u64)> + '_ {
        self.counts.iter().map(|(&t, &n)| (t, n))
    }

    /// Takes all counts out.
    pub(super) fn take(&mut self) -> Self {
        std::mem::take(self)
    }
}

impl AddAssign<Self> for Tallies {
    fn add_assign(&mut self, other: Self) {
        for (tally, n) in other.iter() {
            self.add(tally, n);
        }
    }
}
