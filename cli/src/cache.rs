//! Files that are kept for the next time: they can be made again from what is in the program, so
//! that anything that goes wrong with them is no error.
//!
//! They lie in `$GENODEX_CACHE` (empty: nowhere), else where programs of the system keep such
//! files.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Names the folder.
const FOLDER: &str = "GENODEX_CACHE";
/// What no one has made anew for so long is another version's, and goes.
const OLD: Duration = Duration::from_secs(90 * 24 * 60 * 60);

fn folder() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty());
    if let Some(own) = std::env::var_os(FOLDER) {
        return (!own.is_empty()).then(|| own.into());
    }
    let home = || variable("HOME").map(PathBuf::from);
    let base = if cfg!(windows) {
        variable("LOCALAPPDATA").map(PathBuf::from)
    } else if cfg!(target_os = "macos") {
        home().map(|h| h.join("Library/Caches"))
    } else {
        let xdg = variable("XDG_CACHE_HOME").map(PathBuf::from);
        // A relative path is to be ignored, says the specification.
        let xdg = xdg.filter(|p| p.is_absolute());
        xdg.or_else(|| home().map(|h| h.join(".cache")))
    };
    base.map(|b| b.join("genodex"))
}

/// The file of this name, if it is there.
pub(crate) fn read(name: &str) -> Option<Vec<u8>> {
    std::fs::read(folder()?.join(name)).ok()
}

/// Keeps a file: it is there whole or not at all. Says where, or that it could not be kept.
pub(crate) fn keep(name: &str, bytes: &[u8]) -> std::io::Result<Option<PathBuf>> {
    let Some(folder) = folder() else {
        return Ok(None);
    };
    std::fs::create_dir_all(&folder)?;
    remove_old(&folder, name);
    let mut file = tempfile::NamedTempFile::new_in(&folder)?;
    file.write_all(bytes)?;
    let path = folder.join(name);
    file.persist(&path).map_err(|e| e.error)?;
    Ok(Some(path))
}

/// Removes old files with the same ending.
fn remove_old(folder: &Path, name: &str) {
    let ending = Path::new(name).extension();
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        let path = entry.path();
        let age = entry.metadata().and_then(|m| m.modified()).ok();
        let age = age.and_then(|m| m.elapsed().ok());
        if path.extension() == ending && age.is_some_and(|a| a > OLD) {
            let _ = std::fs::remove_file(path);
        }
    }
}
