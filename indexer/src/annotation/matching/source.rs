//! The source, read one record ahead.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use genodex_engine::diagnostic::nearest;
use genodex_engine::format::sites::default_end;

use super::MatchError;
use super::window::MatchedRecord;
use crate::annotation::values::Number;
use crate::fasta::Reference;
use crate::reader::{
    CallOptions, ContigId, FieldLine, Header, Parser, RawRecord, Record, Source, field_lines,
};

/// How a source is read.
#[derive(Default)]
pub struct MatchOptions {
    /// Threads that decompress.
    pub threads: usize,
    /// INFO fields to take, in this order; all of the header where `None`.
    pub info: Option<Vec<String>>,
    /// The reference that alleles are left-aligned on.
    pub reference: Option<Reference>,
}

/// A VCF or BCF file whose records say something of alleles.
pub struct AlleleSource {
    path: PathBuf,
    source: Source,
    parser: Parser,
    fields: Vec<FieldLine>,
    pub(super) numbers: Vec<Number>,
    pub(super) reference: Option<Reference>,
    raw: RawRecord,
    record: Record,
    /// Whether `record` is one that was not taken yet.
    ahead: bool,
    ended: bool,
    seen: HashSet<ContigId>,
    last: Option<(ContigId, u32)>,
    text: String,
}

impl AlleleSource {
    /// Opens `path` and reads its header.
    ///
    /// # Errors
    /// [`MatchError::Read`], [`MatchError::UnknownInfo`].
    pub fn open(path: &Path, options: MatchOptions) -> Result<Self, MatchError> {
        let source = Source::open(path, options.threads)?;
        Self::new(path, source, options)
    }

    pub(super) fn new(
        path: &Path,
        source: Source,
        options: MatchOptions,
    ) -> Result<Self, MatchError> {
        let lines = field_lines(&source.header().text, "INFO");
        let fields = match options.info {
            None => lines,
            Some(keys) => {
                let find = |key: String| match lines.iter().find(|l| l.id == key) {
                    Some(line) => Ok(line.clone()),
                    None => Err(MatchError::UnknownInfo {
                        path: path.to_owned(),
                        nearest: nearest(&key, lines.iter().map(|l| l.id.as_str()))
                            .map(str::to_owned),
                        key,
                    }),
                };
                keys.into_iter().map(find).collect::<Result<_, _>>()?
            }
        };
        Ok(Self {
            path: path.to_owned(),
            parser: Parser::new(Arc::clone(source.header()), CallOptions::default())?,
            source,
            numbers: fields.iter().map(|f| Number::parse(&f.number)).collect(),
            fields,
            reference: options.reference,
            raw: RawRecord::default(),
            record: Record::default(),
            ahead: false,
            ended: false,
            seen: HashSet::new(),
            last: None,
            text: String::new(),
        })
    }

    /// The fields that are taken.
    #[must_use]
    pub fn fields(&self) -> &[FieldLine] {
        &self.fields
    }

    /// The header.
    #[must_use]
    pub fn header(&self) -> &Header {
        self.source.header()
    }

    /// Things that are odd but were understood, so far.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        self.source.warnings()
    }

    /// Compressed bytes read so far.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.source.bytes_read()
    }

    /// Compressed bytes in all, where known.
    #[must_use]
    pub fn total_bytes(&self) -> Option<u64> {
        self.source.len()
    }

    /// BLAKE3 of the compressed bytes read so far, in hexadecimal.
    #[must_use]
    pub fn checksum(&self) -> String {
        self.source.checksum()
    }

    /// The next record's site; `None` at the end.
    pub(super) fn peek(&mut self) -> Result<Option<&Record>, MatchError> {
        if !self.ahead && !self.ended {
            if !self.source.read(&mut self.raw)? {
                self.ended = true;
                return Ok(None);
            }
            self.parser.parse_site(&self.raw, &mut self.record)?;
            self.check_order()?;
            self.ahead = true;
        }
        Ok(self.ahead.then_some(&self.record))
    }

    /// Passes over the record that was peeked.
    pub(super) const fn skip(&mut self) {
        self.ahead = false;
    }

    /// The ALTs of the record that was peeked.
    pub(super) fn ahead_alternates(&self) -> &[String] {
        &self.record.alternates
    }

    /// The record that was peeked, with its fields.
    pub(super) fn take(&mut self) -> Result<MatchedRecord, MatchError> {
        self.ahead = false;
        self.text.clear();
        self.parser.info(&self.raw, &mut self.text)?;
        let mut values = vec![None; self.fields.len()];
        for field in self.text.split(';') {
            let (key, value) = field.split_once('=').unwrap_or((field, ""));
            for (own, value_of) in self.fields.iter().zip(&mut values) {
                if own.id == key && value_of.is_none() {
                    *value_of = Some(Box::from(value));
                }
            }
        }
        let record = &mut self.record;
        Ok(MatchedRecord {
            place: self.raw.place(),
            pos: record.pos,
            id: record.id.take(),
            reference: std::mem::take(&mut record.reference),
            alternates: std::mem::take(&mut record.alternates),
            qual: record.qual,
            filter: record.filter.take(),
            values,
        })
    }

    /// 1-based last base of the record that was peeked.
    pub(super) fn end(&mut self) -> Result<u32, MatchError> {
        self.text.clear();
        self.parser.info_value(&self.raw, "END", &mut self.text)?;
        let of_ref = default_end(self.record.pos, self.record.reference.len());
        Ok(self.text.parse().unwrap_or(of_ref))
    }

    /// The name of a contig of the source.
    pub(super) fn contig_name(&self, contig: ContigId) -> String {
        let contig = self.source.contigs().get(contig.0 as usize);
        contig.map_or_else(String::new, |c| c.name.clone())
    }

    /// That a contig of the store comes under a second name.
    pub(super) fn contig_again(&self, contig: ContigId) -> MatchError {
        MatchError::ContigAgain {
            path: self.path.clone(),
            place: self.raw.place(),
            contig: self.contig_name(contig),
        }
    }

    fn check_order(&mut self) -> Result<(), MatchError> {
        let (contig, pos) = (self.record.contig, self.record.pos);
        match self.last {
            Some((same, before)) if same == contig && pos < before => {
                return Err(MatchError::Unsorted {
                    path: self.path.clone(),
                    place: self.raw.place(),
                    contig: self.contig_name(contig),
                    pos,
                    before,
                });
            }
            Some((same, _)) if same == contig => {}
            _ if !self.seen.insert(contig) => return Err(self.contig_again(contig)),
            _ => {}
        }
        self.last = Some((contig, pos));
        Ok(())
    }
}
