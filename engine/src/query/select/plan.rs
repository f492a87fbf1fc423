//! A request tied to one snapshot of a store.

use roaring::RoaringBitmap;

use super::names::Names;
use super::{Request, SelectError};
use crate::compute::{Cohorts, Workload};
use crate::format::manifest::ShardEntry;
use crate::genome::{Intervals, RegionSet};
use crate::genotype::plane_words;
use crate::query::expr::{Checked, Conjunct, Cost, Simple};
use crate::store::Store;

/// How a condition is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By bitmaps where a shard has them, then by looking.
    Index,
    /// By columns of the site table.
    Sites,
    /// By annotation columns.
    Columns,
    /// By the allele counts of the site table.
    Counts,
    /// By counting cohorts.
    Cohorts,
    /// By each sample's genotype.
    Genotypes,
}

impl Way {
    pub(super) const fn of(cost: Cost) -> Self {
        match cost {
            Cost::Index => Self::Index,
            Cost::Site => Self::Sites,
            Cost::Info => Self::Columns,
            Cost::Counts => Self::Counts,
            Cost::Cohort => Self::Cohorts,
            Cost::Genotypes | Cost::Format => Self::Genotypes,
        }
    }

    /// In a word or two.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Index => "bitmap index",
            Self::Sites => "site columns",
            Self::Columns => "annotation columns",
            Self::Counts => "stored counts",
            Self::Cohorts => "cohort counts",
            Self::Genotypes => "genotypes",
        }
    }
}

/// A step of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// The condition as written.
    pub condition: String,
    /// How it is answered.
    pub way: Way,
    /// Rows that the bitmaps say may hold it; `None` where none tells.
    pub estimated: Option<u64>,
}

/// What is asked of one shard.
#[derive(Debug)]
pub(super) struct PlannedShard {
    pub(super) index: usize,
    /// Only records that overlap these.
    pub(super) intervals: Option<Intervals>,
    /// Only records in, or with `true` not in, these.
    pub(super) targets: Option<(Option<Intervals>, bool)>,
    /// Only records of which a row is one of these.
    pub(super) rows: Option<RoaringBitmap>,
}

/// A request tied to a store.
#[derive(Debug)]
pub struct Plan<'s> {
    pub(super) store: &'s Store,
    pub(super) names: Names,
    pub(super) checked: Option<Checked>,
    /// The conjuncts of the expression, the cheapest first.
    pub(super) steps: Vec<Conjunct>,
    /// Those of them, and the whole expression where it excludes, that numbers decide.
    pub(super) simple_steps: Vec<Option<Simple>>,
    pub(super) simple: Option<Simple>,
    pub(super) request: Request,
    pub(super) shards: Vec<PlannedShard>,
    pub(super) cohorts: Cohorts,
    pub(super) show_cohorts: bool,
    pub(super) show_samples: bool,
    /// Records of a block, at most.
    pub(super) block: usize,
}

/// Records of a block, at most.
const BLOCK: usize = 1 << 11;
/// Bytes of a block, about, where its records are written.
const BLOCK_BYTES: usize = 16 << 20;

impl<'s> Plan<'s> {
    /// Plans `request`.
    ///
    /// # Errors
    /// [`SelectError`] where a name is not there or an expression has no meaning.
    pub fn new(store: &'s Store, request: Request) -> Result<Self, SelectError> {
        let mut names = Names::new(store, &request.cohorts, request.samples.as_deref())?;
        if request.allow_files {
            names.allow_files();
        }
        let checked = match &request.filter {
            Some(expr) => Some(expr.check(names.schema())?),
            None => None,
        };
        let mut steps: Vec<Conjunct> = match &checked {
            Some(c) if !request.exclude => c.conjuncts().to_vec(),
            _ => Vec::new(),
        };
        steps.sort_by_key(|c| c.cost);
        let simple_steps = (checked.iter())
            .flat_map(|c| steps.iter().map(|step| c.simple_conjunct(step)))
            .collect();
        let simple = checked.as_ref().filter(|_| request.exclude);
        let simple = simple.and_then(Checked::simple);
        let shards = shards(store, &request);
        let cohorts = Cohorts::new(store.n_samples(), &names.cohorts[1..]);
        Ok(Self {
            store,
            names,
            checked,
            steps,
            simple_steps,
            simple,
            request,
            shards,
            cohorts,
            show_cohorts: false,
            show_samples: false,
            block: BLOCK,
        })
    }

    /// The names that expressions and templates use.
    #[must_use]
    pub const fn names(&self) -> &Names {
        &self.names
    }

    /// Whether each ALT is a record by itself.
    #[must_use]
    pub const fn is_split(&self) -> bool {
        self.request.split
    }

    /// What is shown of what is selected: counts of the cohorts, and for which samples the
    /// expression holds.
    pub fn show(&mut self, cohorts: bool, samples: bool) {
        self.show_cohorts = cohorts;
        self.show_samples = samples;
        // Numbers of a whole record do not tell for which samples it holds.
        if samples && (self.checked.as_ref()).is_some_and(Checked::selects_samples) {
            self.simple = None;
        }
    }

