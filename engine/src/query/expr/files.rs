//! Lists of values or samples that an expression names as `@file`.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

/// Largest file, in bytes: some four million identifiers.
const MAX_BYTES: u64 = 64 << 20;

/// What of a line counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lines {
    /// All of it: the name of a sample.
    Whole,
    /// Its first word: a value.
    FirstWord,
}

/// The lines of a file that are not empty; Windows line ends and a byte-order mark are allowed.
/// `~/` is the home directory.
///
/// # Errors
/// A message, with the file's name, that says why it cannot be read.
pub(super) fn read_lines(path: &str, allowed: bool, lines: Lines) -> Result<Vec<String>, String> {
    if !allowed {
        return Err("files cannot be named here".to_owned());
    }
    let place = match (path.strip_prefix("~/"), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => PathBuf::from(home).join(rest),
        _ => PathBuf::from(path),
    };
    let cannot = |e: std::io::Error| format!("cannot read {path}: {e}");
    let file = File::open(place).map_err(cannot)?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(cannot)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("{path} is larger than {} MiB", MAX_BYTES >> 20));
    }
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}'),
        Err(e) => {
            let line = bytes[..e.valid_up_to()]
                .iter()
                .filter(|b| **b == b'\n')
                .count()
                + 1;
            return Err(format!("{path}: line {line} is not UTF-8"));
        }
    };
    Ok(text
        .lines()
        .map(|line| match lines {
            Lines::Whole => line,
            Lines::FirstWord => line.split_ascii_whitespace().next().unwrap_or(""),
        })
        .filter(|l| !l.is_empty())
        .map(str::to_owned)
        .collect())
}
