//! Names of variants: places with alleles, rsIDs, and descriptions by HGVS' rules.

use crate::genome::canonical_name;

/// Longest text that is looked at.
const MAX_TEXT: usize = 4096;

/// One-letter and three-letter names of residues.
const RESIDUES: [(char, &str); 23] = [
    ('A', "Ala"),
    ('R', "Arg"),
    ('N', "Asn"),
    ('D', "Asp"),
    ('C', "Cys"),
    ('Q', "Gln"),
    ('E', "Glu"),
    ('G', "Gly"),
    ('H', "His"),
    ('I', "Ile"),
    ('L', "Leu"),
    ('K', "Lys"),
    ('M', "Met"),
    ('F', "Phe"),
    ('P', "Pro"),
    ('S', "Ser"),
    ('T', "Thr"),
    ('W', "Trp"),
    ('Y', "Tyr"),
    ('V', "Val"),
    ('U', "Sec"),
    ('X', "Ter"),
    ('*', "Ter"),
];

/// A variant as a person names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VariantName {
    /// `7-117559590-ATCT-A`, `chr7:117559590:ATCT:A`, `7:117559590 ATCT>A`.
    Place {
        /// As typed.
        contig: String,
        /// 1-based.
        pos: u32,
        /// Upper case.
        reference: String,
        /// Upper case.
        alternate: String,
    },
    /// `rs1234`: the number.
    Rsid(u64),
    /// `NM_000059.4:c.5946del`, `BRCA2 p.S1982fs`, `p.Arg1234Ter`.
    Hgvs {
        /// The transcript, protein, contig or gene before the colon.
        sequence: Option<String>,
        /// The gene, where the sequence names it in brackets.
        gene: Option<String>,
        /// In one spelling: residues by three letters, no deleted or doubled bases, frame shifts
        /// by their first residue alone.
        change: String,
    },
}

impl VariantName {
    /// The variant that the whole text names, if it names one.
    #[must_use]
    pub fn recognise(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > MAX_TEXT {
            return None;
        }
        rsid(text).or_else(|| hgvs(text)).or_else(|| place(text))
    }

    /// What it is looked up by.
    pub(super) fn query_key(&self) -> String {
        match self {
            Self::Hgvs {
                sequence: Some(sequence),
                change,
                ..
            } => format!("{sequence}:{change}").to_lowercase(),
            _ => self.to_string().to_lowercase(),
        }
    }

    /// Everything it may be looked up by, where an index holds it.
    pub(super) fn index_keys(&self) -> Vec<String> {
        let Self::Hgvs {
            sequence,
            gene,
            change,
        } = self
        else {
            return vec![self.query_key()];
        };
        let mut keys = vec![change.to_lowercase()];
        for sequence in sequence.iter().chain(gene) {
            keys.push(format!("{sequence}:{change}").to_lowercase());
            if let Some((unversioned, version)) = sequence.rsplit_once('.')
                && version.bytes().all(|b| b.is_ascii_digit())
            {
                keys.push(format!("{unversioned}:{change}").to_lowercase());
            }
        }
        keys
    }
}

impl std::fmt::Display for VariantName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Place {
                contig,
                pos,
                reference,
                alternate,
            } => {
                let contig = canonical_name(contig);
                write!(f, "{contig}-{pos}-{reference}-{alternate}")
            }
            Self::Rsid(number) => write!(f, "rs{number}"),
            Self::Hgvs {
                sequence, change, ..
            } => match sequence {
                Some(sequence) => write!(f, "{sequence}:{change}"),
                None => f.write_str(change),
            },
        }
    }
}

fn rsid(text: &str) -> Option<VariantName> {
    let digits = text
        .strip_prefix("rs")
        .or_else(|| text.strip_prefix("RS"))?;
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().ok().map(VariantName::Rsid))?
}

fn place(text: &str) -> Option<VariantName> {
    let mut parts = text
        .split([':', '-', '>', '/', ' ', '\t'])
        .filter(|part| !part.is_empty());
    let (contig, pos) = (parts.next()?, parts.next()?);
    let (reference, alternate) = (parts.next()?, parts.next()?);
    let bases = |s: &str| !s.is_empty() && s.bytes().all(|b| b"ACGTNacgtn*".contains(&b));
    if parts.next().is_some() || !bases(reference) || !bases(alternate) {
        return None;
    }
    let named = contig
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_'));
    let pos: u32 = pos.replace(',', "").parse().ok()?;
    (named && pos > 0).then(|| VariantName::Place {
        contig: contig.to_owned(),
        pos,
        reference: reference.to_ascii_uppercase(),
        alternate: alternate.to_ascii_uppercase(),
    })
}

