//! How plink2 counts: by chromosome and sex, whatever the ploidy of the call in the file.
//!
//! As plink2 2.00a3.5 counts a VCF imported with `--vcf-half-call missing`: a haploid call is
//! two copies of its allele, a half call is missing. On X males, on Y males alone, on MT
//! everybody has one copy; a heterozygous call where there is one copy is missing in genotype
//! counts, and half a copy of each allele in allele counts. Other contigs are diploid.

use crate::genotype::CallCounts;

/// Who has how many copies of a contig.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copies {
    /// Everybody two.
    Diploid,
    /// Males one, everybody else two: X.
    MalesHaploid,
    /// Males one, nobody else any: Y.
    MalesOnly,
    /// Everybody one: MT.
    Haploid,
}

impl Copies {
    /// Whether counts of males are needed beside those of everybody.
    #[must_use]
    pub const fn by_sex(self) -> bool {
        matches!(self, Self::MalesHaploid | Self::MalesOnly)
    }
}

/// The columns of `--geno-counts`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GenotypeCounts {
    /// Two copies of REF.
    pub hom_ref: u64,
    /// One copy of each.
    pub het: u64,
    /// Two copies of ALT.
    pub hom_alt: u64,
    /// The one copy is REF.
    pub hap_ref: u64,
    /// The one copy is ALT.
    pub hap_alt: u64,
    /// Missing, of those who have a copy at all.
    pub missing: u64,
}

/// The columns of `--missing` for variants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MissingCounts {
    /// Missing calls of those who have a copy; heterozygous ones where there is one are called.
    pub missing: u64,
    /// Those who have a copy.
    pub observed: u64,
}

impl MissingCounts {
    /// Missing over observed; `None` where nobody has a copy.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        (self.observed > 0).then(|| self.missing as f64 / self.observed as f64)
    }
}

/// The columns of `--freq counts`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AlleleCounts {
    /// Twice the copies of ALT: they may be halves.
    pub twice_alt: u64,
    /// Called alleles.
    pub observed: u64,
}

impl AlleleCounts {
    /// Frequency of ALT; `None` where no allele was called.
    #[must_use]
    pub fn frequency(&self) -> Option<f64> {
        super::allele_frequency(self.twice_alt, 2 * self.observed)
    }
}

/// Called genotypes of one part of the samples.
struct Called {
    hom_ref: u64,
    het: u64,
    hom_alt: u64,
    missing: u64,
}

impl Called {
    const fn of(c: &CallCounts) -> Self {
        Self {
            hom_ref: c.hom_ref(),
            het: c.het,
            hom_alt: c.hom_alt,
            missing: c.missing,
        }
    }

    /// Those of `all` that are not in `part`.
    const fn without(all: &CallCounts, part: &CallCounts) -> Self {
        let (all, part) = (Self::of(all), Self::of(part));
        Self {
            hom_ref: all.hom_ref.saturating_sub(part.hom_ref),
            het: all.het.saturating_sub(part.het),
            hom_alt: all.hom_alt.saturating_sub(part.hom_alt),
            missing: all.missing.saturating_sub(part.missing),
        }
    }

    /// Those with two copies and those with one.
    const fn split(copies: Copies, all: &CallCounts, males: &CallCounts) -> (Self, Self) {
        const NONE: Called = Called {
            hom_ref: 0,
            het: 0,
            hom_alt: 0,
            missing: 0,
        };
        match copies {
            Copies::Diploid => (Self::of(all), NONE),
            Copies::MalesHaploid => (Self::without(all, males), Self::of(males)),
            Copies::MalesOnly => (NONE, Self::of(males)),
            Copies::Haploid => (NONE, Self::of(all)),
        }
    }
}

/// Genotype counts, from those of a set and of the males in it (read only where
/// [`Copies::by_sex`]).
#[must_use]
pub const fn genotype_counts(
    copies: Copies,
    all: &CallCounts,
    males: &CallCounts,
) -> GenotypeCounts {
    let (two, one) = Called::split(copies, all, males);
    GenotypeCounts {
        hom_ref: two.hom_ref,
        het: two.het,
        hom_alt: two.hom_alt,
        hap_ref: one.hom_ref,
        hap_alt: one.hom_alt,
        missing: two.missing + one.missing + one.het,
    }
}

/// Allele counts, from those of a set (plink2: of founders) and of the males in it (read only
/// where [`Copies::by_sex`]).
#[must_use]
pub const fn allele_counts(copies: Copies, all: &CallCounts, males: &CallCounts) -> AlleleCounts {
    let (two, one) = Called::split(copies, all, males);
    AlleleCounts {
        twice_alt: 2 * two.het + 4 * two.hom_alt + one.het + 2 * one.hom_alt,
        observed: 2 * (two.hom_ref + two.het + two.hom_alt) + one.hom_ref + one.het + one.hom_alt,
    }
}

