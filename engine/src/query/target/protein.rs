//! Where on a protein a variant lies, by its HGVS descriptions.

/// The residue that a variant first changes, from 1: of `p.Arg3Trp` (with or without a
/// reference and brackets) 3; where there is no such description, the codon of a description of
/// coding DNA (`c.7G>A`, `c.7+1G>A`) 3. `None` of untranslated regions and where neither is
/// understood.
#[must_use]
pub fn protein_position(hgvsp: Option<&str>, hgvsc: Option<&str>) -> Option<u32> {
    let by_protein = || {
        let (_, change) = hgvsp?.rsplit_once("p.")?;
        let change = change.trim_start_matches('(');
        let digits = change.find(|c: char| c.is_ascii_digit())?;
        number(change.get(digits..)?)
    };
    let by_codon = || {
        let (_, change) = hgvsc?.rsplit_once("c.")?;
        let base = number(change.trim_start_matches('('))?;
        Some(base.div_ceil(3))
    };
    by_protein().or_else(by_codon)
}

/// The number that a text begins with, if it is one of a position.
fn number(text: &str) -> Option<u32> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text.get(..end)?.parse().ok().filter(|&n| n > 0)
}
