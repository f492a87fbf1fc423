//! A request tied to one snapshot of a store.

use std::collections::HashSet;

use roaring::RoaringBitmap;

use super::{ALL, Counting, FreqError, Limit, Request};
use crate::compute::{Cohorts, Workload};
use crate::format::manifest::ShardEntry;
use crate::genome::{Build, ContigClass, Interval, Intervals, pars};
use crate::genotype::{SampleSet, plane_words};
use crate::stats::HweTest;
use crate::stats::plink2::{self, Copies};
use crate::store::{Shard, Store};

/// Where a set's counts come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The site table has them.
    Table,
    /// Counted, as this cohort of the pass.
    Counted(usize),
}

/// A cohort that is shown or that limits.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) name: String,
    /// Everybody in it.
    pub(super) whole: Source,
    /// On contigs that go by sex: the males (plink2's rules) or females (Hardy-Weinberg; who has
    /// no Y) in it.
    pub(super) part: Source,
}

/// What is asked of one shard.
#[derive(Clone, Debug)]
pub(super) struct PlannedShard<'s> {
    pub(super) shard: &'s Shard,
    pub(super) contig: &'s str,
    pub(super) class: ContigClass,
    /// The contig's name as plink2 prints it, and how many copies people have.
    pub(super) printed: &'s str,
    pub(super) copies: Copies,
    pub(super) pars: &'static [Interval],
    /// Parts are counted as well.
    pub(super) by_sex: bool,
    /// Only these rows; all where there are none.
    pub(super) intervals: Option<Intervals>,
    /// Only these rows; all where there are none.
    pub(super) rows: Option<RoaringBitmap>,
}

/// A request tied to a store: which shards to read, which sets to count.
#[derive(Debug)]
pub struct Plan<'s> {
    store: &'s Store,
    pub(super) counting: Counting,
    pub(super) hwe: Option<HweTest>,
    pub(super) split_par: bool,
    /// Those shown come first.
    pub(super) subjects: Vec<Subject>,
    n_shown: usize,
    pub(super) limits: Vec<(usize, Limit)>,
    pub(super) shards: Vec<PlannedShard<'s>>,
    /// The sets of every pass, and these with the parts after them.
    pub(super) plain: Cohorts,
    pub(super) by_sex: Cohorts,
}

impl<'s> Plan<'s> {
    /// Plans `request`.
    ///
    /// # Errors
    /// [`FreqError`] where cohorts have one name or other samples than the store's, a limit
    /// names a cohort that is not there, or pseudo-autosomal regions that are not known are to
    /// be told apart.
    pub fn new(store: &'s Store, request: Request) -> Result<Self, FreqError> {
        let n = store.n_samples();
        let mut names = HashSet::new();
        for (name, set) in &request.cohorts {
            if !names.insert(name.as_str()) {
                return Err(FreqError::DuplicateCohort(name.clone()));
            }
            if set.n_samples() != n {
                return Err(FreqError::Samples {
                    cohort: name.clone(),
                    found: set.n_samples(),
                    store: n,
                });
            }
        }
        let mut cohorts = request.cohorts.clone();
        if cohorts.is_empty() {
            cohorts.push((ALL.to_owned(), store.active().clone()));
        }
        let n_shown = cohorts.len();
        let mut limits = Vec::new();
        for limit in &request.limits {
            let found = cohorts.iter().position(|(name, _)| *name == limit.cohort);
            let subject = match found {
                Some(i) => i,
                None if limit.cohort == ALL => {
                    cohorts.push((ALL.to_owned(), store.active().clone()));
                    cohorts.len() - 1
                }
                None => {
                    let mut known: Vec<&str> = cohorts.iter().map(|c| c.0.as_str()).collect();
                    if !known.contains(&ALL) {
                        known.push(ALL);
                    }
                    return Err(FreqError::UnknownCohort {
                        limit: format!("{}:{}", limit.cohort, limit.value),
                        cohort: limit.cohort.clone(),
                        known: known.join(", "),
                    });
                }
            };
            limits.push((subject, limit.clone()));
        }
        let shards = plan_shards(store, &request);
        if let Some(x) = shards
            .iter()
            .find(|s| request.split_par && s.class == ContigClass::X && s.pars.is_empty())
        {
            return Err(FreqError::UnknownBuild {
                contig: x.contig.to_owned(),
            });
        }
        let (subjects, plain, by_sex) = plan_sets(store, &request, cohorts, &shards);
        Ok(Self {
            store,
            counting: request.counting,
            hwe: request.hwe,
            split_par: request.split_par,
            subjects,
            n_shown,
            limits,
            shards,
            plain,
            by_sex,
        })
    }

