//! The consequences of one record, by ALT.

use std::ops::AddAssign;

use genodex_engine::query::expr::severity::severity;

use super::allele::{AlleleNames, Found};
use super::loss::{Loss, put_losses};
use super::transcript::pick;
use super::{ConsequenceError, ConsequenceFormat, ConsequenceRow, Dialect, Transcript};

/// Reads the INFO of records.
#[derive(Clone, Debug)]
pub struct Consequences {
    format: ConsequenceFormat,
    extra: Vec<usize>,
}

/// The transcripts of one ALT.
#[derive(Clone, Debug, Default)]
pub struct AlleleConsequences<'a> {
    /// All, in the order written.
    pub transcripts: Vec<Transcript<'a>>,
    /// The place of the one that is shown; `None` where there are none.
    pub shown: Option<usize>,
    /// What is shown.
    pub row: Option<ConsequenceRow<'a>>,
}

/// What was special in one record or in many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConsequenceTallies {
    /// Records with consequences.
    pub records: u64,
    /// Entries in all.
    pub entries: u64,
    /// Entries whose allele is none of the record's ALTs, or more than one.
    pub unmatched: u64,
    /// Entries with fewer or more fields than the header lists (`bcftools csq`'s may have
    /// fewer), and malformed ones of SnpEff's `LOF` and `NMD`.
    pub malformed: u64,
    /// Entries that only point to another record (bcftools csq).
    pub elsewhere: u64,
    /// Entries with a consequence that is not a known term: it ranks below all others.
    pub unknown_terms: u64,
    /// ALTs without an entry, in records with consequences.
    pub bare_alleles: u64,
}

impl AddAssign for ConsequenceTallies {
    fn add_assign(&mut self, other: Self) {
        self.records += other.records;
        self.entries += other.entries;
        self.unmatched += other.unmatched;
        self.malformed += other.malformed;
        self.elsewhere += other.elsewhere;
        self.unknown_terms += other.unknown_terms;
        self.bare_alleles += other.bare_alleles;
    }
}

/// The consequences of one record.
#[derive(Clone, Debug, Default)]
pub struct RecordConsequences<'a> {
    /// One for each ALT, in order.
    pub alleles: Vec<AlleleConsequences<'a>>,
    /// What was special.
    pub tallies: ConsequenceTallies,
    /// A consequence term that is not known, as an example.
    pub unknown_term: Option<&'a str>,
    /// Entries whose allele is none of the ALTs.
    pub unmatched: Vec<Transcript<'a>>,
}

impl Consequences {
    /// For records of a file with this format; `extra` names more fields that rows are to have
    /// ([`ConsequenceRow::extra`]).
    ///
    /// # Errors
    /// [`ConsequenceError::UnknownField`].
    pub fn new<S: AsRef<str>>(
        format: ConsequenceFormat,
        extra: &[S],
    ) -> Result<Self, ConsequenceError> {
        let places = extra.iter().map(|name| format.field(name.as_ref()));
        Ok(Self {
            extra: places.collect::<Result<_, _>>()?,
            format,
        })
    }

    /// The format.
    #[must_use]
    pub const fn format(&self) -> &ConsequenceFormat {
        &self.format
    }

