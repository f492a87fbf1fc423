//! Counts by sample, finished: what partials are made of.

use serde::{Deserialize, Serialize};

use super::VariantKind;
use super::class::{GROUPS, Zone, group};

/// Counts kept for each sample of a group.
pub(super) const N_COUNTS: usize = 5;

/// Calls of the rows of one group by sample: heterozygous, ALT alone (haploid ones too),
/// missing, haploid REF, haploid ALT. A list is empty where nobody has such a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tally {
    pub(super) rows: u64,
    pub(super) counts: [Vec<u32>; N_COUNTS],
}

/// Calls of one sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) rows: u64,
    pub(super) het: u64,
    pub(super) hom_alt: u64,
    pub(super) missing: u64,
    pub(super) hap_ref: u64,
    pub(super) hap_alt: u64,
}

impl Cell {
    /// Neither missing nor with an ALT allele, haploid ones included.
    pub(super) const fn hom_ref(&self) -> u64 {
        (self.rows)
            .saturating_sub(self.het)
            .saturating_sub(self.hom_alt)
            .saturating_sub(self.missing)
    }

    pub(super) const fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.het += other.het;
        self.hom_alt += other.hom_alt;
        self.missing += other.missing;
        self.hap_ref += other.hap_ref;
        self.hap_alt += other.hap_alt;
    }
}

impl Tally {
    fn cell(&self, sample: usize) -> Cell {
        let of = |i: usize| u64::from(self.counts[i].get(sample).copied().unwrap_or(0));
        Cell {
            rows: self.rows,
            het: of(0),
            hom_alt: of(1),
            missing: of(2),
            hap_ref: of(3),
            hap_alt: of(4),
        }
    }
}

/// Everything counted by sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tallies {
    /// By [`group`].
    pub(super) groups: Vec<Tally>,
    /// Variants of which the sample is the only carrier.
    pub(super) singletons: Vec<u32>,
    /// The same among those who have two copies, at calls where they do.
    pub(super) diploid_singletons: Vec<u32>,
    /// Expected homozygous calls on X, over all rows, in [`super::sex::ONE`]ths.
    pub(super) x_expected: u64,
    /// The same over the rows where the sample's call is missing; empty where none is.
    pub(super) x_expected_missing: Vec<u64>,
    /// Heterozygous calls on X at rows where the founders have one allele alone, by sample; empty
    /// where there is none.
    pub(super) x_fixed_het: Vec<u32>,
}

fn add_all<T: Copy + Default + std::ops::AddAssign>(to: &mut Vec<T>, from: &[T]) {
    if to.is_empty() {
        to.extend_from_slice(from);
    } else {
        for (t, f) in to.iter_mut().zip(from) {
            *t += *f;
        }
    }
}

impl Tallies {
    pub(super) fn empty() -> Self {
        Self {
            groups: vec![Tally::default(); GROUPS],
            singletons: Vec::new(),
            diploid_singletons: Vec::new(),
            x_expected: 0,
            x_expected_missing: Vec::new(),
            x_fixed_het: Vec::new(),
        }
    }

    /// Adds the counts of other rows.
    pub(super) fn merge(&mut self, other: Self) {
        if self.groups.iter().all(|g| g.rows == 0) {
            *self = other;
            return;
        }
        for (to, from) in self.groups.iter_mut().zip(&other.groups) {
            to.rows += from.rows;
            for (to, from) in to.counts.iter_mut().zip(&from.counts) {
                add_all(to, from);
            }
        }
        add_all(&mut self.singletons, &other.singletons);
        add_all(&mut self.diploid_singletons, &other.diploid_singletons);
        self.x_expected += other.x_expected;
        add_all(&mut self.x_expected_missing, &other.x_expected_missing);
        add_all(&mut self.x_fixed_het, &other.x_fixed_het);
    }

    /// The calls of a sample in one group; `None` where the group has no rows.
    pub(super) fn cell(&self, zone: Zone, kind: VariantKind, sample: usize) -> Option<Cell> {
        let tally = self.groups.get(group(zone, kind))?;
        (tally.rows > 0).then(|| tally.cell(sample))
    }

    /// The calls of a sample in a zone, all kinds together.
    pub(super) fn zone(&self, zone: Zone, sample: usize) -> Cell {
        let mut sum = Cell::default();
        for kind in VariantKind::ALL {
            if let Some(cell) = self.cell(zone, kind, sample) {
                sum.add(&cell);
            }
        }
        sum
    }
}
