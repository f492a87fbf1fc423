//! Variants of a store by descriptions of HGVS' rules, as its annotations have them.
//!
//! What is predicted of a variant (`HGVSC`, `HGVSP`) and what ClinVar calls it (`CLNHGVS`) are
//! read row by row; texts that lack the position asked for are not looked at closely.

use super::variant::VariantName;
use crate::format::FormatError;
use crate::query::columns::{places, text};
use crate::store::{Shard, Store};

/// Columns that describe a row's variant.
const DESCRIPTIONS: [&str; 3] = ["HGVSC", "HGVSP", "CLNHGVS"];
/// Columns that say on what: a description may leave that out, or be asked for by another name.
const GENE: &str = "GENE";
const TRANSCRIPT: &str = "TRANSCRIPT";

/// Rows of a shard that `name`, a description by HGVS' rules, describes.
pub(super) fn rows(
    store: &Store,
    shard: &Shard,
    name: &VariantName,
) -> Result<Vec<usize>, FormatError> {
    let wanted = name.query_key();
    let Some(position) = position(&wanted) else {
        return Ok(Vec::new());
    };
    let genes = places(store, GENE);
    let transcripts = places(store, TRANSCRIPT);
    let mut rows = Vec::new();
    for column in DESCRIPTIONS {
        let columns = places(store, column);
        if columns.is_empty() {
            continue;
        }
        for row in 0..shard.n_rows() {
            let Some(described) = text(store, shard, &columns, row)? else {
                continue;
            };
            if !described.contains(position) {
                continue;
            }
            let on = [
                text(store, shard, &genes, row)?,
                text(store, shard, &transcripts, row)?,
            ];
            if described.split([',', '&', '|']).any(|d| is(d, on, &wanted)) {
                rows.push(row);
            }
        }
    }
    rows.sort_unstable();
    rows.dedup();
    Ok(rows)
}

/// The first number of a change: every spelling of it has that.
fn position(key: &str) -> Option<&str> {
    let change = key.rsplit_once(':').map_or(key, |(_, change)| change);
    let start = change.find(|c: char| c.is_ascii_digit())?;
    let digits = change.get(start..)?;
    let end = digits.find(|c: char| !c.is_ascii_digit());
    digits.get(..end.unwrap_or(digits.len()))
}

/// Whether a description of a row is the one asked for.
fn is(description: &str, on: [Option<&str>; 2], wanted: &str) -> bool {
    let Some(VariantName::Hgvs {
        sequence,
        gene,
        change,
    }) = VariantName::recognise(description)
    else {
        return false;
    };
    let mut keys = VariantName::Hgvs {
        sequence,
        gene,
        change: change.clone(),
    }
    .index_keys();
    for sequence in on.into_iter().flatten() {
        let known = VariantName::Hgvs {
            sequence: Some(sequence.to_owned()),
            gene: None,
            change: change.clone(),
        };
        keys.extend(known.index_keys());
    }
    keys.iter().any(|key| key == wanted)
}
