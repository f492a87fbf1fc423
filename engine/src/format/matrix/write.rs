//! Writing a genotype file: dense planes go straight to the file, the rest waits in memory.

use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::{ALIGN, ENTRY, FIRST_OFFSET, GROUP_ENTRY, GROUP_ROWS, HEADER, MAGIC, ORDER, VERSION};
use crate::codec::{encode_set, put_varint, set_len};
use crate::format::FormatError;
use crate::format::disk::{Disk, DiskFile};
use crate::format::row::{EncodedRow, finish_payload};
use crate::genotype::{Plane, plane_words};

/// Haploid sets that a new row is compared with, newest first.
const HAPLOID_CANDIDATES: usize = 16;

/// A file that was written: what the manifest says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenFile {
    /// Length in bytes.
    pub length: u64,
    /// BLAKE3 of the header and section table, which hold the sections' own checksums.
    pub checksum: blake3::Hash,
}

/// Writes one shard's genotypes, row by row.
pub struct GenotypeFileWriter {
    path: PathBuf,
    file: Box<dyn DiskFile>,
    n_samples: usize,
    n_rows: u64,
    dense_rows: u32,
    dense_hash: blake3::Hasher,
    /// Finished groups: headers and payloads.
    rows: Vec<u8>,
    groups: Vec<u8>,
    /// The group being filled: its header, its payloads, the dense rows before it.
    head: Vec<u8>,
    payloads: Vec<u8>,
    group_dense: u32,
    haploid: Vec<Plane>,
}

impl GenotypeFileWriter {
    /// Starts a file at `path`, which must not exist.
    ///
    /// # Errors
    /// [`FormatError::Io`].
    pub fn create(disk: &dyn Disk, path: &Path, n_samples: usize) -> Result<Self, FormatError> {
        let mut file = disk
            .create(path)
            .map_err(FormatError::io("cannot create", path))?;
        // The header is written last: until then the file has no magic and no reader takes it.
        file.write_all(&[0; FIRST_OFFSET])
            .map_err(FormatError::io("cannot write", path))?;
        Ok(Self {
            path: path.to_owned(),
            file,
            n_samples,
            n_rows: 0,
            dense_rows: 0,
            dense_hash: blake3::Hasher::new(),
            rows: Vec::new(),
            groups: Vec::new(),
            head: Vec::new(),
            payloads: Vec::new(),
            group_dense: 0,
            haploid: Vec::new(),
        })
    }

    /// Rows so far.
    #[must_use]
    pub const fn n_rows(&self) -> u64 {
        self.n_rows
    }

    /// Rows so far whose genotypes are planes.
    #[must_use]
    pub const fn n_dense_rows(&self) -> u64 {
        self.dense_rows as u64
    }

    /// Bytes so far, roughly: what bounds a shard.
    #[must_use]
    pub fn size(&self) -> u64 {
        let dense = u64::from(self.dense_rows) * 16 * plane_words(self.n_samples) as u64;
        // As readers hold them, not as they are coded.
        let haploid = self.haploid.len() * 8 * plane_words(self.n_samples);
        dense + (self.rows.len() + self.payloads.len() + haploid) as u64
    }

    /// Appends a row.
    ///
    /// # Errors
    /// [`FormatError::Io`]; [`FormatError::Row`] for a row over another number of samples.
    pub fn push(&mut self, mut row: EncodedRow) -> Result<(), FormatError> {
        if row.n_samples != self.n_samples {
            return Err(FormatError::Unsuitable(format!(
                "a row of {} samples in a shard of {}",
                row.n_samples, self.n_samples
            )));
        }
        let haploid = row.haploid.take().map(|set| self.place_haploid(set));
        finish_payload(&mut row, haploid);
        if !row.dense.is_empty() {
            let bytes = bytemuck::cast_slice::<u64, u8>(&row.dense);
            const {
                assert!(
                    cfg!(target_endian = "little"),
                    "planes are written as they lie"
                );
            };
            self.file
                .write_all(bytes)
                .map_err(FormatError::io("cannot write", &self.path))?;
            self.dense_hash.update(bytes);
            self.dense_rows += 1;
        }
        self.head.push(row.flags);
        put_varint(&mut self.head, row.payload.len() as u64);
        self.payloads.extend_from_slice(&row.payload);
        self.n_rows += 1;
        if self.n_rows.is_multiple_of(GROUP_ROWS as u64) {
            self.end_group();
        }
        Ok(())
    }

