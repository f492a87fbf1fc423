//! Which ALT is meant by the name that an annotator gives it.

/// Names of the ALTs of one record.
#[derive(Debug)]
pub(super) struct AlleleNames<'a> {
    reference: &'a str,
    alternates: &'a [&'a str],
    /// Whether VEP takes the first base off each.
    chopped: bool,
}

impl<'a> AlleleNames<'a> {
    pub(super) fn new(reference: &'a str, alternates: &'a [&'a str]) -> Self {
        // As Bio::EnsEMBL::VEP::Parser::VCF has it.
        let indel = alternates
            .iter()
            .any(|a| a.len() != reference.len() || a.starts_with(['D', 'I']));
        let first = |text: &'a str| text.as_bytes().first();
        let others = alternates.iter().filter(|a| !a.contains('*'));
        let mut others = others.map(|a| first(a));
        let chopped = indel && others.all(|f| f.is_some() && f == first(reference));
        Self {
            reference,
            alternates,
            chopped,
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.alternates.len()
    }

    /// The ALT, from 0, that VEP means by `name`.
    pub(super) fn find_vep(&self, name: &str) -> Found {
        let forms: [fn(&Self, &str, &str) -> bool; 6] = [
            Self::is_vep,
            |_, alternate, name| alternate == name,
            Self::is_minimal,
            Self::is_without_first,
            Self::is_symbolic,
            Self::is_rotated,
        ];
        for form in forms {
            match self.only(|alternate| form(self, alternate, name)) {
                Found::None => {}
                found => return found,
            }
        }
        Found::None
    }

    /// The ALT, from 0, that SnpEff means by `name`: as written; `G-C` is of a somatic change
    /// from C, `G-1:100_A>T` of one together with another.
    pub(super) fn find_snpeff(&self, name: &str) -> Found {
        match self.only(|alternate| alternate == name) {
            Found::None => {}
            found => return found,
        }
        match name.split_once('-') {
            Some((own, other)) if !own.is_empty() && !other.is_empty() => {
                self.only(|alternate| alternate == own)
            }
            _ => self.only(|alternate| self.is_symbolic(alternate, name)),
        }
    }

    /// The ALT, from 0, of bcftools csq's `100A>T+105G>C`: a haplotype's changes, each as it is
    /// written in its record.
    pub(super) fn find_changed(&self, change: &str) -> Found {
        self.only(|alternate| {
            change.split('+').any(|one| {
                let one = one.trim_start_matches(|c: char| c.is_ascii_digit());
                one.split_once('>') == Some((self.reference, alternate))
            })
        })
    }

    /// Whether `name` fits the ALT in any way.
    pub(super) fn fits(&self, index: usize, name: &str) -> bool {
        self.alternates.get(index).is_some_and(|alternate| {
            self.is_vep(alternate, name)
                || *alternate == name
                || self.is_minimal(alternate, name)
                || self.is_without_first(alternate, name)
                || self.is_symbolic(alternate, name)
                || self.is_rotated(alternate, name)
        })
    }

    fn only(&self, fits: impl Fn(&'a str) -> bool) -> Found {
        let mut found = (0..).zip(self.alternates).filter(|(_, a)| fits(a));
        match (found.next(), found.next()) {
            (None, _) => Found::None,
            (Some((index, _)), None) => Found::One(index),
            (Some(_), Some(_)) => Found::Several,
        }
    }

    fn is_vep(&self, alternate: &str, name: &str) -> bool {
        let own = match alternate.get(1..) {
            Some(rest) if self.chopped && !alternate.contains('*') => rest,
            _ => alternate,
        };
        is_named(own, name)
    }

    fn is_without_first(&self, alternate: &str, name: &str) -> bool {
        let same = alternate.as_bytes().first() == self.reference.as_bytes().first();
        same && alternate.len() != self.reference.len()
            && alternate.get(1..).is_some_and(|own| is_named(own, name))
    }

    fn is_minimal(&self, alternate: &str, name: &str) -> bool {
        if !is_bases(alternate) {
            return false;
        }
        let (r, a) = (self.reference.as_bytes(), alternate.as_bytes());
        [trim(r, a, true).1, trim(r, a, false).1]
            .into_iter()
            .filter_map(|own| alternate.get(own))
            .any(|own| is_named(own, name))
    }

    /// An insertion that was moved along a repeat after it had been annotated.
    fn is_rotated(&self, alternate: &str, name: &str) -> bool {
        let (r, a) = (self.reference.as_bytes(), alternate.as_bytes());
        let (reference, own) = trim(r, a, true);
        let Some(own) = alternate.get(own) else {
            return false;
        };
        reference.is_empty()
            && own.len() == name.len()
            && is_bases(alternate)
            && (0..own.len()).any(|i| match (own.get(i..), own.get(..i)) {
                (Some(end), Some(start)) => name.strip_prefix(end) == Some(start),
                _ => false,
            })
    }

    fn is_symbolic(&self, alternate: &str, name: &str) -> bool {
        let Some(inner) = alternate
            .strip_prefix('<')
            .and_then(|a| a.strip_suffix('>'))
        else {
            return false;
        };
        let kind = match inner.split(':').next().unwrap_or(inner) {
            "DEL" => "deletion",
            "INS" => "insertion",
            "DUP" => "duplication",
            "INV" => "inversion",
            "CNV" => "copy_number_variation",
            "TDUP" => "tandem_duplication",
            _ => inner,
        };
        let named = |kind: &str| name == kind || name == inner;
        named(kind) || (inner == "DUP:TANDEM" && named("tandem_duplication"))
    }
}

/// ALTs that a name fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    None,
    One(usize),
    Several,
}

fn is_named(own: &str, name: &str) -> bool {
    own == name || (own.is_empty() && name == "-")
}

fn is_bases(allele: &str) -> bool {
    allele.bytes().all(|b| b.is_ascii_alphabetic())
}

/// What is left of both alleles without the bases they share at the start and the end, the
/// start first or the end.
fn trim(
    reference: &[u8],
    alternate: &[u8],
    start_first: bool,
) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
    let same = |(a, b): &(&u8, &u8)| a == b;
    let prefix = reference.iter().zip(alternate).take_while(same).count();
    let backwards = reference.iter().rev().zip(alternate.iter().rev());
    let suffix = backwards.take_while(same).count();
    let shorter = reference.len().min(alternate.len());
    let (prefix, suffix) = if start_first {
        (prefix, suffix.min(shorter - prefix))
    } else {
        (prefix.min(shorter - suffix), suffix)
    };
    (
        prefix..reference.len() - suffix,
        prefix..alternate.len() - suffix,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(reference: &str, alternates: &[&str], name: &str) -> Found {
        AlleleNames::new(reference, alternates).find_vep(name)
    }

    #[test]
    fn names_as_vep_gives_them() {
        use Found::{None, One, Several};
        for (reference, alternates, name, expected) in [
            ("A", &["G"][..], "G", One(0)),
            ("A", &["G", "T"], "T", One(1)),
            ("T", &["TC"], "C", One(0)),
            ("TC", &["T"], "-", One(0)),
            ("CA", &["C", "CAA"], "-", One(0)),
            ("CA", &["C", "CAA"], "AA", One(1)),
            ("AT", &["A", "AA", "AAA"], "A", One(1)),
            ("AT", &["A", "AA", "AAA"], "AA", One(2)),
            // Not all start with one base: names are ALTs as written.
            ("CA", &["C", "TA"], "C", One(0)),
            ("CA", &["C", "TA"], "TA", One(1)),
            ("CA", &["C", "*"], "-", One(0)),
            ("CA", &["C", "*"], "*", One(1)),
            // --minimal
            ("CA", &["C", "TA"], "T", One(1)),
            ("CAA", &["CA", "C", "CTA"], "T", One(2)),
            ("CAAG", &["CAG", "G"], "-", Several),
            ("CAGA", &["CA", "AGA", "TAGA"], "-", Several),
            ("A", &["G"], "T", None),
            ("A", &["G"], "", None),
            ("C", &["<DEL>"], "deletion", One(0)),
            ("C", &["<DUP:TANDEM>"], "tandem_duplication", One(0)),
            ("T", &["TAC"], "CA", One(0)),
            ("T", &["TAC"], "CC", None),
        ] {
            let found = find(reference, alternates, name);
            assert_eq!(found, expected, "{reference} {alternates:?} {name}");
        }
    }

    #[test]
    fn names_as_others_give_them() {
        let alternates = ["A", "AA", "AAA"];
        let names = AlleleNames::new("AT", &alternates);
        assert_eq!(names.find_snpeff("A"), Found::One(0));
        assert_eq!(names.find_snpeff("AA-AT"), Found::One(1));
        assert_eq!(names.find_snpeff("-"), Found::None);
        assert_eq!(names.find_changed("100AT>AAA"), Found::One(2));
        assert_eq!(names.find_changed("90C>G+100AT>AA"), Found::One(1));
        assert_eq!(names.find_changed("100C>G"), Found::None);
    }
}
