//! Rows of a store by what a column of text says of them: set algebra on the bitmaps of the
//! shards that have some for the column, a look at every row of the others.
//!
//! A column is known by its name, over all layers. Where several have it, a row's value is that
//! of the first layer that has one for it, as in expressions: see [`places`].

use std::collections::BTreeSet;

use rayon::prelude::*;
use roaring::RoaringBitmap;

use crate::format::FormatError;
use crate::format::annotations::{MISSING_VALUE, Values};
use crate::format::manifest::LayerKind;
use crate::query::rows::RowSet;
use crate::store::{Shard, Store};

/// Name of the layer of genes by position. What is predicted of a variant comes before it.
pub const GENES_LAYER: &str = "genes";

/// Columns of what is predicted of a variant. They go before INFO fields of the same name, which
/// other programs have for something else: SnpEff's LOF is text of another form than LOFTEE's.
pub const PREDICTED: [&str; 6] = ["GENE", "CONSEQUENCE", "IMPACT", "LOF", "HGVSC", "HGVSP"];

/// What stands between several values of a row.
pub const SEPARATORS: [char; 3] = [',', '&', ';'];

/// Layer and column of each column of this name, INFO fields and columns of our own alike: in
/// the order of the layers, but [`GENES_LAYER`] last. Of the names in [`PREDICTED`] columns of our
/// own alone, where there are any.
#[must_use]
pub fn places(store: &Store, name: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (layer, entry) in store.layers().iter().enumerate() {
        if entry.kind == LayerKind::Format {
            continue;
        }
        let column = entry.columns.iter().position(|c| c.name == name);
        found.extend(column.map(|column| (layer, column)));
    }
    let is_own = |&(layer, _): &(usize, usize)| {
        let layer = store.layers().get(layer);
        layer.is_some_and(|l| l.kind == LayerKind::Columns)
    };
    if PREDICTED.contains(&name) && found.iter().any(is_own) {
        found.retain(is_own);
    }
    found.sort_by_key(|&(layer, _)| is_genes(store, layer));
    found
}

/// Whether a layer's values count only where no other layer has one.
pub(super) fn is_genes(store: &Store, layer: usize) -> bool {
    (store.layers().get(layer)).is_some_and(|l| l.name == GENES_LAYER)
}

