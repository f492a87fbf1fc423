//! Which founder each haplotype copies, and how the founders are related: where linkage
//! disequilibrium and differences between populations come from.
//!
//! A haplotype copies one of 64 founders for a stretch of blocks, then another: its breakpoints
//! and founders are functions of its number, so any block can be made first. Populations prefer
//! different founders. Within a block the founders have a genealogy; a common variant is carried
//! by the descendants of one of its branches, so variants of a block share carriers. Along the
//! contig the founders slowly change places in the genealogy.

use super::people::{POPULATIONS, People};
use super::stream::{Purpose, Stream, key, mix};

/// Founder haplotypes: one bit each of a word.
pub(super) const FOUNDERS: usize = 64;
/// Entries of the table from which a population's founders are drawn.
const TABLE: usize = 4096;
/// Bases that a stretch of copying has, roughly.
const STRETCH: u32 = 40_000;
/// Bases for which a genealogy holds, but for exchanged founders.
const GENEALOGY: u32 = 20_000;
/// Blocks for which it holds at most, so that dense cohorts have many of them too.
const EPOCH: u32 = 8;

/// The founders of one contig.
pub(super) struct Founders {
    copying: u64,
    genealogy: u64,
    labels: u64,
    /// By population: founders, as often as it prefers them.
    tables: Vec<[u8; TABLE]>,
    /// Blocks of a stretch, as a power of two.
    stretch: u32,
    /// Blocks of a genealogy.
    epoch: u64,
}

/// A branch of a genealogy: the founders that descend from it, and its length.
#[derive(Clone, Copy, Debug)]
pub(super) struct Branch {
    pub(super) founders: u64,
    pub(super) length: f64,
}

impl Founders {
    pub(super) fn new(seed: u64, contig: usize, window: u32) -> Self {
        let under = |purpose: Purpose| key(key(seed, purpose as u64), contig as u64);
        let mut stream = Stream::new(under(Purpose::FounderWeights));
        let base: Vec<f64> = (0..FOUNDERS).map(|_| 0.5 + stream.unit()).collect();
        let tables = POPULATIONS
            .iter()
            .map(|p| {
                let weights: Vec<f64> = base
                    .iter()
                    .map(|b| {
                        // A mean of one and a long tail: few founders make up half a
                        // population.
                        let u = stream.unit();
                        let cube = u * u * u;
                        b * (1.0 - p.spread) + p.spread * 13.0 * cube * cube * cube * cube
                    })
                    .collect();
                table(&weights)
            })
            .collect();
        Self {
            copying: under(Purpose::Copying),
            genealogy: under(Purpose::Genealogy),
            labels: under(Purpose::Labels),
            tables,
            stretch: (STRETCH / window).max(1).ilog2(),
            epoch: u64::from((GENEALOGY / window).clamp(1, EPOCH)),
        }
    }

    /// The branches of the genealogy that holds in a block.
    pub(super) fn branches(&self, block: u64) -> Vec<Branch> {
        let epoch = block / self.epoch;
        let mut stream = Stream::new(key(self.genealogy, epoch));
        let mut labels: Vec<u32> = (0..FOUNDERS as u32).collect();
        for i in (1..FOUNDERS).rev() {
            labels.swap(i, stream.below(i as u64 + 1) as usize);
        }
        // Recombination between founders, one exchange a block.
        for b in epoch * self.epoch..block {
            let mut stream = Stream::new(key(self.labels, b));
            let (i, j) = (stream.below(64) as usize, stream.below(64) as usize);
            labels.swap(i, j);
        }
        // The coalescent, with expected waiting times.
        let mut lineages: Vec<(u64, f64)> = labels.iter().map(|&l| (1 << l, 0.0)).collect();
        let mut branches = Vec::with_capacity(2 * FOUNDERS);
        let mut time = 0.0;
        while lineages.len() > 1 {
            let k = lineages.len() as f64;
            time += 2.0 / (k * (k - 1.0));
            let mut joined = 0;
            for _ in 0..2 {
                let i = stream.below(lineages.len() as u64) as usize;
                let (founders, since) = lineages.swap_remove(i);
                branches.push(Branch {
                    founders,
                    length: time - since,
                });
                joined |= founders;
            }
            lineages.push((joined, time));
        }
        branches
    }

    /// Fills `copied` for a block.
    pub(super) fn copy(&self, people: &People, block: u64, copied: &mut Copied) {
        let n = people.population.len();
        copied.founder.resize(2 * n, 0);
        copied.order.resize(2 * n, 0);
        let mut sizes = vec![0u32; BUCKETS];
        for (s, &population) in people.population.iter().enumerate() {
            let table = &self.tables[usize::from(population)];
            let first = usize::from(population) * FOUNDERS;
            for side in 0..2 {
                let h = 2 * s + side;
                let own = mix(self.copying ^ (h as u64).wrapping_mul(0xd134_2543_de82_ef95));
                // Stretches are half, once or twice the usual, and start anywhere.
                let shift = (self.stretch + (own & 3).min(2) as u32).saturating_sub(1);
                let stretch = (block + (own >> 32)) >> shift;
                let founder = table[(mix(own ^ stretch) >> 52) as usize];
                copied.founder[h] = founder;
                sizes[first + usize::from(founder)] += 1;
            }
        }
        copied.starts.clear();
        copied.starts.push(0);
        let mut at = 0;
        for size in &mut sizes {
            let start = at;
            at += *size;
            *size = start;
            copied.starts.push(at);
        }
        for (s, &population) in people.population.iter().enumerate() {
            for h in [2 * s, 2 * s + 1] {
                let bucket = usize::from(population) * FOUNDERS + usize::from(copied.founder[h]);
                copied.order[sizes[bucket] as usize] = h as u32;
                sizes[bucket] += 1;
            }
        }
    }
}

/// Populations times founders.
const BUCKETS: usize = POPULATIONS.len() * FOUNDERS;

/// What all haplotypes copy in one block. Haplotype `2 s` is the first of sample `s`.
#[derive(Default)]
pub(super) struct Copied {
    /// By haplotype.
    pub(super) founder: Vec<u8>,
    /// Haplotypes by population, then founder.
    order: Vec<u32>,
    /// Where each population's and founder's haplotypes start in `order`.
    starts: Vec<u32>,
}

impl Copied {
    /// The haplotypes of a population that copy the same founder as the one at place `at` of it.
    pub(super) fn relatives(&self, population: usize, at: u32) -> &[u32] {
        let first = population * FOUNDERS;
        let starts = &self.starts[first..=first + FOUNDERS];
        let place = starts[0] + at;
        let bucket = starts.partition_point(|&s| s <= place).clamp(1, FOUNDERS);
        &self.order[starts[bucket - 1] as usize..starts[bucket] as usize]
    }

    /// All haplotypes of a population.
    pub(super) fn of_population(&self, population: usize) -> &[u32] {
        let first = population * FOUNDERS;
        let (from, to) = (self.starts[first], self.starts[first + FOUNDERS]);
        &self.order[from as usize..to as usize]
    }
}

/// A table in which founder `f` stands about in proportion to `weights[f]`.
fn table(weights: &[f64]) -> [u8; TABLE] {
    let sum: f64 = weights.iter().sum();
    let mut table = [0; TABLE];
    let (mut at, mut cumulated) = (0, 0.0);
    for (founder, weight) in weights.iter().enumerate() {
        cumulated += weight;
        let to = ((cumulated / sum * TABLE as f64).round() as usize).min(TABLE);
        table[at..to].fill(founder as u8);
        at = to;
    }
    table[at..].fill(FOUNDERS as u8 - 1);
    table
}
