//! Where bytes go: standard output, or a file that has its name only when it is whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Stdout, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use genodex_engine::format::manifest::MANIFEST;

/// Beside the manifest in the folder of a store.
const LOCK: &str = "writer.lock";

/// A place to write to. A file is written beside its place under another name and renamed at
/// the end, so that what bears the name is whole; dropped before that, it is removed.
pub(crate) struct Target {
    to: To,
}

enum To {
    Stdout(Stdout),
    /// A pipe or device, written as it is.
    Direct(PathBuf, File),
    File {
        path: PathBuf,
        beside: PathBuf,
        file: File,
        whole: bool,
    },
}

impl Target {
    /// Standard output.
    pub(crate) fn stdout() -> Self {
        Self {
            to: To::Stdout(io::stdout()),
        }
    }

    /// A file, made or replaced; `-` is standard output.
    pub(crate) fn create(path: &Path) -> anyhow::Result<Self> {
        let cannot = || format!("cannot write {}", path.display());
        if path == Path::new("-") {
            return Ok(Self::stdout());
        }
        let special = fs::metadata(path).is_ok_and(|m| !m.is_file());
        if special {
            let file = OpenOptions::new().write(true).open(path);
            return Ok(Self {
                to: To::Direct(path.to_owned(), file.with_context(cannot)?),
            });
        }
        if let Some(store) = store_around(path) {
            bail!(
                "cannot write {}: it lies within the store {}; choose another folder",
                path.display(),
                store.display()
            );
        }
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let beside = path.with_file_name(name);
        let file = File::create(&beside).with_context(cannot)?;
        Ok(Self {
            to: To::File {
                path: path.to_owned(),
                beside,
                file,
                whole: false,
            },
        })
    }

    /// Appends bytes.
    pub(crate) fn write_all(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        match &mut self.to {
            To::Stdout(out) => Ok(out.write_all(bytes)?),
            To::Direct(path, file) | To::File { path, file, .. } => file
                .write_all(bytes)
                .with_context(|| format!("cannot write {}", path.display())),
        }
    }

    /// Gives a file its name.
    pub(crate) fn finish(mut self) -> anyhow::Result<()> {
        match &mut self.to {
            To::Stdout(out) => Ok(out.flush()?),
            To::Direct(..) => Ok(()),
            To::File {
                path,
                beside,
                whole,
                ..
            } => {
                fs::rename(&*beside, &*path)
                    .with_context(|| format!("cannot write {}", path.display()))?;
                *whole = true;
                Ok(())
            }
        }
    }
}

/// The store in whose folder a file would lie: a new generation removes what is not its own.
fn store_around(path: &Path) -> Option<PathBuf> {
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty());
    let parent = parent
        .unwrap_or_else(|| Path::new("."))
        .canonicalize()
        .ok()?;
    let is_store = |p: &&Path| [MANIFEST, LOCK].iter().all(|n| p.join(n).is_file());
    parent.ancestors().find(is_store).map(Path::to_owned)
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.to {
            To::Stdout(out) => out.write(bytes),
            To::Direct(_, file) | To::File { file, .. } => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            To::Stdout(out) => out.flush(),
            To::Direct(_, file) | To::File { file, .. } => file.flush(),
        }
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if let To::File {
            beside,
            whole: false,
            ..
        } = &self.to
        {
            let _ = fs::remove_file(beside);
        }
    }
}
