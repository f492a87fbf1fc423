//! A matched cohort kept in the store, as columns of the sample table.

use std::path::Path;

use super::{Matched, Plan};
use crate::format::FormatError;
use crate::format::disk::Disk;
use crate::format::manifest::{FORMAT_VERSION, Provenance};
use crate::format::samples::{SampleTable, SampleTableBuilder, SampleTableError};
use crate::store::{Store, StoreWriter};

/// How the name of the column of groups ends.
pub const GROUP: &str = ".group";

/// Writes a generation of the store at `root` in which the sample table has a column `name`, 1
/// of matched cases and 0 of their controls, and a column `name.group`, the number of the group
/// (the first of a control that is in several). Columns of these names are replaced where an
/// earlier run wrote them. Gives the generation.
///
/// # Errors
/// [`FormatError`]; the store is then what it was. [`FormatError::Unsuitable`] where it is no
/// longer the generation that was read, or the name is that of another column.
pub fn keep_cohort(
    disk: &dyn Disk,
    root: &Path,
    store: &Store,
    name: &str,
    (plan, matched): (&Plan, &Matched),
    program: &str,
) -> Result<u64, FormatError> {
    let unsuitable = FormatError::Unsuitable;
    let writer = StoreWriter::extend(disk, root)?;
    let mut manifest = match writer.base() {
        Some(base) if base.generation == store.manifest().generation => base.clone(),
        _ => {
            return Err(unsuitable(
                "the store changed meanwhile: run this again".to_owned(),
            ));
        }
    };
    let option = format!("--save-cohort {name}");
    let ours =
        (manifest.provenance.iter()).any(|p| p.action == "match" && p.options.contains(&option));
    let group = format!("{name}{GROUP}");
    let there = |n: &str| store.samples().names().any(|c| c == n);
    if !ours && (there(name) || there(&group)) {
        return Err(unsuitable(format!(
            "the sample table has a column {name:?} or {group:?} that is no saved cohort: choose \
             another name"
        )));
    }
    let samples = with_cohort(store.samples(), [name, &group], plan, matched)
        .map_err(|e| unsuitable(format!("cannot write the sample table: {e}")))?;
    manifest.samples = writer.write_table("samples.arrow", samples.batch())?;
    manifest.format_version = FORMAT_VERSION;
    manifest.generation = writer.generation();
    manifest.provenance.push(Provenance {
        generation: writer.generation(),
        program: program.to_owned(),
        action: "match".to_owned(),
        options: vec![option],
        inputs: Vec::new(),
    });
    let generation = writer.generation();
    writer.commit(&manifest)?;
    Ok(generation)
}

fn with_cohort(
    table: &SampleTable,
    names: [&str; 2],
    plan: &Plan,
    matched: &Matched,
) -> Result<SampleTable, SampleTableError> {
    let mut builder = SampleTableBuilder::copy(table, |name| !names.contains(&name))?;
    let mut case = vec![None; table.len()];
    let mut group = vec![None; table.len()];
    let pairs = matched.pairs.chunk_by(|a, b| a.case == b.case);
    for (number, pairs) in (1_i64..).zip(pairs) {
        for pair in pairs {
            let people = [
                (plan.cases.get(pair.case as usize), 1),
                (plan.controls.get(pair.control as usize), 0),
            ];
            for (sample, is_case) in people {
                let Some(s) = sample.map(|s| *s as usize).filter(|s| *s < table.len()) else {
                    continue;
                };
                case[s] = Some(is_case);
                group[s].get_or_insert(number);
            }
        }
    }
    builder.int(names[0], case)?;
    builder.int(names[1], group)?;
    builder.finish()
}
