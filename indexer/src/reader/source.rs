//! One input, framed into records, in order.

use std::collections::HashMap;
use std::io::{self, Chain, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::{Fault, quote};
use super::header::{Header, HeaderContig, SourceFormat};
use super::input::{End, Input, fill};
use super::opening::{LineError, bcf_header, failed, sniff, take_line, vcf_header};
use super::raw::{ContigId, RawRecord};
use super::{Place, ReadError};

/// The longest record that is read. Ten million samples with forty bytes each fit.
const MAX_RECORD: usize = 1 << 30;

/// A BCF record is read in steps of this, so that a length that lies costs no memory.
const STEP: usize = 4 << 20;

/// The smallest BCF record: CHROM to the counts.
const BCF_FIXED: usize = 24;

/// One input of variants: `.vcf`, `.vcf.gz` or `.bcf`, told apart by content.
pub struct Source {
    input: Chain<Cursor<Vec<u8>>, Input>,
    header: Arc<Header>,
    contigs: Vec<HeaderContig>,
    by_name: HashMap<Vec<u8>, u32>,
    last_contig: u32,
    warnings: Vec<String>,
    ordinal: u64,
    /// Lines read (VCF).
    lines: u64,
    /// Uncompressed bytes read (BCF).
    offset: u64,
    ended: bool,
}

impl Source {
    /// Opens `path` (`-`: standard input) and reads its header. BGZF is inflated by
    /// `decompress_threads` more threads, or by the reading one where that is 0.
    ///
    /// # Errors
    /// [`ReadError`]: the file cannot be opened, is not VCF or BCF, or its header is damaged
    /// or names a sample twice.
    pub fn open(path: &Path, decompress_threads: usize) -> Result<Self, ReadError> {
        let input = Input::open(path, decompress_threads).map_err(|source| ReadError::Io {
            action: "cannot open",
            path: path.to_owned(),
            source,
        })?;
        let shown = if path.as_os_str() == "-" {
            Path::new("standard input")
        } else {
            path
        };
        Self::new(shown, input)
    }

    /// From any bytes; `path` is for messages.
    ///
    /// # Errors
    /// As [`Source::open`].
    pub fn from_reader(
        path: &Path,
        bytes: impl Read + Send + 'static,
        decompress_threads: usize,
    ) -> Result<Self, ReadError> {
        let input = Input::new(Box::new(bytes), None, decompress_threads)
            .map_err(|e| failed(path, "the start", e))?;
        Self::new(path, input)
    }

    fn new(path: &Path, mut input: Input) -> Result<Self, ReadError> {
        let path: Arc<Path> = Arc::from(path);
        let mut magic = vec![0; 16];
        let got = fill(&mut input, &mut magic).map_err(|e| failed(&path, "the start", e))?;
        magic.truncate(got);
        let format = sniff(&path, &magic)?;
        let mut input = Cursor::new(magic).chain(input);
        let (text, offset) = match format {
            SourceFormat::Vcf => (vcf_header(&path, &mut input)?, 0),
            SourceFormat::Bcf => bcf_header(&path, &mut input)?,
        };
        let header = Header::parse(&path, format, &text)?;
        let contigs = header.contigs.clone();
        let names = contigs.iter().zip(0..);
        Ok(Self {
            by_name: names.map(|(c, i)| (c.name.clone().into(), i)).collect(),
            contigs,
            warnings: header.warnings.clone(),
            lines: text.iter().filter(|&&b| b == b'\n').count() as u64,
            offset,
            header: Arc::new(header),
            input,
            last_contig: 0,
            ordinal: 0,
            ended: false,
        })
    }

    /// The header.
    #[must_use]
    pub const fn header(&self) -> &Arc<Header> {
        &self.header
    }

    /// The contigs of the header, then those that records have used without a `##contig` line.
    #[must_use]
    pub fn contigs(&self) -> &[HeaderContig] {
        &self.contigs
    }

    /// Things that are odd but were understood, so far.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Compressed bytes read so far, for a progress bar.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.input.get_ref().1.bytes_read()
    }

    /// BLAKE3 of the compressed bytes read so far, in hexadecimal.
    #[must_use]
    pub fn checksum(&self) -> String {
        self.input.get_ref().1.checksum()
    }

    /// Compressed bytes in all, where known.
    #[must_use]
    #[expect(
        clippy::len_without_is_empty,
        reason = "bytes of a file, not a container"
    )]
    pub fn len(&self) -> Option<u64> {
        self.input.get_ref().1.len()
    }

    /// Reads the next record into `raw`; false at the end. After an error the end is reached.
    ///
    /// # Errors
    /// [`ReadError`]: the input cannot be read, is truncated, or the record has no length or
    /// contig that could be.
    pub fn read(&mut self, raw: &mut RawRecord) -> Result<bool, ReadError> {
        if self.ended {
            return Ok(false);
        }
        raw.clear();
        raw.ordinal = self.ordinal;
        let read = match self.header.format {
            SourceFormat::Vcf => self.read_line(raw),
            SourceFormat::Bcf => self.read_bcf(raw),
        };
        match read {
            Ok(true) => self.ordinal += 1,
            Ok(false) => {
                self.ended = true;
                self.check_end()?;
            }
            Err(_) => self.ended = true,
        }
        read
    }

    fn read_line(&mut self, raw: &mut RawRecord) -> Result<bool, ReadError> {
        loop {
            raw.clear();
            self.lines += 1;
            raw.place = Place::Line(self.lines);
            let whole = match take_line(&mut self.input, MAX_RECORD, |part| raw.push(part)) {
                Ok(whole) => whole,
                Err(LineError::Io(e)) => return Err(self.failed(e)),
                Err(LineError::TooLong) => {
                    let reason = format!("longer than {MAX_RECORD} bytes");
                    return Err(self.fault(raw.place, Fault::new("line", reason)));
                }
            };
            if !whole {
                if raw.is_empty() {
                    return Ok(false);
                }
                if self.input.get_ref().1.end() != End::Whole {
                    return Err(self.truncated("its last line has no end".to_owned()));
                }
                self.warnings.push(format!(
                    "line {} has no end: the file may have been cut short",
                    self.lines
                ));
            }
            if raw.bytes().last() == Some(&b'\r') {
                raw.pop(1);
            }
            // bcftools passes over empty lines too.
            if !raw.is_empty() {
                break;
            }
        }
        let line = raw.bytes();
        let name = match memchr::memchr(b'\t', line) {
            Some(0) => return Err(self.fault(raw.place, Fault::new("CHROM", "it is empty"))),
            Some(end) => &line[..end],
            None => {
                let reason = format!("{} has no tab; records have 8 columns", quote(line));
                return Err(self.fault(raw.place, Fault::new("record", reason)));
            }
        };
        raw.contig = match self.contigs.get(self.last_contig as usize) {
            Some(last) if last.name.as_bytes() == name => ContigId(self.last_contig),
            _ => self.find_contig(name, raw.place)?,
        };
        Ok(true)
    }

    fn find_contig(&mut self, name: &[u8], place: Place) -> Result<ContigId, ReadError> {
        let index = match self.by_name.get(name) {
            Some(&index) => index,
            None => {
                let Some(text) = str::from_utf8(name)
                    .ok()
                    .filter(|t| !t.contains(|c: char| c.is_whitespace() || c.is_control()))
                else {
                    let reason = format!("{} is not a name", quote(name));
                    return Err(self.fault(place, Fault::new("CHROM", reason)));
                };
                let index = self.contigs.len() as u32;
                self.by_name.insert(name.to_owned(), index);
                self.contigs.push(HeaderContig {
                    name: text.to_owned(),
                    length: None,
                });
                index
            }
        };
        self.last_contig = index;
        Ok(ContigId(index))
    }

    fn read_bcf(&mut self, raw: &mut RawRecord) -> Result<bool, ReadError> {
        let place = Place::Record {
            number: self.ordinal + 1,
            offset: self.offset,
        };
        raw.place = place;
        let mut lengths = [0; 8];
        match fill(&mut self.input, &mut lengths).map_err(|e| self.failed(e))? {
            0 => return Ok(false),
            8 => {}
            _ => return Err(self.truncated("the next record's lengths are cut".to_owned())),
        }
        let [a, b, c, d, e, f, g, h] = lengths;
        let shared = u32::from_le_bytes([a, b, c, d]) as usize;
        let samples = u32::from_le_bytes([e, f, g, h]) as usize;
        if shared < BCF_FIXED || shared + samples > MAX_RECORD {
            let reason = format!(
                "{shared} + {samples} bytes; records have at least {BCF_FIXED} and at most {MAX_RECORD}"
            );
            return Err(self.fault(place, Fault::new("length", reason)));
        }
        raw.shared = shared;
        let mut left = shared + samples;
        while left > 0 {
            let n = left.min(STEP);
            let got = fill(&mut self.input, raw.grow(n)).map_err(|e| self.failed(e))?;
            if got < n {
                return Err(self.truncated("the next record is cut".to_owned()));
            }
            left -= n;
        }
        self.offset += (8 + shared + samples) as u64;
        let index = raw
            .bytes()
            .first_chunk()
            .map_or(0, |b| u32::from_le_bytes(*b));
        match self.header.contig_place(index) {
            Some(contig) => raw.contig = ContigId(contig),
            None => {
                let reason = format!("contig {index} is not in the header");
                return Err(self.fault(place, Fault::new("CHROM", reason)));
            }
        }
        Ok(true)
    }

    fn check_end(&mut self) -> Result<(), ReadError> {
        match self.input.get_ref().1.end() {
            End::Whole => Ok(()),
            End::NoMarker => {
                self.warnings.push(
                    "the BGZF end-of-file block is missing: the file may have been cut short"
                        .to_owned(),
                );
                Ok(())
            }
            End::Cut => Err(self.truncated("it ends within a BGZF block".to_owned())),
        }
    }

    fn truncated(&self, reason: String) -> ReadError {
        ReadError::Truncated {
            path: PathBuf::from(&*self.header.path),
            after: self.done(),
            reason,
        }
    }

    fn failed(&self, error: io::Error) -> ReadError {
        failed(&self.header.path, &self.done(), error)
    }

    fn done(&self) -> String {
        match self.ordinal {
            1 => "1 record".to_owned(),
            n => format!("{n} records"),
        }
    }

    fn fault(&self, place: Place, fault: Fault) -> ReadError {
        fault.at(&self.header.path, place, &self.header.samples)
    }
}
