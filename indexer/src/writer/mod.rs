//! Records into VCF and BCF files, as `bcftools view` writes them.
//!
//! An [`Encoder`] turns records into bytes, on any thread; a [`Writer`] puts the bytes after
//! the header into a sink, compressed or not. The same bytes come out whatever the number of
//! threads. What the records are is left to [`genodex_engine::record`].

mod bcf;
mod bgzf;
mod blocks;
mod calls;
mod error;
mod index;
pub mod npy;
mod typed;
mod vcf;

use std::io::Write;
use std::sync::Arc;

use genodex_engine::record::{Header, Record};

pub use error::{Fault, WriteError};
pub use index::Place;

use blocks::Blocks;
use index::Index;

/// What a file of records is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputKind {
    /// VCF text (`-O v`).
    Vcf,
    /// VCF in BGZF (`-O z`).
    VcfGz,
    /// BCF without compression (`-O u`).
    BcfUncompressed,
    /// BCF in BGZF (`-O b`).
    Bcf,
}

impl OutputKind {
    /// By the letter of bcftools' `-O`.
    #[must_use]
    pub fn from_letter(letter: &str) -> Option<Self> {
        Some(match letter {
            "v" => Self::Vcf,
            "z" => Self::VcfGz,
            "u" => Self::BcfUncompressed,
            "b" => Self::Bcf,
            _ => return None,
        })
    }

    /// By the end of a file's name: `.vcf`, `.vcf.gz`, `.vcf.bgz`, `.bcf`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let ends = |end: &str| name.ends_with(end);
        Some(if ends(".vcf") {
            Self::Vcf
        } else if ends(".vcf.gz") || ends(".vcf.bgz") {
            Self::VcfGz
        } else if ends(".bcf") {
            Self::Bcf
        } else {
            return None;
        })
    }

    const fn is_bcf(self) -> bool {
        matches!(self, Self::BcfUncompressed | Self::Bcf)
    }
}

/// Turns records into bytes.
#[derive(Clone, Debug)]
pub struct Encoder {
    header: Arc<Header>,
    bcf: Option<Arc<bcf::Dictionary>>,
}

impl Encoder {
    /// An encoder of records with this header.
    #[must_use]
    pub fn new(kind: OutputKind, header: Arc<Header>) -> Self {
        let bcf = kind
            .is_bcf()
            .then(|| Arc::new(bcf::Dictionary::new(&header)));
        Self { header, bcf }
    }

    /// The header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Appends the bytes of the header.
    ///
    /// # Errors
    /// [`Fault`] where BCF cannot hold it.
    pub fn encode_header(&self, out: &mut Vec<u8>) -> Result<(), Fault> {
        let text = self.header.text();
        if self.bcf.is_some() {
            return bcf::encode_header(&text, out);
        }
        out.extend_from_slice(text.as_bytes());
        Ok(())
    }

    /// Appends the bytes of a record; nothing where there is an error.
    ///
    /// # Errors
    /// [`WriteError::Record`]: what of it does not fit the header or the format.
    pub fn encode(&self, record: &Record, out: &mut Vec<u8>) -> Result<(), WriteError> {
        let start = out.len();
        let done = match &self.bcf {
            Some(dictionary) => bcf::encode(dictionary, &self.header, record, out),
            None => vcf::encode(&self.header, record, out),
        };
        done.map_err(|fault| {
            out.truncate(start);
            WriteError::Record {
                chrom: record.chrom.clone(),
                pos: record.pos,
                fault,
            }
        })
    }
}

impl Encoder {
    /// As [`encode`](Self::encode), and adds where the record is, for an index.
    ///
    /// # Errors
    /// As of [`encode`](Self::encode).
    pub fn encode_placed(
        &self,
        record: &Record,
        out: &mut Vec<u8>,
        places: &mut Vec<Place>,
    ) -> Result<(), WriteError> {
        let before = out.len();
        self.encode(record, out)?;
        places.push(Place {
            contig: self
                .header
                .contig_index(&record.chrom)
                .unwrap_or(usize::MAX),
            start: record.pos,
            end: (record.pos + record.span(&self.header)).saturating_sub(1),
            bytes: out.len() - before,
        });
        Ok(())
    }
}

/// Bytes kept before they are compressed or written.
const FLUSH: usize = 1 << 20;

/// Writes records one after the other.
pub struct Writer<W: Write + Send + 'static> {
    encoder: Encoder,
    sink: bgzf::Sink<Blocks<W>>,
    pending: Vec<u8>,
    index: Option<Index>,
}

