//! Predictions of traits from the rest of the genome, as regenie's step 1 writes them: a list of
//! `TRAIT FILE` lines, and for each trait a file with a column for each person (`FID_IID` and
//! their names in the header) and a line for each chromosome that is left out (LOCO).

use std::collections::HashMap;
use std::io::BufRead;
use std::path::{Path, PathBuf};

use super::AssociationError;
use crate::diagnostic::nearest;
use crate::lines::{LineError, Lines};

/// Predictions of one trait, for each chromosome a value for each sample of the store.
#[derive(Clone, Debug, PartialEq)]
pub struct Predictions {
    /// Chromosomes as [`chromosome`] writes them, and their values; NaN is missing.
    values: Vec<(String, Vec<f64>)>,
}

impl Predictions {
    /// Those for tests on a chromosome, which may have the prefix `chr`; 23 is X.
    #[must_use]
    pub fn of_chromosome(&self, name: &str) -> Option<&[f64]> {
        let name = chromosome(name);
        let found = self.values.iter().find(|v| v.0 == name);
        found.map(|v| v.1.as_slice())
    }

    /// Chromosomes in the order of the file.
    pub fn chromosomes(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(|v| v.0.as_str())
    }

    /// Whether a sample has no prediction on some chromosome.
    #[must_use]
    pub fn lacks(&self, sample: usize) -> bool {
        let missing = |v: &(String, Vec<f64>)| v.1.get(sample).is_none_or(|v| v.is_nan());
        self.values.iter().any(missing)
    }
}

/// The name of a chromosome without its prefix; X for 23.
fn chromosome(name: &str) -> &str {
    let bare = match name.get(..3) {
        Some(prefix) if prefix.eq_ignore_ascii_case("chr") => &name[3..],
        _ => name,
    };
    if bare == "23" { "X" } else { bare }
}

/// Reads a list of `TRAIT FILE` lines: for each of `traits` its file, relative to the list's
/// folder where it is not absolute and there is no such file from here.
///
/// # Errors
/// [`AssociationError`] for a line that is not two words, for a trait named twice, and for one of
/// `traits` that is not in the list.
pub fn read_list(
    reader: impl BufRead,
    path: &Path,
    traits: &[&str],
) -> Result<Vec<PathBuf>, AssociationError> {
    let mut lines = Lines::new(reader);
    let mut files: HashMap<String, PathBuf> = HashMap::new();
    while let Some((line, number)) = lines.next_line().map_err(|e| failed(path, e))? {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let (name, file) = match words[..] {
            [] => continue,
            [name, file] => (name, file),
            _ => {
                let reason = format!("{} words: a trait and its file are expected", words.len());
                return Err(at(path, number, reason));
            }
        };
        let beside = path.parent().map(|p| p.join(file));
        let file = match beside {
            Some(beside) if !Path::new(file).exists() && beside.exists() => beside,
            _ => PathBuf::from(file),
        };
        if files.insert(name.to_owned(), file).is_some() {
            return Err(at(path, number, format!("{name} was there before")));
        }
    }
    let find = |name: &&str| {
        files.get(*name).cloned().ok_or_else(|| {
            let hint = match nearest(name, files.keys().map(String::as_str)) {
                Some(near) => format!("; did you mean {near}?"),
                None => String::new(),
            };
            AssociationError::File {
                path: path.to_owned(),
                reason: format!("there are no predictions of trait {name}{hint}"),
            }
        })
    };
    traits.iter().map(find).collect()
}

/// Reads the predictions of a trait for the samples named `samples`; a person is found by
/// `FID_IID`, where both are the sample's name or the FID is 0 or anything else.
///
/// # Errors
/// [`AssociationError`] naming file, line and column, and where no person is a sample.
pub fn read(
    reader: impl BufRead,
    path: &Path,
    samples: &[&str],
) -> Result<Predictions, AssociationError> {
    let mut lines = Lines::new(reader);
    let Some((header, number)) = lines.next_line().map_err(|e| failed(path, e))? else {
        return Err(whole(path, "the file is empty".to_owned()));
    };
    let mut people = header.split_ascii_whitespace();
    if people.next() != Some("FID_IID") {
        let reason = "the header should begin with FID_IID".to_owned();
        return Err(at(path, number, reason));
    }
    let places: HashMap<&str, usize> = samples.iter().copied().zip(0..).collect();
    let mut seen = vec![false; samples.len()];
    let mut columns = Vec::new();
    for person in people {
        let place = find(person, &places);
        if let Some(place) = place
            && std::mem::replace(&mut seen[place], true)
        {
            let reason = format!("{} is there twice", samples[place]);
            return Err(at(path, number, reason));
        }
        columns.push(place);
    }
    if columns.iter().all(Option::is_none) {
        let theirs = header.split_ascii_whitespace().nth(1).unwrap_or("nobody");
        let ours = samples.first().unwrap_or(&"no sample");
        let people = columns.len();
        return Err(whole(
            path,
            format!(
                "none of its {people} people is a sample of the store: it has {theirs}, the store \
                 {ours}"
            ),
        ));
    }
    let mut values: Vec<(String, Vec<f64>)> = Vec::new();
    while let Some((line, number)) = lines.next_line().map_err(|e| failed(path, e))? {
        let mut fields = line.split_ascii_whitespace();
        let Some(name) = fields.next() else { continue };
        let name = chromosome(name);
        if values.iter().any(|v| v.0 == name) {
            let reason = format!("chromosome {name} was there before");
            return Err(at(path, number, reason));
        }
        let mut of = vec![f64::NAN; samples.len()];
        let mut count = 0;
        for field in fields {
            if let Some(Some(place)) = columns.get(count) {
                of[*place] = number_of(field).ok_or_else(|| {
                    let column = count + 2;
                    at(
                        path,
                        number,
                        format!("column {column}: {field:?} is not a number"),
                    )
                })?;
            }
            count += 1;
        }
        if count != columns.len() {
            let reason = format!("{count} predictions, the header has {}", columns.len());
            return Err(at(path, number, reason));
        }
        values.push((name.to_owned(), of));
    }
    if values.is_empty() {
        return Err(whole(path, "there is no chromosome in it".to_owned()));
    }
    Ok(Predictions { values })
}

