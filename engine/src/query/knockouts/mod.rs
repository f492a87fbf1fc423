//! Human knockouts: who has both copies of a gene hit.
//!
//! For each gene, the people who carry selected variants on every copy they have:
//!
//! - [`Class::Homozygous`]: one variant on both copies;
//! - [`Class::Hemizygous`]: a variant on the only copy: a haploid call, or a homozygous call of a
//!   man on X or Y outside the pseudo-autosomal regions;
//! - [`Class::Compound`]: two variants, one on each copy: heterozygous calls on opposite
//!   haplotypes of one phase set (of the contig, where phased calls have no phase set), or two
//!   ALT alleles of one record in one call (`1/2`);
//! - [`Class::Possible`]: two heterozygous calls of which the phase to each other is not known:
//!   one is unphased, or their phase sets differ.
//!
//! Two heterozygous calls known to lie on one haplotype leave the other copy whole, and are no
//! knockout. A person counts once in a gene, in the first of these classes that holds. Heterozygous
//! calls of men on X and Y outside the pseudo-autosomal regions, and all on the mitochondrial
//! genome, make no compound. Half calls are missing. Genes are taken one after another, and only
//! one gene's calls are in memory.

mod person;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use person::{Het, Person};

use crate::format::FormatError;
use crate::format::samples::Sex;
use crate::genome::{Build, ContigClass, in_par};
use crate::genotype::{CallPlanes, Genotype, Plane, SampleSet};
use crate::query::carriers::{calls, carriers, members, visit};
use crate::query::rows::RowSet;
use crate::store::{Shard, Store};

/// How the copies are hit; the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// One variant on both copies.
    Homozygous,
    /// A variant on the only copy.
    Hemizygous,
    /// Two variants in trans.
    Compound,
    /// Two variants that may be in trans.
    Possible,
}

impl Class {
    /// All, the strongest first.
    pub const ALL: [Self; 4] = [
        Self::Homozygous,
        Self::Hemizygous,
        Self::Compound,
        Self::Possible,
    ];

    /// As tables write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Homozygous => "homozygous",
            Self::Hemizygous => "hemizygous",
            Self::Compound => "compound",
            Self::Possible => "possible",
        }
    }
}

/// Somebody whose copies of a gene are hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knockout {
    /// The sample.
    pub sample: u32,
    /// How.
    pub class: Class,
    /// Shard and row of the variants that make it so: those that are homozygous or hemizygous,
    /// else all heterozygous ones.
    pub variants: Vec<(usize, u32)>,
}

/// The knockouts of one gene among `cohort`, by sample. `rows` are the gene's variants.
///
/// # Errors
/// [`FormatError`].
pub fn of_gene(
    store: &Store,
    rows: &RowSet,
    cohort: &SampleSet,
) -> Result<Vec<Knockout>, FormatError> {
    let plane = members(store, cohort).plane();
    let mut people: BTreeMap<u32, Person> = BTreeMap::new();
    let mut found = Vec::new();
    for (index, rows) in rows.shards() {
        let shard = store.shard(*index)?;
        let (file, sites) = (shard.genotypes()?, shard.sites()?);
        visit(file, rows, |row, view| {
            // Most rows have no carrier in most cohorts: their phase is not read.
            carriers(file, row, view, &plane, &mut found)?;
            if found.is_empty() {
                return Ok(());
            }
            let calls = calls(file, row, view)?;
            let site = sites.site(row as usize);
            let place = Place::of(store, shard, site.pos);
            let hit = Hit {
                shard: *index,
                row,
                contig: shard.entry().contig,
                record: site.record,
                allele: site.allele,
            };
            add(&mut people, store, &calls, &plane, place, hit);
            Ok::<_, FormatError>(())
        })?;
    }
    let done = people.into_iter().filter_map(|(sample, person)| {
        let (class, variants) = person.finish()?;
        Some(Knockout {
            sample,
            class,
            variants,
        })
    });
    Ok(done.collect())
}

/// What ploidy a place has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Two copies in everybody.
    Diploid,
    /// X or Y outside the pseudo-autosomal regions: one copy in men.
    SexChromosome,
    /// No pairs of copies.
    Mitochondrial,
}

impl Place {
    fn of(store: &Store, shard: &Shard, pos: u32) -> Self {
        let manifest = store.manifest();
        let contig = manifest.contigs.get(shard.entry().contig as usize);
        let class = contig.map_or(ContigClass::Other, |c| ContigClass::of(&c.name));
        let build = manifest.build.parse().unwrap_or(Build::Unknown);
        match class {
            ContigClass::X | ContigClass::Y if !in_par(build, class, pos) => Self::SexChromosome,
            ContigClass::Mt => Self::Mitochondrial,
            _ => Self::Diploid,
        }
    }
}

/// A variant that is being added.
#[derive(Clone, Copy, Debug)]
struct Hit {
    shard: usize,
    row: u32,
    contig: u32,
    record: u32,
    allele: u16,
}

fn add(
    people: &mut BTreeMap<u32, Person>,
    store: &Store,
    calls: &CallPlanes,
    members: &Plane,
    place: Place,
    hit: Hit,
) {
    let carried = (calls.lo.words().iter())
        .zip(calls.hi.words())
        .zip(members.words())
        .map(|((lo, hi), members)| (lo ^ hi) & members)
        .collect::<Vec<_>>();
    for sample in crate::genotype::ones(&carried) {
        let at = sample as usize;
        let person = people.entry(sample).or_default();
        let variant = (hit.shard, hit.row);
        let one_copy = place == Place::SexChromosome && store.samples().sex(at) == Sex::Male;
        match calls.genotype(at) {
            Genotype::HomAlt if calls.haploid.get(at) || one_copy => {
                person.hemizygous.push(variant);
            }
            Genotype::HomAlt => person.homozygous.push(variant),
            Genotype::Het if !one_copy && place != Place::Mitochondrial => {
                let set = (calls.phase_sets)
                    .binary_search_by_key(&sample, |p| p.sample)
                    .ok()
                    .and_then(|i| calls.phase_sets.get(i))
                    .map(|p| p.set);
                person.hets.push(Het {
                    variant,
                    record: (hit.contig, hit.record),
                    allele: hit.allele,
                    phase: calls
                        .phased
                        .get(at)
                        .then(|| ((hit.contig, set), calls.flipped.get(at))),
                });
            }
            _ => {}
        }
    }
}
