//! Who carries loss of function, and who has both copies hit.

use roaring::RoaringBitmap;
use serde::Serialize;

use super::compare::{Comparisons, compare};
use super::count::InGroup;
use super::{Group, Question, TargetError};
use crate::format::FormatError;
use crate::genotype::SampleSet;
use crate::query::carriers;
use crate::query::knockouts::{Class, of_gene};
use crate::query::rows::RowSet;
use crate::store::Store;

/// Loss of function in a gene.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LossOfFunction {
    /// Variants that are loss of function and that somebody has.
    pub variants: u64,
    /// People who carry any of them.
    pub carriers: Affected,
    /// People who have both copies hit, or their only one.
    pub knockouts: Affected,
    /// How their copies are hit.
    pub classes: KnockoutCounts,
}

/// People of whom something holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Affected {
    /// How many.
    pub people: u64,
    /// By population.
    pub populations: Vec<InGroup<Share>>,
    /// By cohort.
    pub cohorts: Vec<InGroup<Share>>,
    /// Compared with everyone else.
    pub compared: Comparisons,
}

/// Some people of a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// How many.
    pub people: u64,
    /// Of how many.
    pub of: u64,
}

/// Knockouts by class; a person counts once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct KnockoutCounts {
    /// One variant on both copies.
    pub homozygous: u64,
    /// A variant on the only copy.
    pub hemizygous: u64,
    /// Two variants in trans.
    pub compound: u64,
    /// Two variants that may be in trans; not counted as knockouts.
    pub possible: u64,
}

/// The people who carry any of `rows`.
pub(super) fn carriers_of(store: &Store, rows: &RowSet) -> Result<SampleSet, FormatError> {
    let mut people = RoaringBitmap::new();
    carriers::list(store, rows, store.active(), |_, _, found| {
        people.extend(found.iter().map(|c| c.sample));
        Ok::<_, FormatError>(())
    })?;
    Ok(SampleSet::from_bitmap(store.n_samples(), people))
}

pub(super) fn loss_of_function(
    store: &Store,
    rows: &RowSet,
    question: &Question,
) -> Result<LossOfFunction, TargetError> {
    let mut variants = 0;
    for (index, rows) in rows.shards() {
        let sites = store.shard(*index)?.sites()?;
        let rows = rows.iter().take_while(|&row| (row as usize) < sites.len());
        let seen = rows.filter(|&row| sites.counts(row as usize).allele_count() > 0);
        variants += seen.count() as u64;
    }
    let mut classes = KnockoutCounts::default();
    let mut knockouts = RoaringBitmap::new();
    for person in of_gene(store, rows, store.active())? {
        match person.class {
            Class::Homozygous => classes.homozygous += 1,
            Class::Hemizygous => classes.hemizygous += 1,
            Class::Compound => classes.compound += 1,
            Class::Possible => {
                classes.possible += 1;
                continue;
            }
        }
        knockouts.insert(person.sample);
    }
    let knockouts = SampleSet::from_bitmap(store.n_samples(), knockouts);
    Ok(LossOfFunction {
        variants,
        carriers: affected(store, &carriers_of(store, rows)?, question),
        knockouts: affected(store, &knockouts, question),
        classes,
    })
}

fn affected(store: &Store, people: &SampleSet, question: &Question) -> Affected {
    let in_groups = |groups: &[Group]| -> Vec<InGroup<Share>> {
        groups.iter().map(|g| share(people, g)).collect()
    };
    let populations = question.populations.as_ref();
    Affected {
        people: people.len(),
        populations: populations.map_or_else(Vec::new, |p| in_groups(&p.groups)),
        cohorts: in_groups(&question.cohorts),
        compared: compare(store, people),
    }
}

/// How many of a group are among `people`.
pub(super) fn share(people: &SampleSet, group: &Group) -> InGroup<Share> {
    InGroup {
        group: group.name.clone(),
        of: Share {
            people: people.bitmap().intersection_len(group.people.bitmap()),
            of: group.people.len(),
        },
    }
}
