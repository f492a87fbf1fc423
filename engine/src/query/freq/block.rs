//! Counted rows, before they are written.

use super::limit::Measures;
use super::plan::{Plan, PlannedShard, Source};
use super::{CallRow, Counting};
use crate::format::sites::{Site, SiteTable};
use crate::genome::ContigClass;
use crate::genotype::CallCounts;
use crate::stats::plink2::{self, AlleleCounts, Copies, GenotypeCounts, MissingCounts};

/// Consecutive rows of one shard with their counts; those that do not meet the request are
/// left out.
#[derive(Debug)]
pub struct Block<'p> {
    pub(super) plan: &'p Plan<'p>,
    pub(super) shard: &'p PlannedShard<'p>,
    pub(super) sites: &'p SiteTable,
    /// First row that was counted.
    pub(super) start: usize,
    /// Rows that were counted.
    pub(super) read: usize,
    /// Sets counted for each row.
    pub(super) n_sets: usize,
    pub(super) counted: Vec<CallCounts>,
    /// The rows shown, as rows of the shard.
    pub(super) rows: Vec<u32>,
}

impl<'p> Block<'p> {
    /// Rows shown.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Rows read, those that are not shown too.
    #[must_use]
    pub const fn n_read(&self) -> usize {
        self.read
    }

    /// Whether no row is shown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The contig, as the store names it.
    #[must_use]
    pub const fn contig(&self) -> &'p str {
        self.shard.contig
    }

    /// The place of the shard in its store.
    #[must_use]
    pub const fn shard(&self) -> usize {
        self.shard.shard.index()
    }

    /// Row `i` as a row of the shard.
    ///
    /// # Panics
    /// For a row at or beyond [`Block::len`].
    #[must_use]
    pub fn row(&self, i: usize) -> u32 {
        self.rows[i]
    }

    /// The contig of row `i`, as plink2 prints it: human chromosomes without `chr`.
    #[must_use]
    pub fn plink2_contig(&self, i: usize) -> &'p str {
        match (self.split_par(self.rows[i] as usize), self.shard.printed) {
            (Some(0), _) => "PAR1",
            (Some(_), _) => "PAR2",
            (None, printed) => printed,
        }
    }

    /// The site of row `i`.
    ///
    /// # Panics
    /// For a row at or beyond [`Block::len`], as all that follow.
    #[must_use]
    pub fn site(&self, i: usize) -> Site<'p> {
        self.sites.site(self.rows[i] as usize)
    }

    /// What the calls of cohort `cohort` say at row `i`.
    #[must_use]
    pub fn calls(&self, i: usize, cohort: usize) -> CallRow {
        let subject = &self.plan.subjects[cohort];
        let row = self.rows[i] as usize;
        let whole = self.counts(row, subject.whole);
        let hwe = self.plan.hwe.and_then(|test| {
            let tested = match self.shard.class {
                ContigClass::Y | ContigClass::Mt => return None,
                ContigClass::X if !self.in_par(row) => self.counts(row, subject.part),
                _ => whole,
            };
            CallRow::hwe(&tested, test)
        });
        CallRow { counts: whole, hwe }
    }

    /// People of cohort `cohort` who should have a call at row `i`, and who have none: of Y all
    /// but females. They are told apart where Hardy-Weinberg equilibrium is asked for.
    #[must_use]
    pub fn expected(&self, i: usize, cohort: usize) -> MissingCounts {
        let subject = &self.plan.subjects[cohort];
        let row = self.rows[i] as usize;
        let all = self.counts(row, subject.whole);
        let of_y = self.shard.class == ContigClass::Y && self.shard.by_sex && !self.in_par(row);
        let without = match of_y {
            true => self.counts(row, subject.part),
            false => CallCounts::default(),
        };
        MissingCounts {
            missing: all.missing.saturating_sub(without.missing),
            observed: all.samples.saturating_sub(without.samples),
        }
    }

    /// plink2's genotype counts of cohort `cohort` at row `i`.
    #[must_use]
    pub fn genotype_counts(&self, i: usize, cohort: usize) -> GenotypeCounts {
        let (copies, whole, part) = self.plink2_counts(self.rows[i] as usize, cohort);
        plink2::genotype_counts(copies, &whole, &part)
    }

    /// plink2's allele counts of cohort `cohort` at row `i`.
    #[must_use]
    pub fn allele_counts(&self, i: usize, cohort: usize) -> AlleleCounts {
        let (copies, whole, part) = self.plink2_counts(self.rows[i] as usize, cohort);
        plink2::allele_counts(copies, &whole, &part)
    }

    /// plink2's missing calls of cohort `cohort` at row `i`.
    #[must_use]
    pub fn missing_counts(&self, i: usize, cohort: usize) -> MissingCounts {
        let (copies, whole, part) = self.plink2_counts(self.rows[i] as usize, cohort);
        plink2::missing_counts(copies, &whole, &part)
    }

    /// How many copies people have at row `i`, as plink2 counts them.
    #[must_use]
    pub fn copies(&self, i: usize) -> Copies {
        match self.split_par(self.rows[i] as usize) {
            Some(_) => Copies::Diploid,
            None => self.shard.copies,
        }
    }

    fn plink2_counts(&self, row: usize, cohort: usize) -> (Copies, CallCounts, CallCounts) {
        let subject = &self.plan.subjects[cohort];
        let whole = self.counts(row, subject.whole);
        if self.shard.by_sex {
            let copies = match self.split_par(row) {
                Some(_) => Copies::Diploid,
                None => self.shard.copies,
            };
            (copies, whole, self.counts(row, subject.part))
        } else {
            (self.shard.copies, whole, CallCounts::default())
        }
    }

    fn counts(&self, row: usize, source: Source) -> CallCounts {
        match source {
            Source::Table => self.sites.counts(row),
            Source::Counted(set) => self.counted[(row - self.start) * self.n_sets + set],
        }
    }

    fn in_par(&self, row: usize) -> bool {
        let pos = || self.sites.positions()[row];
        !self.shard.pars.is_empty() && self.shard.pars.iter().any(|p| p.contains(pos()))
    }

    /// Where plink2's `--split-par` puts `row`: it takes the ends of X up to the last base of
    /// PAR1 and from the first of PAR2, and leaves Y alone.
    fn split_par(&self, row: usize) -> Option<usize> {
        if !self.plan.split_par || self.shard.class != ContigClass::X {
            return None;
        }
        let [first, second] = self.shard.pars else {
            return None;
        };
        match self.sites.positions()[row] {
            pos if pos <= first.end.get() => Some(0),
            pos if pos >= second.start.get() => Some(1),
            _ => None,
        }
    }

    /// Whether `row` of the shard is to be shown.
    pub(super) fn is_shown(&self, row: usize) -> bool {
        let asked = self.shard.intervals.as_ref().is_none_or(|intervals| {
            intervals.overlaps(self.sites.positions()[row], self.sites.end(row))
        });
        // Rows of a shard fit 32 bits.
        let among = (self.shard.rows.as_ref()).is_none_or(|rows| rows.contains(row as u32));
        asked
            && among
            && self.plan.limits.iter().all(|(cohort, limit)| {
                let measures = if self.plan.counting == Counting::Calls {
                    let whole = self.counts(row, self.plan.subjects[*cohort].whole);
                    Measures::of(Counting::Calls, Copies::Diploid, &whole, &whole)
                } else {
                    let (copies, whole, part) = self.plink2_counts(row, *cohort);
                    Measures::of(self.plan.counting, copies, &whole, &part)
                };
                limit.is_met(&measures)
            })
    }
}
