//! What one person has in one gene.

use std::collections::{HashMap, HashSet};

use super::Class;

/// Shard and row.
pub(super) type Variant = (usize, u32);

/// The haplotypes that a phased call speaks of: the contig, and the phase set where there is one.
pub(super) type PhaseKey = (u32, Option<u32>);

/// A heterozygous call.
#[derive(Clone, Debug)]
pub(super) struct Het {
    pub(super) variant: Variant,
    /// Contig and ordinal of the record it comes from, and which ALT it is there.
    pub(super) record: (u32, u32),
    pub(super) allele: u16,
    /// Of phased calls, and whether ALT is on the first haplotype.
    pub(super) phase: Option<(PhaseKey, bool)>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Person {
    pub(super) homozygous: Vec<Variant>,
    pub(super) hemizygous: Vec<Variant>,
    pub(super) hets: Vec<Het>,
}

impl Person {
    /// The strongest class, and what makes it so.
    pub(super) fn finish(self) -> Option<(Class, Vec<Variant>)> {
        if !self.homozygous.is_empty() {
            return Some((Class::Homozygous, self.homozygous));
        }
        if !self.hemizygous.is_empty() {
            return Some((Class::Hemizygous, self.hemizygous));
        }
        let class = pairs(&self.hets)?;
        Some((class, self.hets.iter().map(|h| h.variant).collect()))
    }
}

/// The strongest that any two heterozygous calls make, in one pass over them.
pub(super) fn pairs(hets: &[Het]) -> Option<Class> {
    let mut alleles: HashMap<(u32, u32), u16> = HashMap::new();
    let mut sides: HashSet<(PhaseKey, bool)> = HashSet::new();
    let mut keys: HashSet<PhaseKey> = HashSet::new();
    let mut unphased = 0;
    for het in hets {
        // Another ALT of the same record: the two alleles of one call.
        if *alleles.entry(het.record).or_insert(het.allele) != het.allele {
            return Some(Class::Compound);
        }
        match het.phase {
            Some((key, first)) => {
                if sides.contains(&(key, !first)) {
                    return Some(Class::Compound);
                }
                sides.insert((key, first));
                keys.insert(key);
            }
            None => unphased += 1,
        }
    }
    // Calls of one phase set that came here are all on one haplotype.
    (unphased + keys.len() >= 2).then_some(Class::Possible)
}
