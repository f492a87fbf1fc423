//! Tables of traits and covariates as regenie and plink have them: a header `FID IID NAME...`,
//! then a line for each person; blanks or tabs between values, `NA` where one is missing.

use std::collections::HashMap;
use std::io::BufRead;
use std::path::{Path, PathBuf};

use super::AssociationError;
use crate::diagnostic::nearest;
use crate::lines::{LineError, Lines};

/// Ids of each side that are shown where sides do not match.
pub const SHOWN: usize = 3;

/// A column of a table, a value for each sample of the store.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Numbers; NaN is missing.
    Numbers(Vec<f64>),
    /// Categories: for each sample its place in the list of names, in the order in which the
    /// names were met.
    Categories(Vec<Option<u32>>, Vec<String>),
}

impl Values {
    /// Whether sample `s` has no value.
    #[must_use]
    pub fn is_missing(&self, s: usize) -> bool {
        match self {
            Self::Numbers(v) => v.get(s).is_none_or(|v| v.is_nan()),
            Self::Categories(v, _) => v.get(s).is_none_or(Option::is_none),
        }
    }
}

/// A named column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// A value for each sample.
    pub values: Values,
}

/// How a table's people and the store's samples fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matched {
    /// People of the table who are in the store.
    pub matched: u64,
    /// People of the table who are not, and the first of them.
    pub unknown: (u64, Vec<String>),
    /// Samples of the store that the table does not have, and the first of them.
    pub absent: (u64, Vec<String>),
}

/// Which columns of a table are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Names in their order; all where there is none.
    pub names: Vec<String>,
    /// Columns whose values are categories.
    pub categorical: Vec<String>,
}

/// Reads a table for the samples named `samples`.
///
/// # Errors
/// [`AssociationError`] naming file, line and column.
pub fn read(
    reader: impl BufRead,
    path: &Path,
    wanted: &Wanted,
    samples: &[&str],
) -> Result<(Vec<Column>, Matched), AssociationError> {
    let mut lines = Lines::new(reader);
    let at = |line, reason| AssociationError::Line {
        path: path.to_owned(),
        line,
        reason,
    };
    let failed = |error| match error {
        LineError::Io(source) => AssociationError::Io {
            path: path.to_owned(),
            source,
        },
        LineError::Line(line, reason) => at(line, reason),
    };
    let Some((header, number)) = lines.next_line().map_err(failed)? else {
        return Err(file(path, "the file is empty"));
    };
    let header: Vec<String> = header.split_ascii_whitespace().map(str::to_owned).collect();
    let first = |i: usize| header.get(i).map(|n| n.trim_start_matches('#'));
    if !matches!((first(0), first(1)), (Some("FID"), Some("IID"))) {
        let reason = "the header should begin with FID IID".to_owned();
        return Err(at(number, reason));
    }
    let picks = pick(&header, wanted, path)?;
    let places: HashMap<&str, usize> = samples.iter().copied().zip(0..).collect();
    let mut columns: Vec<Column> = picks
        .iter()
        .map(|&(place, categorical)| Column {
            name: header[place].clone(),
            values: if categorical {
                Values::Categories(vec![None; samples.len()], Vec::new())
            } else {
                Values::Numbers(vec![f64::NAN; samples.len()])
            },
        })
        .collect();
    let mut levels: Vec<HashMap<String, u32>> = vec![HashMap::new(); columns.len()];
    let mut seen = vec![false; samples.len()];
    let mut matched = Matched::default();
    while let Some((line, number)) = lines.next_line().map_err(failed)? {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        if fields.is_empty() {
            continue;
        }
        if fields.len() != header.len() {
            let reason = format!("{} values, the header has {}", fields.len(), header.len());
            return Err(at(number, reason));
        }
        let Some(&sample) = places.get(fields[1]) else {
            matched.unknown.0 += 1;
            if matched.unknown.1.len() < SHOWN {
                matched.unknown.1.push(fields[1].to_owned());
            }
            continue;
        };
        if std::mem::replace(&mut seen[sample], true) {
            let reason = format!("{} was there before: one line for each person", fields[1]);
            return Err(at(number, reason));
        }
        matched.matched += 1;
        for (i, &(place, _)) in picks.iter().enumerate() {
            let text = fields[place];
            if is_missing(text) {
                continue;
            }
            match &mut columns[i].values {
                Values::Numbers(values) => {
                    let value = text.parse::<f64>().ok().filter(|v| v.is_finite());
                    values[sample] = value.ok_or_else(|| {
                        let name = &header[place];
                        at(
                            number,
                            format!("column {name}: {text:?} is not a number, nor NA"),
                        )
                    })?;
                }
                Values::Categories(values, names) => {
                    let next = names.len() as u32;
                    let level = *levels[i].entry(text.to_owned()).or_insert_with(|| {
                        names.push(text.to_owned());
                        next
                    });
                    values[sample] = Some(level);
                }
            }
        }
    }
    for (name, _) in samples.iter().zip(&seen).filter(|(_, seen)| !**seen) {
        matched.absent.0 += 1;
        if matched.absent.1.len() < SHOWN {
            matched.absent.1.push((*name).to_owned());
        }
    }
    if matched.matched == 0 {
        return Err(file(
            path,
            format!(
                "none of its {} people is in the store: it has {}, the store {}",
                matched.unknown.0,
                matched.unknown.1.join(", "),
                matched.absent.1.join(", ")
            ),
        ));
    }
    Ok((columns, matched))
}

