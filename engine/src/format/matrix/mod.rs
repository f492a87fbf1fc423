//! A shard's genotype file: a header, a table of sections, then the sections.

mod read;
mod rows;
mod write;

#[cfg(test)]
mod tests;

pub use read::GenotypeFile;
pub(crate) use rows::RawRow;
pub use rows::Rows;
pub use write::{GenotypeFileWriter, WrittenFile};

/// First bytes of the file: a high bit, "GDX", and both line endings, so that transfers that
/// change text are noticed.
pub(crate) const MAGIC: [u8; 8] = *b"\x89GDX\r\n\x1a\n";
/// Version of the file's layout.
pub(crate) const VERSION: u32 = 1;
/// Bytes of the header.
pub(crate) const HEADER: usize = 64;
/// Bytes of one entry of the section table.
pub(crate) const ENTRY: usize = 64;
/// Sections that every file has, in this order.
pub(crate) const SECTIONS: usize = 4;
/// Where the first section starts.
pub(crate) const FIRST_OFFSET: usize = HEADER + SECTIONS * ENTRY;
/// Sections start at multiples of this.
pub(crate) const ALIGN: u64 = 64;
/// Rows that share one entry of the group table.
pub const GROUP_ROWS: usize = 64;
/// Bytes of one entry of the group table.
pub(crate) const GROUP_ENTRY: usize = 16;

/// Most bytes of planes that the haploid sets of a file may unfold to; writers start another
/// shard long before.
pub(crate) const MAX_HAPLOID: usize = 1 << 30;

/// What a section holds; the discriminants are in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Section {
    /// Planes of the dense rows, in order.
    Dense = 1,
    /// Payloads of all rows, by groups.
    Rows = 2,
    /// Where each group starts.
    Groups = 3,
    /// Haploid sets that rows refer to.
    Haploid = 4,
}

pub(crate) const ORDER: [Section; SECTIONS] = [
    Section::Dense,
    Section::Rows,
    Section::Groups,
    Section::Haploid,
];