    /// The entry of the table of haploid sets nearest to `set`, and how it differs.
    fn place_haploid(&mut self, set: Plane) -> (usize, Plane) {
        let differ = |other: &Plane| -> Plane {
            let words = set
                .words()
                .iter()
                .zip(other.words())
                .map(|(a, b)| a ^ b)
                .collect::<Vec<_>>();
            words.into()
        };
        let best = (0..self.haploid.len())
            .rev()
            .take(HAPLOID_CANDIDATES)
            .map(|i| (i, differ(&self.haploid[i])))
            .min_by_key(|(_, d)| d.count());
        match best {
            Some((i, d))
                if set_len(&d, self.n_samples) <= set_len(&set, self.n_samples) / 2 + 1 =>
            {
                (i, d)
            }
            _ => {
                self.haploid.push(set);
                (self.haploid.len() - 1, Plane::zeros(self.n_samples))
            }
        }
    }

    fn end_group(&mut self) {
        self.groups
            .extend_from_slice(&(self.rows.len() as u64).to_le_bytes());
        self.groups
            .extend_from_slice(&self.group_dense.to_le_bytes());
        self.groups
            .extend_from_slice(&(self.head.len() as u32).to_le_bytes());
        debug_assert_eq!(self.groups.len() % GROUP_ENTRY, 0);
        self.rows.append(&mut self.head);
        self.rows.append(&mut self.payloads);
        self.group_dense = self.dense_rows;
    }

    /// Writes what is left, then the header, and waits until the file is on disk.
    ///
    /// # Errors
    /// [`FormatError::Io`].
    pub fn finish(mut self) -> Result<WrittenFile, FormatError> {
        if !self.head.is_empty() {
            self.end_group();
        }
        let mut haploid = Vec::new();
        put_varint(&mut haploid, self.haploid.len() as u64);
        for set in &self.haploid {
            encode_set(&mut haploid, set, self.n_samples);
        }
        let dense_len = u64::from(self.dense_rows) * 16 * plane_words(self.n_samples) as u64;
        let mut at = FIRST_OFFSET as u64 + dense_len;
        let mut table = Vec::with_capacity(ORDER.len() * ENTRY);
        let mut entry = |kind: u32, offset: u64, length: u64, hash: blake3::Hash| {
            table.extend_from_slice(&kind.to_le_bytes());
            table.extend_from_slice(&[0; 4]);
            table.extend_from_slice(&offset.to_le_bytes());
            table.extend_from_slice(&length.to_le_bytes());
            table.extend_from_slice(hash.as_bytes());
            table.extend_from_slice(&[0; 8]);
        };
        entry(
            ORDER[0] as u32,
            FIRST_OFFSET as u64,
            dense_len,
            self.dense_hash.finalize(),
        );
        for (kind, bytes) in ORDER[1..].iter().zip([&self.rows, &self.groups, &haploid]) {
            let start = at.next_multiple_of(ALIGN);
            let write = |file: &mut dyn DiskFile| {
                file.write_all(&vec![0; (start - at) as usize])?;
                file.write_all(bytes)
            };
            write(&mut *self.file).map_err(FormatError::io("cannot write", &self.path))?;
            entry(*kind as u32, start, bytes.len() as u64, blake3::hash(bytes));
            at = start + bytes.len() as u64;
        }
        let mut header = Vec::with_capacity(HEADER + table.len());
        header.extend_from_slice(&MAGIC);
        header.extend_from_slice(&VERSION.to_le_bytes());
        header.extend_from_slice(&(ORDER.len() as u32).to_le_bytes());
        header.extend_from_slice(&(self.n_samples as u64).to_le_bytes());
        header.extend_from_slice(&self.n_rows.to_le_bytes());
        header.extend_from_slice(&at.to_le_bytes());
        header.resize(HEADER, 0);
        header.extend_from_slice(&table);
        let write = |file: &mut Box<dyn DiskFile>| {
            file.seek(SeekFrom::Start(0))?;
            file.write_all(&header)?;
            file.sync()
        };
        write(&mut self.file).map_err(FormatError::io("cannot write", &self.path))?;
        Ok(WrittenFile {
            length: at,
            checksum: blake3::hash(&header),
        })
    }
}
