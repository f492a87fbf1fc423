//! The one form of an allele by which both sides are compared.

use crate::normalise::{ReferenceMismatch, normalise};

/// An allele in the form by which it is compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct AlleleKey {
    /// 1-based.
    pub(super) pos: u32,
    pub(super) reference: String,
    pub(super) alternate: String,
    /// 1-based last base of a symbolic allele; 0 of others, whose REF says it.
    pub(super) end: u32,
}

/// Whether an ALT is an allele that can be compared; `*` and gVCF's any-allele are not.
pub(super) fn is_allele(alternate: &str) -> bool {
    !matches!(alternate, "" | "." | "*" | "<*>" | "<NON_REF>")
}

/// Whether an ALT is named, not spelt: `<DEL>`.
pub(super) fn is_symbolic(alternate: &str) -> bool {
    alternate.starts_with('<')
}

impl AlleleKey {
    /// The form of an allele, on a contig of these bases where they are known. `end` is used of
    /// symbolic alleles. Where REF is not what the reference has, the form is that without one,
    /// and the mismatch is returned beside it.
    pub(super) fn new(
        bases: Option<&[u8]>,
        pos: u32,
        reference: &str,
        alternate: &str,
        end: u32,
    ) -> (Self, Option<ReferenceMismatch>) {
        let whole = |end| Self {
            pos,
            reference: reference.to_ascii_uppercase(),
            alternate: alternate.to_ascii_uppercase(),
            end,
        };
        if is_symbolic(alternate) {
            return (whole(end), None);
        }
        let is_bases = |allele: &str| allele.bytes().all(|b| b.is_ascii_alphabetic());
        if !is_bases(reference) || !is_bases(alternate) {
            return (whole(0), None);
        }
        let mut mismatch = None;
        if let Some(bases) = bases {
            match normalise(bases, pos, reference, alternate) {
                Ok(None) => return (whole(0), None),
                Ok(Some(normal)) => {
                    let key = Self {
                        pos: normal.pos,
                        reference: normal.reference,
                        alternate: normal.alternate,
                        end: 0,
                    };
                    return (key, None);
                }
                Err(e) => mismatch = Some(e),
            }
        }
        let mut key = whole(0);
        key.trim();
        (key, mismatch)
    }

    /// Takes off what both alleles share at the end, then at the start, but for one base.
    fn trim(&mut self) {
        if self.reference == self.alternate {
            return;
        }
        let same = |(a, b): &(u8, u8)| a == b;
        let ends = self
            .reference
            .bytes()
            .rev()
            .zip(self.alternate.bytes().rev());
        let shorter = self.reference.len().min(self.alternate.len());
        let suffix = ends.take_while(same).count().min(shorter.saturating_sub(1));
        self.reference.truncate(self.reference.len() - suffix);
        self.alternate.truncate(self.alternate.len() - suffix);
        let starts = self.reference.bytes().zip(self.alternate.bytes());
        let shorter = shorter - suffix;
        let prefix = starts
            .take_while(same)
            .count()
            .min(shorter.saturating_sub(1));
        self.reference.drain(..prefix);
        self.alternate.drain(..prefix);
        self.pos = self.pos.saturating_add(prefix as u32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_with_and_without_a_reference() {
        let contig = b"GATTACACACAG";
        for (bases, (pos, r, a), expected) in [
            (None, (8, "CAC", "C"), (8, "CAC", "C")),
            (Some(&contig[..]), (8, "CAC", "C"), (4, "TAC", "T")),
            (None, (2, "ATT", "AGT"), (3, "T", "G")),
            (None, (2, "attg", "ATG"), (2, "AT", "A")),
            (None, (5, "AC", "ACAC"), (5, "A", "ACA")),
            (Some(&contig[..]), (5, "AC", "ACAC"), (4, "T", "TAC")),
            (None, (2, "A", "A"), (2, "A", "A")),
            (None, (2, "A", "A]1:9]"), (2, "A", "A]1:9]")),
        ] {
            let (key, mismatch) = AlleleKey::new(bases, pos, r, a, 0);
            let found = (key.pos, &*key.reference, &*key.alternate);
            assert_eq!((found, mismatch), (expected, None));
        }
        let (key, mismatch) = AlleleKey::new(Some(contig), 2, "CT", "CA", 0);
        assert_eq!((key.pos, &*key.reference), (3, "T"));
        assert!(mismatch.is_some());
        let ends = [9, 10].map(|end| AlleleKey::new(None, 2, "A", "<DEL>", end).0);
        assert_ne!(ends[0], ends[1]);
        assert!(!is_allele("<NON_REF>") && is_allele("<DEL>"));
    }
}
