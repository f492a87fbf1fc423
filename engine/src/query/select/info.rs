//! INFO of a record, joined from its rows.

use std::borrow::Cow;

use super::gather::PartRow;
use super::schema::InfoField;
use crate::format::annotations::Values;
use crate::format::manifest::ColumnType;
use crate::query::expr::{FLOAT_MISSING, INT_MISSING, Info};

/// How the values of a field are spread over the rows of a record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spread {
    /// The same in each row.
    Same,
    /// One for each ALT.
    Alternates,
    /// REF's and that of the row's ALT.
    Alleles,
    /// RR, RA, AA; or R, A where haploid.
    Genotypes,
}

/// The values of a field of a record, as written.
pub(super) fn info<'r>(field: &InfoField, rows: &'r [PartRow<'_>]) -> Info<'r> {
    let Some(first) = rows.first() else {
        return Info::Absent;
    };
    if let Some(value) = irregular(field, first) {
        return value;
    }
    let spread = match field.number.as_str() {
        "A" if rows.len() > 1 => Spread::Alternates,
        "R" if rows.len() > 1 => Spread::Alleles,
        "G" if rows.len() > 1 => Spread::Genotypes,
        _ => Spread::Same,
    };
    match field.kind {
        ColumnType::Flag if values(field, first).is_some_and(|v| v.flag(first.row as usize)) => {
            Info::Flag
        }
        ColumnType::Flag => Info::Absent,
        ColumnType::Integer => {
            let of = |r: &PartRow<'_>| values(field, r)?.ints(r.row as usize, INT_MISSING);
            join(spread, rows, of, &INT_MISSING).map_or(Info::Absent, |v| Info::Ints(v.into()))
        }
        ColumnType::Float => {
            let missing = f32::from_bits(FLOAT_MISSING);
            let of = |r: &PartRow<'_>| values(field, r)?.floats(r.row as usize, missing);
            join(spread, rows, of, &missing).map_or(Info::Absent, |v| Info::Floats(v.into()))
        }
        ColumnType::Text if spread == Spread::Same => {
            let text = values(field, first).and_then(|v| v.text(first.row as usize));
            text.map_or(Info::Absent, |t| Info::Text(Cow::Borrowed(t)))
        }
        ColumnType::Text => {
            let of = |r: &PartRow<'_>| {
                let text = values(field, r)?.text(r.row as usize)?;
                Some(text.split(',').map(str::to_owned).collect())
            };
            join(spread, rows, of, &".".to_owned())
                .map_or(Info::Absent, |v| Info::Text(v.join(",").into()))
        }
    }
}

fn values<'r>(field: &InfoField, row: &'r PartRow<'_>) -> Option<&'r Values> {
    let table = row.part.layers.get(field.place.layer).copied().flatten()?;
    Some(table.column(field.place.column))
}

fn join<T: Clone>(
    spread: Spread,
    rows: &[PartRow<'_>],
    of: impl Fn(&PartRow<'_>) -> Option<Vec<T>>,
    missing: &T,
) -> Option<Vec<T>> {
    if spread == Spread::Same {
        return of(rows.first()?);
    }
    let all: Vec<Option<Vec<T>>> = rows.iter().map(of).collect();
    let there = all.iter().flatten().next()?;
    let at = |row: &Option<Vec<T>>, i: usize| {
        let value = row.as_ref().and_then(|v| v.get(i));
        value.unwrap_or(missing).clone()
    };
    let reference = there.first().unwrap_or(missing).clone();
    Some(match spread {
        Spread::Same => return None,
        Spread::Alternates => all.iter().map(|v| at(v, 0)).collect(),
        Spread::Genotypes if there.len() == 3 => {
            let mut joined = vec![reference];
            for (k, row) in all.iter().enumerate() {
                joined.push(at(row, 1));
                // Of two different ALTs there is no row.
                joined.extend(std::iter::repeat_n(missing.clone(), k));
                joined.push(at(row, 2));
            }
            joined
        }
        Spread::Alleles | Spread::Genotypes => std::iter::once(reference)
            .chain(all.iter().map(|v| at(v, 1)))
            .collect(),
    })
}

/// A field that does not fit its header, as far as it has values of the header's type.
fn irregular<'r>(field: &InfoField, row: &'r PartRow<'_>) -> Option<Info<'r>> {
    let table = row.part.layers.get(field.place.layer).copied().flatten()?;
    let text = table.irregular(row.row as usize)?;
    let value = text.split(';').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key == field.name).then_some(value)
    })?;
    Some(match field.kind {
        ColumnType::Flag => Info::Flag,
        ColumnType::Text => Info::Text(Cow::Borrowed(value)),
        ColumnType::Integer => {
            let ints = value.split(',').map(|v| v.parse().unwrap_or(INT_MISSING));
            Info::Ints(ints.collect())
        }
        ColumnType::Float => {
            let missing = f32::from_bits(FLOAT_MISSING);
            let float = |v: &str| v.parse::<f64>().map_or(missing, |v| v as f32);
            Info::Floats(value.split(',').map(float).collect())
        }
    })
}
