//! Files mapped read-only into memory.
#![expect(
    unsafe_code,
    reason = "mapping a file is unsafe: its promise is kept by the store, which writes files once and never truncates or edits them"
)]

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use super::FormatError;

/// A whole file, read-only. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Mapped(Arc<memmap2::Mmap>);

impl Mapped {
    /// Maps the file at `path`, which must have exactly `length` bytes.
    ///
    /// # Errors
    /// [`FormatError::Io`] where it cannot be opened, [`FormatError::Corrupt`] where its length
    /// is another.
    pub fn open(path: &Path, length: u64) -> Result<Self, FormatError> {
        let file = File::open(path).map_err(FormatError::io("cannot open", path))?;
        let found = file
            .metadata()
            .map_err(FormatError::io("cannot read", path))?
            .len();
        if found != length {
            let reason = format!("{found} bytes, but the manifest says {length}");
            return Err(FormatError::corrupt(path, "the end of the file", reason));
        }
        // SAFETY: files of a store are written once, under names that no later generation
        // uses again, and are never truncated or edited; a file that is removed lives on for
        // those who have mapped it. Someone who edits a store by hand breaks this promise, and
        // can then see torn values, but every offset read from a mapping is checked against the
        // mapping's fixed length when it is used, so that no read leaves it.
        let map =
            unsafe { memmap2::Mmap::map(&file) }.map_err(FormatError::io("cannot map", path))?;
        Ok(Self(Arc::new(map)))
    }

    /// Brings all pages in at once, for a file that is about to be read from end to end: one
    /// fault for each few pages costs more than reading them. Systems that cannot do without.
    pub fn populate(&self) {
        #[cfg(target_os = "linux")]
        let _ = self.0.advise(memmap2::Advice::PopulateRead);
    }
}

impl AsRef<[u8]> for Mapped {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}
