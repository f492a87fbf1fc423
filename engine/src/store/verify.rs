//! Reading every byte of a store and checking all that its files promise.

use std::fmt;
use std::fs;
use std::path::Path;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use rayon::prelude::*;

use super::generation::{self, READERS};
use super::open::{Shard, Store};
use crate::format::FormatError;
use crate::format::Mapped;
use crate::format::annotations::{BitmapIndex, index_categories};
use crate::format::manifest::{LayerEntry, LayerKind};
use crate::format::sites::SiteIndexBuilder;
use crate::genotype::{CallCounts, Plane};

/// Rows that one task checks.
const BLOCK: usize = 4096;

/// One thing that is wrong.
#[derive(Debug)]
pub struct Damage(FormatError);

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What was checked and what was found.
#[derive(Debug, Default)]
pub struct VerifyReport {
    /// Files whose checksums were recomputed.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Rows decoded and compared with the stored counts.
    pub rows: u64,
    /// Everything wrong, in the order of the files.
    pub damage: Vec<Damage>,
    /// Files that no generation in use names: harmless.
    pub leftovers: Vec<std::path::PathBuf>,
}

/// Checks every checksum and every invariant of the store at `root`. Damage is collected, not
/// returned early; `progress` is called with the number of rows as they are checked.
///
/// # Errors
/// [`FormatError`] where the store cannot be opened at all.
pub fn verify(root: &Path, progress: &(dyn Fn(u64) + Sync)) -> Result<VerifyReport, FormatError> {
    let store = Store::open(root)?;
    let mut report = VerifyReport::default();
    for file in store.manifest().files() {
        report.files += 1;
        report.bytes += file.length;
    }
    if let Some(file) = &store.manifest().callable {
        let path = root.join(&file.path);
        let whole = file.written(&path).and_then(|w| {
            let bytes = Mapped::open(&path, w.length)?;
            if blake3::hash(bytes.as_ref()) == w.checksum {
                Ok(())
            } else {
                Err(FormatError::corrupt(
                    &path,
                    "the whole file",
                    "the checksum differs",
                ))
            }
        });
        report.damage.extend(whole.err().map(Damage));
    }
    report.damage.extend(store.header().err().map(Damage));
    for name in store.manifest().tables.keys() {
        report.damage.extend(store.table(name).err().map(Damage));
    }
    let active = store.active().plane();
    let shards: Vec<(u64, Vec<Damage>)> = store
        .shards()
        .par_iter()
        .map(|shard| {
            let (rows, mut damage) = verify_shard(shard, &active, progress);
            for (i, layer) in store.layers().iter().enumerate() {
                damage.extend(verify_layer(shard, i, layer).err().map(Damage));
            }
            (rows, damage)
        })
        .collect();
    for (rows, damage) in shards {
        report.rows += rows;
        report.damage.extend(damage);
    }
    for (n, path) in generation::folders(root)? {
        let folder = generation::folder(n);
        let entries = fs::read_dir(&path).map_err(FormatError::io("cannot list", &path))?;
        for entry in entries {
            let entry = entry.map_err(FormatError::io("cannot list", &path))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let relative = format!("{folder}/{name}");
            if name != READERS && store.manifest().files().all(|f| f.path != relative) {
                report.leftovers.push(entry.path());
            }
        }
    }
    report.leftovers.sort();
    Ok(report)
}

/// Checks a shard's part of a layer: its checksums, that its rows are the shard's, and that the
/// bitmaps are those of its values.
fn verify_layer(shard: &Shard, i: usize, layer: &LayerEntry) -> Result<(), FormatError> {
    let Some(table) = shard.layer(i, layer)? else {
        return Ok(());
    };
    if layer.kind == LayerKind::Format {
        for row in 0..shard.n_rows() {
            for column in 0..layer.columns.len() {
                shard.format_values((i, layer), column, row)?;
            }
        }
    }
    let expected = index_categories(table.batch(), &layer.columns);
    same_index(expected.finish(), shard.layer_index(i, layer)?)
        .map_err(|reason| FormatError::corrupt(table.path(), "the bitmaps", reason))
}

/// Whether bitmaps are those expected.
fn same_index(
    expected: Result<Option<RecordBatch>, ArrowError>,
    found: Option<&BitmapIndex>,
) -> Result<(), String> {
    let expected = expected.map_err(|e| e.to_string())?;
    match (expected, found) {
        (None, None) => Ok(()),
        (Some(expected), Some(found)) if found.is(&expected) => Ok(()),
        _ => Err("they are not those of the values".to_owned()),
    }
}

fn verify_shard(
    shard: &Shard,
    active: &Plane,
    progress: &(dyn Fn(u64) + Sync),
) -> (u64, Vec<Damage>) {
    let file = match shard.genotypes() {
        Ok(file) => file,
        Err(e) => return (0, vec![Damage(e)]),
    };
    let mut damage = Vec::new();
    if let Err(e) = file.check_sums() {
        // Rows of damaged bytes only repeat the finding.
        damage.push(Damage(e));
    }
    let sites = match shard.sites() {
        Ok(sites) => sites,
        Err(e) => {
            damage.push(Damage(e));
            return (0, damage);
        }
    };
    if !damage.is_empty() {
        return (0, damage);
    }
    if let Err(e) = file.check_groups(shard.entry().dense_rows) {
        damage.push(Damage(e));
    }
    if let Some(index) = shard.site_index().transpose() {
        let mut expected = SiteIndexBuilder::default();
        for row in 0..sites.len() {
            expected.push(&sites.site(row), &sites.counts(row));
        }
        let same = index.and_then(|index| {
            let path = shard.site_index_path();
            same_index(expected.finish(), Some(index))
                .map_err(|reason| FormatError::corrupt(&path, "the bitmaps", reason))
        });
        damage.extend(same.err().map(Damage));
    }
    let blocks: Vec<usize> = (0..file.n_rows()).step_by(BLOCK).collect();
    let found: Vec<Option<FormatError>> = blocks
        .par_iter()
        .map(|&start| {
            let check = || {
                let table = file.haploid_table()?;
                for row in file.rows(start..start + BLOCK) {
                    let (row, view, _) = row?;
                    let calls = view
                        .calls(table)
                        .map_err(FormatError::row(file.path(), row))?;
                    let counts: CallCounts = calls.counts_in(active);
                    if counts != sites.counts(row) {
                        return Err(FormatError::corrupt(
                            file.path(),
                            format!("row {row}"),
                            "its counts are not the site table's",
                        ));
                    }
                }
                Ok(())
            };
            let out: Result<(), FormatError> = check();
            progress((file.n_rows() - start).min(BLOCK) as u64);
            out.err()
        })
        .collect();
    damage.extend(found.into_iter().flatten().map(Damage));
    (file.n_rows() as u64, damage)
}
