//! A record as it lies in the file, framed but not understood, so that framing can run in one
//! thread and understanding in many.

use super::Place;

/// Index of a contig in [`super::Source::contigs`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContigId(pub u32);

/// The bytes of one record. Reuse one: its memory is kept.
#[derive(Clone, Debug, Default)]
pub struct RawRecord {
    /// At least `len` bytes; what follows is left over from longer records.
    bytes: Vec<u8>,
    len: usize,
    /// Bytes of a BCF record before the samples.
    pub(super) shared: usize,
    pub(super) contig: ContigId,
    pub(super) ordinal: u64,
    pub(super) place: Place,
}

impl RawRecord {
    /// Number of the record in its file, from 0.
    #[must_use]
    pub const fn ordinal(&self) -> u64 {
        self.ordinal
    }

    /// Where it is, for messages.
    #[must_use]
    pub const fn place(&self) -> Place {
        self.place
    }

    /// Its contig.
    #[must_use]
    pub const fn contig(&self) -> ContigId {
        self.contig
    }

    /// Bytes of the record, as a measure of the work that it is.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing was read into it yet.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The record's bytes: a line without its end, or the two parts of a BCF record.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    pub(super) const fn clear(&mut self) {
        self.len = 0;
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        let end = self.len + bytes.len();
        if end <= self.bytes.len() {
            self.bytes[self.len..end].copy_from_slice(bytes);
        } else {
            self.bytes.truncate(self.len);
            self.bytes.extend_from_slice(bytes);
        }
        self.len = end;
    }

    /// Drops `n` bytes from the end.
    pub(super) const fn pop(&mut self, n: usize) {
        self.len = self.len.saturating_sub(n);
    }

    /// Room for `n` more bytes, to be filled by the caller.
    pub(super) fn grow(&mut self, n: usize) -> &mut [u8] {
        let (start, end) = (self.len, self.len + n);
        if end > self.bytes.len() {
            self.bytes.resize(end, 0);
        }
        self.len = end;
        &mut self.bytes[start..end]
    }
}