/// Missing calls, from the counts of a set and of the males in it (read only where
/// [`Copies::by_sex`]).
#[must_use]
pub const fn missing_counts(copies: Copies, all: &CallCounts, males: &CallCounts) -> MissingCounts {
    let counted = if matches!(copies, Copies::MalesOnly) {
        males
    } else {
        all
    };
    MissingCounts {
        missing: counted.missing,
        observed: counted.samples,
    }
}

/// A contig as plink2 prints it by default, and how it counts there. Human chromosomes lose
/// `chr` and leading zeros, and 23 to 28 are named; all other contigs stay as they are.
#[must_use]
pub fn chromosome(name: &str) -> (&str, Copies) {
    let bare = match name.get(..3) {
        Some(prefix) if prefix.eq_ignore_ascii_case("chr") => &name[3..],
        _ => name,
    };
    let is = |text: &str| bare.eq_ignore_ascii_case(text);
    let digits = bare.trim_start_matches('0');
    let number = if !bare.is_empty() && bare.bytes().all(|b| b.is_ascii_digit()) {
        if digits.is_empty() {
            Some(0)
        } else {
            digits.parse().ok()
        }
    } else {
        None
    };
    match number {
        Some(0) => ("0", Copies::Diploid),
        Some(1..=22) => (digits, Copies::Diploid),
        Some(23) => ("X", Copies::MalesHaploid),
        Some(24) => ("Y", Copies::MalesOnly),
        Some(25) => ("XY", Copies::Diploid),
        Some(26) => ("MT", Copies::Haploid),
        Some(27) => ("PAR1", Copies::Diploid),
        Some(28) => ("PAR2", Copies::Diploid),
        _ if is("X") => ("X", Copies::MalesHaploid),
        _ if is("Y") => ("Y", Copies::MalesOnly),
        _ if is("XY") => ("XY", Copies::Diploid),
        _ if is("M") || is("MT") || is("0M") => ("MT", Copies::Haploid),
        _ if is("PAR1") => ("PAR1", Copies::Diploid),
        _ if is("PAR2") => ("PAR2", Copies::Diploid),
        _ => (name, Copies::Diploid),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Eight people on X, as plink2 counted them: three males (hom-ref, het, het), five others
    /// (two hom-alt, one het, two missing).
    #[test]
    fn males_have_one_copy_of_x() {
        let males = CallCounts {
            samples: 3,
            het: 2,
            ..CallCounts::default()
        };
        let all = CallCounts {
            samples: 8,
            het: 3,
            hom_alt: 2,
            missing: 2,
            ..CallCounts::default()
        };
        let g = genotype_counts(Copies::MalesHaploid, &all, &males);
        assert_eq!(
            (g.hom_ref, g.het, g.hom_alt, g.hap_ref, g.hap_alt, g.missing),
            (0, 1, 2, 1, 0, 4)
        );
        let y = genotype_counts(Copies::MalesOnly, &all, &males);
        assert_eq!((y.hap_ref, y.hap_alt, y.missing), (1, 0, 2));
        let a = allele_counts(Copies::MalesHaploid, &all, &males);
        assert_eq!((a.twice_alt, a.observed), (12, 9));
        let m = allele_counts(Copies::Haploid, &all, &males);
        assert_eq!((m.twice_alt, m.observed), (7, 6));
        assert_eq!(
            allele_counts(Copies::Diploid, &all, &males).frequency(),
            Some(7.0 / 12.0)
        );
    }

    #[test]
    fn contigs_are_named_as_plink2_does() {
        for (name, printed, copies) in [
            ("chr1", "1", Copies::Diploid),
            ("CHR01", "1", Copies::Diploid),
            ("x", "X", Copies::MalesHaploid),
            ("23", "X", Copies::MalesHaploid),
            ("chrY", "Y", Copies::MalesOnly),
            ("chrM", "MT", Copies::Haploid),
            ("0M", "MT", Copies::Haploid),
            ("25", "XY", Copies::Diploid),
            ("27", "PAR1", Copies::Diploid),
            ("par2", "PAR2", Copies::Diploid),
            ("chr0", "0", Copies::Diploid),
            ("chrUn_gl1", "chrUn_gl1", Copies::Diploid),
            ("22_random", "22_random", Copies::Diploid),
            ("NC_000001.11", "NC_000001.11", Copies::Diploid),
            ("chr", "chr", Copies::Diploid),
            ("chré", "chré", Copies::Diploid),
        ] {
            assert_eq!(chromosome(name), (printed, copies), "{name}");
        }
    }
}
