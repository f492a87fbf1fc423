//! Whether anything of given participants is left in a store's bytes.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use arrow_array::cast::AsArray;

use super::generation;
use super::open::Store;
use crate::format::FormatError;

/// Says where something of the samples `ids` may be left in the store at `root`: their ids in
/// any file of any generation, or columns of people who left. Empty where there is nothing.
///
/// Genotypes carry no names, so columns are found by the manifest: a store that has withdrawn
/// columns, or files that no manifest names, still holds somebody's.
///
/// # Errors
/// [`FormatError`].
pub fn present<'a>(
    root: &Path,
    ids: impl Iterator<Item = &'a str>,
) -> Result<Vec<String>, FormatError> {
    let store = Store::open(root)?;
    let mut found = Vec::new();
    let withdrawn = store.manifest().withdrawn.len();
    if withdrawn > 0 {
        found.push(format!(
            "the genotypes of {withdrawn} withdrawn participants are in the store; \
             `genodex withdraw --rewrite` removes them"
        ));
    }
    let named: Vec<&str> = store.manifest().files().map(|f| f.path.as_str()).collect();
    for (n, folder) in generation::folders(root)? {
        let io = |e| FormatError::io("cannot list", &folder)(e);
        for entry in fs::read_dir(&folder).map_err(io)? {
            let entry = entry.map_err(io)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let relative = format!("{}/{name}", generation::folder(n));
            if name != generation::READERS && !named.contains(&relative.as_str()) {
                found.push(format!(
                    "{} is of an older generation and may hold their genotypes",
                    entry.path().display()
                ));
            }
        }
    }
    found.sort();
    let mut texts: HashMap<&str, &str> = HashMap::new();
    let batch = store.samples().batch();
    for (field, column) in batch.schema_ref().fields().iter().zip(batch.columns()) {
        // Of a dictionary all values count, those that no row has too.
        let column = column
            .as_any_dictionary_opt()
            .map_or(column, |dictionary| dictionary.values());
        if let Some(values) = column.as_string_opt::<i32>() {
            for value in values.iter().flatten() {
                texts.entry(value).or_insert(field.name());
            }
        }
    }
    for id in ids {
        if store.samples().index_of(id).is_some() {
            found.push(format!("{id:?} is in the sample table"));
        } else if let Some(column) = texts.get(id) {
            found.push(format!("{id:?} is in the sample table, column {column}"));
        }
        let mut words = store.manifest().provenance.iter().flat_map(|p| &p.options);
        if words.any(|w| w.split([',', '=', ' ']).any(|w| w == id)) {
            found.push(format!(
                "{id:?} is in the manifest, among the options of an import"
            ));
        }
    }
    Ok(found)
}
