//! What a column of the sample table is, for a comparison: values that people have or have not,
//! or numbers.

use arrow_array::Array;
use roaring::RoaringBitmap;

use super::compare::MOST_VALUES;
use crate::format::samples::{Column, Role, Sex};
use crate::store::Store;

/// Whole numbers that all differ are identifiers from this many people on.
const MANY: u64 = 50;

/// What a column is, for a comparison.
pub(super) enum Shape {
    Categories {
        known: RoaringBitmap,
        values: Vec<(String, RoaringBitmap)>,
    },
    Numbers(Vec<(u32, f64)>),
    LeftOut(String),
}

/// What the column in a place of the sample table is, of people who have not withdrawn.
pub(super) fn shape(store: &Store, place: usize) -> Shape {
    let (samples, active) = (store.samples(), store.active().bitmap());
    let has = |role| samples.role_column(role) == Some(place);
    if [Role::Family, Role::Father, Role::Mother]
        .into_iter()
        .any(has)
    {
        return Shape::LeftOut("ids of families and parents".to_owned());
    }
    if has(Role::Sex) {
        let mut values = vec![
            ("female".to_owned(), RoaringBitmap::new()),
            ("male".to_owned(), RoaringBitmap::new()),
        ];
        for sample in active {
            match samples.sex(sample as usize) {
                Sex::Female => drop(values[0].1.insert(sample)),
                Sex::Male => drop(values[1].1.insert(sample)),
                Sex::Unknown => {}
            }
        }
        return categories(values);
    }
    match samples.column(place) {
        None | Some(Column::Id(_)) => Shape::LeftOut("ids of people".to_owned()),
        Some(Column::Text(keys, values)) => {
            let mut people = vec![RoaringBitmap::new(); values.len()];
            for sample in active {
                let at = sample as usize;
                if at < keys.len()
                    && keys.is_valid(at)
                    && let Some(people) = people.get_mut(keys.keys().value(at) as usize)
                {
                    people.insert(sample);
                }
            }
            let named = values.iter().zip(people);
            let named = named.filter(|(_, p)| !p.is_empty());
            let named = named.map(|(value, p)| (value.unwrap_or_default().to_owned(), p));
            text(named.collect(), active)
        }
        Some(Column::Bool(column)) => {
            let mut values = vec![
                ("false".to_owned(), RoaringBitmap::new()),
                ("true".to_owned(), RoaringBitmap::new()),
            ];
            for sample in active {
                let at = sample as usize;
                if at < column.len() && column.is_valid(at) {
                    values[usize::from(column.value(at))].1.insert(sample);
                }
            }
            categories(values)
        }
        Some(Column::Int(column)) => {
            let there = active.iter().filter(|&s| {
                let at = s as usize;
                at < column.len() && column.is_valid(at)
            });
            let numbers = there.map(|s| (s, column.value(s as usize) as f64));
            numbers_or_categories(numbers.collect(), true)
        }
        Some(Column::Float(column)) => {
            let there = active.iter().filter(|&s| {
                let at = s as usize;
                at < column.len() && column.is_valid(at) && column.value(at).is_finite()
            });
            let numbers = there.map(|s| (s, column.value(s as usize)));
            numbers_or_categories(numbers.collect(), false)
        }
    }
}

fn categories(mut values: Vec<(String, RoaringBitmap)>) -> Shape {
    values.retain(|v| !v.1.is_empty());
    let mut known = RoaringBitmap::new();
    for (_, people) in &values {
        known |= people;
    }
    Shape::Categories { known, values }
}

fn text(values: Vec<(String, RoaringBitmap)>, active: &RoaringBitmap) -> Shape {
    if !values.is_empty() && values.iter().all(|(value, _)| codes(value).is_some()) {
        let mut by_code: std::collections::BTreeMap<String, RoaringBitmap> = Default::default();
        for (value, people) in &values {
            for code in codes(value).into_iter().flatten() {
                *by_code.entry(code.to_owned()).or_default() |= people;
            }
        }
        let (known, values) = (active.clone(), by_code.into_iter().collect());
        return Shape::Categories { known, values };
    }
    let people: u64 = values.iter().map(|v| v.1.len()).sum();
    if values.len() as u64 == people && people > 2 {
        return Shape::LeftOut("different in everybody, as identifiers are".to_owned());
    }
    if values.len() > MOST_VALUES {
        return Shape::LeftOut(format!("{} different values", values.len()));
    }
    categories(values)
}

/// The codes of a value; `None` where it is something else: `HP:0001638;HP:0001644`.
fn codes(value: &str) -> Option<Vec<&str>> {
    let parts = value.split([';', ',', '|', ' ']).filter(|p| !p.is_empty());
    let codes: Option<Vec<&str>> = parts.map(code).collect();
    codes.filter(|c| !c.is_empty())
}

/// `part`, where it is letters, a colon and digits.
fn code(part: &str) -> Option<&str> {
    let (prefix, number) = part.split_once(':')?;
    let letters = !prefix.is_empty() && prefix.bytes().all(|b| b.is_ascii_alphabetic());
    let digits = number.len() > 2 && number.bytes().all(|b| b.is_ascii_digit());
    (letters && digits).then_some(part)
}

fn numbers_or_categories(numbers: Vec<(u32, f64)>, whole: bool) -> Shape {
    let mut different: Vec<f64> = numbers.iter().map(|n| n.1).collect();
    different.sort_by(f64::total_cmp);
    different.dedup();
    let people = numbers.len() as u64;
    if whole && different.len() as u64 == people && people >= MANY {
        return Shape::LeftOut("different in everybody, as identifiers are".to_owned());
    }
    if different.len() > 2 {
        return Shape::Numbers(numbers);
    }
    let of = |value: f64| {
        let with = numbers.iter().filter(move |n| n.1 == value);
        (value.to_string(), with.map(|n| n.0).collect())
    };
    categories(different.into_iter().map(of).collect())
}
