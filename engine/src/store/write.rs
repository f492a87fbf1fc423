//! Making a generation: files first, then the manifest, in an order that survives a crash.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use super::generation::{self, NEW_MANIFEST, READERS, WRITER, collect_locked, folder};
use super::shard::ShardWriter;
use crate::format::FormatError;
use crate::format::annotations::{ColumnBuilder, finish_table, index_categories};
use crate::format::arrow_file::write_arrow;
use crate::format::disk::Disk;
use crate::format::manifest::{ColumnEntry, FileEntry, LayerFiles, MANIFEST, Manifest};
use crate::format::matrix::WrittenFile;

/// Writes one new generation of a store. Dropped before [`StoreWriter::commit`], it removes
/// what it wrote.
pub struct StoreWriter<'d> {
    disk: &'d dyn Disk,
    root: PathBuf,
    base: Option<Manifest>,
    generation: u64,
    /// The store's folder did not exist before.
    made_root: bool,
    committed: bool,
    _lock: File,
}

impl<'d> StoreWriter<'d> {
    /// Starts a store at `root`: a path where nothing is, an empty folder, or what is left of
    /// an import that was cut off. With `replace`, an existing store's next generation.
    ///
    /// # Errors
    /// [`FormatError::NotAStore`] where something else is in the way; [`FormatError::Locked`];
    /// [`FormatError::Io`].
    pub fn create(disk: &'d dyn Disk, root: &Path, replace: bool) -> Result<Self, FormatError> {
        let in_the_way = |reason: String| FormatError::NotAStore {
            path: root.to_owned(),
            reason,
        };
        let made_root = match fs::read_dir(root) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                disk.create_dir(root)
                    .map_err(FormatError::io("cannot create", root))?;
                true
            }
            Err(e) => return Err(FormatError::io("cannot open", root)(e)),
            Ok(entries) => {
                for entry in entries {
                    let entry = entry.map_err(FormatError::io("cannot list", root))?;
                    let name = entry.file_name();
                    let name = name.to_string_lossy();
                    let ours = [MANIFEST, NEW_MANIFEST, WRITER].contains(&&*name)
                        || generation::number(&name).is_some();
                    if !ours {
                        return Err(in_the_way(format!("{name} is in the way; give a new path")));
                    }
                }
                false
            }
        };
        let lock = generation::lock_writer(root)?;
        let base = match generation::read_manifest(root) {
            Ok(_) if !replace => {
                return Err(FormatError::Unsuitable(format!(
                    "{} is a store already: give another path, --force to replace it, \
                     or `genodex add` to add contigs",
                    root.display()
                )));
            }
            Ok(manifest) => Some(manifest),
            Err(FormatError::NotAStore { .. }) => None,
            Err(e) => return Err(e),
        };
        Self::start(disk, root, base, made_root, lock)
    }

    /// Starts the next generation of an existing store.
    ///
    /// # Errors
    /// [`FormatError`] where there is no store or another writer is at work.
    pub fn extend(disk: &'d dyn Disk, root: &Path) -> Result<Self, FormatError> {
        generation::read_manifest(root)?;
        let lock = generation::lock_writer(root)?;
        let base = generation::read_manifest(root)?;
        Self::start(disk, root, Some(base), false, lock)
    }

    fn start(
        disk: &'d dyn Disk,
        root: &Path,
        base: Option<Manifest>,
        made_root: bool,
        lock: File,
    ) -> Result<Self, FormatError> {
        // What an import left that was cut off.
        match &base {
            Some(manifest) => drop(collect_locked(root, manifest)?),
            None => {
                for (_, path) in generation::folders(root)? {
                    fs::remove_dir_all(&path).map_err(FormatError::io("cannot remove", &path))?;
                }
            }
        }
        let generation = base.as_ref().map_or(0, |m| m.generation) + 1;
        let writer = Self {
            disk,
            root: root.to_owned(),
            base,
            generation,
            made_root,
            committed: false,
            _lock: lock,
        };
        let path = root.join(folder(generation));
        disk.create_dir(&path)
            .map_err(FormatError::io("cannot create", &path))?;
        let readers = path.join(READERS);
        let file = disk.create(&readers);
        drop(file.map_err(FormatError::io("cannot create", &readers))?);
        Ok(writer)
    }

    /// The manifest that this generation follows, if there is one.
    #[must_use]
    pub const fn base(&self) -> Option<&Manifest> {
        self.base.as_ref()
    }

    /// Number of the generation being written.
    #[must_use]
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    /// Starts a shard; `number` is unique within the generation. Shards may be written at the
    /// same time.
    ///
    /// # Errors
    /// [`FormatError::Io`].
    pub fn shard(
        &self,
        number: usize,
        contig: (u32, &str),
        n_samples: usize,
    ) -> Result<ShardWriter<'_>, FormatError> {
        let stem = format!("{}/s{number:05}", folder(self.generation));
        ShardWriter::create(self.disk, &self.root, stem, contig, n_samples)
    }

    /// Writes an Arrow file of this generation under `name`.
    ///
    /// # Errors
    /// [`FormatError::Io`].
    pub fn write_table(&self, name: &str, batch: &RecordBatch) -> Result<FileEntry, FormatError> {
        let path = format!("{}/{name}", folder(self.generation));
        let written = write_arrow(self.disk, &self.root.join(&path), batch)?;
        Ok(FileEntry::new(path, &written))
    }

    /// Writes a shard's part of a layer: the table of these values over its `rows` rows, and the
    /// bitmaps over its categories; `columns` are those of the layer.
    /// `shard` is the shard's number within the generation, or its place among the store's where
    /// only layers are added.
    ///
    /// # Errors
    /// [`FormatError::Io`].
    pub fn write_layer(
        &self,
        shard: usize,
        layer: &str,
        columns: &[ColumnEntry],
        values: Vec<ColumnBuilder>,
        rows: usize,
    ) -> Result<LayerFiles, FormatError> {
        let stem = format!("s{shard:05}.{layer}");
        let refuse =
            |e: ArrowError| FormatError::Unsuitable(format!("cannot write layer {stem}: {e}"));
        let batch = finish_table(values, rows).map_err(refuse)?;
        let table = self.write_table(&format!("{stem}.arrow"), &batch)?;
        let index = index_categories(&batch, columns).finish().map_err(refuse)?;
        let index = index
            .map(|index| self.write_table(&format!("{stem}.index.arrow"), &index))
            .transpose()?;
        Ok(LayerFiles { table, index })
    }

    /// Writes a file of this generation that is no Arrow table.
    ///
    /// # Errors
    /// [`FormatError::Io`].
    pub fn write_bytes(&self, name: &str, bytes: &[u8]) -> Result<FileEntry, FormatError> {
        let path = format!("{}/{name}", folder(self.generation));
        let whole = self.root.join(&path);
        let io = |e| FormatError::io("cannot write", &whole)(e);
        let mut file = self.disk.create(&whole).map_err(io)?;
        file.write_all(bytes).map_err(io)?;
        file.sync().map_err(io)?;
        let written = WrittenFile {
            length: bytes.len() as u64,
            checksum: blake3::hash(bytes),
        };
        Ok(FileEntry::new(path, &written))
    }

    /// Makes the generation the store's current one. Until this returns `Ok`, the store is
    /// what it was; a crash in between leaves one of the two.
    ///
    /// Returns files of older generations that stay because someone is reading them.
    ///
    /// # Errors
    /// [`FormatError`].
    pub fn commit(mut self, manifest: &Manifest) -> Result<Vec<PathBuf>, FormatError> {
        let bytes = manifest.encode()?;
        Manifest::decode(&self.root.join(MANIFEST), &bytes)?;
        // Files were synced as they were finished; their names, then the folder's own name.
        self.sync_dir(&self.root.join(folder(self.generation)))?;
        self.sync_dir(&self.root)?;
        if self.made_root
            && let Some(parent) = self.root.parent().filter(|p| !p.as_os_str().is_empty())
        {
            self.sync_dir(parent)?;
        }
        let new = self.root.join(NEW_MANIFEST);
        let io = |e| FormatError::io("cannot write", &new)(e);
        let _ = fs::remove_file(&new);
        let mut file = self.disk.create(&new).map_err(io)?;
        file.write_all(&bytes).map_err(io)?;
        file.sync().map_err(io)?;
        drop(file);
        let path = self.root.join(MANIFEST);
        self.disk
            .rename(&new, &path)
            .map_err(FormatError::io("cannot rename", &new))?;
        // The rename happened: readers may see the new generation, so its files stay, even if
        // the folder cannot be synced and the caller is told of that.
        self.committed = true;
        self.sync_dir(&self.root)?;
        // The store is whole; what cannot be cleaned up now is cleaned up by the next writer.
        Ok(collect_locked(&self.root, manifest).unwrap_or_default())
    }

    fn sync_dir(&self, path: &Path) -> Result<(), FormatError> {
        let io = FormatError::io("cannot sync", path);
        self.disk.sync_dir(path).map_err(io)
    }
}

impl Drop for StoreWriter<'_> {
    fn drop(&mut self) {
        if self.committed {
            return;
        }
        let _ = fs::remove_dir_all(self.root.join(folder(self.generation)));
        let _ = fs::remove_file(self.root.join(NEW_MANIFEST));
        if self.made_root {
            let _ = fs::remove_file(self.root.join(WRITER));
            let _ = fs::remove_dir(&self.root);
        }
    }
}
