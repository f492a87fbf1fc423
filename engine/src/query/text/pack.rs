//! Several small files in one, with a checksum; and a folder of them that lies in memory.
//!
//! ```text
//! magic        8  "gdxtext\n"
//! version      4  u32, little-endian
//! files        4  u32
//! for each:       u32 length of the name, the name, u64 length of the file
//! files           end to end, in that order
//! checksum    32  BLAKE3 of all before
//! ```

use std::collections::HashMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::Directory;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    DirectoryLock, FileHandle, Lock, OwnedBytes, WatchCallback, WatchHandle, WritePtr,
};

use super::TextError;

const MAGIC: &[u8; 8] = b"gdxtext\n";
/// Grows when the pack, or what its keys are made of, changes.
pub(super) const VERSION: u32 = 1;
const CHECKSUM: usize = 32;
/// No index has more files or longer names.
const MAX_FILES: u32 = 64;
const MAX_NAME: u32 = 256;

/// Puts files into one.
pub(super) fn pack(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let total: usize = files.iter().map(|(n, b)| n.len() + b.len() + 12).sum();
    let mut out = Vec::with_capacity(total + 64);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&(files.len() as u32).to_le_bytes());
    for (name, bytes) in files {
        out.extend_from_slice(&(name.len() as u32).to_le_bytes());
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    }
    for (_, bytes) in files {
        out.extend_from_slice(bytes);
    }
    let checksum = blake3::hash(&out);
    out.extend_from_slice(checksum.as_bytes());
    out
}

/// The files of a packed one, in memory.
#[derive(Clone, Debug)]
pub(super) struct Packed {
    files: Arc<HashMap<PathBuf, OwnedBytes>>,
}

/// Reads the head of a packed file.
struct Head<'a>(&'a [u8]);

impl<'a> Head<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8], TextError> {
        let (taken, rest) = self
            .0
            .split_at_checked(n)
            .ok_or_else(|| corrupt("it ends early"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn u32(&mut self) -> Result<u32, TextError> {
        let mut bytes = [0; 4];
        bytes.copy_from_slice(self.take(4)?);
        Ok(u32::from_le_bytes(bytes))
    }

    fn u64(&mut self) -> Result<u64, TextError> {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(self.take(8)?);
        Ok(u64::from_le_bytes(bytes))
    }
}

pub(super) fn corrupt(what: impl Into<String>) -> TextError {
    TextError::Corrupt(what.into())
}

/// What the library does with an index. It trusts its files where their sums fit, and may panic
/// on those that someone has forged: that is an error like any other.
pub(super) fn guarded<T>(f: impl FnOnce() -> Result<T, TextError>) -> Result<T, TextError> {
    catch_unwind(AssertUnwindSafe(f))
        .unwrap_or_else(|_| Err(corrupt("its parts contradict one another")))
}

impl Packed {
    /// Checks a packed file and takes a copy of it.
    pub(super) fn open(bytes: &[u8]) -> Result<Self, TextError> {
        let body_len = bytes.len().checked_sub(CHECKSUM);
        let (body, checksum) = body_len
            .and_then(|n| bytes.split_at_checked(n))
            .ok_or_else(|| corrupt("it is too short"))?;
        let mut head = Head(body);
        if head.take(8)? != MAGIC {
            return Err(corrupt("it does not begin as a text index does"));
        }
        let found = head.u32()?;
        if found != VERSION {
            return Err(TextError::Version {
                found,
                known: VERSION,
            });
        }
        if blake3::hash(body).as_bytes() != checksum {
            return Err(corrupt("its checksum differs"));
        }
        let count = head.u32()?;
        if count > MAX_FILES {
            return Err(corrupt(format!("it claims {count} files")));
        }
        let mut entries = Vec::new();
        for _ in 0..count {
            let length = head.u32()?;
            if length > MAX_NAME {
                return Err(corrupt("a name in it is too long"));
            }
            let name = std::str::from_utf8(head.take(length as usize)?)
                .map_err(|_| corrupt("a name in it is not text"))?;
            let length = usize::try_from(head.u64()?).map_err(|_| corrupt("it is too long"))?;
            entries.push((PathBuf::from(name), length));
        }
        let mut at = body.len() - head.0.len();
        let whole = OwnedBytes::new(body.to_vec());
        let mut files = HashMap::new();
        for (name, length) in entries {
            let end = at.checked_add(length).filter(|&end| end <= body.len());
            let end = end.ok_or_else(|| corrupt("a file in it ends early"))?;
            files.insert(name, whole.slice(at..end));
            at = end;
        }
        if at != body.len() {
            return Err(corrupt("there are bytes left over"));
        }
        Ok(Self {
            files: Arc::new(files),
        })
    }

    /// A file's bytes.
    pub(super) fn get(&self, name: &str) -> Result<OwnedBytes, TextError> {
        let file = self.files.get(Path::new(name));
        file.cloned()
            .ok_or_else(|| corrupt(format!("{name} is absent")))
    }

    fn find(&self, path: &Path) -> Result<OwnedBytes, OpenReadError> {
        let file = self.files.get(path);
        file.cloned()
            .ok_or_else(|| OpenReadError::FileDoesNotExist(path.to_owned()))
    }
}

fn read_only() -> io::Error {
    io::Error::new(
        io::ErrorKind::ReadOnlyFilesystem,
        "a packed index is read-only",
    )
}

impl Directory for Packed {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        Ok(Arc::new(self.find(path)?))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        Err(DeleteError::IoError {
            io_error: Arc::new(read_only()),
            filepath: path.to_owned(),
        })
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        Ok(self.files.contains_key(path))
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::IoError {
            io_error: Arc::new(read_only()),
            filepath: path.to_owned(),
        })
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        Ok(self.find(path)?.to_vec())
    }

    fn atomic_write(&self, _path: &Path, _data: &[u8]) -> io::Result<()> {
        Err(read_only())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, _lock: &Lock) -> Result<DirectoryLock, LockError> {
        // Nothing is ever collected here, so that readers need no lock.
        let nothing: Box<dyn Send + Sync> = Box::new(());
        Ok(DirectoryLock::from(Box::new(nothing)))
    }

    fn watch(&self, _callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}