    /// Reads the INFO text of a record: the field of consequences, and `LOF` and `NMD` where it
    /// is SnpEff's.
    #[must_use]
    pub fn read_info<'a>(
        &'a self,
        info: &'a str,
        reference: &str,
        alternates: &[&str],
    ) -> RecordConsequences<'a> {
        let (mut value, mut losses) = (None, Vec::new());
        let mut malformed = 0;
        for field in info.split(';') {
            match field.split_once('=') {
                Some((key, text)) if key == self.format.key() => value = value.or(Some(text)),
                Some((key @ ("LOF" | "NMD"), text)) if self.format.dialect() == Dialect::SnpEff => {
                    malformed += put_losses(text, key == "NMD", &mut losses);
                }
                _ => {}
            }
        }
        let mut record = self.read(value.unwrap_or("."), &losses, reference, alternates);
        record.tallies.malformed += malformed;
        record
    }

    /// Reads the value of the field of consequences; of SnpEff without `LOF` and `NMD`.
    #[must_use]
    pub fn read_value<'a>(
        &'a self,
        value: &'a str,
        reference: &str,
        alternates: &[&str],
    ) -> RecordConsequences<'a> {
        self.read(value, &[], reference, alternates)
    }

    fn read<'a>(
        &'a self,
        value: &'a str,
        losses: &[Loss<'a>],
        reference: &str,
        alternates: &[&str],
    ) -> RecordConsequences<'a> {
        let mut record = RecordConsequences {
            alleles: vec![AlleleConsequences::default(); alternates.len()],
            ..RecordConsequences::default()
        };
        if value.is_empty() || value == "." {
            return record;
        }
        let n_fields = self.format.fields().len();
        let joins = self.format.dialect() == Dialect::Vep;
        let transcripts: Vec<Transcript<'a>> = entries(value, n_fields, joins)
            .map(|entry| Transcript::new(&self.format, entry))
            .collect();
        let tallies = &mut record.tallies;
        tallies.records = 1;
        tallies.entries = transcripts.len() as u64;
        let names = AlleleNames::new(reference, alternates);
        let numbers = transcripts.iter().map(|t| self.allele_number(t));
        // Numbers beyond the ALTs are left from before the record was split.
        let numbered = numbers.flatten().all(|n| n <= names.len());
        for transcript in transcripts {
            if transcript.is_elsewhere() {
                record.tallies.elsewhere += 1;
                continue;
            }
            let short = transcript.values().len() < n_fields;
            let fewer = self.format.dialect() == Dialect::Csq && short;
            if transcript.values().len() != n_fields && !fewer {
                record.tallies.malformed += 1;
            }
            let consequence = transcript.consequence().unwrap_or_default();
            let mut terms = consequence.split(['&', ',']).filter(|t| !t.is_empty());
            if let Some(term) = terms.find(|t| severity(t).is_none()) {
                record.tallies.unknown_terms += 1;
                record.unknown_term.get_or_insert(term);
            }
            match self.find_allele(&transcript, &names, numbered) {
                Target::All => {
                    for allele in &mut record.alleles {
                        allele.transcripts.push(transcript.clone());
                    }
                }
                Target::One(i) if i < record.alleles.len() => {
                    record.alleles[i].transcripts.push(transcript);
                }
                Target::One(_) | Target::None => {
                    record.tallies.unmatched += 1;
                    record.unmatched.push(transcript);
                }
            }
        }
        for allele in &mut record.alleles {
            allele.shown = pick(&allele.transcripts);
            let shown = allele.shown.and_then(|i| allele.transcripts.get(i));
            allele.row = shown.map(|t| ConsequenceRow::new(&self.format, t, losses, &self.extra));
            record.tallies.bare_alleles += u64::from(allele.row.is_none());
        }
        record
    }

    fn allele_number(&self, transcript: &Transcript<'_>) -> Option<usize> {
        transcript
            .at(self.format.places.allele_number)?
            .parse()
            .ok()
    }

    fn find_allele(
        &self,
        transcript: &Transcript<'_>,
        names: &AlleleNames<'_>,
        numbered: bool,
    ) -> Target {
        let places = &self.format.places;
        if self.format.dialect() == Dialect::Csq {
            return match transcript.at(places.dna_change) {
                Some(change) if names.len() > 1 => Target::of(names.find_changed(change)),
                _ => Target::All,
            };
        }
        let number = self
            .allele_number(transcript)
            .and_then(|n| n.checked_sub(1));
        let name = places
            .allele
            .and_then(|place| transcript.values().get(place).copied());
        match (name, number) {
            (Some(name), Some(n)) if numbered && names.fits(n, name) => Target::One(n),
            (Some(name), _) => {
                let found = match self.format.dialect() {
                    Dialect::SnpEff => names.find_snpeff(name),
                    Dialect::Vep | Dialect::Csq => names.find_vep(name),
                };
                match (found, number) {
                    (Found::None | Found::Several, Some(n)) if numbered => Target::One(n),
                    (found, _) => Target::of(found),
                }
            }
            (None, Some(n)) if numbered => Target::One(n),
            (None, Some(_)) => Target::None,
            (None, None) => Target::All,
        }
    }
}

enum Target {
    All,
    One(usize),
    None,
}

impl Target {
    const fn of(found: Found) -> Self {
        match found {
            Found::One(i) => Self::One(i),
            Found::None | Found::Several => Self::None,
        }
    }
}

/// The entries of a value. With `joins`, a comma inside of a field (LOFTEE's `LoF_info`) does
/// not end an entry: pieces are joined until there are `n_fields`, and a piece without `|` goes
/// to the entry before it.
fn entries(value: &str, n_fields: usize, joins: bool) -> impl Iterator<Item = &str> {
    let bars = |text: &str| memchr::memchr_iter(b'|', text.as_bytes()).count();
    let mut rest = Some(value);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut end = text.find(',').unwrap_or(text.len());
        let mut have = bars(&text[..end]);
        while joins && n_fields > 1 && end < text.len() {
            let next = text[end + 1..]
                .find(',')
                .map_or(text.len(), |n| end + 1 + n);
            let more = bars(&text[end + 1..next]);
            if have + more >= n_fields || (more > 0 && have + 1 >= n_fields) {
                break;
            }
            have += more;
            end = next;
        }
        rest = text.get(end + 1..);
        Some(&text[..end])
    })
}

#[cfg(test)]
mod tests {
    use super::entries;

    #[test]
    fn commas_within_a_field_do_not_end_an_entry() {
        let found = |text, n, joins| entries(text, n, joins).collect::<Vec<_>>();
        assert_eq!(found("a|b,c|d", 2, true), ["a|b", "c|d"]);
        assert_eq!(
            found("a|b:1,b:2,b:3,c|d", 2, true),
            ["a|b:1,b:2,b:3", "c|d"]
        );
        assert_eq!(
            found("a|b:1,b:2|c,d|e|f", 3, true),
            ["a|b:1,b:2|c", "d|e|f"]
        );
        assert_eq!(found("a|b,c", 2, false), ["a|b", "c"]);
        assert_eq!(found("a,b", 1, true), ["a", "b"]);
        assert_eq!(found("a|b,", 2, true), ["a|b,"]);
        assert_eq!(found("a|b|c|d,e|f", 2, true), ["a|b|c|d", "e|f"]);
    }
}
