//! What an expression is evaluated on: one record, as its file had it.

use std::borrow::Cow;

use crate::genotype::{CallCounts, CallPlanes};

/// A missing whole number, as BCF writes it.
pub const INT_MISSING: i32 = i32::MIN;
/// After the last value of a vector shorter than others, as BCF writes it; also after the last
/// allele of a call of lower ploidy.
pub const INT_END: i32 = i32::MIN + 1;
/// Bits of a missing float, as BCF writes it.
pub const FLOAT_MISSING: u32 = 0x7f80_0001;
/// Bits after the last float of a vector shorter than others, as BCF writes them.
pub const FLOAT_END: u32 = 0x7f80_0002;

/// Values of an INFO field, in the order written.
#[derive(Clone, Debug, PartialEq)]
pub enum Info<'a> {
    /// The record has not got the field.
    Absent,
    /// The field is a flag and is there.
    Flag,
    /// Whole numbers; [`INT_MISSING`] where missing.
    Ints(Cow<'a, [i32]>),
    /// Floats; [`FLOAT_MISSING`] where missing.
    Floats(Cow<'a, [f32]>),
    /// Text as written, commas included.
    Text(Cow<'a, str>),
}

/// Values of a FORMAT field: as many for each sample, sample after sample.
#[derive(Clone, Debug, PartialEq)]
pub enum Format<'a> {
    /// The record has not got the field.
    Absent,
    /// Whole numbers; [`INT_MISSING`] and [`INT_END`] where there is none.
    Ints(Cow<'a, [i32]>),
    /// Floats; [`FLOAT_MISSING`] and [`FLOAT_END`] where there is none.
    Floats(Cow<'a, [f32]>),
    /// Text as written, one a sample; `.` where missing.
    Text(Vec<Cow<'a, str>>),
}

/// Calls as BCF codes them: `(allele + 1) << 1 | phased`, 0 (1 if phased) for a missing
/// allele, [`INT_END`] after the last; as many for each sample, sample after sample. Allele 0
/// is the reference, allele 1 the record's first ALT.
#[derive(Clone, Debug, PartialEq)]
pub struct Alleles<'a> {
    /// Codes for each sample: the highest ploidy of the record.
    pub ploidy: usize,
    /// `ploidy` times the number of samples.
    pub codes: Cow<'a, [i32]>,
}

impl Alleles<'_> {
    /// The codes of one sample after the other.
    pub(super) fn calls(&self) -> impl Iterator<Item = &[i32]> {
        self.codes.chunks_exact(self.ploidy.max(1))
    }
}

/// One record with all its ALT alleles, as bcftools sees it. Fields, filters, columns and
/// cohorts are asked for by their index in the [`Schema`](super::Schema) that the expression
/// was checked against.
///
/// Reading does not fail: [`Needs`](super::Needs) says beforehand what will be asked for, so
/// that whoever gives rows can load and check it first.
pub trait RowAccess {
    /// Contig.
    fn chrom(&self) -> &str;
    /// 1-based position.
    fn pos(&self) -> u64;
    /// Identifiers, joined by `;`; `.` if there are none.
    fn id(&self) -> &str;
    /// REF.
    fn reference(&self) -> &str;
    /// Number of ALT alleles: 0 where ALT is `.`.
    fn n_alts(&self) -> usize;
    /// How many ALTs its record has: more than [`n_alts`](Self::n_alts) where the row is one of
    /// a record that was split.
    fn n_alts_of_record(&self) -> usize {
        self.n_alts()
    }
    /// ALT allele `i`, from 0.
    fn alt(&self, i: usize) -> &str;
    /// QUAL.
    fn qual(&self) -> Option<f32>;
    /// Filters; `PASS` is one, `.` is none.
    fn filters(&self) -> Cow<'_, [usize]>;
    /// An INFO field.
    fn info(&self, field: usize) -> Info<'_>;
    /// A FORMAT field other than GT.
    fn format(&self, field: usize) -> Format<'_>;
    /// GT; `None` where the record has none.
    fn alleles(&self) -> Option<Alleles<'_>>;
    /// Text of a column; `None` where missing. Several values are separated by commas.
    fn column(&self, column: usize) -> Option<Cow<'_, str>>;
    /// Counts of ALT allele `alt` (from 0) in a cohort, from the genotypes.
    fn cohort_counts(&self, cohort: usize, alt: usize) -> CallCounts;

    /// How often each allele is called over all samples, half calls included, REF first;
    /// `None` where the record has no GT. A store answers from the counts it keeps.
    fn allele_counts(&self) -> Option<Vec<u64>> {
        let alleles = self.alleles()?;
        let mut counts = vec![0; self.n_alts() + 1];
        for code in alleles.codes.iter().filter(|c| **c > 1) {
            if let Some(n) = counts.get_mut((code >> 1) as usize - 1) {
                *n += 1;
            }
        }
        Some(counts)
    }

    /// The calls as planes, where they say all that [`alleles`](Self::alleles) would: one ALT,
    /// no half calls, no more than two alleles in a call. A faster way; `None` is always right.
    fn calls(&self) -> Option<&CallPlanes> {
        None
    }

    /// How many samples' first missing allele is unphased, where that is known without looking
    /// at each; `None` is always right.
    fn missing_samples(&self) -> Option<u64> {
        None
    }
}
