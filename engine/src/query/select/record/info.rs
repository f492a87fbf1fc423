//! The INFO of a record, joined from its rows.

use std::borrow::Cow;

use super::Record;
use crate::format::annotations::Values;
use crate::query::expr::{FLOAT_MISSING, FieldKind, INT_MISSING, Info};
use crate::query::select::names::{InfoPlace, Joining};

impl<'b> Record<'b> {
    /// A field by its place in the schema.
    pub(super) fn info_of(&self, field: usize) -> Info<'_> {
        let Some(field) = self.names.info.get(field) else {
            return Info::Absent;
        };
        let values = self.shard.values(field.place);
        let mut rows = self.rows();
        let Some(row) = rows.next() else {
            return Info::Absent;
        };
        let one = self.split || rows.len() == 0 && self.shard.sites.alleles(self.first) == 1;
        if field.joining == Joining::Genotypes
            && !one
            && let Some(info) = self.irregular(&field.name, field.kind)
        {
            return info;
        }
        // What another file says of a record as a whole may lie with any of its ALTs.
        let own = |row: usize| values.has(row);
        let row = match field.joining {
            Joining::Whole if !one && !own(row) => rows.find(|&r| own(r)).unwrap_or(row),
            _ => row,
        };
        let info = if field.kind == FieldKind::Flag {
            if values.flag(row) {
                Info::Flag
            } else {
                Info::Absent
            }
        } else if field.joining == Joining::Whole || one {
            match self.single(values, row) {
                Some(info) => info,
                None => match field.kind {
                    FieldKind::Int => values
                        .ints(row, INT_MISSING)
                        .map_or(Info::Absent, |v| Info::Ints(v.into())),
                    FieldKind::Float => values
                        .floats(row, f32::from_bits(FLOAT_MISSING))
                        .map_or(Info::Absent, |v| Info::Floats(v.into())),
                    _ => values
                        .text(row)
                        .map_or(Info::Absent, |t| Info::Text(Cow::Borrowed(t))),
                },
            }
        } else {
            self.joined(field, values)
        };
        match info {
            Info::Absent => self
                .irregular(&field.name, field.kind)
                .unwrap_or(Info::Absent),
            info => info,
        }
    }

    /// A field of those that do not fit their header.
    pub(super) fn irregular(&self, name: &str, kind: FieldKind) -> Option<Info<'_>> {
        let rows = self.rows();
        let texts = rows.flat_map(|row| self.shard.irregular(row));
        for entry in texts.flat_map(|text| text.split(';')) {
            let Some((key, value)) = entry.split_once('=') else {
                if entry == name {
                    return Some(Info::Flag);
                }
                continue;
            };
            if key != name {
                continue;
            }
            let missing = f32::from_bits(FLOAT_MISSING);
            return Some(match kind {
                FieldKind::Flag => Info::Flag,
                FieldKind::Int => {
                    // As htslib reads it: digits up to whatever else there is.
                    let int = |v: &str| {
                        let sign = usize::from(v.starts_with(['-', '+']));
                        let digits = v[sign..].find(|c: char| !c.is_ascii_digit());
                        let end = digits.map_or(v.len(), |d| sign + d);
                        let value = v[..end].parse::<i32>().ok();
                        // BCF keeps the least numbers for itself.
                        value.filter(|v| *v >= i32::MIN + 8).unwrap_or(INT_MISSING)
                    };
                    Info::Ints(value.split(',').map(int).collect())
                }
                FieldKind::Float => {
                    let float = |v: &str| v.parse().unwrap_or(missing);
                    Info::Floats(value.split(',').map(float).collect())
                }
                FieldKind::Text => Info::Text(Cow::Borrowed(value)),
            });
        }
        None
    }

    /// A field of one value a row, without a copy.
    fn single(&self, values: &'b Values, row: usize) -> Option<Info<'b>> {
        Some(match values {
            Values::Ints(a) if row < a.len() && !arrow_array::Array::is_null(a, row) => {
                Info::Ints(Cow::Borrowed(&a.values()[row..=row]))
            }
            Values::Floats(a) if row < a.len() && !arrow_array::Array::is_null(a, row) => {
                Info::Floats(Cow::Borrowed(&a.values()[row..=row]))
            }
            _ => return None,
        })
    }

    /// The values of a field of which each row has its own part.
    fn joined(&self, field: &InfoPlace, values: &Values) -> Info<'_> {
        let missing = f32::from_bits(FLOAT_MISSING);
        let how = field.joining;
        match field.kind {
            FieldKind::Flag => Info::Absent,
            FieldKind::Int => {
                let parts = self.rows().map(|row| values.ints(row, INT_MISSING));
                join(parts, how, INT_MISSING).map_or(Info::Absent, |v| Info::Ints(v.into()))
            }
            FieldKind::Float => {
                let parts = self.rows().map(|row| values.floats(row, missing));
                join(parts, how, missing).map_or(Info::Absent, |v| Info::Floats(v.into()))
            }
            FieldKind::Text => {
                let split = |t: &str| t.split(',').map(str::to_owned).collect();
                let parts = self.rows().map(|row| values.text(row).map(split));
                match join::<String>(parts, how, ".".to_owned()) {
                    Some(parts) => Info::Text(parts.join(",").into()),
                    None => Info::Absent,
                }
            }
        }
    }
}

/// Puts the parts of a record's rows together; `None` where no row has any.
fn join<T: Clone>(
    parts: impl Iterator<Item = Option<Vec<T>>>,
    how: Joining,
    missing: T,
) -> Option<Vec<T>> {
    let mut out = Vec::new();
    let mut any = false;
    for (i, part) in parts.enumerate() {
        any |= part.is_some();
        let mut part = part.unwrap_or_default().into_iter();
        let mut next = || part.next().unwrap_or_else(|| missing.clone());
        match how {
            Joining::Alternate | Joining::Whole => out.push(next()),
            Joining::Reference => {
                let reference = next();
                if i == 0 {
                    out.push(reference);
                }
                out.push(next());
            }
            Joining::Genotypes => {
                // In VCF's order: for each ALT the genotypes with it and what comes before it.
                let both = next();
                if i == 0 {
                    out.push(both);
                }
                out.push(next());
                out.extend(std::iter::repeat_n(missing.clone(), i));
                out.push(next());
            }
        }
    }
    any.then_some(out)
}