/// The text of a row: of the first place that has one; a dot is none.
///
/// # Errors
/// [`FormatError`].
pub fn text<'s>(
    store: &'s Store,
    shard: &'s Shard,
    places: &[(usize, usize)],
    row: usize,
) -> Result<Option<&'s str>, FormatError> {
    for &(layer, column) in places {
        let Some(entry) = store.layers().get(layer) else {
            continue;
        };
        let table = shard.layer(layer, entry)?;
        let text = table.and_then(|t| t.column(column).text(row));
        if let Some(text) = text.filter(|t| is_value(t)) {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

/// The rows of which a value of the column called `name` meets a condition: `holds` is asked of
/// each value between [`SEPARATORS`], and must give the same answer for the same value.
///
/// # Errors
/// [`FormatError`].
pub fn rows_where(
    store: &Store,
    name: &str,
    holds: &(dyn Fn(&str) -> bool + Sync),
) -> Result<RowSet, FormatError> {
    let places = places(store, name);
    if places.is_empty() {
        return Ok(RowSet::default());
    }
    let any = |text: &str| {
        text.split(SEPARATORS)
            .any(|part| is_value(part) && holds(part))
    };
    let shards = store.shards().par_iter();
    let rows: Result<Vec<RoaringBitmap>, FormatError> = shards
        .map(|shard| {
            let mut rows = RoaringBitmap::new();
            let mut taken = RoaringBitmap::new();
            for (i, &place) in places.iter().enumerate() {
                // What has a value is only of interest to the places after it.
                let last = i + 1 == places.len();
                let (mut found, valued) = of_place(store, shard, place, &any, !last)?;
                found -= &taken;
                rows |= found;
                taken |= valued;
            }
            Ok(rows)
        })
        .collect();
    Ok(rows?.into())
}

/// All values of the column called `name`, each part between [`SEPARATORS`] by itself.
///
/// # Errors
/// [`FormatError`].
pub fn values(store: &Store, name: &str) -> Result<BTreeSet<String>, FormatError> {
    let places = places(store, name);
    let shards = store.shards().par_iter();
    let found: Result<Vec<BTreeSet<String>>, FormatError> = shards
        .map(|shard| {
            let mut found = BTreeSet::new();
            let mut add = |text: &str| {
                for part in text.split(SEPARATORS).filter(|p| is_value(p)) {
                    if !found.contains(part) {
                        found.insert(part.to_owned());
                    }
                }
            };
            for &(layer, column) in &places {
                let Some(entry) = store.layers().get(layer) else {
                    continue;
                };
                let name = &entry.columns[column].name;
                match shard.layer_index(layer, entry)? {
                    Some(index) if index.has(name) => {
                        index.values(name).for_each(|(value, _)| add(value));
                    }
                    _ => {
                        if let Some(table) = shard.layer(layer, entry)? {
                            texts(table.column(column)).for_each(&mut add);
                        }
                    }
                }
            }
            Ok(found)
        })
        .collect();
    let mut all = BTreeSet::new();
    found?
        .into_iter()
        .for_each(|mut some| all.append(&mut some));
    Ok(all)
}

fn is_value(text: &str) -> bool {
    !text.is_empty() && text != MISSING_VALUE
}

/// The different texts of a column, some of them more than once.
fn texts(values: &Values) -> impl Iterator<Item = &str> {
    let texts = match values {
        Values::Text(texts) | Values::Terms(_, texts) => Some(texts),
        _ => None,
    };
    texts.into_iter().flat_map(|t| t.iter().flatten())
}

/// The rows of a shard whose value in a place meets the condition, and, where they are wanted,
/// those that have a value there at all.
fn of_place(
    store: &Store,
    shard: &Shard,
    (layer, column): (usize, usize),
    any: &dyn Fn(&str) -> bool,
    want_valued: bool,
) -> Result<(RoaringBitmap, RoaringBitmap), FormatError> {
    let (mut rows, mut valued) = (RoaringBitmap::new(), RoaringBitmap::new());
    let Some(entry) = store.layers().get(layer) else {
        return Ok((rows, valued));
    };
    let name = &entry.columns[column].name;
    if let Some(index) = shard.layer_index(layer, entry)?.filter(|i| i.has(name)) {
        for (value, _) in index.values(name) {
            if value != MISSING_VALUE && any(value) {
                rows |= index.rows(name, value)?;
            }
        }
        if want_valued {
            // Rows of a shard fit 32 bits.
            valued.insert_range(0..shard.n_rows() as u32);
            valued -= index.rows(name, MISSING_VALUE)?;
        }
        return Ok((rows, valued));
    }
    let Some(table) = shard.layer(layer, entry)? else {
        return Ok((rows, valued));
    };
    let values = table.column(column);
    if let Values::Terms(keys, texts) = values {
        let told: Vec<(bool, bool)> = (texts.iter())
            .map(|t| (t.is_some_and(is_value), t.is_some_and(any)))
            .collect();
        for (row, key) in (0..).zip(keys) {
            let Some(&(is_valued, is_wanted)) = key.and_then(|k| told.get(k as usize)) else {
                continue;
            };
            if is_valued {
                valued.insert(row);
            }
            if is_wanted {
                rows.insert(row);
            }
        }
        return Ok((rows, valued));
    }
    for row in 0..shard.n_rows() as u32 {
        if let Some(text) = values.text(row as usize).filter(|t| is_value(t)) {
            valued.insert(row);
            if any(text) {
                rows.insert(row);
            }
        }
    }
    Ok((rows, valued))
}
