//! Left-alignment and trimming of one split allele against the reference, as
//! `bcftools norm -f` does: so that the same change has the same position and alleles wherever
//! it was called.

use crate::fasta::plain_base;

/// A variant by its normal form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Normalised {
    /// Position of the first base of `reference`, from 1.
    pub pos: u32,
    /// REF.
    pub reference: String,
    /// ALT.
    pub alternate: String,
}

/// REF is not what the reference has there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceMismatch {
    /// Other bases.
    #[error(
        "REF at position {pos} is {found}, but the reference has {expected}; use the reference that the variants were called on"
    )]
    Bases {
        /// Position of REF, from 1.
        pos: u32,
        /// REF of the file, or its start.
        found: String,
        /// What the reference has there, or its start.
        expected: String,
    },
    /// REF reaches beyond the end of the contig.
    #[error(
        "REF of {len} bases at position {pos} reaches beyond the contig's {contig_len} bases; use the reference that the variants were called on"
    )]
    BeyondEnd {
        /// Position of REF, from 1.
        pos: u32,
        /// Bases of REF.
        len: usize,
        /// Bases of the contig.
        contig_len: usize,
    },
}

/// Checks REF against `contig`, the bases of the whole contig as
/// [`crate::fasta::Reference::read_contig`] gives them, and finds the normal form. `None` where
/// the variant has it already, or has none: symbolic alleles, breakends, `*`, an ALT of other
/// letters than A, C, G, T and N, and position 0 (the telomere, where there are no bases).
///
/// # Errors
/// [`ReferenceMismatch`].
pub fn normalise(
    contig: &[u8],
    pos: u32,
    reference: &str,
    alternate: &str,
) -> Result<Option<Normalised>, ReferenceMismatch> {
    let Some(start) = (pos as usize).checked_sub(1) else {
        return Ok(None);
    };
    let written = reference;
    let reference: Vec<u8> = reference.bytes().map(plain_base).collect();
    let end = start + reference.len();
    let Some(expected) = contig.get(start..end) else {
        return Err(ReferenceMismatch::BeyondEnd {
            pos,
            len: reference.len(),
            contig_len: contig.len(),
        });
    };
    if expected != reference {
        let text = |bases: &[u8]| {
            const SHOWN: usize = 20;
            let shown = String::from_utf8_lossy(&bases[..bases.len().min(SHOWN)]).into_owned();
            shown + if bases.len() > SHOWN { "..." } else { "" }
        };
        return Err(ReferenceMismatch::Bases {
            pos,
            found: text(written.as_bytes()),
            expected: text(expected),
        });
    }
    let bases = |b: u8| matches!(b.to_ascii_uppercase(), b'A' | b'C' | b'G' | b'T' | b'N');
    let plain = alternate.bytes().all(bases) && !alternate.is_empty();
    let alternate: Vec<u8> = alternate.to_ascii_uppercase().into_bytes();
    if !plain || reference.is_empty() || reference == alternate {
        return Ok(None);
    }
    Ok(align(contig, start, &reference, &alternate)
        .filter(|n| n.pos != pos || n.reference != written))
}

/// The normal form of two different alleles at `start`, from 0.
fn align(contig: &[u8], start: usize, reference: &[u8], alternate: &[u8]) -> Option<Normalised> {
    let same = |(a, b): &(&u8, &u8)| a == b;
    let pairs = reference.iter().rev().zip(alternate.iter().rev());
    let suffix = pairs.take_while(same).count();
    let r = &reference[..reference.len() - suffix];
    let a = &alternate[..alternate.len() - suffix];
    if !r.is_empty() && !a.is_empty() {
        let pairs = r.iter().zip(a);
        let prefix = pairs.take_while(same).count();
        let prefix = prefix.min(r.len().min(a.len()) - 1);
        return named(start + prefix, &r[prefix..], &a[prefix..]);
    }
    // What is inserted or deleted moves left while the base before it is its own last one: it
    // then becomes its first.
    let longer = if r.is_empty() { a } else { r };
    let n = longer.len();
    let mut shift = 0;
    while shift < start && contig[start - 1 - shift] == longer[n - 1 - shift % n] {
        shift += 1;
    }
    let at = start - shift;
    let turn = n - shift % n;
    let mut moved = Vec::with_capacity(n + 1);
    let rotated = longer[turn % n..].iter().chain(&longer[..turn % n]);
    // The base before is written with it; the base behind, at the start of the contig.
    let (anchor, at) = if at > 0 {
        moved.push(contig[at - 1]);
        moved.extend(rotated);
        (contig[at - 1], at - 1)
    } else {
        moved.extend(rotated);
        let behind = if r.is_empty() { 0 } else { n };
        let anchor = *contig.get(behind)?;
        moved.push(anchor);
        (anchor, 0)
    };
    if r.is_empty() {
        named(at, &[anchor], &moved)
    } else {
        named(at, &moved, &[anchor])
    }
}

