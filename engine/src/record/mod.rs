//! One record of a VCF or BCF file, owned and used again for the next: where what selects
//! records and what writes them meet.
//!
//! Values are coded as in BCF and as [`RowAccess`](crate::query::expr::RowAccess) gives them
//! ([`INT_MISSING`], [`INT_END`], [`FLOAT_MISSING`], [`FLOAT_END`]). Fields and filters are
//! named by their place in the [`Header`]. How records are written is left to the indexer's
//! writers; [`number`] has the digits that htslib writes.

mod access;
mod header;
pub mod number;

pub use access::Row;
pub use header::{Contig, Definition, Header};

pub use crate::query::expr::{FLOAT_END, FLOAT_MISSING, INT_END, INT_MISSING};

/// The value of an INFO field.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A flag: the key alone.
    Flag,
    /// Whole numbers; [`INT_MISSING`] where missing.
    Ints(Vec<i32>),
    /// Floats; [`FLOAT_MISSING`] where missing.
    Floats(Vec<f32>),
    /// Text as written, commas included.
    Text(String),
}

/// An INFO field of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct InfoField {
    /// Index in [`Header::infos`].
    pub key: usize,
    /// Its value.
    pub value: Value,
}

/// Values of a FORMAT field, sample after sample.
#[derive(Clone, Debug, PartialEq)]
pub enum SampleValues {
    /// `width` whole numbers a sample; [`INT_MISSING`] where missing, [`INT_END`] after the
    /// last.
    Ints {
        /// Values for each sample.
        width: usize,
        /// `width` times the number of samples.
        values: Vec<i32>,
    },
    /// `width` floats a sample; [`FLOAT_MISSING`] where missing, [`FLOAT_END`] after the last.
    Floats {
        /// Values for each sample.
        width: usize,
        /// `width` times the number of samples.
        values: Vec<f32>,
    },
    /// Text as written, one a sample; `.` where missing.
    Text(Vec<String>),
}

/// A FORMAT field of a record, other than GT.
#[derive(Clone, Debug, PartialEq)]
pub struct FormatField {
    /// Index in [`Header::formats`].
    pub key: usize,
    /// Its values.
    pub values: SampleValues,
}

/// The calls (GT) of a record: `(allele + 1) << 1 | phased`, 0 (1 if phased) for a missing
/// allele, [`INT_END`] after the last; as many codes for each sample. Allele 0 is REF, allele
/// 1 the first ALT.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// Codes for each sample: the highest ploidy; 0 where the record has no GT.
    pub ploidy: usize,
    /// `ploidy` times the number of samples.
    pub codes: Vec<i32>,
}

/// A record with all its ALT alleles.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// Contig.
    pub chrom: String,
    /// 1-based position; 0 is before the first base (a telomere).
    pub pos: u64,
    /// Identifiers; none for `.`.
    pub ids: Vec<String>,
    /// REF.
    pub reference: String,
    /// ALT alleles; none for `.`.
    pub alts: Vec<String>,
    /// QUAL.
    pub qual: Option<f32>,
    /// Indices in [`Header::filters`]; `PASS` is one, none for `.`.
    pub filters: Vec<usize>,
    /// INFO, in the order to write.
    pub info: Vec<InfoField>,
    /// GT.
    pub calls: Calls,
    /// FORMAT fields after GT, in the order to write; phase sets (PS) are one.
    pub formats: Vec<FormatField>,
}

impl Record {
    /// An empty record.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets everything but the memory.
    pub fn clear(&mut self) {
        self.chrom.clear();
        self.pos = 0;
        self.ids.clear();
        self.reference.clear();
        self.alts.clear();
        self.qual = None;
        self.filters.clear();
        self.info.clear();
        self.calls.ploidy = 0;
        self.calls.codes.clear();
        self.formats.clear();
    }

    /// Whether it has GT.
    #[must_use]
    pub const fn has_calls(&self) -> bool {
        self.calls.ploidy > 0
    }

    /// Bases of the reference that it spans: to INFO/END where there is one after its
    /// position, else as many as REF has.
    #[must_use]
    pub fn span(&self, header: &Header) -> u64 {
        let end = header.info_index("END").and_then(|key| {
            let field = self.info.iter().find(|f| f.key == key)?;
            match &field.value {
                Value::Ints(v) => v.first().and_then(|e| u64::try_from(*e).ok()),
                _ => None,
            }
        });
        match end {
            Some(end) if end >= self.pos && self.pos > 0 => end - self.pos + 1,
            _ => self.reference.len() as u64,
        }
    }
}

#[cfg(test)]
mod tests;
