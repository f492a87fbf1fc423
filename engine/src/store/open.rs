//! Opening a store for reading: a snapshot of one generation.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::generation;
use crate::format::FormatError;
use crate::format::Mapped;
use crate::format::annotations::{AnnotationTable, BitmapIndex, SampleValues};
use crate::format::arrow_file::read_arrow;
use crate::format::manifest::{FileEntry, LayerEntry, Manifest, ShardEntry};
use crate::format::matrix::GenotypeFile;
use crate::format::samples::{SampleIds, SampleTable};
use crate::format::sites::SiteTable;
use crate::genotype::SampleSet;

/// How often a reader looks again when generations change under it.
const ATTEMPTS: usize = 16;

/// A store opened for reading. Its answers are those of one generation, whatever is added
/// meanwhile.
#[derive(Debug)]
pub struct Store {
    root: PathBuf,
    manifest: Manifest,
    samples: SampleTable,
    active: SampleSet,
    /// The same as columns of the matrices, and their ids.
    active_samples: OnceLock<(Arc<[u32]>, SampleIds)>,
    shards: Vec<Shard>,
    /// Shared with other readers while the store is open; keeps its files from collection.
    _readers: Option<File>,
}

impl Store {
    /// Opens the current generation: reads the manifest and the sample table. Shards are
    /// mapped when they are first needed.
    ///
    /// # Errors
    /// [`FormatError`] naming what does not hold.
    pub fn open(root: &Path) -> Result<Self, FormatError> {
        let (manifest, readers) = snapshot(root)?;
        let path = root.join(&manifest.samples.path);
        let batch = read_arrow(&path, &manifest.samples.written(&path)?)?;
        let samples = SampleTable::from_batch(batch, &path, manifest.n_samples)?;
        let n = manifest.n_samples as usize;
        let mut active = SampleSet::all(n);
        active.remove_all(&manifest.withdrawn);
        let shards = manifest
            .shards
            .iter()
            .enumerate()
            .map(|(index, entry)| Shard {
                index,
                root: root.to_owned(),
                entry: entry.clone(),
                n_samples: manifest.n_samples,
                n_active: active.len(),
                genotypes: OnceLock::new(),
                sites: OnceLock::new(),
                site_index: OnceLock::new(),
                layers: manifest.layers.iter().map(|_| Part::default()).collect(),
            })
            .collect();
        Ok(Self {
            root: root.to_owned(),
            manifest,
            samples,
            active,
            active_samples: OnceLock::new(),
            shards,
            _readers: readers,
        })
    }

    /// The store's folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// The manifest of the generation that was opened.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The sample table; its rows are the columns of the genotype matrices.
    #[must_use]
    pub const fn samples(&self) -> &SampleTable {
        &self.samples
    }

    /// Columns of the genotype matrices, withdrawn ones included.
    #[must_use]
    pub const fn n_samples(&self) -> usize {
        self.active.n_samples()
    }

    /// Everyone who has not withdrawn: the cohort `ALL`.
    #[must_use]
    pub const fn active(&self) -> &SampleSet {
        &self.active
    }

    /// Everyone who has not withdrawn, as columns of the genotype matrices, ascending, and their
    /// ids. Made at the first call.
    pub fn active_samples(&self) -> (&Arc<[u32]>, &SampleIds) {
        let (columns, ids) = self.active_samples.get_or_init(|| {
            let n = self.n_samples();
            let columns: Arc<[u32]> = if self.active.len() == n as u64 {
                (0..n as u32).collect()
            } else {
                self.active.bitmap().iter().collect()
            };
            // Columns of the matrices are rows of the table.
            let ids = self.samples.ids_of(Arc::clone(&columns));
            (columns, ids.unwrap_or_default())
        });
        (columns, ids)
    }

    /// The shards, by contig and position.
    #[must_use]
    pub fn shards(&self) -> &[Shard] {
        &self.shards
    }

    /// One of the shards.
    ///
    /// # Errors
    /// [`FormatError::Unsuitable`] where there is none of this number.
    pub fn shard(&self, index: usize) -> Result<&Shard, FormatError> {
        self.shards.get(index).ok_or_else(|| {
            let reason = format!("no shard {index} of {}", self.shards.len());
            FormatError::Unsuitable(reason)
        })
    }