    /// The store.
    #[must_use]
    pub const fn store(&self) -> &'s Store {
        self.store
    }

    /// Names of the cohorts shown, in order.
    pub fn cohorts(&self) -> impl ExactSizeIterator<Item = &str> {
        self.subjects[..self.n_shown]
            .iter()
            .map(|s| s.name.as_str())
    }

    /// The test of Hardy-Weinberg equilibrium, if one is made.
    #[must_use]
    pub const fn hwe(&self) -> Option<HweTest> {
        self.hwe
    }

    /// Rows of the planned shards: an upper bound of the rows shown.
    #[must_use]
    pub fn n_rows(&self) -> u64 {
        self.shards.iter().map(|s| s.shard.entry().rows).sum()
    }

    /// Whether genotypes are read at all: not where the site tables have every count.
    #[must_use]
    pub fn reads_genotypes(&self) -> bool {
        let sets = |s: &PlannedShard<'_>| self.sets(s.by_sex).len();
        self.shards.iter().any(|s| sets(s) > 0)
    }

    /// What a device has to do.
    #[must_use]
    pub fn workload(&self) -> Workload {
        let n = self.store.n_samples();
        // The manifest's numbers, which the files have yet to bear out.
        let total = |of: fn(&ShardEntry) -> u64| {
            let shards = self.shards.iter().map(|s| of(s.shard.entry()));
            shards.fold(0, u64::saturating_add)
        };
        let dense = total(|entry| entry.dense_rows);
        let dense_bytes = dense.saturating_mul(16 * plane_words(n) as u64);
        let files = total(|entry| entry.genotypes.length);
        Workload {
            samples: n as u64,
            dense_bytes,
            sparse_bytes: files.saturating_sub(dense_bytes),
            cohorts: self.plain.len().max(self.by_sex.len()) as u64,
            passes: 1,
        }
    }

    pub(super) const fn sets(&self, by_sex: bool) -> &Cohorts {
        if by_sex { &self.by_sex } else { &self.plain }
    }
}

/// The shards in which there may be something to show.
fn plan_shards<'s>(store: &'s Store, request: &Request) -> Vec<PlannedShard<'s>> {
    let manifest = store.manifest();
    let build = manifest.build.parse().unwrap_or(Build::Unknown);
    let planned = store.shards().iter().filter_map(|shard| {
        let entry = shard.entry();
        // A manifest is checked to name only contigs it has.
        let contig = manifest.contigs.get(entry.contig as usize)?;
        let contig = contig.name.as_str();
        let intervals = match &request.regions {
            None => None,
            Some(regions) => {
                let intervals = regions.on(contig)?;
                let end = entry.last.saturating_add(entry.longest);
                intervals.overlaps(entry.first, end).then_some(())?;
                Some(intervals.clone())
            }
        };
        let rows = match &request.rows {
            None => None,
            Some(rows) => Some(rows.of_shard(shard.index())?.clone()),
        };
        let class = ContigClass::of(contig);
        let (printed, copies) = plink2::chromosome(contig);
        let by_sex = match request.counting {
            Counting::Calls => {
                request.hwe.is_some() && matches!(class, ContigClass::X | ContigClass::Y)
            }
            _ => copies.by_sex(),
        };
        Some(PlannedShard {
            shard,
            contig,
            class,
            printed,
            copies,
            pars: pars(build, class),
            by_sex,
            intervals,
            rows,
        })
    });
    planned.collect()
}

/// The sets to count for `cohorts`, without and with those by sex.
fn plan_sets(
    store: &Store,
    request: &Request,
    cohorts: Vec<(String, SampleSet)>,
    shards: &[PlannedShard<'_>],
) -> (Vec<Subject>, Cohorts, Cohorts) {
    let n = store.n_samples();
    let active = store.active();
    let samples = store.samples();
    let intersect =
        |a: &SampleSet, b: &SampleSet| SampleSet::from_bitmap(n, a.bitmap() & b.bitmap());
    let founders = match request.counting {
        Counting::Plink2Alleles { nonfounders: false } => Some(samples.founders()),
        _ => None,
    };
    let mut sets: Vec<SampleSet> = Vec::new();
    let mut subjects = Vec::new();
    let mut members = Vec::new();
    for (name, set) in cohorts {
        let mut set = intersect(&set, active);
        if let Some(founders) = &founders {
            set = intersect(&set, founders);
        }
        let whole = if !request.recount && set == *active {
            Source::Table
        } else {
            sets.push(set.clone());
            Source::Counted(sets.len() - 1)
        };
        members.push(set);
        subjects.push(Subject {
            name,
            whole,
            part: whole,
        });
    }
    let plain = Cohorts::new(n, &sets);
    if !shards.iter().any(|s| s.by_sex) {
        return (subjects, plain, Cohorts::new(n, &[]));
    }
    let (males, females) = samples.sexes();
    let one_sex = if request.counting == Counting::Calls {
        females
    } else {
        males
    };
    for (subject, set) in subjects.iter_mut().zip(&members) {
        sets.push(intersect(set, &one_sex));
        subject.part = Source::Counted(sets.len() - 1);
    }
    (subjects, plain, Cohorts::new(n, &sets))
}
