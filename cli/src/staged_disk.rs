//! A store whose files are made in another folder first: for destinations that are slow or
//! cannot seek. Temporary files have no name, so that nothing is left of an import that is
//! killed.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use genodex_engine::format::disk::{Disk, DiskFile, OsDisk};

/// Makes files in `temp`, then copies them.
pub(crate) struct StagedDisk {
    temp: PathBuf,
}

impl StagedDisk {
    pub(crate) const fn new(temp: PathBuf) -> Self {
        Self { temp }
    }
}

/// A file of which nothing is at its destination until it is synced.
struct StagedFile {
    temp: File,
    to: Box<dyn DiskFile>,
}

impl Write for StagedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.temp.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.temp.flush()
    }
}

impl Seek for StagedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.temp.seek(to)
    }
}

impl DiskFile for StagedFile {
    fn sync(&mut self) -> io::Result<()> {
        self.temp.rewind()?;
        io::copy(&mut self.temp, &mut self.to)?;
        self.to.sync()
    }
}

impl Disk for StagedDisk {
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        OsDisk.create_dir(path)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(StagedFile {
            temp: tempfile::tempfile_in(&self.temp)?,
            to: OsDisk.create(path)?,
        }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        OsDisk.rename(from, to)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        OsDisk.sync_dir(path)
    }
}
