//! Generations: one folder each for the files it added, with a lock that its readers share.

use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::format::FormatError;
use crate::format::manifest::{MANIFEST, Manifest};

/// The file in a generation's folder that its readers lock.
pub(super) const READERS: &str = "readers";
/// The file in a store's folder that its one writer locks.
pub(super) const WRITER: &str = "writer.lock";
/// The manifest while it is being written.
pub(super) const NEW_MANIFEST: &str = "manifest.json.new";

/// Folder of a generation, relative to the store.
pub(super) fn folder(generation: u64) -> String {
    format!("g{generation:06}")
}

/// The generation that a folder's name says.
pub(super) fn number(name: &str) -> Option<u64> {
    let generation = name.strip_prefix('g')?.parse().ok()?;
    (folder(generation) == name).then_some(generation)
}

/// Reads the manifest of the store at `root`.
pub(super) fn read_manifest(root: &Path) -> Result<Manifest, FormatError> {
    let path = root.join(MANIFEST);
    match fs::read(&path) {
        Ok(bytes) => Manifest::decode(&path, &bytes),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Err(FormatError::NotAStore {
            path: root.to_owned(),
            reason: if !root.exists() {
                "it does not exist; `genodex index` makes one".to_owned()
            } else if root.join(WRITER).exists() {
                "an import into it did not end; run `genodex index` again".to_owned()
            } else {
                format!("it has no {MANIFEST}")
            },
        }),
        Err(e) if e.kind() == io::ErrorKind::NotADirectory => Err(FormatError::NotAStore {
            path: root.to_owned(),
            reason: "it is a file; a store is a folder (made by `genodex index`)".to_owned(),
        }),
        Err(e) => Err(FormatError::io("cannot read", &path)(e)),
    }
}

/// Shares the lock of a generation's readers; `None` where the file system has no locks.
pub(super) fn share(root: &Path, generation: u64) -> io::Result<Option<File>> {
    let file = File::open(root.join(folder(generation)).join(READERS))?;
    match file.lock_shared() {
        Ok(()) => Ok(Some(file)),
        // Without locks a snapshot lives only as long as nobody collects; files already
        // mapped live on.
        Err(_) => Ok(None),
    }
}

/// Generations' folders in the store, ascending.
pub(super) fn folders(root: &Path) -> Result<Vec<(u64, PathBuf)>, FormatError> {
    let io = |e| FormatError::io("cannot list", root)(e);
    let mut out = Vec::new();
    for entry in fs::read_dir(root).map_err(io)? {
        let entry = entry.map_err(io)?;
        if let Some(n) = entry.file_name().to_str().and_then(number) {
            out.push((n, entry.path()));
        }
    }
    out.sort();
    Ok(out)
}

/// Removes what no manifest and no reader needs: files that `current` does not name, unless an
/// older generation is still being read. Returns the files that had to stay. The caller holds
/// the writer's lock.
pub(super) fn collect_locked(root: &Path, current: &Manifest) -> Result<Vec<PathBuf>, FormatError> {
    let folders = folders(root)?;
    let mut held = Vec::new();
    for (n, path) in folders.iter().filter(|f| f.0 < current.generation) {
        let Ok(file) = File::open(path.join(READERS)) else {
            continue;
        };
        match file.try_lock() {
            // Kept until the end: a reader that comes now finds the newer manifest.
            Ok(()) => held.push((*n, Some(file))),
            Err(TryLockError::WouldBlock) => held.push((*n, None)),
            Err(TryLockError::Error(_)) => {}
        }
    }
    let oldest_read = held.iter().filter(|h| h.1.is_none()).map(|h| h.0).max();
    let needed: HashSet<&str> = current.files().map(|f| f.path.as_str()).collect();
    let mut stay = Vec::new();
    for (n, path) in &folders {
        let io = |e| FormatError::io("cannot clean up", path)(e);
        let mut used = *n == current.generation;
        for entry in fs::read_dir(path).map_err(io)? {
            let entry = entry.map_err(io)?;
            let name = entry.file_name();
            let relative = format!("{}/{}", folder(*n), name.to_string_lossy());
            if needed.contains(relative.as_str()) || name == READERS {
                used |= name != READERS;
            } else if *n < current.generation && oldest_read.is_some_and(|g| g >= *n) {
                used = true;
                stay.push(entry.path());
            } else {
                fs::remove_file(entry.path()).map_err(io)?;
            }
        }
        if !used {
            fs::remove_dir_all(path).map_err(io)?;
        }
    }
    let _ = fs::remove_file(root.join(NEW_MANIFEST));
    Ok(stay)
}

/// Removes what no manifest and no reader needs; returns the files that had to stay because an
/// older generation is still being read.
///
/// # Errors
/// [`FormatError::Locked`] where a writer is at work; [`FormatError::Io`].
pub fn collect(root: &Path) -> Result<Vec<PathBuf>, FormatError> {
    let _lock = lock_writer(root)?;
    collect_locked(root, &read_manifest(root)?)
}

/// Takes the writer's lock of the store at `root`, which must be a folder. A dead process lets
/// go of it by itself.
pub(super) fn lock_writer(root: &Path) -> Result<File, FormatError> {
    let path = root.join(WRITER);
    let file = File::options()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(&path)
        .map_err(FormatError::io("cannot open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(FormatError::Locked {
            path: root.to_owned(),
        }),
        Err(TryLockError::Error(e)) => Err(FormatError::io("cannot lock", &path)(e)),
    }
}
