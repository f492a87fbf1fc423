//! Frequencies of alleles and of missing calls.

/// `AC / AN`; `None` where no allele was called, never NaN.
#[must_use]
pub fn allele_frequency(allele_count: u64, allele_number: u64) -> Option<f64> {
    // Counts are below 2^31, so both conversions are exact.
    (allele_number > 0).then(|| allele_count as f64 / allele_number as f64)
}

/// Copies of the rarer of the two alleles.
#[must_use]
pub const fn minor_allele_count(allele_count: u64, allele_number: u64) -> u64 {
    let other = allele_number.saturating_sub(allele_count);
    if other < allele_count {
        other
    } else {
        allele_count
    }
}

/// Missing calls of all; `None` where nobody is counted.
#[must_use]
pub fn missing_fraction(missing: u64, samples: u64) -> Option<f64> {
    (samples > 0).then(|| missing as f64 / samples as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_called_has_no_frequency() {
        assert_eq!(allele_frequency(0, 0), None);
        assert_eq!(allele_frequency(1, 4), Some(0.25));
        assert_eq!(missing_fraction(0, 0), None);
        assert_eq!(missing_fraction(1, 2), Some(0.5));
    }

    #[test]
    fn the_minor_allele_is_the_rarer() {
        assert_eq!(minor_allele_count(3, 4), 1);
        assert_eq!(minor_allele_count(1, 4), 1);
        assert_eq!(minor_allele_count(2, 4), 2);
        assert_eq!(minor_allele_count(0, 0), 0);
    }
}
