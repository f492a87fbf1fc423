//! Sets without a file: genes and windows, with masks by expression.

use std::collections::BTreeMap;

use super::{MOST_MASKS, MaskDefinition, Member, SetError, VariantSet, VariantSets};
use crate::query::rows::RowSet;
use crate::store::Store;

/// Shard and row of variants, and the masks they are in.
type Rows = BTreeMap<(u32, u32), u64>;

/// Windows along a chromosome, in bases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// How long each is.
    pub size: u64,
    /// How far each begins after the one before.
    pub step: u64,
}

impl std::str::FromStr for Windows {
    type Err = String;

    /// `5kb`, `5000`, `1mb,500kb`.
    fn from_str(text: &str) -> Result<Self, String> {
        let bases = |part: &str| -> Option<u64> {
            let part = part.trim().to_ascii_lowercase();
            let (number, unit) = match part.find(|c: char| c.is_ascii_alphabetic()) {
                Some(at) => part.split_at(at),
                None => (part.as_str(), ""),
            };
            let unit = match unit {
                "" | "b" | "bp" => 1.0,
                "k" | "kb" => 1e3,
                "m" | "mb" => 1e6,
                _ => return None,
            };
            let bases = number.trim().parse::<f64>().ok()? * unit;
            ((1.0..=1e9).contains(&bases) && bases.fract() == 0.0).then_some(bases as u64)
        };
        let (size, step) = match text.split_once(',') {
            Some((size, step)) => (bases(size), bases(step)),
            None => (bases(text), bases(text)),
        };
        match (size, step) {
            (Some(size), Some(step)) if step <= size => Ok(Self { size, step }),
            (Some(_), Some(_)) => Err(format!("{text:?}: the step is longer than the window")),
            _ => Err(format!(
                "{text:?}: a window is a number of bases: 5kb, or 10kb,5kb with a step"
            )),
        }
    }
}

/// Sets by gene: for each mask, the rows that it takes of each gene.
///
/// # Errors
/// [`SetError`] where there are too many masks or the store cannot be read.
pub fn of_genes(
    store: &Store,
    masks: &[(MaskDefinition, BTreeMap<String, RowSet>)],
) -> Result<VariantSets, SetError> {
    check(masks.len())?;
    let mut sets: BTreeMap<(&str, u32), Rows> = BTreeMap::new();
    for (i, (_, genes)) in masks.iter().enumerate() {
        for (name, rows) in genes {
            for (shard, row) in rows.iter() {
                // A name that two chromosomes have, as PAR genes do, is two sets.
                let contig = store.shard(shard)?.entry().contig;
                let members = sets.entry((name, contig)).or_default();
                *members.entry((shard as u32, row)).or_insert(0) |= 1 << i;
            }
        }
    }
    let names: Vec<&str> = sets.keys().map(|k| k.0).collect();
    let mut out = Vec::with_capacity(sets.len());
    for ((name, contig), members) in &sets {
        let twice = names.iter().filter(|n| *n == name).take(2).count() == 2;
        let name = match store.manifest().contigs.get(*contig as usize) {
            Some(entry) if twice => format!("{name}_{}", entry.name),
            _ => (*name).to_owned(),
        };
        out.push(set(store, name, *contig, members)?);
    }
    let all = VariantSets {
        masks: masks.iter().map(|m| m.0.clone()).collect(),
        sets: out,
        ..VariantSets::default()
    };
    Ok(all.tidy())
}

/// Sets by windows: for each mask, its rows. A window is named by its first and last base.
///
/// # Errors
/// [`SetError`] where there are too many masks or the store cannot be read.
pub fn windows(
    store: &Store,
    of: Windows,
    masks: &[(MaskDefinition, RowSet)],
) -> Result<VariantSets, SetError> {
    check(masks.len())?;
    let mut sets: BTreeMap<(u32, u64), Rows> = BTreeMap::new();
    for (i, (_, rows)) in masks.iter().enumerate() {
        for (shard, row) in rows.iter() {
            let found = store.shard(shard)?;
            let positions = found.sites()?.positions();
            let Some(&pos) = positions.get(row as usize) else {
                continue;
            };
            let zero = u64::from(pos).saturating_sub(1);
            // Every window whose first base is at most this one and whose last is at least it.
            let last = zero / of.step;
            let first = (zero + of.step).saturating_sub(of.size) / of.step;
            for window in first..=last {
                if zero < window * of.step + of.size {
                    let members = sets.entry((found.entry().contig, window)).or_default();
                    *members.entry((shard as u32, row)).or_insert(0) |= 1 << i;
                }
            }
        }
    }
    let mut out = Vec::with_capacity(sets.len());
    for ((contig, window), members) in &sets {
        let start = window * of.step + 1;
        let name = store.manifest().contigs.get(*contig as usize);
        let name = name.map_or(".", |c| c.name.as_str());
        let name = format!("{name}:{start}-{}", start + of.size - 1);
        let mut set = set(store, name, *contig, members)?;
        set.position = start;
        out.push(set);
    }
    let all = VariantSets {
        masks: masks.iter().map(|m| m.0.clone()).collect(),
        sets: out,
        ..VariantSets::default()
    };
    Ok(all.tidy())
}

fn check(masks: usize) -> Result<(), SetError> {
    if masks > MOST_MASKS {
        return Err(SetError::Masks(format!(
            "{masks} masks: {MOST_MASKS} are the most"
        )));
    }
    Ok(())
}

fn set(store: &Store, name: String, contig: u32, members: &Rows) -> Result<VariantSet, SetError> {
    let mut position = 0;
    if let Some((shard, row)) = members.keys().next() {
        let positions = store.shard(*shard as usize)?.sites()?.positions();
        position = u64::from(positions.get(*row as usize).copied().unwrap_or(0));
    }
    Ok(VariantSet {
        name,
        contig,
        position,
        domains: Vec::new(),
        members: members
            .iter()
            .map(|(&(shard, row), &masks)| Member {
                shard,
                row,
                masks,
                domains: 0,
                weight: None,
                frequency: None,
            })
            .collect(),
    })
}
