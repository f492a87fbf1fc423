//! Counts that the header has no field for, over all samples and in cohorts.

use super::number::MISSING;
use super::plan::Count;
use super::row::{INT_END, Info, RowAccess};
use super::subscript::Pick;
use super::value::{Numbers, info_numbers};
use crate::genotype::CallCounts;

/// N_MISSING or F_MISSING: samples with an unphased missing allele, as bcftools counts them.
pub(super) fn missing_samples(row: &dyn RowAccess, n: usize, fraction: bool) -> Numbers {
    if n == 0 {
        return Numbers::one(0.0);
    }
    if let Some(count) = row.missing_samples() {
        let count = count as f64;
        return Numbers::one(if fraction { count / n as f64 } else { count });
    }
    let Some(alleles) = row.alleles() else {
        return Numbers::site(Vec::new());
    };
    let is_missing = |call: &&[i32]| call.iter().take_while(|c| **c != INT_END).any(|c| *c == 0);
    let count = alleles.calls().filter(is_missing).count() as f64;
    Numbers::one(if fraction { count / n as f64 } else { count })
}

/// Counts of REF and of each ALT: INFO's AC and AN where the record has both, else from the
/// genotypes.
fn allele_counts(
    row: &dyn RowAccess,
    ac_an: Option<(usize, usize)>,
) -> Result<Option<Vec<f64>>, String> {
    if let Some((ac, an)) = ac_an {
        let (ac, an) = (row.info(ac), row.info(an));
        let there = |i: &Info<'_>| *i != Info::Absent;
        if there(&ac) && there(&an) {
            let ac = info_numbers(&ac, &Pick::All, false).values;
            let an = info_numbers(&an, &Pick::One(0), true).values;
            let alts: f64 = ac.iter().sum();
            if let Some(an) = an.first() {
                if ac.len() != row.n_alts() {
                    return Ok(None);
                }
                if alts > *an {
                    return Err("INFO/AC is more than INFO/AN".to_owned());
                }
                return Ok(Some(std::iter::once(an - alts).chain(ac).collect()));
            }
        }
    }
    Ok(row
        .allele_counts()
        .map(|c| c.into_iter().map(|n| n as f64).collect()))
}

/// AC, AN, AF, MAC and MAF of all samples.
pub(super) fn count_numbers(
    row: &dyn RowAccess,
    count: Count,
    index: Option<usize>,
    ac_an: Option<(usize, usize)>,
) -> Result<Numbers, String> {
    let counts = allele_counts(row, ac_an)?.unwrap_or_default();
    let an: f64 = counts.iter().sum();
    if count == Count::An {
        return Ok(Numbers::one(an));
    }
    if an == 0.0 || an.is_nan() {
        return Ok(Numbers::site(Vec::new()));
    }
    let alts = counts.get(1..).unwrap_or(&[]);
    let acs = match index {
        Some(i) => vec![alts.get(i).copied().unwrap_or(0.0)],
        None if alts.is_empty() => vec![0.0],
        None => alts.to_vec(),
    };
    Ok(Numbers::site(
        acs.into_iter().map(|ac| of_counts(count, ac, an)).collect(),
    ))
}

fn of_counts(count: Count, ac: f64, an: f64) -> f64 {
    match count {
        Count::Af => ac / an,
        Count::Mac if ac > an * 0.5 => an - ac,
        Count::Maf if ac / an > 0.5 => 1.0 - ac / an,
        Count::Maf => ac / an,
        _ => ac,
    }
}

/// A count in a cohort, of each ALT allele; of the first where the ALT does not matter.
pub(super) fn cohort_numbers(row: &dyn RowAccess, count: Count, cohort: usize) -> Numbers {
    let per_alt = !matches!(count, Count::An | Count::Missing | Count::CallRate);
    let alts = if per_alt {
        row.n_alts()
    } else {
        row.n_alts().min(1)
    };
    let value = |alt| of_calls(count, &row.cohort_counts(cohort, alt));
    Numbers::site((0..alts).map(value).collect())
}

fn of_calls(count: Count, c: &CallCounts) -> f64 {
    let (ac, an) = (c.allele_count() as f64, c.allele_number() as f64);
    match count {
        Count::An => an,
        Count::HomAlt => (c.hom_alt - c.hemi_alt.min(c.hom_alt)) as f64,
        Count::Het => c.het as f64,
        Count::HomRef => c.hom_ref() as f64,
        Count::Hemi => c.hemi_alt as f64,
        Count::Missing => c.missing as f64,
        Count::CallRate if c.samples == 0 => MISSING,
        Count::CallRate => (c.samples - c.missing) as f64 / c.samples as f64,
        Count::Af | Count::Maf if an == 0.0 => MISSING,
        other => of_counts(other, ac, an),
    }
}
