//! The type of a variant from its REF and ALT, as htslib tells it.

/// The bit of an allele that is the reference.
pub const REF: u32 = 1;
const SNP: u32 = 2;
const MNP: u32 = 4;
const INDEL: u32 = 8;
const OTHER: u32 = 16;
const BND: u32 = 32;
const OVERLAP: u32 = 64;

/// The name of the type of one allele: `ref`, `snp`, `mnp`, `indel`, `other`, `bnd` or
/// `overlap`.
#[must_use]
pub fn name(reference: &str, alternate: &str) -> &'static str {
    match of(reference.as_bytes(), alternate.as_bytes()) {
        SNP => "snp",
        MNP => "mnp",
        INDEL => "indel",
        OTHER => "other",
        BND => "bnd",
        OVERLAP => "overlap",
        _ => "ref",
    }
}

/// The bit of a type's name.
#[must_use]
pub fn mask(name: &str) -> Option<u32> {
    Some(match name.to_ascii_lowercase().as_str() {
        "snp" | "snps" => SNP,
        "indel" | "indels" => INDEL,
        "mnp" | "mnps" => MNP,
        "other" => OTHER,
        "bnd" => BND,
        "overlap" => OVERLAP,
        "ref" => REF,
        _ => return None,
    })
}

/// The types of all ALT alleles together; `REF` alone where none differs from REF.
#[must_use]
pub fn types<'a>(reference: &str, alts: impl Iterator<Item = &'a str>) -> u32 {
    match alts.fold(0, |types, alt| {
        types | of(reference.as_bytes(), alt.as_bytes())
    }) {
        0 => REF,
        types => types,
    }
}

/// The type of one allele; 0 where it is the reference.
fn of(reference: &[u8], alt: &[u8]) -> u32 {
    match (reference, alt) {
        (_, b"*") => return OVERLAP,
        ([_], [b'.' | b'X']) => return 0,
        ([r], [a]) => return if r == a { 0 } else { SNP },
        (_, b"<X>" | b"<*>" | b"<NON_REF>") => return 0,
        (_, [b'<', ..]) => return OTHER,
        (_, [b'[' | b']', ..]) => return BND,
        _ => {}
    }
    let same = |a: &u8, b: &u8| a.eq_ignore_ascii_case(b);
    let prefix = (reference.iter().zip(alt))
        .take_while(|(r, a)| same(r, a))
        .count();
    let (r, a) = (&reference[prefix..], &alt[prefix..]);
    match (r, a) {
        ([], []) => return 0,
        ([], [b'[' | b']', ..]) => return BND,
        ([], _) | (_, []) => return INDEL,
        _ => {}
    }
    // The common end is cut off too, but for one base that either keeps.
    let most = r.len().min(a.len()) - 1;
    let ends = r.iter().rev().zip(a.iter().rev());
    let suffix = ends.take(most).take_while(|(r, a)| same(r, a)).count();
    let (r, a) = (&r[..r.len() - suffix], &a[..a.len() - suffix]);
    let last = matches!((r.last(), a.last()), (Some(r), Some(a)) if same(r, a));
    match (r.len(), a.len()) {
        (1, 1) => SNP,
        (1, _) | (_, 1) if last => INDEL,
        (1, _) | (_, 1) => OTHER,
        (r, a) if r == a => MNP,
        _ => OTHER,
    }
}
