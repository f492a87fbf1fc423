//! Compound heterozygotes: two variants of a gene, one from each parent.

use std::collections::BTreeMap;

use crate::format::FormatError;
use crate::genotype::{CallPlanes, Genotype, SampleSet};
use crate::query::carriers::{calls, carriers, members, visit};
use crate::query::genes::{GeneOf, by_gene};
use crate::query::pedigree::Pedigree;
use crate::query::rows::RowSet;
use crate::store::Store;

/// How sure it is that the two variants lie on different copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// By the parents' genotypes, by phase, or as two ALT alleles of one call.
    Trans,
    /// Nothing says that they do or do not.
    Possible,
}

/// A pair of variants in one person and gene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompHet {
    /// The gene.
    pub gene: String,
    /// The sample.
    pub sample: u32,
    /// Shard and row of the first variant and of the second.
    pub variants: [(usize, u32); 2],
    /// In trans, or perhaps.
    pub certainty: Certainty,
}

/// Which parent a heterozygous call's ALT allele comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    Father,
    Mother,
    Unknown,
}

/// A heterozygous call of a person.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    pub(super) variant: (usize, u32),
    pub(super) contig: u32,
    pub(super) record: u32,
    pub(super) allele: u16,
    pub(super) from: From,
    /// Phase set of a phased call, and whether ALT is first.
    pub(super) phase: Option<(Option<u32>, bool)>,
}

/// `None` where the two are known to lie on one copy.
pub(super) fn certainty(a: &Hit, b: &Hit) -> Option<Certainty> {
    if a.contig == b.contig && a.record == b.record && a.allele != b.allele {
        return Some(Certainty::Trans);
    }
    match (a.from, b.from) {
        (From::Father, From::Mother) | (From::Mother, From::Father) => {
            return Some(Certainty::Trans);
        }
        (From::Father, From::Father) | (From::Mother, From::Mother) => return None,
        _ => {}
    }
    match (a.phase, b.phase) {
        (Some((one, first)), Some((other, second))) if a.contig == b.contig && one == other => {
            (first != second).then_some(Certainty::Trans)
        }
        _ => Some(Certainty::Possible),
    }
}

/// The pairs of heterozygous variants in one gene that lie on different copies, or may, in the
/// people of `cohort`; by gene, then sample, then variants.
///
/// A variant comes from the parent who carries it where the other is hom-ref; where both parents
/// are genotyped and that does not tell (both carry it, or none), it is left to phase. Without
/// phase the pair is [`Certainty::Possible`]. A parent who is homozygous for one of the variants
/// is not excluded, whether affected or not.
///
/// # Errors
/// [`FormatError`].
pub fn comphet(
    store: &Store,
    rows: &RowSet,
    cohort: &SampleSet,
    pedigree: &Pedigree,
    genes: &dyn GeneOf,
) -> Result<Vec<CompHet>, FormatError> {
    let plane = members(store, cohort).plane();
    let mut out = Vec::new();
    let mut found = Vec::new();
    for (gene, rows) in by_gene(store, rows, genes)? {
        let mut people: BTreeMap<u32, Vec<Hit>> = BTreeMap::new();
        for (index, rows) in rows.shards() {
            let shard = store.shard(*index)?;
            let (file, sites) = (shard.genotypes()?, shard.sites()?);
            visit(file, rows, |row, view| {
                carriers(file, row, view, &plane, &mut found)?;
                if found.is_empty() {
                    return Ok(());
                }
                let calls = calls(file, row, view)?;
                let site = sites.site(row as usize);
                for carrier in &found {
                    let sample = carrier.sample as usize;
                    if calls.genotype(sample) != Genotype::Het {
                        continue;
                    }
                    people.entry(carrier.sample).or_default().push(Hit {
                        variant: (*index, row),
                        contig: shard.entry().contig,
                        record: site.record,
                        allele: site.allele,
                        from: origin(store, pedigree, &calls, carrier.sample),
                        phase: phase(&calls, carrier.sample),
                    });
                }
                Ok::<_, FormatError>(())
            })?;
        }
        for (sample, hits) in people {
            for (i, a) in hits.iter().enumerate() {
                for b in hits.iter().skip(i + 1) {
                    if let Some(certainty) = certainty(a, b) {
                        out.push(CompHet {
                            gene: gene.clone(),
                            sample,
                            variants: [a.variant, b.variant],
                            certainty,
                        });
                    }
                }
            }
        }
    }
    Ok(out)
}

fn phase(calls: &CallPlanes, sample: u32) -> Option<(Option<u32>, bool)> {
    let sets = &calls.phase_sets;
    let set = sets.binary_search_by_key(&sample, |p| p.sample).ok();
    let set = set.and_then(|i| sets.get(i)).map(|p| p.set);
    let at = sample as usize;
    calls.phased.get(at).then(|| (set, calls.flipped.get(at)))
}

fn origin(store: &Store, pedigree: &Pedigree, calls: &CallPlanes, child: u32) -> From {
    let (father, mother) = pedigree.parents(child);
    let call = |parent: Option<u32>| {
        let parent = parent.filter(|&p| store.active().contains(p))?;
        Some(calls.genotype(parent as usize))
    };
    let has = |g| matches!(g, Some(Genotype::Het | Genotype::HomAlt));
    let has_not = |g| g == Some(Genotype::HomRef);
    let (father, mother) = (call(father), call(mother));
    if has(father) && has_not(mother) {
        From::Father
    } else if has_not(father) && has(mother) {
        From::Mother
    } else {
        From::Unknown
    }
}
