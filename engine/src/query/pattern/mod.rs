//! Patterns of inheritance: people whose genotypes fit a mode, by the genotypes of their family.
//!
//! The definitions are modelled on the strict modes that GEMINI documents (`autosomal_recessive`,
//! `autosomal_dominant`, `x_linked_*`, `de_novo`, `comp_hets`) and on slivar's trio expressions.
//! Compound heterozygotes are held against slivar's test cases, de novo variants against Hail's
//! Mendelian errors, counts in a trio against bcftools; there is no comparison with GEMINI itself.
//! *Affected* and *unaffected* are those of the same family so recorded; a person whose status is
//! not recorded constrains nothing, and is never affected. A relative without genotypes
//! constrains nothing, except that [`Pattern::DeNovo`] needs both parents. A missing genotype of
//! a relative who has a say excludes the variant.
//!
//! | pattern | affected person | others of the family |
//! |---|---|---|
//! | `het` | het (anybody, no pedigree) | |
//! | `hom` | hom-alt or hemizygous (anybody, no pedigree) | |
//! | `denovo` | het (son on X, anybody on Y: the only copy) | both parents hom-ref; on X of a son, the mother; unaffected all without ALT |
//! | `dominant` | het | affected all het; unaffected all hom-ref; at least one parent affected |
//! | `recessive` | hom-alt | affected all hom-alt; unaffected none hom-alt; parents, where genotyped, het |
//! | `comphet` | het at two variants of a gene | see [`comphet`] |
//!
//! Outside the pseudo-autosomal regions of X, men have one copy. `recessive`: affected men have
//! ALT, affected women are hom-alt; unaffected men have no ALT, unaffected women are not hom-alt;
//! the mother of an affected son is het. `dominant`: affected men have ALT, affected women are
//! het, unaffected people have none; daughters of an affected father are affected and his sons
//! are not; the mother of an affected son is affected. For `denovo`, where affection is recorded
//! of nobody in the family, every child counts.

mod comphet;
mod family;

#[cfg(test)]
mod tests;

pub use comphet::{Certainty, CompHet, comphet};

use std::str::FromStr;

use family::{Calls, Families, Family};

use crate::format::FormatError;
use crate::genotype::{Genotype, SampleSet};
use crate::query::carriers::{calls, carriers, members, visit};
use crate::query::pedigree::Pedigree;
use crate::query::rows::RowSet;
use crate::store::Store;

/// A mode of inheritance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Heterozygous.
    Het,
    /// Homozygous for ALT, or hemizygous.
    Hom,
    /// Two variants of a gene in trans.
    CompHet,
    /// In neither parent.
    DeNovo,
    /// Dominant, autosomal or X-linked.
    Dominant,
    /// Recessive, autosomal or X-linked.
    Recessive,
}

/// The text names no pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no pattern {0:?}: there are het, hom, comphet, denovo, dominant and recessive")]
pub struct UnknownPattern(String);

impl FromStr for Pattern {
    type Err = UnknownPattern;

    fn from_str(text: &str) -> Result<Self, UnknownPattern> {
        Ok(match text {
            "het" => Self::Het,
            "hom" => Self::Hom,
            "comphet" => Self::CompHet,
            "denovo" => Self::DeNovo,
            "dominant" => Self::Dominant,
            "recessive" => Self::Recessive,
            _ => return Err(UnknownPattern(text.to_owned())),
        })
    }
}

impl Pattern {
    /// As it is asked for.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Het => "het",
            Self::Hom => "hom",
            Self::CompHet => "comphet",
            Self::DeNovo => "denovo",
            Self::Dominant => "dominant",
            Self::Recessive => "recessive",
        }
    }

    /// Whether it asks who is related to whom.
    #[must_use]
    pub const fn needs_pedigree(self) -> bool {
        matches!(self, Self::DeNovo | Self::Dominant | Self::Recessive)
    }
}

/// A person at a variant that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Match {
    /// Shard of the store.
    pub shard: usize,
    /// Row of the shard.
    pub row: u32,
    /// The sample.
    pub sample: u32,
}

