//! What people are matched by: numbers, principal components, and values that must be equal.

use std::collections::HashMap;
use std::io::BufRead;
use std::path::Path;
use std::str::FromStr;

use super::MatchError;
use super::kin0::{fields, number_at};
use crate::diagnostic::nearest;
use crate::format::samples::{Column, Role, SampleTable, Sex};
use crate::lines::Lines;

/// How far a value may be off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Caliper {
    /// In the value's own unit.
    Units(f64),
    /// In standard deviations of cases and controls together.
    Deviations(f64),
}

impl FromStr for Caliper {
    type Err = String;

    /// `3`, or `0.2sd`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (number, in_deviations) = match text.strip_suffix("sd") {
            Some(number) => (number, true),
            None => (text, false),
        };
        let value: f64 = number.trim().parse().unwrap_or(f64::NAN);
        if !(value.is_finite() && value >= 0.0) {
            return Err(format!(
                "caliper {text:?}: a number that is not negative is expected, in the value's unit \
                 as in 3, or in standard deviations as in 0.2sd"
            ));
        }
        Ok(if in_deviations {
            Self::Deviations(value)
        } else {
            Self::Units(value)
        })
    }
}

/// A number of each person.
#[derive(Clone, Debug)]
pub struct Covariate {
    /// Its name.
    pub name: String,
    /// For each sample of the store; NaN is missing.
    pub values: Vec<f64>,
    /// How far it may be off.
    pub caliper: Option<Caliper>,
}

/// Values that must be equal.
#[derive(Clone, Debug)]
pub(super) struct Factor {
    pub(super) name: String,
    /// For each sample the place of its value in `levels`.
    pub(super) keys: Vec<Option<u32>>,
    pub(super) levels: Vec<String>,
}

fn find<'t>(table: &'t SampleTable, name: &str) -> Result<(usize, Column<'t>), MatchError> {
    let found = table
        .find(name)
        .and_then(|ix| Some((ix, table.column(ix)?)));
    found.ok_or_else(|| {
        let hint = nearest(name, table.names());
        let hint = hint.map_or(String::new(), |h| format!("; did you mean {h:?}?"));
        MatchError::column(name, format!("the sample table has no such column{hint}"))
    })
}

impl Covariate {
    /// A column of the sample table. Of truth values, true is 1.
    ///
    /// # Errors
    /// [`MatchError::Column`] where there is none or it is text.
    pub fn of_table(
        table: &SampleTable,
        name: &str,
        caliper: Option<Caliper>,
    ) -> Result<Self, MatchError> {
        let (_, column) = find(table, name)?;
        let values = match column {
            Column::Int(a) => a.iter().map(|v| v.map_or(f64::NAN, |v| v as f64)).collect(),
            Column::Float(a) => (a.iter())
                .map(|v| v.filter(|v| v.is_finite()).unwrap_or(f64::NAN))
                .collect(),
            Column::Bool(a) => (a.iter())
                .map(|v| v.map_or(f64::NAN, |v| f64::from(u8::from(v))))
                .collect(),
            Column::Id(_) | Column::Text(..) => {
                let reason = "the column holds text, and a number is asked for: where its values \
                              should be equal, say so with --exact";
                return Err(MatchError::column(name, reason));
            }
        };
        Ok(Self {
            name: name.to_owned(),
            values,
            caliper,
        })
    }

    /// The first `count` principal components, columns `PC1`, `PC2`, ... of the sample table.
    ///
    /// # Errors
    /// [`MatchError::Column`] where there are not so many.
    pub fn components(table: &SampleTable, count: usize) -> Result<Vec<Self>, MatchError> {
        let one = |i: usize| {
            let name = format!("PC{i}");
            if table.find(&name).is_none() {
                let reason = "the sample table has no such column: give the components as a file \
                              with --eigenvec, or fewer with --pcs";
                return Err(MatchError::column(&name, reason));
            }
            Self::of_table(table, &name, None)
        };
        (1..=count).map(one).collect()
    }
}

impl Factor {
    /// A column of the sample table. Sex is compared by meaning; unknown sex is missing.
    pub(super) fn of_table(table: &SampleTable, name: &str) -> Result<Self, MatchError> {
        let (ix, column) = find(table, name)?;
        let is_sex = table.role_column(Role::Sex) == Some(ix);
        let text = |s: usize| {
            if is_sex {
                return match table.sex(s) {
                    Sex::Male => Some("male".to_owned()),
                    Sex::Female => Some("female".to_owned()),
                    Sex::Unknown => None,
                };
            }
            column.text(s)
        };
        let mut levels = Vec::new();
        let mut places: HashMap<String, u32> = HashMap::new();
        let keys = (0..table.len()).map(|s| {
            let value = text(s)?;
            let next = places.len() as u32;
            let place = *places.entry(value.clone()).or_insert(next);
            if place == next {
                levels.push(value);
            }
            Some(place)
        });
        let keys = keys.collect();
        Ok(Self {
            name: name.to_owned(),
            keys,
            levels,
        })
    }
}

/// Reads principal components as `plink2 --pca` writes them: a header `#FID IID PC1 ...` or
/// `#IID PC1 ...`, a line for each person. People who are not in the store are passed over;
/// samples without a line have none. `path` is for messages.
///
/// # Errors
/// [`MatchError`] where there are fewer than `count` components, or nobody of the store.
pub fn read_eigenvec(
    reader: impl BufRead,
    path: &Path,
    table: &SampleTable,
    count: usize,
) -> Result<Vec<Covariate>, MatchError> {
    let mut lines = Lines::new(reader);
    let at = |line, reason: String| MatchError::line(path, line, reason);
    let mut head: Option<(usize, Vec<usize>)> = None;
    let mut values = vec![vec![f64::NAN; table.len()]; count];
    let mut matched = 0_u64;
    while let Some((line, number)) = lines.next_line().map_err(|e| MatchError::unread(path, e))? {
        let cells = fields(line);
        let Some((iid, places)) = &head else {
            let find = |name: &str| {
                let is = |c: &&str| c.trim_start_matches('#').eq_ignore_ascii_case(name);
                cells.iter().position(is)
            };
            let iid = find("IID").ok_or_else(|| {
                let reason = "a header with IID and PC1, PC2, ... is expected, as plink2 --pca \
                              writes it";
                at(number, reason.to_owned())
            })?;
            let places = (1..=count).map(|i| {
                find(&format!("PC{i}"))
                    .ok_or_else(|| at(number, format!("there is no column PC{i}")))
            });
            head = Some((iid, places.collect::<Result<_, _>>()?));
            continue;
        };
        if cells.is_empty() {
            continue;
        }
        let id = cells
            .get(*iid)
            .ok_or_else(|| at(number, "the line is too short".to_owned()))?;
        let Some(sample) = table.index_of(id) else {
            continue;
        };
        matched += 1;
        for (values, place) in values.iter_mut().zip(places) {
            values[sample] = number_at(&cells, *place).map_err(|reason| at(number, reason))?;
        }
    }
    if matched == 0 {
        return Err(at(1, "nobody in it is in the store".to_owned()));
    }
    let named = values.into_iter().zip(1..).map(|(values, i)| Covariate {
        name: format!("PC{i}"),
        values,
        caliper: None,
    });
    Ok(named.collect())
}
