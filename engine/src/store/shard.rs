//! Writing one shard: its genotype file and its site table together.

use std::path::Path;

use crate::format::FormatError;
use crate::format::arrow_file::write_arrow;
use crate::format::disk::Disk;
use crate::format::manifest::{FileEntry, ShardEntry};
use crate::format::matrix::GenotypeFileWriter;
use crate::format::row::EncodedRow;
use crate::format::sites::{Site, SiteIndexBuilder, SitesBuilder};

/// Bytes of genotypes after which a shard is full.
const FULL_BYTES: u64 = 64 << 20;
/// Rows after which a shard is full.
const FULL_ROWS: u64 = 1 << 18;

/// Writes the rows of one shard, in order of position.
pub struct ShardWriter<'a> {
    disk: &'a dyn Disk,
    folder: &'a Path,
    /// Path within the store, without the extension.
    stem: String,
    contig: u32,
    contig_name: String,
    genotypes: GenotypeFileWriter,
    sites: SitesBuilder,
    index: SiteIndexBuilder,
    first: Option<u32>,
    longest: u32,
}

impl<'a> ShardWriter<'a> {
    pub(super) fn create(
        disk: &'a dyn Disk,
        root: &'a Path,
        stem: String,
        contig: (u32, &str),
        n_samples: usize,
    ) -> Result<Self, FormatError> {
        let path = root.join(format!("{stem}.geno"));
        Ok(Self {
            disk,
            folder: root,
            stem,
            contig: contig.0,
            contig_name: contig.1.to_owned(),
            genotypes: GenotypeFileWriter::create(disk, &path, n_samples)?,
            sites: SitesBuilder::default(),
            index: SiteIndexBuilder::default(),
            first: None,
            longest: 0,
        })
    }

    /// Appends a row.
    ///
    /// # Errors
    /// [`FormatError::Row`] for a position before the last row's; [`FormatError::Io`].
    pub fn push(&mut self, site: &Site<'_>, row: EncodedRow) -> Result<(), FormatError> {
        let refuse = |reason: String| FormatError::Row {
            contig: self.contig_name.clone(),
            row: self.genotypes.n_rows(),
            reason,
        };
        if let Some(last) = self.sites.last_pos().filter(|&last| last > site.pos) {
            let reason = format!("position {} comes after {last}", site.pos);
            return Err(refuse(reason));
        }
        self.sites
            .push(site, row.counts())
            .map_err(|e| refuse(e.to_string()))?;
        self.index.push(site, row.counts());
        self.genotypes.push(row)?;
        self.first.get_or_insert(site.pos);
        self.longest = self.longest.max((site.end - site.pos).saturating_add(1));
        Ok(())
    }

    /// Rows so far.
    #[must_use]
    pub const fn n_rows(&self) -> u64 {
        self.genotypes.n_rows()
    }

    /// Whether the next record should start another shard.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.genotypes.size() + self.sites.text_bytes() as u64 >= FULL_BYTES
            || self.n_rows() >= FULL_ROWS
    }

    /// Writes what is left, waits until it is on disk, and says what the manifest must.
    ///
    /// # Errors
    /// [`FormatError::Io`]; [`FormatError::Unsuitable`] for a shard without rows.
    pub fn finish(self) -> Result<ShardEntry, FormatError> {
        let (Some(first), Some(last)) = (self.first, self.sites.last_pos()) else {
            return Err(FormatError::Unsuitable("a shard without rows".to_owned()));
        };
        let (rows, dense_rows) = (self.genotypes.n_rows(), self.genotypes.n_dense_rows());
        let written = self.genotypes.finish()?;
        let genotypes = FileEntry::new(format!("{}.geno", self.stem), &written);
        let name = format!("{}.sites.arrow", self.stem);
        let batch = self.sites.finish().map_err(|e| {
            FormatError::Unsuitable(format!("cannot write the site table {name}: {e}"))
        })?;
        let written = write_arrow(self.disk, &self.folder.join(&name), &batch)?;
        drop(batch);
        let index_name = format!("{}.sites.index.arrow", self.stem);
        let index = self.index.finish().map_err(|e| {
            FormatError::Unsuitable(format!("cannot write the bitmaps {index_name}: {e}"))
        })?;
        let site_index = match index {
            Some(batch) => {
                let written = write_arrow(self.disk, &self.folder.join(&index_name), &batch)?;
                Some(FileEntry::new(index_name, &written))
            }
            None => None,
        };
        Ok(ShardEntry {
            contig: self.contig,
            rows,
            dense_rows,
            first,
            last,
            longest: self.longest,
            genotypes,
            sites: FileEntry::new(name, &written),
            site_index,
            layers: std::collections::BTreeMap::new(),
        })
    }
}