/// The people of `cohort` who fit a pattern at one of `rows`, by row, then sample. For
/// [`Pattern::CompHet`] see [`comphet`]: here it finds nobody.
///
/// # Errors
/// [`FormatError`].
pub fn find(
    store: &Store,
    rows: &RowSet,
    cohort: &SampleSet,
    pedigree: &Pedigree,
    pattern: Pattern,
) -> Result<Vec<Match>, FormatError> {
    let set = members(store, cohort);
    let plane = set.plane();
    let families = Families::new(store, pedigree);
    let mut out = Vec::new();
    let mut found = Vec::new();
    for (index, rows) in rows.shards() {
        let shard = store.shard(*index)?;
        let (file, sites) = (shard.genotypes()?, shard.sites()?);
        visit(file, rows, |row, view| {
            carriers(file, row, view, &plane, &mut found)?;
            let mut push = |sample| {
                out.push(Match {
                    shard: *index,
                    row,
                    sample,
                });
            };
            match pattern {
                Pattern::CompHet => {}
                Pattern::Het | Pattern::Hom => {
                    let het = pattern == Pattern::Het;
                    let fits = found
                        .iter()
                        .filter(|c| (c.zygosity == super::carriers::Zygosity::Het) == het);
                    fits.for_each(|c| push(c.sample));
                }
                Pattern::DeNovo | Pattern::Dominant | Pattern::Recessive => {
                    if found.is_empty() {
                        return Ok(());
                    }
                    let planes = calls(file, row, view)?;
                    let calls = Calls::new(store, shard, sites.site(row as usize).pos, &planes);
                    for carrier in &found {
                        let Some((family, me)) = families.of(carrier.sample) else {
                            continue;
                        };
                        let fits = match pattern {
                            Pattern::DeNovo => denovo(family, me, &calls),
                            Pattern::Dominant => dominant(family, me, &calls),
                            _ => recessive(family, me, &calls),
                        };
                        if fits {
                            push(carrier.sample);
                        }
                    }
                }
            }
            Ok::<_, FormatError>(())
        })?;
    }
    Ok(out)
}

fn denovo(family: &Family, me: usize, calls: &Calls<'_>) -> bool {
    let Some(person) = family.people.get(me) else {
        return false;
    };
    if family.knows_affection() && person.affected != Some(true) {
        return false;
    }
    let (Some(father), Some(mother)) = (family.father(person), family.mother(person)) else {
        return false;
    };
    let reference = |p| calls.of(p) == Some(Genotype::HomRef);
    let mine = calls.of(person);
    let son_on_x = calls.on_x() && calls.one_copy(person);
    let fits = if son_on_x {
        // X comes from the mother alone.
        matches!(mine, Some(Genotype::HomAlt)) && reference(mother)
    } else if calls.one_copy(person) {
        matches!(mine, Some(Genotype::HomAlt)) && reference(father)
    } else {
        mine == Some(Genotype::Het) && reference(father) && reference(mother)
    };
    fits && (family.people.iter())
        .filter(|p| p.affected == Some(false) && p.sample.is_some())
        .all(|p| reference(p) || (son_on_x && std::ptr::eq(p, father)))
}

fn dominant(family: &Family, me: usize, calls: &Calls<'_>) -> bool {
    let Some(person) = family.people.get(me) else {
        return false;
    };
    if person.affected != Some(true) {
        return false;
    }
    let parents = [family.father(person), family.mother(person)];
    if !(parents.iter().flatten()).any(|p| p.affected == Some(true)) {
        return false;
    }
    let x = calls.on_x();
    let fits = |p: &family::Member| {
        if p.sample.is_none() {
            return true;
        }
        let genotype = calls.of(p);
        match p.affected {
            Some(true) if calls.one_copy(p) => {
                matches!(genotype, Some(Genotype::Het | Genotype::HomAlt))
            }
            Some(true) => genotype == Some(Genotype::Het),
            Some(false) => genotype == Some(Genotype::HomRef),
            None => true,
        }
    };
    let x_linked = |p: &family::Member| {
        let affected = |q: Option<&family::Member>| q.and_then(|q| q.affected);
        let man = calls.one_copy(p);
        match p.affected {
            // A son's X is his mother's.
            Some(true) if man => {
                affected(family.mother(p)) != Some(false)
                    && affected(family.father(p)) != Some(true)
            }
            Some(false) if !man => affected(family.father(p)) != Some(true),
            _ => true,
        }
    };
    family.people.iter().all(fits) && (!x || family.people.iter().all(x_linked))
}

fn recessive(family: &Family, me: usize, calls: &Calls<'_>) -> bool {
    let Some(person) = family.people.get(me) else {
        return false;
    };
    if person.affected != Some(true) {
        return false;
    }
    let fits = |p: &family::Member| {
        if p.sample.is_none() {
            return true;
        }
        let genotype = calls.of(p);
        match p.affected {
            Some(true) if calls.one_copy(p) => {
                matches!(genotype, Some(Genotype::Het | Genotype::HomAlt))
            }
            Some(true) => genotype == Some(Genotype::HomAlt),
            Some(false) if calls.one_copy(p) => genotype == Some(Genotype::HomRef),
            Some(false) => matches!(genotype, Some(Genotype::HomRef | Genotype::Het)),
            None => true,
        }
    };
    // A parent who is affected is held to the rule of the affected above.
    let carrier = |p: Option<&family::Member>| {
        p.is_none_or(|p| {
            p.sample.is_none()
                || p.affected == Some(true)
                || calls.one_copy(p)
                || calls.of(p) == Some(Genotype::Het)
        })
    };
    let parents = |p: &family::Member| {
        p.affected != Some(true) || (carrier(family.father(p)) && carrier(family.mother(p)))
    };
    family.people.iter().all(fits) && family.people.iter().all(parents)
}
