//! Reading a genotype file: structure is checked at opening, rows as they are met.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::{
    ALIGN, ENTRY, FIRST_OFFSET, GROUP_ENTRY, GROUP_ROWS, HEADER, MAGIC, MAX_HAPLOID, ORDER,
    SECTIONS, VERSION,
};
use crate::codec::{decode_set, take_varint};
use crate::format::FormatError;
use crate::format::map::Mapped;
use crate::genotype::{Plane, plane_words};

/// A shard's genotypes, mapped.
#[derive(Debug)]
pub struct GenotypeFile {
    pub(super) path: PathBuf,
    bytes: Mapped,
    pub(super) n_samples: usize,
    pub(super) n_rows: usize,
    sections: [Range<usize>; SECTIONS],
    checksums: [[u8; 32]; SECTIONS],
    haploid: OnceLock<Vec<Plane>>,
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes
        .get(at..at + 4)
        .and_then(|b| b.try_into().ok())
        .map_or(0, u32::from_le_bytes)
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes
        .get(at..at + 8)
        .and_then(|b| b.try_into().ok())
        .map_or(0, u64::from_le_bytes)
}

impl GenotypeFile {
    /// Maps the file and checks its header, section table and their checksum, in time that does
    /// not depend on its size.
    ///
    /// # Errors
    /// [`FormatError`] naming what does not hold.
    pub fn open(
        path: &Path,
        length: u64,
        checksum: &blake3::Hash,
        n_samples: u64,
        n_rows: u64,
    ) -> Result<Self, FormatError> {
        let mapped = Mapped::open(path, length)?;
        let bytes = mapped.as_ref();
        let corrupt = |at: &str, reason: &str| FormatError::corrupt(path, at, reason);
        let header = bytes
            .get(..FIRST_OFFSET)
            .ok_or_else(|| corrupt("header", "the file is too short"))?;
        if header[..8] != MAGIC {
            return Err(corrupt("offset 0", "this is not a genotype file"));
        }
        let version = u32_at(header, 8);
        if version != VERSION {
            return Err(FormatError::Version {
                path: path.to_owned(),
                found: version,
                oldest: VERSION,
                newest: VERSION,
            });
        }
        if blake3::hash(header) != *checksum {
            return Err(corrupt("header", "the checksum is not the manifest's"));
        }
        if u32_at(header, 12) as usize != SECTIONS {
            return Err(corrupt("offset 12", "the number of sections is not four"));
        }
        if u64_at(header, 16) != n_samples
            || u64_at(header, 24) != n_rows
            || u64_at(header, 32) != length
        {
            return Err(corrupt(
                "header",
                "samples, rows or length are not the manifest's",
            ));
        }
        if header[40..HEADER].iter().any(|&b| b != 0) {
            return Err(corrupt("offset 40", "reserved bytes are not zero"));
        }
        let (Ok(n_samples), Ok(n_rows)) = (usize::try_from(n_samples), usize::try_from(n_rows))
        else {
            return Err(corrupt(
                "header",
                "more samples or rows than this machine can address",
            ));
        };
        if n_samples > 1 << 29 {
            return Err(corrupt("offset 16", "more than 2^29 samples"));
        }
        let mut sections: [Range<usize>; SECTIONS] = Default::default();
        let mut checksums = [[0; 32]; SECTIONS];
        let mut end = FIRST_OFFSET as u64;
        for (i, kind) in ORDER.iter().enumerate() {
            let entry = &header[HEADER + i * ENTRY..][..ENTRY];
            let (offset, len) = (u64_at(entry, 8), u64_at(entry, 16));
            let start = end.next_multiple_of(ALIGN);
            let stop = offset.checked_add(len).filter(|&s| s <= length);
            let (true, Some(stop)) = (u32_at(entry, 0) == *kind as u32 && offset == start, stop)
            else {
                return Err(corrupt(
                    &format!("section {i}"),
                    "kind, offset or length do not fit the file",
                ));
            };
            if entry[4..8].iter().chain(&entry[56..]).any(|&b| b != 0) {
                return Err(corrupt(
                    &format!("section {i}"),
                    "reserved bytes are not zero",
                ));
            }
            sections[i] = offset as usize..stop as usize;
            checksums[i].copy_from_slice(&entry[24..56]);
            end = stop;
        }
        if end != length {
            return Err(corrupt(
                "the end of the file",
                "bytes beyond the last section",
            ));
        }
        let row_bytes = 16 * plane_words(n_samples);
        let dense = sections[0].len();
        if (row_bytes == 0 && dense != 0) || (row_bytes > 0 && !dense.is_multiple_of(row_bytes)) {
            return Err(corrupt("section 0", "not a whole number of dense rows"));
        }
        if sections[2].len() != n_rows.div_ceil(GROUP_ROWS).saturating_mul(GROUP_ENTRY) {
            return Err(corrupt(
                "section 2",
                "the number of groups does not fit the rows",
            ));
        }
        // Mappings start at a page and sections at a multiple of 64, so the planes can be
        // read as words.
        if bytemuck::try_cast_slice::<u8, u64>(&bytes[sections[0].clone()]).is_err() {
            return Err(corrupt("section 0", "the planes are not aligned"));
        }
        Ok(Self {
            path: path.to_owned(),
            bytes: mapped,
            n_samples,
            n_rows,
            sections,
            checksums,
            haploid: OnceLock::new(),
        })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Samples, the columns of the matrix.
    #[must_use]
    pub const fn n_samples(&self) -> usize {
        self.n_samples
    }

    /// Rows.
    #[must_use]
    pub const fn n_rows(&self) -> usize {
        self.n_rows
    }

    pub(super) fn section(&self, i: usize) -> &[u8] {
        &self.bytes.as_ref()[self.sections[i].clone()]
    }

    /// All dense rows' planes: `lo`, `hi` of the first, of the second, and so on.
    #[must_use]
    pub fn dense_words(&self) -> &[u64] {
        // Invariant: alignment and length were checked by `open`.
        bytemuck::try_cast_slice(self.section(0)).unwrap_or_default()
    }

    /// BLAKE3 of the dense planes, as the file's section table has it: names their content.
    #[must_use]
    pub const fn dense_checksum(&self) -> &[u8; 32] {
        &self.checksums[0]
    }

    /// BLAKE3 of the lists and extras of all rows, as the section table has it.
    #[must_use]
    pub const fn rows_checksum(&self) -> &[u8; 32] {
        &self.checksums[1]
    }

    /// Number of dense rows.
    #[must_use]
    pub fn dense_rows(&self) -> usize {
        self.dense_words()
            .len()
            .checked_div(2 * plane_words(self.n_samples))
            .unwrap_or(0)
    }

    /// Bytes that genotype lists and extras take.
    #[must_use]
    pub fn sparse_bytes(&self) -> usize {
        self.section(1).len()
    }

    /// The haploid sets that rows refer to.
    ///
    /// # Errors
    /// [`FormatError::Corrupt`].
    pub fn haploid_table(&self) -> Result<&[Plane], FormatError> {
        if let Some(table) = self.haploid.get() {
            return Ok(table);
        }
        let mut bytes = self.section(3);
        let mut read = || {
            let k = take_varint(&mut bytes)?;
            let most = MAX_HAPLOID / (8 * plane_words(self.n_samples)).max(1);
            if k > most as u64 {
                return Err(crate::codec::CodecError::Overlap);
            }
            let mut table = Vec::new();
            for _ in 0..k {
                table.push(decode_set(&mut bytes, self.n_samples)?);
            }
            if bytes.is_empty() {
                Ok(table)
            } else {
                Err(crate::codec::CodecError::Trailing)
            }
        };
        let table = read().map_err(|e| FormatError::corrupt(&self.path, "section 3", e))?;
        Ok(self.haploid.get_or_init(|| table))
    }

    /// Recomputes every section's checksum and checks that the bytes between are zero.
    ///
    /// # Errors
    /// [`FormatError::Corrupt`] naming the first section that differs.
    pub fn check_sums(&self) -> Result<(), FormatError> {
        let bytes = self.bytes.as_ref();
        let mut end = FIRST_OFFSET;
        for (i, range) in self.sections.iter().enumerate() {
            if bytes[end..range.start].iter().any(|&b| b != 0) {
                return Err(FormatError::corrupt(
                    &self.path,
                    format!("offset {end}"),
                    "padding is not zero",
                ));
            }
            if blake3::hash(&bytes[range.clone()]) != self.checksums[i] {
                let at = format!(
                    "section {i} (offset {}, {} bytes)",
                    range.start,
                    range.len()
                );
                return Err(FormatError::corrupt(&self.path, at, "the checksum differs"));
            }
            end = range.end;
        }
        Ok(())
    }
}