fn named(start: usize, reference: &[u8], alternate: &[u8]) -> Option<Normalised> {
    Some(Normalised {
        pos: u32::try_from(start + 1).ok()?,
        reference: String::from_utf8(reference.to_vec()).ok()?,
        alternate: String::from_utf8(alternate.to_vec()).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn form(contig: &str, pos: u32, reference: &str, alternate: &str) -> (u32, String, String) {
        match normalise(contig.as_bytes(), pos, reference, alternate).expect("REF is right") {
            Some(n) => (n.pos, n.reference, n.alternate),
            None => (pos, reference.to_owned(), alternate.to_owned()),
        }
    }

    #[test]
    fn hand_worked_forms() {
        let contig = "GATTACACACAG";
        for (given, expected) in [
            ((2, "A", "C"), (2, "A", "C")),
            ((8, "CAC", "C"), (4, "TAC", "T")),
            ((5, "A", "ACA"), (4, "T", "TAC")),
            ((2, "ATT", "AGT"), (3, "T", "G")),
            ((1, "GA", "A"), (1, "GA", "A")),
            ((1, "GA", "G"), (1, "GA", "G")),
            ((1, "G", "GG"), (1, "G", "GG")),
            ((4, "TACA", "TACG"), (7, "A", "G")),
            ((1, "GATT", "CAT"), (1, "GAT", "CA")),
            ((3, "T", "<DEL>"), (3, "T", "<DEL>")),
            ((3, "T", "*"), (3, "T", "*")),
            ((3, "T", "T]1:5]"), (3, "T", "T]1:5]")),
            ((3, "t", "c"), (3, "T", "C")),
        ] {
            let (pos, reference, alternate) = form(contig, given.0, given.1, given.2);
            let found = (pos, reference.as_str(), alternate.as_str());
            assert_eq!(found, expected, "{given:?}");
        }
        assert_eq!(form("NNNNNN", 4, "NN", "N"), (1, "NN".into(), "N".into()));
    }

    #[test]
    fn a_wrong_reference_is_named() {
        let error = normalise(b"ACGT", 2, "CT", "C")
            .expect_err("refused")
            .to_string();
        assert!(error.contains("CT") && error.contains("CG"), "{error}");
        let error = normalise(b"ACGT", 4, "TA", "T")
            .expect_err("refused")
            .to_string();
        assert!(error.contains("beyond"), "{error}");
        assert_eq!(normalise(b"ACGT", 0, "N", "A"), Ok(None));
    }

    /// One base at a time, as the definition says (Tan, Abecasis and Kang, 2015).
    fn naive(contig: &[u8], pos: usize, r: &[u8], a: &[u8]) -> (usize, Vec<u8>, Vec<u8>) {
        let (mut pos, mut r, mut a) = (pos, r.to_vec(), a.to_vec());
        loop {
            if r.last() == a.last() && (r.len().min(a.len()) > 1 || pos > 1) {
                r.pop();
                a.pop();
            } else {
                break;
            }
            if r.is_empty() || a.is_empty() {
                pos -= 1;
                r.insert(0, contig[pos - 1]);
                a.insert(0, contig[pos - 1]);
            }
        }
        while r.len().min(a.len()) > 1 && r[0] == a[0] {
            r.remove(0);
            a.remove(0);
            pos += 1;
        }
        (pos, r, a)
    }

    proptest! {
        #[test]
        fn the_form_is_the_defined_one_and_means_the_same(
            contig in "[AC]{1,12}[ACGT]{0,12}",
            at in any::<prop::sample::Index>(),
            len in 1..6usize,
            alternate in "[AC]{1,6}",
        ) {
            let contig = contig.as_bytes();
            let start = at.index(contig.len());
            let end = (start + len).min(contig.len());
            let reference = str::from_utf8(&contig[start..end]).expect("ASCII");
            let pos = start as u32 + 1;
            let form = form(str::from_utf8(contig).expect("ASCII"), pos, reference, &alternate);
            let expected = naive(contig, pos as usize, reference.as_bytes(), alternate.as_bytes());
            if reference != alternate {
                prop_assert_eq!(
                    (form.0 as usize, form.1.as_bytes(), form.2.as_bytes()),
                    (expected.0, &expected.1[..], &expected.2[..])
                );
            }
            let apply = |pos: u32, r: &str, a: &str| {
                let at = pos as usize - 1;
                [&contig[..at], a.as_bytes(), &contig[at + r.len()..]].concat()
            };
            prop_assert_eq!(apply(form.0, &form.1, &form.2), apply(pos, reference, &alternate));
        }
    }
}