/// The sample of `FID_IID`: either may have an underscore, so that each place to part them is
/// tried; FID and IID alike come first.
fn find(person: &str, places: &HashMap<&str, usize>) -> Option<usize> {
    let parts = || {
        let at = person.match_indices('_').map(|m| m.0);
        at.map(|i| (&person[..i], &person[i + 1..]))
    };
    let alike = parts().find(|(fid, iid)| fid == iid);
    let mut iids = alike.into_iter().chain(parts()).map(|p| p.1);
    iids.find_map(|iid| places.get(iid).copied())
}

fn number_of(field: &str) -> Option<f64> {
    if field == "NA" {
        return Some(f64::NAN);
    }
    field.parse().ok().filter(|v: &f64| v.is_finite())
}

fn failed(path: &Path, error: LineError) -> AssociationError {
    match error {
        LineError::Io(source) => AssociationError::Io {
            path: path.to_owned(),
            source,
        },
        LineError::Line(line, reason) => at(path, line, reason),
    }
}

fn at(path: &Path, line: u64, reason: String) -> AssociationError {
    AssociationError::Line {
        path: path.to_owned(),
        line,
        reason,
    }
}

fn whole(path: &Path, reason: String) -> AssociationError {
    AssociationError::File {
        path: path.to_owned(),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, samples: &[&str]) -> Result<Predictions, String> {
        read(text.as_bytes(), Path::new("t.loco"), samples).map_err(|e| e.to_string())
    }

    #[test]
    fn people_and_chromosomes_are_found() {
        let text = "\u{feff}FID_IID A_A f_1_B 0_C x_Q\r\n1 0.5 -1e-2 NA 7\r\n\r\n23 1 2 3 4\r\n";
        let found = parse(text, &["C", "A", "1_B", "D"]).unwrap();
        let first = found.of_chromosome("chr1").unwrap();
        assert_eq!(first[1..3], [0.5, -0.01]);
        assert!(first[0].is_nan() && first[3].is_nan());
        for x in ["X", "chrX", "23"] {
            assert_eq!(found.of_chromosome(x).unwrap()[..3], [3.0, 1.0, 2.0]);
        }
        assert_eq!(found.of_chromosome("2"), None);
        assert_eq!(found.chromosomes().collect::<Vec<_>>(), ["1", "X"]);
        assert_eq!(
            [0, 1, 2, 3].map(|s| found.lacks(s)),
            [true, false, false, true]
        );
    }

    #[test]
    fn bad_files_are_told_where() {
        for (text, expected) in [
            ("", "the file is empty"),
            ("IID A\n", "line 1: the header should begin with FID_IID"),
            ("FID_IID A_A 0_A\n1 1 1\n", "line 1: A is there twice"),
            (
                "FID_IID A_A\n1 1\n1 1\n",
                "line 3: chromosome 1 was there before",
            ),
            (
                "FID_IID A_A\n1 x\n",
                "line 2: column 2: \"x\" is not a number",
            ),
            ("FID_IID A_A\n1 inf\n", "not a number"),
            (
                "FID_IID A_A\n1 1 2\n",
                "line 2: 2 predictions, the header has 1",
            ),
            (
                "FID_IID A_A 0_Z\n1 1\n",
                "line 2: 1 predictions, the header has 2",
            ),
            ("FID_IID A_A\n", "no chromosome"),
            ("FID_IID Z_Z Y\n1 1 2\n", "none of its 2 people is a sample"),
        ] {
            let error = parse(text, &["A", "B"]).unwrap_err();
            assert!(error.contains(expected), "{text:?}: {error}");
        }
    }

    #[test]
    fn lists_name_a_file_for_each_trait() {
        let list = |text: &str, traits: &[&str]| {
            read_list(text.as_bytes(), Path::new("pred.list"), traits).map_err(|e| e.to_string())
        };
        let files = list("Y1 a.loco\n\nY2\tb.loco.gz\n", &["Y2", "Y1"]).unwrap();
        assert_eq!(files, [Path::new("b.loco.gz"), Path::new("a.loco")]);
        for (text, expected) in [
            ("Y1\n", "line 1: 1 words"),
            ("Y1 a b\n", "line 1: 3 words"),
            ("Y1 a\nY1 b\n", "line 2: Y1 was there before"),
            ("Y2 a\n", "no predictions of trait Y1; did you mean Y2?"),
            ("", "no predictions of trait Y1"),
        ] {
            let error = list(text, &["Y1"]).unwrap_err();
            assert!(error.contains(expected), "{text:?}: {error}");
        }
    }
}
