//! New names of samples, as for `bcftools reheader -s`.

use std::collections::{HashMap, HashSet};
use std::io::BufRead;
use std::path::Path;

use super::SampleFileError;
use super::lines::each_line;

/// Samples with their new names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// All names, in the order of the genotypes.
    pub samples: Vec<String>,
    /// How many samples the file names.
    pub renamed: usize,
    /// Old names in the file that no sample has, to be told.
    pub unknown: Vec<String>,
}

/// Renames `samples`. Where every line has two names, an old and a new one with blanks between
/// them, only the samples named are renamed; a backslash before a blank makes it part of a
/// name. Otherwise each line is the new name of one sample, in the order of the genotypes.
/// `path` is for messages only.
///
/// # Errors
/// [`SampleFileError::File`] where the lines are not as many as the samples or no old name is
/// known; [`SampleFileError::Line`] where a name comes twice, old or new.
pub fn rename_samples<S: AsRef<str>>(
    reader: impl BufRead,
    path: &Path,
    samples: &[S],
) -> Result<Renamed, SampleFileError> {
    let mut lines: Vec<(u64, String)> = Vec::new();
    each_line(reader, path, |text, line| {
        let text = text.trim();
        if !text.is_empty() {
            lines.push((line, text.to_owned()));
        }
        Ok(())
    })?;
    let file = |reason: String| SampleFileError::File {
        path: path.to_owned(),
        reason,
    };
    let at = |line: u64, reason: String| SampleFileError::Line {
        path: path.to_owned(),
        line,
        reason,
    };
    if lines.is_empty() {
        return Err(file("there is no name in it".to_owned()));
    }
    let pairs: Option<Vec<(u64, String, String)>> = lines
        .iter()
        .map(|(line, text)| {
            let (old, new) = split_pair(text)?;
            Some((*line, old, new))
        })
        .collect();
    let mut names: Vec<String> = samples.iter().map(|s| s.as_ref().to_owned()).collect();
    let mut unknown = Vec::new();
    let mut line_of = vec![0; samples.len()];
    let renamed = match pairs {
        None => {
            if lines.len() != samples.len() {
                return Err(file(format!(
                    "{} names for {} samples: give one a line in the order of the genotypes, or \
                     old and new names on every line",
                    lines.len(),
                    samples.len()
                )));
            }
            for (ix, (line, text)) in lines.iter().enumerate() {
                names[ix] = unescaped(text);
                line_of[ix] = *line;
            }
            names.len()
        }
        Some(pairs) => {
            let by_name: HashMap<&str, usize> = samples
                .iter()
                .enumerate()
                .map(|(ix, s)| (s.as_ref(), ix))
                .collect();
            let mut renamed = 0;
            for (line, old, new) in pairs {
                match by_name.get(old.as_str()) {
                    None => unknown.push(old),
                    Some(&ix) if line_of[ix] != 0 => {
                        let first = line_of[ix];
                        return Err(at(
                            line,
                            format!("{old:?} is already renamed on line {first}"),
                        ));
                    }
                    Some(&ix) => {
                        names[ix] = new;
                        line_of[ix] = line;
                        renamed += 1;
                    }
                }
            }
            if renamed == 0 {
                let first = unknown.first().map_or("", String::as_str);
                return Err(file(format!(
                    "no sample has any of its old names (as {first:?})"
                )));
            }
            renamed
        }
    };
    let mut seen = HashSet::with_capacity(names.len());
    // Those that keep their name first: the line that takes it from them is to blame.
    let (kept, new): (Vec<usize>, Vec<usize>) = (0..names.len()).partition(|&ix| line_of[ix] == 0);
    for ix in kept.into_iter().chain(new) {
        if !seen.insert(names[ix].as_str()) {
            let reason = format!("two samples would be named {:?}", names[ix]);
            return Err(at(line_of[ix], reason));
        }
    }
    Ok(Renamed {
        samples: names,
        renamed,
        unknown,
    })
}

/// An old and a new name; `None` where there are not exactly two.
fn split_pair(text: &str) -> Option<(String, String)> {
    let mut escaped = false;
    let blank = |(at, c): (usize, char)| {
        let found = c.is_whitespace() && !escaped;
        escaped = c == '\\' && !escaped;
        found.then_some(at)
    };
    let at = text.char_indices().find_map(blank)?;
    let (old, new) = text.split_at_checked(at)?;
    let new = new.trim_start();
    let mut escaped = false;
    let more = new.chars().any(|c| {
        let found = c.is_whitespace() && !escaped;
        escaped = c == '\\' && !escaped;
        found
    });
    (!more && !new.is_empty()).then(|| (unescaped(old), unescaped(new)))
}

/// A name without the backslashes before blanks.
fn unescaped(text: &str) -> String {
    text.replace("\\ ", " ").replace("\\\t", "\t")
}
