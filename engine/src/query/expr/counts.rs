//! Counts that the header has no field for, over all samples and in cohorts.

use super::count::Count;
use super::number::MISSING;
use super::row::{INT_END, Info, RowAccess};
use super::subscript::Pick;
use super::value::{Numbers, info_numbers};

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
        acs.into_iter().map(|ac| count.of_alleles(ac, an)).collect(),
    ))
}

/// A count in a cohort, of each ALT allele; of the first where the ALT does not matter.
pub(super) fn cohort_numbers(row: &dyn RowAccess, count: Count, cohort: usize) -> Numbers {
    let per_alt = count.is_of_alt();
    let alts = if per_alt {
        row.n_alts()
    } else {
        row.n_alts().min(1)
    };
    let value = |alt| count.of(&row.cohort_counts(cohort, alt)).unwrap_or(MISSING);
    Numbers::site((0..alts).map(value).collect())
}
