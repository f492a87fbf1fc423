//! Rows of a shard, gathered into the records they come from.

use std::collections::HashMap;
use std::sync::Arc;

use super::plan::{MOVED, Plan, PlannedShard};
use super::{SelectError, View};
use crate::format::annotations::AnnotationTable;
use crate::format::matrix::GenotypeFile;
use crate::format::sites::SiteTable;
use crate::genome::Intervals;
use crate::store::Shard;

/// What is read of one shard.
#[derive(Debug)]
pub(super) struct Part<'s> {
    /// The shard, by its place in the store.
    pub(super) shard: usize,
    pub(super) contig: &'s str,
    pub(super) sites: &'s SiteTable,
    /// By layer of the store.
    pub(super) layers: Vec<Option<&'s AnnotationTable>>,
    pub(super) genotypes: Option<&'s GenotypeFile>,
}

/// A row of a shard.
#[derive(Clone, Debug)]
pub(super) struct PartRow<'s> {
    pub(super) part: Arc<Part<'s>>,
    pub(super) row: u32,
    /// It lies in the shard that its record is gathered for.
    pub(super) home: bool,
}

/// The rows of one record in the order of its ALT alleles.
pub(super) type Gathered<'s> = Vec<PartRow<'s>>;

pub(super) fn open<'s>(plan: &Plan<'s>, shard: &'s Shard) -> Result<Part<'s>, SelectError> {
    let needs = plan.expression.as_ref().map(|(e, _)| e.needs());
    let reads = needs.is_some_and(|n| n.genotypes || n.counts) || plan.counts_cohorts();
    let layers = plan.store.layers().iter().enumerate();
    let contigs = &plan.store.manifest().contigs;
    let contig = contigs.get(shard.entry().contig as usize);
    Ok(Part {
        shard: shard.index(),
        contig: contig.map_or(".", |c| c.name.as_str()),
        sites: shard.sites()?,
        layers: layers
            .map(|(i, layer)| match plan.layers.get(i) {
                Some(true) => shard.layer(i, layer),
                _ => Ok(None),
            })
            .collect::<Result<_, _>>()?,
        genotypes: reads.then(|| shard.genotypes()).transpose()?,
    })
}

/// The records of a planned shard in the order of its input, those that may overlap its regions.
pub(super) fn gather<'s>(
    plan: &Plan<'s>,
    planned: &PlannedShard<'s>,
) -> Result<Vec<Gathered<'s>>, SelectError> {
    let part = Arc::new(open(plan, planned.shard)?);
    let sites = part.sites;
    let rows = candidate_rows(sites, planned, plan.view);
    let home = |row: u32| PartRow {
        part: Arc::clone(&part),
        row,
        home: true,
    };
    if plan.view == View::Rows {
        return Ok(rows.into_iter().map(|row| vec![home(row)]).collect());
    }
    let mut records: Vec<(u32, Gathered<'s>)> = Vec::with_capacity(rows.len());
    let mut places: HashMap<u32, usize> = HashMap::new();
    for row in rows {
        let site = sites.site(row as usize);
        if site.alleles <= 1 {
            records.push((site.record, vec![home(row)]));
            continue;
        }
        let place = *places.entry(site.record).or_insert_with(|| {
            records.push((site.record, Vec::new()));
            records.len() - 1
        });
        if let Some((_, rows)) = records.get_mut(place) {
            rows.push(home(row));
        }
    }
    complete(plan, planned, &mut records)?;
    let allele = |r: &PartRow<'_>| r.part.sites.site(r.row as usize).allele;
    for (_, rows) in &mut records {
        rows.sort_by_key(allele);
    }
    // A record belongs to the shard of its first ALT.
    records.retain(|(_, rows)| rows.first().is_some_and(|first| first.home));
    records.sort_by_key(|(record, _)| *record);
    Ok(records.into_iter().map(|(_, rows)| rows).collect())
}

/// Adds the rows that records have in the shards beside.
fn complete<'s>(
    plan: &Plan<'s>,
    planned: &PlannedShard<'s>,
    records: &mut [(u32, Gathered<'s>)],
) -> Result<(), SelectError> {
    let mut open_records: HashMap<u32, usize> = HashMap::new();
    for (i, (record, rows)) in records.iter().enumerate() {
        let expected = rows.first().map_or(0, |r| {
            usize::from(r.part.sites.site(r.row as usize).alleles)
        });
        if expected > rows.len() {
            open_records.insert(*record, i);
        }
    }
    if open_records.is_empty() {
        return Ok(());
    }
    let here = planned.shard;
    let index = here.index();
    let beside = [index.checked_sub(1), index.checked_add(1)];
    for shard in beside.into_iter().flatten() {
        let Some(shard) = plan.store.shards().get(shard) else {
            continue;
        };
        if shard.entry().contig != here.entry().contig {
            continue;
        }
        let part = Arc::new(open(plan, shard)?);
        let positions = part.sites.positions();
        let from = here.entry().first.saturating_sub(2 * MOVED);
        let to = here.entry().last.saturating_add(2 * MOVED);
        let from = positions.partition_point(|&p| p < from);
        let to = positions.partition_point(|&p| p <= to);
        for row in from..to {
            if let Some(&i) = open_records.get(&part.sites.site(row).record)
                && let Some((_, rows)) = records.get_mut(i)
            {
                rows.push(PartRow {
                    part: Arc::clone(&part),
                    // Rows of a shard fit 32 bits.
                    row: row as u32,
                    home: false,
                });
            }
        }
    }
    Ok(())
}

/// Rows of which the record may overlap the regions, ascending.
fn candidate_rows(sites: &SiteTable, planned: &PlannedShard<'_>, view: View) -> Vec<u32> {
    let moved = if view == View::Records { MOVED } else { 0 };
    let Some(regions) = &planned.regions else {
        return (0..sites.len() as u32).collect();
    };
    let longest = planned.shard.entry().longest;
    let mut rows: Vec<u32> = Vec::new();
    let mut next = 0;
    for (first, last) in spans(regions, longest.saturating_add(2 * moved), 2 * moved) {
        let positions = sites.positions();
        let start = positions.partition_point(|&p| p < first).max(next);
        let end = positions.partition_point(|&p| p <= last);
        // Rows of a shard fit 32 bits.
        rows.extend(start as u32..end.max(start) as u32);
        next = end.max(start);
    }
    rows
}

/// Positions from which a row may reach into the regions.
fn spans(regions: &Intervals, before: u32, after: u32) -> impl Iterator<Item = (u32, u32)> {
    regions.as_slice().iter().map(move |interval| {
        let first = interval
            .start
            .get()
            .saturating_sub(before.saturating_sub(1));
        (first, interval.end.get().saturating_add(after))
    })
}
