//! Variants that a cohort has and everybody else has not.

use rayon::prelude::*;
use roaring::RoaringBitmap;

use super::read::counts_in;
use super::{members, visit};
use crate::format::FormatError;
use crate::genotype::SampleSet;
use crate::query::rows::RowSet;
use crate::store::Store;

/// "In at least this many of these people, and rarer than that among all others."
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Condition {
    /// Least number of people of the cohort who carry the allele.
    pub min_carriers: u64,
    /// The ALT frequency among all others must be below it. Where nobody else is called, it is.
    pub below: f64,
}

/// Those of `rows` (all, where there are none) for which `condition` holds of `cohort`.
///
/// The counts of the others are those of everybody, which the site table has, less the
/// cohort's: so only the cohort's calls are read, and none of a row in which too many others
/// must have the allele.
///
/// # Errors
/// [`FormatError`].
pub fn rows_where(
    store: &Store,
    rows: Option<&RowSet>,
    cohort: &SampleSet,
    condition: Condition,
) -> Result<RowSet, FormatError> {
    let all;
    let rows = match rows {
        Some(rows) => rows,
        None => {
            all = RowSet::all(store);
            &all
        }
    };
    let set = members(store, cohort);
    let (n, plane) = (set.len(), set.plane());
    let of_shard = |(index, rows): &(usize, RoaringBitmap)| {
        let shard = store.shard(*index)?;
        let (sites, file) = (shard.sites()?, shard.genotypes()?);
        let mut possible = RoaringBitmap::new();
        for row in rows.iter().take_while(|&row| (row as usize) < sites.len()) {
            let whole = sites.counts(row as usize);
            let carriers = whole.het + whole.hom_alt;
            // The others have at least this many of the copies, and at most all called alleles.
            let others = whole.allele_count().saturating_sub(2 * n);
            let called = whole.allele_number();
            let too_many = others > 0 && others as f64 >= condition.below * called as f64;
            if carriers >= condition.min_carriers && !too_many {
                possible.insert(row);
            }
        }
        let mut found = RoaringBitmap::new();
        visit(file, &possible, |row, view| {
            let inside = counts_in(file, row, view, &plane, n)?;
            let whole = sites.counts(row as usize);
            let others = whole.allele_count().saturating_sub(inside.allele_count());
            let called = whole.allele_number().saturating_sub(inside.allele_number());
            let rare = called == 0 || (others as f64) < condition.below * called as f64;
            if inside.het + inside.hom_alt >= condition.min_carriers && rare {
                found.insert(row);
            }
            Ok::<_, FormatError>(())
        })?;
        Ok((*index, found))
    };
    let found: Result<Vec<_>, FormatError> = rows.shards().par_iter().map(of_shard).collect();
    let mut by_shard = vec![RoaringBitmap::new(); store.shards().len()];
    for (shard, rows) in found? {
        if let Some(place) = by_shard.get_mut(shard) {
            *place = rows;
        }
    }
    Ok(by_shard.into())
}
