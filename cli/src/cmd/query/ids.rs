//! Variants by their ids: `genodex query --id`.

use std::collections::HashSet;

use anyhow::Context;
use genodex_engine::query::rows::RowSet;
use genodex_engine::store::Store;
use rayon::prelude::*;

use crate::cmd::Global;

/// Unknown ids that are shown.
const SHOWN: usize = 5;

/// The rows of variants that have one of these ids: `rs1,rs2`, or `@FILE` with one a line.
/// Ids that no variant has are said.
pub(super) fn rows(asked: &str, store: &Store, global: &Global) -> anyhow::Result<RowSet> {
    let ids = match asked.strip_prefix('@') {
        Some(file) => {
            let text = crate::cmd::read_file(file.as_ref())?;
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            let first = |line: &str| line.split_whitespace().next().map(str::to_owned);
            text.lines().filter_map(first).collect::<Vec<_>>()
        }
        None => asked.split(',').map(|id| id.trim().to_owned()).collect(),
    };
    let ids: HashSet<&str> = (ids.iter().map(String::as_str))
        .filter(|id| !id.is_empty() && *id != ".")
        .collect();
    anyhow::ensure!(!ids.is_empty(), "--id {asked}: no id is given");
    let found = scan(&ids, store)?;
    let mut unknown: Vec<&str> = (ids.iter().copied())
        .filter(|id| !found.ids.contains(*id))
        .collect();
    unknown.sort_unstable();
    let shown = unknown[..unknown.len().min(SHOWN)].join(", ");
    let more = if unknown.len() > SHOWN { ", ..." } else { "" };
    if unknown.len() == ids.len() {
        anyhow::bail!("no variant of the store has the id {shown}{more}");
    }
    if !unknown.is_empty() {
        let (n, of) = (unknown.len(), ids.len());
        global.note(format_args!(
            "note: --id: {n} of {of} are ids of no variant: {shown}{more}"
        ));
    }
    Ok(found.rows)
}

/// Rows, and which of the ids they have.
#[derive(Default)]
struct Found {
    rows: RowSet,
    ids: HashSet<String>,
}

/// The rows that have an id of `ids`, and which: the ids of all rows are read.
fn scan(ids: &HashSet<&str>, store: &Store) -> anyhow::Result<Found> {
    let of_shard = |shard: &genodex_engine::store::Shard| -> anyhow::Result<_> {
        let sites = shard.sites().context("ids cannot be read")?;
        let (mut rows, mut seen) = (Vec::new(), HashSet::new());
        for row in 0..sites.len() {
            let id = sites.site(row).id;
            for id in id.split(';').filter(|id| ids.contains(id)) {
                // Rows of a shard fit 32 bits.
                rows.push(row as u32);
                seen.insert(id.to_owned());
            }
        }
        Ok((rows, seen))
    };
    let parts: Vec<_> = (store.shards().par_iter().map(of_shard)).collect::<Result<_, _>>()?;
    let mut found = Found::default();
    for (shard, (rows, seen)) in parts.into_iter().enumerate() {
        for row in rows {
            found.rows.insert(shard, row);
        }
        found.ids.extend(seen);
    }
    Ok(found)
}
