//! INFO values of one allele of a record, by VCF's Number.

use std::borrow::Cow;

/// How the values of a field belong to alleles: VCF's Number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// One for each ALT.
    A,
    /// One for each allele, REF first.
    R,
    /// One for each genotype, in VCF's order.
    G,
    /// Any other: the values are the record's, whole.
    Whole,
}

impl Number {
    /// From the text of a header line (`A`, `R`, `G`, `1`, `.`).
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text {
            "A" => Self::A,
            "R" => Self::R,
            "G" => Self::G,
            _ => Self::Whole,
        }
    }
}

/// Values that are not as many as Number says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found} values; {expected} expected")]
pub struct WrongNumber {
    /// Values there are.
    pub found: usize,
    /// Values that there should be.
    pub expected: usize,
}

/// The values of ALT `allele` (from 1) of a record of `alleles` ALTs, out of the text of one
/// INFO field: one of Number `A`; REF's and that of the ALT of `R`; those of the genotypes RR,
/// RA and AA (or R and A of haploid ones) of `G`; all of any other. A field whose one value is
/// `.` is `.` for every allele.
///
/// # Errors
/// [`WrongNumber`]; also where there is no such ALT.
pub fn split_value(
    number: Number,
    text: &str,
    allele: u16,
    alleles: u16,
) -> Result<Cow<'_, str>, WrongNumber> {
    if number == Number::Whole || text == "." {
        return Ok(Cow::Borrowed(text));
    }
    let (k, n) = (usize::from(allele), usize::from(alleles));
    let found = memchr::memchr_iter(b',', text.as_bytes()).count() + 1;
    let wrong = |expected| WrongNumber { found, expected };
    let value = |i: usize| text.split(',').nth(i).unwrap_or(".");
    if k == 0 || k > n {
        return Err(wrong(n));
    }
    match number {
        Number::A if found == n => Ok(Cow::Borrowed(value(k - 1))),
        Number::A => Err(wrong(n)),
        Number::R if found == n + 1 => Ok(Cow::Owned(format!("{},{}", value(0), value(k)))),
        Number::R => Err(wrong(n + 1)),
        // Genotype j/k, j <= k, comes at k(k+1)/2 + j (VCF specification, 1.6.2).
        Number::G if found == (n + 1) * (n + 2) / 2 => {
            let first = k * (k + 1) / 2;
            let [rr, ra, aa] = [0, first, first + k].map(value);
            Ok(Cow::Owned(format!("{rr},{ra},{aa}")))
        }
        Number::G if found == n + 1 => Ok(Cow::Owned(format!("{},{}", value(0), value(k)))),
        Number::G => Err(wrong((n + 1) * (n + 2) / 2)),
        Number::Whole => Ok(Cow::Borrowed(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_follow_their_allele() {
        for (number, text, allele, alleles, expected) in [
            ("A", "1,2,3", 2, 3, Some("2")),
            ("A", "1,2", 2, 3, None),
            ("A", ".", 2, 3, Some(".")),
            ("A", "1,2,3", 4, 3, None),
            ("A", "1,2,3", 0, 3, None),
            ("R", "9,1,2", 2, 2, Some("9,2")),
            ("R", "9,1", 2, 2, None),
            ("G", "00,01,11,02,12,22", 1, 2, Some("00,01,11")),
            ("G", "00,01,11,02,12,22", 2, 2, Some("00,02,22")),
            ("G", "0,1,2", 2, 2, Some("0,2")),
            ("G", "0,1,2,3", 2, 2, None),
            ("1", "a,b", 2, 3, Some("a,b")),
            (".", "a,b", 2, 3, Some("a,b")),
            ("2", "a,b", 1, 1, Some("a,b")),
        ] {
            let found = split_value(Number::parse(number), text, allele, alleles);
            assert_eq!(
                found.ok().as_deref(),
                expected,
                "{number} {text} {allele}/{alleles}"
            );
        }
    }
}