/// What stands for a missing value.
fn is_missing(text: &str) -> bool {
    matches!(text, "NA" | "NaN" | "nan" | "." | "")
}

fn file(path: &Path, reason: impl Into<String>) -> AssociationError {
    AssociationError::File {
        path: PathBuf::from(path),
        reason: reason.into(),
    }
}

/// The places of the wanted columns in the header, and which of them are categories.
fn pick(
    header: &[String],
    wanted: &Wanted,
    path: &Path,
) -> Result<Vec<(usize, bool)>, AssociationError> {
    let names = &header[2..];
    for (i, name) in names.iter().enumerate() {
        if names[..i].contains(name) {
            return Err(file(path, format!("two columns are called {name}")));
        }
    }
    let find = |name: &String| {
        names
            .iter()
            .position(|n| n == name)
            .map(|p| p + 2)
            .ok_or_else(|| {
                let hint = match nearest(name, names.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean {near}?"),
                    None => format!("it has {}", names.join(", ")),
                };
                file(path, format!("there is no column {name}: {hint}"))
            })
    };
    for name in &wanted.categorical {
        find(name)?;
    }
    let places = if wanted.names.is_empty() {
        (2..header.len()).collect()
    } else {
        // One that is named as categorical only is wanted, too.
        let mut places: Vec<usize> = Vec::new();
        for name in wanted.names.iter().chain(&wanted.categorical) {
            let place = find(name)?;
            if !places.contains(&place) {
                places.push(place);
            }
        }
        places
    };
    let categorical = |place: usize| wanted.categorical.contains(&header[place]);
    Ok(places.into_iter().map(|p| (p, categorical(p))).collect())
}

/// Names with ranges written out: `PC{1:4}` is `PC1 PC2 PC3 PC4`.
///
/// # Errors
/// A text saying what is wrong with a range.
pub fn expand_names(names: &[String]) -> Result<Vec<String>, String> {
    let mut out = Vec::new();
    for name in names {
        let Some((before, rest)) = name.split_once('{') else {
            out.push(name.clone());
            continue;
        };
        let range = rest.split_once('}').and_then(|(range, after)| {
            let (from, to) = range.split_once(':')?;
            let (from, to) = (from.parse::<u32>().ok()?, to.parse::<u32>().ok()?);
            (from <= to && to - from < 10_000).then_some((from, to, after))
        });
        let Some((from, to, after)) = range else {
            return Err(format!("{name:?}: a range is written as in PC{{1:10}}"));
        };
        out.extend((from..=to).map(|i| format!("{before}{i}{after}")));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, wanted: &Wanted) -> Result<(Vec<Column>, Matched), String> {
        read(
            text.as_bytes(),
            Path::new("t.txt"),
            wanted,
            &["A", "B", "C"],
        )
        .map_err(|e| e.to_string())
    }

    #[test]
    fn values_of_the_stores_samples() {
        let text = "\u{feff}FID IID Y SEX\r\n0 C 2.5 F\r\n0\tA\tNA\tM\r\n\r\n0 X 1 F\r\n";
        let wanted = Wanted {
            categorical: vec!["SEX".to_owned()],
            ..Wanted::default()
        };
        let (columns, matched) = parse(text, &wanted).unwrap();
        assert_eq!(columns[0].name, "Y");
        let Values::Numbers(y) = &columns[0].values else {
            unreachable!()
        };
        assert!(y[0].is_nan() && y[1].is_nan() && y[2] == 2.5);
        assert_eq!(
            columns[1].values,
            Values::Categories(vec![Some(1), None, Some(0)], vec!["F".into(), "M".into()])
        );
        assert_eq!(matched.matched, 2);
        assert_eq!(matched.unknown, (1, vec!["X".to_owned()]));
        assert_eq!(matched.absent, (1, vec!["B".to_owned()]));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let all = Wanted::default();
        let some = |name: &str| Wanted {
            names: vec![name.to_owned()],
            ..Wanted::default()
        };
        for (text, wanted, expected) in [
            ("", &all, "empty"),
            (
                "ID Y\nA 1\n",
                &all,
                "line 1: the header should begin with FID IID",
            ),
            (
                "FID IID Y\n0 A x\n",
                &all,
                "line 2: column Y: \"x\" is not a number",
            ),
            ("FID IID Y\n0 A inf\n", &all, "not a number"),
            (
                "FID IID Y\n0 A\n",
                &all,
                "line 2: 2 values, the header has 3",
            ),
            (
                "FID IID Y\n0 A 1\n0 A 2\n",
                &all,
                "line 3: A was there before",
            ),
            ("FID IID Y Y\n0 A 1 1\n", &all, "two columns are called Y"),
            (
                "FID IID height\n0 A 1\n",
                &some("heigth"),
                "did you mean height?",
            ),
            ("FID IID Y\n0 Q 1\n0 R 1\n", &all, "none of its 2 people"),
        ] {
            let error = parse(text, wanted).unwrap_err();
            assert!(error.contains(expected), "{text:?}: {error}");
        }
    }

    #[test]
    fn ranges_of_names() {
        let names = ["AGE".to_owned(), "PC{1:3}_x".to_owned()];
        assert_eq!(
            expand_names(&names).unwrap(),
            ["AGE", "PC1_x", "PC2_x", "PC3_x"]
        );
        for bad in ["PC{3:1}", "PC{1-3}", "PC{1:3", "PC{a:b}", "PC{1:99999999}"] {
            assert!(expand_names(&[bad.to_owned()]).is_err(), "{bad}");
        }
    }
}