    /// Bounds what is rendered before it is written: `bytes` of each record, about. Genotypes of
    /// many samples would fill the memory otherwise.
    pub fn bound_blocks(&mut self, bytes: usize) {
        self.block = (BLOCK_BYTES / bytes.max(1)).clamp(1, BLOCK);
    }

    /// What is allowed but may not be meant, with a caret under it.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let warnings = self.checked.as_ref().map_or(&[][..], Checked::warnings);
        warnings.iter().map(ToString::to_string).collect()
    }

    /// The texts with which an expression compares a column: `GENE=="A"`, `GENE in ("A","B")`.
    #[must_use]
    pub fn texts_of_column(&self, name: &str) -> Vec<&str> {
        let column = self.names.schema().column_index(name);
        let checked = self.checked.as_ref().zip(column);
        checked.map_or_else(Vec::new, |(c, column)| c.texts_of_column(column))
    }

    /// Rows of the shards that are looked at.
    #[must_use]
    pub fn n_rows(&self) -> u64 {
        let shards = self.shards.iter().map(|s| &self.store.shards()[s.index]);
        shards.map(|s| s.entry().rows).sum()
    }

    /// Whether cohorts are counted.
    #[must_use]
    pub fn counts_cohorts(&self) -> bool {
        let asked = |c: &Checked| c.needs().cohorts.iter().any(|&c| c > 0);
        !self.cohorts.is_empty() && (self.show_cohorts || self.checked.as_ref().is_some_and(asked))
    }

    /// What a device would have to do.
    #[must_use]
    pub fn workload(&self) -> Workload {
        let n = self.store.n_samples();
        let total = |of: fn(&ShardEntry) -> u64| {
            let shards = self.shards.iter().map(|s| &self.store.shards()[s.index]);
            shards.fold(0, |sum: u64, s| sum.saturating_add(of(s.entry())))
        };
        let dense_bytes = total(|e| e.dense_rows).saturating_mul(16 * plane_words(n) as u64);
        Workload {
            samples: n as u64,
            dense_bytes,
            sparse_bytes: total(|e| e.genotypes.length).saturating_sub(dense_bytes),
            cohorts: self.cohorts.len() as u64,
            passes: 1,
        }
    }

    /// The steps, in order. Estimates open every planned shard's bitmaps.
    ///
    /// # Errors
    /// [`SelectError::Format`].
    pub fn explain(&self) -> Result<Vec<Explained>, SelectError> {
        let Some(checked) = &self.checked else {
            return Ok(Vec::new());
        };
        if self.request.exclude {
            return Ok(vec![Explained {
                condition: format!("not ({})", checked.source()),
                way: self.steps.last().map_or(Way::Columns, |s| Way::of(s.cost)),
                estimated: None,
            }]);
        }
        let mut out = Vec::new();
        for step in &self.steps {
            let mut estimated = step.indexable.as_ref().map(|_| 0);
            for shard in &self.shards {
                let (Some(sum), Some(indexable)) = (estimated, &step.indexable) else {
                    break;
                };
                let open = super::shard::OpenShard::new(self.store, shard.index, true)?;
                let rows = open.indexed(self.store, &self.names, indexable)?;
                estimated = rows.map(|r| sum + r.len());
            }
            let way = match (Way::of(step.cost), estimated) {
                (Way::Index, None) => Way::Columns,
                (way, _) => way,
            };
            out.push(Explained {
                condition: checked
                    .source()
                    .get(step.span.clone())
                    .unwrap_or_default()
                    .to_owned(),
                way,
                estimated,
            });
        }
        Ok(out)
    }
}

fn shards(store: &Store, request: &Request) -> Vec<PlannedShard> {
    let on = |set: &RegionSet, contig: &str| set.on(contig).cloned();
    let mut out = Vec::new();
    for (index, shard) in store.shards().iter().enumerate() {
        let entry = shard.entry();
        let contig = store.manifest().contigs.get(entry.contig as usize);
        let contig = contig.map_or("", |c| c.name.as_str());
        let intervals = match &request.regions {
            None => None,
            Some(set) => {
                let last = entry.last.saturating_add(entry.longest);
                match on(set, contig) {
                    Some(i) if i.overlaps(entry.first, last) => Some(i),
                    _ => continue,
                }
            }
        };
        let targets = match &request.targets {
            None => None,
            Some((set, complement)) => match on(set, contig) {
                None if !complement => continue,
                found => Some((found, *complement)),
            },
        };
        let rows = match &request.rows {
            None => None,
            Some(set) => match set.of_shard(index) {
                None => continue,
                some => some.cloned(),
            },
        };
        out.push(PlannedShard {
            index,
            intervals,
            targets,
            rows,
        });
    }
    out
}