    /// Annotation layers, in the order of [`Shard::layer`].
    #[must_use]
    pub fn layers(&self) -> &[LayerEntry] {
        &self.manifest.layers
    }

    /// The `##` lines of the first input's header, each ended by `\n`; empty where the store
    /// has none.
    ///
    /// # Errors
    /// [`FormatError`].
    pub fn header(&self) -> Result<String, FormatError> {
        let Some(entry) = &self.manifest.header else {
            return Ok(String::new());
        };
        let bytes = self.bytes_of(entry)?;
        let text = String::from_utf8(bytes.to_vec());
        text.map_err(|e| FormatError::corrupt(&self.root.join(&entry.path), "the header", e))
    }

    /// The bytes of a table over the whole store; `None` where there is none of this name.
    ///
    /// # Errors
    /// [`FormatError`].
    pub fn table(&self, name: &str) -> Result<Option<bytes::Bytes>, FormatError> {
        let entry = self.manifest.tables.get(name);
        entry.map(|entry| self.bytes_of(entry)).transpose()
    }

    /// Maps a file and checks its checksum.
    fn bytes_of(&self, entry: &FileEntry) -> Result<bytes::Bytes, FormatError> {
        let path = self.root.join(&entry.path);
        let written = entry.written(&path)?;
        let mapped = Mapped::open(&path, written.length)?;
        if blake3::hash(mapped.as_ref()) != written.checksum {
            let reason = "the checksum is not the manifest's";
            return Err(FormatError::corrupt(&path, "the whole file", reason));
        }
        Ok(bytes::Bytes::from_owner(mapped))
    }
}

/// The current manifest, with its generation's files held.
fn snapshot(root: &Path) -> Result<(Manifest, Option<File>), FormatError> {
    for _ in 0..ATTEMPTS {
        let manifest = generation::read_manifest(root)?;
        let readers = match generation::share(root, manifest.generation) {
            Ok(lock) => lock,
            // Collected between the two steps, unless the file was never there.
            Err(e) if e.kind() == io::ErrorKind::NotFound => None,
            Err(e) => return Err(FormatError::io("cannot open", root)(e)),
        };
        if generation::read_manifest(root)?.generation == manifest.generation {
            return Ok((manifest, readers));
        }
    }
    Err(FormatError::Unsuitable(format!(
        "{} changes faster than it can be opened; try again",
        root.display()
    )))
}

/// One shard of an open store.
#[derive(Debug)]
pub struct Shard {
    index: usize,
    root: PathBuf,
    entry: ShardEntry,
    n_samples: u64,
    n_active: u64,
    genotypes: OnceLock<GenotypeFile>,
    sites: OnceLock<SiteTable>,
    site_index: OnceLock<BitmapIndex>,
    /// By layer.
    layers: Vec<Part>,
}

/// A shard's part of a layer, once it was needed.
#[derive(Debug, Default)]
struct Part {
    table: OnceLock<AnnotationTable>,
    index: OnceLock<BitmapIndex>,
}

impl Shard {
    /// Place among the store's shards.
    #[must_use]
    pub const fn index(&self) -> usize {
        self.index
    }

    /// What the manifest says of it.
    #[must_use]
    pub const fn entry(&self) -> &ShardEntry {
        &self.entry
    }

    /// Number of rows.
    #[must_use]
    pub const fn n_rows(&self) -> usize {
        self.entry.rows as usize
    }

    /// The genotype matrix, mapped at first use.
    ///
    /// # Errors
    /// [`FormatError`].
    pub fn genotypes(&self) -> Result<&GenotypeFile, FormatError> {
        if let Some(file) = self.genotypes.get() {
            return Ok(file);
        }
        let path = self.root.join(&self.entry.genotypes.path);
        let written = self.entry.genotypes.written(&path)?;
        let (length, hash) = (written.length, &written.checksum);
        let file = GenotypeFile::open(&path, length, hash, self.n_samples, self.entry.rows)?;
        Ok(self.genotypes.get_or_init(|| file))
    }

