//! Sets of variants, and the masks that choose among a set's variants: from regenie's files,
//! SAIGE's group files, expressions by gene, or windows.
//!
//! Positions are 1-based.

mod error;
mod find;
mod groups;
mod masks;
mod name;
mod read;
mod regenie;
mod windows;

#[cfg(test)]
mod tests;

pub use error::SetError;
pub use find::{Found, VariantFinder};
pub use groups::read_groups;
pub use masks::{Bins, MaskDefinition, MaskDefinitions};
pub use name::{allele_name, variant_name};
pub use regenie::{Sources, read_sets};
pub use windows::{Windows, of_genes, windows};

/// The most masks of one analysis, and the most domains of one set.
pub const MOST_MASKS: usize = 64;
/// The most domains of a set.
pub const MOST_DOMAINS: usize = 16;

/// A variant of a set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Member {
    /// Shard of the store.
    pub shard: u32,
    /// Row of the shard.
    pub row: u32,
    /// Which of the masks it is in: bit i is mask i.
    pub masks: u64,
    /// Which of the set's domains it lies in: bit i is domain i.
    pub domains: u16,
    /// Its weight, where the annotations have one.
    pub weight: Option<f64>,
    /// Its frequency for the bins, where a file says it.
    pub frequency: Option<f64>,
}

/// A set of variants.
#[derive(Clone, Debug, PartialEq)]
pub struct VariantSet {
    /// Its name: a gene, mostly.
    pub name: String,
    /// Contig of the store.
    pub contig: u32,
    /// Its position, 1-based, for tables and plots.
    pub position: u64,
    /// Names of its domains.
    pub domains: Vec<String>,
    /// Its variants that are in some mask, by shard and row.
    pub members: Vec<Member>,
}

/// All sets, and the masks of their variants.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VariantSets {
    /// The masks.
    pub masks: Vec<MaskDefinition>,
    /// The sets, by contig and position.
    pub sets: Vec<VariantSet>,
    /// What was read and what of it could not be used.
    pub report: Report,
}

/// What was read, and what of it could not be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Variants named by sets, each set's counted.
    pub named: u64,
    /// Of these, variants that the store does not have.
    pub absent: u64,
    /// All of those, set and variant, where a list was asked for.
    pub absent_list: Vec<(String, String)>,
    /// The first of them.
    pub absent_first: Vec<String>,
    /// Variants whose id several variants of the store have; the first is taken.
    pub ambiguous: u64,
    /// Variants of sets without an annotation, or with one that no mask has.
    pub without_mask: u64,
    /// Lines of annotations about variants that their set does not have, or about other sets.
    pub unused_annotations: u64,
    /// Annotations that say otherwise than one before; the first counts.
    pub repeated_annotations: u64,
    /// Sets of which no variant is left.
    pub empty_sets: Vec<String>,
}

impl VariantSets {
    /// In the order of the store, without sets of which nothing is left.
    fn tidy(mut self) -> Self {
        let empty = self.sets.iter().filter(|s| s.members.is_empty());
        self.report.empty_sets.extend(empty.map(|s| s.name.clone()));
        self.sets.retain(|s| !s.members.is_empty());
        for set in &mut self.sets {
            set.members.sort_by_key(|m| (m.shard, m.row));
        }
        self.sets.sort_by_key(|s| (s.contig, s.position));
        self
    }
}