fn hgvs(text: &str) -> Option<VariantName> {
    // ClinVar adds the change of the protein in brackets after a blank.
    let (head, tail) = match text.split_once(char::is_whitespace) {
        Some((head, tail)) => (head, tail.trim()),
        None => (text, ""),
    };
    let (sequence, change) = if let Some((sequence, change)) = head.split_once(':') {
        if !(tail.is_empty() || tail.starts_with("(p.")) {
            return None;
        }
        (Some(sequence), change)
    } else if tail.is_empty() || tail.starts_with("(p.") {
        (None, head)
    } else {
        (Some(head), tail)
    };
    // Of words such as `Hemoglobin A1C` none is a gene.
    let gene = |s: &str| !s.bytes().any(|b| b.is_ascii_lowercase());
    let bare = || {
        sequence
            .filter(|s| gene(s))
            .and_then(|_| bare_protein(change))
    };
    let change = change_of(change).or_else(bare)?;
    let (sequence, gene) = match sequence {
        None => (None, None),
        Some(sequence) => {
            let allowed = |b: u8| b.is_ascii_alphanumeric() || b"._-()".contains(&b);
            if sequence.is_empty() || !sequence.bytes().all(allowed) {
                return None;
            }
            match sequence.split_once('(') {
                Some((s, g)) => (Some(s), g.strip_suffix(')')),
                None => (Some(sequence), None),
            }
        }
    };
    Some(VariantName::Hgvs {
        sequence: sequence.map(str::to_owned),
        gene: gene.map(str::to_owned),
        change,
    })
}

/// A change of a residue as papers write it after a gene: `R176W`, `Arg176Trp`, `Q39*`.
fn bare_protein(text: &str) -> Option<String> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'*';
    let starts = text.starts_with(|c: char| c.is_ascii_uppercase());
    let has_position = text.bytes().any(|b| b.is_ascii_digit());
    let ends = !text.ends_with(|c: char| c.is_ascii_digit());
    if !(starts && has_position && ends && text.bytes().all(plain)) {
        return None;
    }
    Some(format!("p.{}", protein(text)?))
}

/// A change in one spelling.
fn change_of(text: &str) -> Option<String> {
    let (level, rest) = text.split_once('.')?;
    match level {
        "c" | "g" | "n" | "m" => {
            let first = rest.bytes().next()?;
            let change = rest.trim_end_matches(')').trim_start_matches('(');
            let plain = |b: u8| b.is_ascii_alphanumeric() || b"+-*_>=?()[];".contains(&b);
            if !(first.is_ascii_digit() || b"*-(".contains(&first)) || !rest.bytes().all(plain) {
                return None;
            }
            Some(format!("{level}.{}", without_bases(change)))
        }
        "p" => {
            let change = rest.trim_start_matches('(').trim_end_matches(')');
            Some(format!("p.{}", protein(change)?))
        }
        _ => None,
    }
}

/// `5946delT` as `5946del`, bases in upper case.
fn without_bases(change: &str) -> String {
    for word in ["del", "dup"] {
        if let Some(at) = change.to_ascii_lowercase().find(word)
            && let (Some(head), Some(tail)) = (change.get(..at), change.get(at + 3..))
            && tail.bytes().all(|b| b"ACGTNacgtn0123456789".contains(&b))
        {
            return format!("{head}{word}");
        }
    }
    let at = change.find(|c: char| c.is_ascii_alphabetic());
    match at.and_then(|at| change.split_at_checked(at)) {
        // A change of one base: `123a>g`.
        Some((head, tail)) if tail.contains('>') => format!("{head}{}", tail.to_ascii_uppercase()),
        _ => change.to_owned(),
    }
}

/// A residue at the start of a text, by three letters, and what comes after it.
fn residue(text: &str) -> Option<(&'static str, &str)> {
    let long = text.get(..3).and_then(|head| {
        let known = RESIDUES.iter().find(|r| r.1.eq_ignore_ascii_case(head))?;
        Some((known.1, text.get(3..)?))
    });
    long.or_else(|| {
        let c = text.chars().next()?;
        let known = RESIDUES.iter().find(|r| r.0 == c)?;
        Some((known.1, text.get(c.len_utf8()..)?))
    })
}

fn protein(change: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = change;
    // One place, or two with a line between them.
    loop {
        let (name, after) = residue(rest)?;
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = after.split_at_checked(digits)?;
        if number.is_empty() {
            return None;
        }
        out.push_str(name);
        out.push_str(number);
        rest = after;
        match rest.strip_prefix('_') {
            Some(after) => {
                out.push('_');
                rest = after;
            }
            None => break,
        }
    }
    if rest.contains("fs") {
        // What follows the shift is told by some and not by others.
        out.push_str("fs");
        return Some(out);
    }
    match rest {
        "del" | "dup" | "=" | "?" => out.push_str(rest),
        _ => {
            let word = ["delins", "ins"].into_iter().find(|w| rest.starts_with(w));
            if let Some(word) = word {
                out.push_str(word);
                rest = rest.get(word.len()..)?;
            }
            if rest.is_empty() {
                return None;
            }
            while !rest.is_empty() {
                let (name, after) = residue(rest)?;
                out.push_str(name);
                rest = after;
                if rest.starts_with("ext") {
                    out.push_str(rest);
                    break;
                }
            }
        }
    }
    Some(out)
}
