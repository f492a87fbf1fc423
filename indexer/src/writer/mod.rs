//! Records into VCF and BCF files, as `bcftools view` writes them.
//!
//! An [`Encoder`] turns records into bytes, on any thread; a [`Writer`] puts the bytes after
//! the header into a sink, compressed or not. The same bytes come out whatever the number of
//! threads. What the records are is left to [`genodex_engine::record`].

mod bcf;
mod bgzf;
mod calls;
mod error;
pub mod npy;
mod typed;
mod vcf;

use std::io::Write;
use std::sync::Arc;

use genodex_engine::record::{Header, Record};

pub use error::{Fault, WriteError};

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

/// Bytes kept before they are compressed or written.
const FLUSH: usize = 1 << 20;

/// Writes records one after the other.
pub struct Writer<W: Write + Send + 'static> {
    encoder: Encoder,
    sink: bgzf::Sink<W>,
    pending: Vec<u8>,
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
        let encoder = Encoder::new(kind, header);
        let mut pending = Vec::new();
        encoder
            .encode_header(&mut pending)
            .map_err(WriteError::Header)?;
        let sink = match kind {
            OutputKind::Vcf | OutputKind::BcfUncompressed => bgzf::Sink::plain(sink),
            OutputKind::VcfGz | OutputKind::Bcf => bgzf::Sink::compressed(sink, threads),
        };
        Ok(Self {
            encoder,
            sink,
            pending,
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
        self.encoder.encode(record, &mut self.pending)?;
        self.flush_over(FLUSH)
    }

    /// Writes records that [`encoder`](Self::encoder) encoded.
    ///
    /// # Errors
    /// [`WriteError::Io`] where the sink fails.
    pub fn write_encoded(&mut self, records: &[u8]) -> Result<(), WriteError> {
        self.flush_over(0)?;
        Ok(self.sink.write_all(records)?)
    }

    /// Writes what is left and the end of the file, and gives the sink back.
    ///
    /// # Errors
    /// [`WriteError::Io`] where the sink fails.
    pub fn finish(mut self) -> Result<W, WriteError> {
        self.flush_over(0)?;
        Ok(self.sink.finish()?)
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