impl<W: Write + Send + 'static> Writer<W> {
    /// Writes the header. Compression takes as many threads as given; 0 and 1 mean this one.
    ///
    /// # Errors
    /// [`WriteError`] where the sink does, or BCF cannot hold the header.
    pub fn create(
        sink: W,
        kind: OutputKind,
        header: Arc<Header>,
        threads: usize,
    ) -> Result<Self, WriteError> {
        Self::begin(Blocks::plain(sink), None, kind, header, threads)
    }

    /// As [`create`](Self::create), with an index to be made of the records.
    ///
    /// # Errors
    /// As of [`create`](Self::create); [`WriteError::NoIndex`] where files of the kind have none.
    pub fn create_indexed(
        sink: W,
        kind: OutputKind,
        header: Arc<Header>,
        threads: usize,
    ) -> Result<Self, WriteError> {
        if !matches!(kind, OutputKind::VcfGz | OutputKind::Bcf) {
            return Err(WriteError::NoIndex);
        }
        let (sink, seen) = Blocks::watched(sink);
        Self::begin(sink, Some(seen), kind, header, threads)
    }

    fn begin(
        sink: Blocks<W>,
        seen: Option<blocks::Seen>,
        kind: OutputKind,
        header: Arc<Header>,
        threads: usize,
    ) -> Result<Self, WriteError> {
        let encoder = Encoder::new(kind, header);
        let mut pending = Vec::new();
        encoder
            .encode_header(&mut pending)
            .map_err(WriteError::Header)?;
        let index = seen.and_then(|seen| Index::new(seen, kind, encoder.header(), pending.len()));
        let sink = match kind {
            OutputKind::Vcf | OutputKind::BcfUncompressed => bgzf::Sink::plain(sink),
            OutputKind::VcfGz | OutputKind::Bcf => bgzf::Sink::compressed(sink, threads),
        };
        Ok(Self {
            encoder,
            sink,
            pending,
            index,
        })
    }

    /// The encoder, for threads that encode on their own.
    #[must_use]
    pub const fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    /// Writes a record.
    ///
    /// # Errors
    /// [`WriteError`] where the record does not fit, or the sink fails.
    pub fn write(&mut self, record: &Record) -> Result<(), WriteError> {
        match &mut self.index {
            None => self.encoder.encode(record, &mut self.pending)?,
            Some(index) => {
                let mut places = Vec::with_capacity(1);
                self.encoder
                    .encode_placed(record, &mut self.pending, &mut places)?;
                index.push(&places)?;
            }
        }
        self.flush_over(FLUSH)
    }

    /// Writes records that [`encoder`](Self::encoder) encoded. With an index, their places are
    /// wanted: see [`write_placed`](Self::write_placed).
    ///
    /// # Errors
    /// [`WriteError::Io`] where the sink fails.
    pub fn write_encoded(&mut self, records: &[u8]) -> Result<(), WriteError> {
        self.flush_over(0)?;
        Ok(self.sink.write_all(records)?)
    }

    /// Writes records that [`Encoder::encode_placed`] encoded, all of them with their places.
    ///
    /// # Errors
    /// [`WriteError::Io`] where the sink fails; [`WriteError::Order`] where they cannot be
    /// indexed.
    pub fn write_placed(&mut self, records: &[u8], places: &[Place]) -> Result<(), WriteError> {
        self.write_encoded(records)?;
        match &mut self.index {
            Some(index) => index.push(places),
            None => Ok(()),
        }
    }

    /// Writes what is left and the end of the file, and gives the sink back.
    ///
    /// # Errors
    /// [`WriteError::Io`] where the sink fails.
    pub fn finish(mut self) -> Result<W, WriteError> {
        self.flush_over(0)?;
        Ok(self.sink.finish()?.into_inner())
    }

    /// As [`finish`](Self::finish), and gives the bytes of the index (CSI); none without one.
    ///
    /// # Errors
    /// As of [`finish`](Self::finish), and [`WriteError::Order`].
    pub fn finish_indexed(mut self) -> Result<(W, Option<Vec<u8>>), WriteError> {
        self.flush_over(0)?;
        let sink = self.sink.finish()?.into_inner();
        let index = self.index.map(Index::finish).transpose()?;
        Ok((sink, index))
    }

    fn flush_over(&mut self, size: usize) -> Result<(), WriteError> {
        if self.pending.len() > size {
            self.sink.write_all(&self.pending)?;
            self.pending.clear();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