    /// The site table, mapped and checked at first use.
    ///
    /// # Errors
    /// [`FormatError`].
    pub fn sites(&self) -> Result<&SiteTable, FormatError> {
        if let Some(sites) = self.sites.get() {
            return Ok(sites);
        }
        let path = self.root.join(&self.entry.sites.path);
        let batch = read_arrow(&path, &self.entry.sites.written(&path)?)?;
        let sites = SiteTable::new(batch, &path, self.n_active, self.entry.rows)?;
        let span = sites.positions().first().zip(sites.positions().last());
        if span != Some((&self.entry.first, &self.entry.last)) {
            return Err(FormatError::corrupt(
                &path,
                "the positions",
                "the first or last is not the manifest's",
            ));
        }
        Ok(self.sites.get_or_init(|| sites))
    }

    /// The bitmaps over the site table's categories, mapped at first use; `None` where the store
    /// has none.
    ///
    /// # Errors
    /// [`FormatError`].
    pub fn site_index(&self) -> Result<Option<&BitmapIndex>, FormatError> {
        let entry = self.entry.site_index.as_ref();
        entry
            .map(|entry| self.index_of(entry, &self.site_index))
            .transpose()
    }

    /// Where the bitmaps over the site table are, for messages.
    pub(super) fn site_index_path(&self) -> PathBuf {
        let entry = self.entry.site_index.as_ref();
        self.root.join(entry.map_or("", |e| e.path.as_str()))
    }

    /// This shard's part of layer `i` of the manifest, mapped at first use; `None` where it has
    /// no values for it.
    ///
    /// # Errors
    /// [`FormatError`].
    pub fn layer(
        &self,
        i: usize,
        layer: &LayerEntry,
    ) -> Result<Option<&AnnotationTable>, FormatError> {
        let (Some(part), Some(files)) = (self.layers.get(i), self.entry.layers.get(&layer.name))
        else {
            return Ok(None);
        };
        if let Some(table) = part.table.get() {
            return Ok(Some(table));
        }
        let path = self.root.join(&files.table.path);
        let batch = read_arrow(&path, &files.table.written(&path)?)?;
        let table = AnnotationTable::new(batch, &path, layer, self.entry.rows)?;
        Ok(Some(part.table.get_or_init(|| table)))
    }

    /// The values of column `column` of a FORMAT layer, for every sample, withdrawn ones included:
    /// those of the record whose first row `row` is. `None` where it has none.
    ///
    /// # Errors
    /// [`FormatError`].
    pub fn format_values(
        &self,
        (i, layer): (usize, &LayerEntry),
        column: usize,
        row: usize,
    ) -> Result<Option<SampleValues>, FormatError> {
        let Some(table) = self.layer(i, layer)? else {
            return Ok(None);
        };
        let values = table.column(column).samples(row, self.n_samples as usize);
        values.map_err(|e| FormatError::corrupt(table.path(), format!("row {row}"), e))
    }

    /// The bitmaps over the categories of layer `i`, mapped at first use; `None` where it has
    /// none.
    ///
    /// # Errors
    /// [`FormatError`].
    pub fn layer_index(
        &self,
        i: usize,
        layer: &LayerEntry,
    ) -> Result<Option<&BitmapIndex>, FormatError> {
        let (Some(part), Some(files)) = (self.layers.get(i), self.entry.layers.get(&layer.name))
        else {
            return Ok(None);
        };
        let entry = files.index.as_ref();
        entry
            .map(|entry| self.index_of(entry, &part.index))
            .transpose()
    }

    fn index_of<'s>(
        &self,
        entry: &FileEntry,
        place: &'s OnceLock<BitmapIndex>,
    ) -> Result<&'s BitmapIndex, FormatError> {
        if let Some(index) = place.get() {
            return Ok(index);
        }
        let path = self.root.join(&entry.path);
        let batch = read_arrow(&path, &entry.written(&path)?)?;
        let index = BitmapIndex::new(&batch, &path, self.entry.rows)?;
        Ok(place.get_or_init(|| index))
    }
}
