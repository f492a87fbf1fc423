//! The sample table without people who left.

use std::collections::HashSet;

use crate::format::FormatError;
use crate::format::samples::{Column, SampleTable, SampleTableBuilder, SampleTableError};
use crate::genotype::SampleSet;

/// The table with rows for those in `stay` only.
pub(super) fn keep(table: &SampleTable, stay: &SampleSet) -> Result<SampleTable, FormatError> {
    let rows: Vec<usize> = stay.bitmap().iter().map(|s| s as usize).collect();
    let ids = rows
        .iter()
        .map(|&row| table.id(row).unwrap_or_default().to_owned());
    build(table, stay, ids.collect(), &rows)
}

/// The table with as many rows as before; of those who are not in `stay` nothing is known, not
/// even the id.
pub(super) fn blank(table: &SampleTable, stay: &SampleSet) -> Result<SampleTable, FormatError> {
    let rows: Vec<usize> = (0..table.len()).collect();
    let ids = rows.iter().map(|&row| match table.id(row) {
        Some(id) if stay.contains(row as u32) => id.to_owned(),
        // Ids are unique, and someone may be called like this.
        _ => {
            let mut id = format!("(withdrawn {row})");
            while table.index_of(&id).is_some_and(|other| other != row) {
                id.push('\'');
            }
            id
        }
    });
    build(table, stay, ids.collect(), &rows)
}

fn build(
    table: &SampleTable,
    stay: &SampleSet,
    ids: Vec<String>,
    rows: &[usize],
) -> Result<SampleTable, FormatError> {
    // Those who stay may name those who left: a parent, a pair.
    let left: HashSet<&str> = (0..table.len())
        .filter(|&row| !stay.contains(row as u32))
        .filter_map(|row| table.id(row))
        .collect();
    let stays = |row: usize| stay.contains(row as u32);
    let make = || -> Result<SampleTable, SampleTableError> {
        let mut builder = SampleTableBuilder::new(ids)?;
        for (name, ix) in table.names().zip(0..) {
            let Some(column) = table.column(ix) else {
                continue;
            };
            match column {
                Column::Id(_) => {}
                Column::Text(..) => {
                    let values = rows.iter().map(|&row| {
                        let value = column.text(row).filter(|_| stays(row));
                        value.filter(|v| !left.contains(v.as_str()))
                    });
                    builder.text(name, values)?;
                }
                Column::Int(a) => builder.int(name, values(a.iter(), rows, stays))?,
                Column::Float(a) => builder.float(name, values(a.iter(), rows, stays))?,
                Column::Bool(a) => builder.bool(name, values(a.iter(), rows, stays))?,
            }
        }
        builder.finish()
    };
    make().map_err(|e| FormatError::Unsuitable(format!("cannot write the sample table: {e}")))
}

fn values<T: Copy>(
    all: impl Iterator<Item = Option<T>>,
    rows: &[usize],
    stays: impl Fn(usize) -> bool,
) -> Vec<Option<T>> {
    let all: Vec<Option<T>> = all.collect();
    let value = |&row: &usize| all.get(row).copied().flatten().filter(|_| stays(row));
    rows.iter().map(value).collect()
}
