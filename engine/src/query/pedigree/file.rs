//! Reading `.fam`, `.ped` and `.psam`-like text.

use std::collections::HashMap;
use std::io::BufRead;
use std::path::Path;

use super::build::{Builder, affected, is_nobody};
use super::{Pedigree, PedigreeError};
use crate::format::samples::{Role, SampleTable, Sex};
use crate::lines::{LineError, Lines};

/// Places of the columns: family, id, father, mother, sex, phenotype.
struct Layout([Option<usize>; 6]);

const FAMILY: usize = 0;
const ID: usize = 1;
const FATHER: usize = 2;
const MOTHER: usize = 3;
const SEX: usize = 4;
const PHENOTYPE: usize = 5;

impl Layout {
    const FAM: Self = Self([Some(0), Some(1), Some(2), Some(3), Some(4), Some(5)]);

    /// The layout that a header describes; `None` for a comment.
    fn of_header(line: &str) -> Option<Self> {
        let mut places = [None; 6];
        for (at, name) in fields(line.trim_start_matches('#')).into_iter().enumerate() {
            let column = match Role::of_column(name) {
                Some(Role::Family) => FAMILY,
                Some(Role::Father) => FATHER,
                Some(Role::Mother) => MOTHER,
                Some(Role::Sex) => SEX,
                _ => match name.to_ascii_lowercase().as_str() {
                    "iid" | "id" | "sample" | "sample_id" | "individual_id" | "individual" => ID,
                    "phenotype" | "pheno" | "pheno1" | "affected" | "status" => PHENOTYPE,
                    _ => continue,
                },
            };
            if let Some(place) = places.get_mut(column) {
                place.get_or_insert(at);
            }
        }
        (places[ID].is_some() && places[FATHER].is_some() && places[MOTHER].is_some())
            .then_some(Self(places))
    }

    fn get<'a>(&self, fields: &[&'a str], column: usize) -> Option<&'a str> {
        fields.get((*self.0.get(column)?)?).copied()
    }

    /// Fields that a line must have.
    fn needed(&self) -> usize {
        let places = [ID, FATHER, MOTHER].into_iter().chain(
            // Without a header the sex is always there.
            (self.0 == Self::FAM.0).then_some(SEX),
        );
        places
            .filter_map(|c| self.0.get(c).copied().flatten())
            .max()
            .map_or(0, |m| m + 1)
    }
}

/// By TABs where there are enough of them, else by white space.
fn fields(line: &str) -> Vec<&str> {
    if line.bytes().filter(|&b| b == b'\t').count() >= 3 {
        line.split('\t').map(str::trim).collect()
    } else {
        line.split_whitespace().collect()
    }
}

pub(super) fn read(
    reader: impl BufRead,
    path: &Path,
    table: &SampleTable,
) -> Result<Pedigree, PedigreeError> {
    let mut lines = Lines::new(reader);
    let mut layout = Layout::FAM;
    let mut builder = Builder::default();
    // Lines by place, and by sample.
    let mut seen: HashMap<usize, u64> = HashMap::new();
    let mut taken: HashMap<usize, (usize, u64)> = HashMap::new();
    let mut missing = 0usize;
    let mut example = None;
    loop {
        let (line, number) = match lines.next_line() {
            Ok(None) => break,
            Ok(Some(line)) => line,
            Err(LineError::Io(source)) => {
                let path = path.to_owned();
                return Err(PedigreeError::Io { path, source });
            }
            Err(LineError::Line(line, reason)) => {
                let path = path.to_owned();
                return Err(PedigreeError::Line { path, line, reason });
            }
        };
        let wrong = |reason: String| PedigreeError::Line {
            path: path.to_owned(),
            line: number,
            reason,
        };
        if line.trim().is_empty() {
            continue;
        }
        if line.starts_with('#') || (seen.is_empty() && Layout::of_header(line).is_some()) {
            if let Some(header) = Layout::of_header(line).filter(|_| seen.is_empty()) {
                layout = header;
            }
            continue;
        }
        let fields = fields(line);
        if fields.len() < layout.needed() {
            return Err(wrong(format!(
                "{} columns, but family, sample, father, mother, sex and phenotype are expected",
                fields.len()
            )));
        }
        let family = layout.get(&fields, FAMILY).unwrap_or("0");
        let id = layout.get(&fields, ID).unwrap_or_default();
        if is_nobody(id) {
            return Err(wrong(format!("{id:?} is no sample id")));
        }
        let place = builder.place(family, id);
        if let Some(first) = seen.insert(place, number) {
            return Err(wrong(format!(
                "{id:?} of family {family:?} is on line {first} already"
            )));
        }
        let mut link = |builder: &mut Builder, place: usize, id: &str| {
            let sample = table.index_of(id).or_else(|| {
                let joined = format!("{family}_{id}");
                table.index_of(&joined)
            });
            if let Some((other, line)) = sample
                .and_then(|s| taken.insert(s, (place, number)))
                .filter(|(other, _)| *other != place)
            {
                let _ = other;
                return Err(wrong(format!(
                    "{id:?} is the same sample of the store as somebody of line {line}"
                )));
            }
            if let Some(person) = builder.get_mut(place) {
                person.sample = sample.and_then(|s| u32::try_from(s).ok());
                if let Some(s) = sample.filter(|_| person.sex == Sex::Unknown) {
                    person.sex = table.sex(s);
                }
            }
            Ok(sample.is_some())
        };
        if let Some(person) = builder.get_mut(place) {
            let sex = layout.get(&fields, SEX).unwrap_or("0");
            person.sex = Sex::from_text(sex);
            person.affected = layout.get(&fields, PHENOTYPE).and_then(affected);
        }
        if !link(&mut builder, place, id)? {
            missing += 1;
            example.get_or_insert_with(|| id.to_owned());
        }
        for (role, column) in [FATHER, MOTHER].into_iter().enumerate() {
            let parent = layout.get(&fields, column).unwrap_or_default();
            if is_nobody(parent) {
                continue;
            }
            let at = builder.place(family, parent);
            link(&mut builder, at, parent)?;
            builder.set_parent(place, at, role).map_err(wrong)?;
        }
    }
    if seen.len() == missing {
        return Err(PedigreeError::NoneMatched {
            path: path.to_owned(),
            people: seen.len(),
            example: example.zip(table.id(0).map(str::to_owned)),
        });
    }
    let mut warnings = Vec::new();
    if let Some(id) = example {
        warnings.push(format!(
            "{}: {missing} of {} people are not in the store, {id:?} for one",
            path.display(),
            seen.len()
        ));
    }
    builder.finish(warnings)
}
