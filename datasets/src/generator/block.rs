//! The calls of a block's records.

use genodex_engine::genotype::{CallPlanes, Plane};

use super::founders::{Branch, Copied};
use super::people::{POPULATIONS, People};
use super::site::Record;
use super::spectrum::Class;
use super::stream::Stream;

/// Haplotypes in a hundred thousand on which a common variant differs from its genealogy.
const EXCEPTIONS: u64 = 20;
/// Tries for each carrier before a variant makes do with fewer.
const TRIES: u64 = 20;

/// The calls at one split row, and their tally.
pub(super) struct RowCalls {
    /// First haplotypes with ALT, missing calls included.
    first: Plane,
    /// Second haplotypes with ALT.
    second: Plane,
    /// Samples whose call is missing: the same for all rows of a record.
    missing: Plane,
    /// The calls as an importer would give them.
    pub(super) calls: CallPlanes,
    /// Copies of ALT.
    pub(super) allele_count: u64,
    /// Called alleles.
    pub(super) allele_number: u64,
}

/// Memory for one record at a time, over the samples of a cohort.
pub(super) struct Maker {
    n_samples: usize,
    /// By ALT, two.
    rows: [RowCalls; 2],
}

impl RowCalls {
    fn new(n: usize) -> Self {
        let mut calls = CallPlanes::new(n);
        set_all(&mut calls.phased, n);
        Self {
            first: Plane::zeros(n),
            second: Plane::zeros(n),
            missing: Plane::zeros(n),
            calls,
            allele_count: 0,
            allele_number: 0,
        }
    }

    fn has(&self, haplotype: u32) -> bool {
        let s = (haplotype / 2) as usize;
        if haplotype & 1 == 0 {
            self.first.get(s)
        } else {
            self.second.get(s)
        }
    }

    fn flip(&mut self, haplotype: u32) {
        let side = if haplotype & 1 == 0 {
            &mut self.first
        } else {
            &mut self.second
        };
        let s = (haplotype / 2) as usize;
        side.words_mut()[s / 64] ^= 1 << (s % 64);
    }

    /// Who has ALT on the first, and on the second haplotype. Those of missing calls are not to
    /// be looked at.
    pub(super) const fn haplotypes(&self) -> [&Plane; 2] {
        [&self.first, &self.second]
    }

    /// Samples whose call is missing.
    pub(super) fn missing(&self) -> impl Iterator<Item = u32> + '_ {
        self.missing.iter()
    }

    /// Fills `calls` and the tally from the haplotypes.
    fn finish(&mut self, n_samples: usize) {
        let (mut copies, mut uncalled) = (0u64, 0u64);
        let words = self
            .first
            .words()
            .iter()
            .zip(self.second.words())
            .zip(self.missing.words());
        let lo = self.calls.lo.words_mut().iter_mut();
        let hi = self.calls.hi.words_mut().iter_mut();
        let flipped = self.calls.flipped.words_mut().iter_mut();
        for ((((&a, &b), &m), lo), (hi, flipped)) in words.zip(lo).zip(hi.zip(flipped)) {
            *lo = (a ^ b) | m;
            *hi = (a & b) | m;
            *flipped = a & !b & !m;
            copies += u64::from((a & !m).count_ones() + (b & !m).count_ones());
            uncalled += u64::from(m.count_ones());
        }
        self.allele_count = copies;
        self.allele_number = 2 * (n_samples as u64 - uncalled);
    }
}

impl Maker {
    pub(super) fn new(n_samples: usize) -> Self {
        Self {
            n_samples,
            rows: [RowCalls::new(n_samples), RowCalls::new(n_samples)],
        }
    }

    /// The calls of a record's rows, one for each ALT.
    pub(super) fn make(
        &mut self,
        record: &Record,
        people: &People,
        copied: &Copied,
        branches: &[Branch],
    ) -> &[RowCalls] {
        let mut stream = Stream::new(record.key);
        let n = self.n_samples as u64;
        let missing: Vec<u64> = (0..(record.missing * n as f64) as u64)
            .map(|_| stream.below(n))
            .collect();
        let n_rows = record.classes.len();
        for (i, &class) in record.classes.iter().enumerate() {
            let (before, rest) = self.rows.split_at_mut(i);
            let row = &mut rest[0];
            row.first.clear();
            row.second.clear();
            row.missing.clear();
            for &s in &missing {
                row.missing.set(s as usize);
            }
            match class {
                Class::Common => common(row, copied, branches, &mut stream),
                Class::Rare(count) => rare(row, before.first(), count, people, copied, &mut stream),
            }
        }
        for row in &mut self.rows[..n_rows] {
            row.finish(self.n_samples);
        }
        &self.rows[..n_rows]
    }
}

/// Sets every sample of a plane.
fn set_all(plane: &mut Plane, n: usize) {
    let words = plane.words_mut();
    words[..n / 64].fill(!0);
    if !n.is_multiple_of(64) {
        words[n / 64] = (1 << (n % 64)) - 1;
    }
}

/// The descendants of a branch, chosen by its length, and a few exceptions.
fn common(row: &mut RowCalls, copied: &Copied, branches: &[Branch], stream: &mut Stream) {
    let total: f64 = branches.iter().map(|b| b.length).sum();
    let mut left = stream.unit() * total;
    let mut founders = 1;
    for branch in branches {
        founders = branch.founders;
        left -= branch.length;
        if left < 0.0 {
            break;
        }
    }
    for (i, haplotypes) in copied.founder.chunks(128).enumerate() {
        let (mut first, mut second) = (0u64, 0u64);
        for (bit, pair) in haplotypes.as_chunks::<2>().0.iter().enumerate() {
            first |= (founders >> pair[0] & 1) << bit;
            second |= (founders >> pair[1] & 1) << bit;
        }
        row.first.words_mut()[i] = first;
        row.second.words_mut()[i] = second;
    }
    let n = copied.founder.len() as u64;
    for _ in 0..stream.below(n * EXCEPTIONS / 50_000 + 1) {
        row.flip(stream.below(n) as u32);
    }
}

/// `count` haplotypes of one population on one founder's background; where these are too few,
/// of the population; where these are, of everyone. None that carries the other ALT.
fn rare(
    row: &mut RowCalls,
    other: Option<&RowCalls>,
    count: u64,
    people: &People,
    copied: &Copied,
    stream: &mut Stream,
) {
    let n = people.population.len() as u64;
    // An origin among the samples, so that populations count by their size, or their diversity.
    let mut origin = stream.below(n) as usize;
    for _ in 0..2 {
        let population = &POPULATIONS[usize::from(people.population[origin])];
        if population.diversity < 3 && stream.chance(0.35) {
            origin = stream.below(n) as usize;
        }
    }
    let population = usize::from(people.population[origin]);
    let everyone_there = copied.of_population(population);
    let at = stream.below(everyone_there.len() as u64) as u32;
    let relatives = copied.relatives(population, at);
    let mut left = count;
    for (pool, most) in [(relatives, 2), (everyone_there, 3)] {
        if left == 0 {
            return;
        }
        let take = left.min(pool.len() as u64 / most);
        left -= take
            - draw(
                take,
                pool.len() as u64,
                |i| pool[i as usize],
                row,
                other,
                stream,
            );
    }
    let _ = draw(left, 2 * n, |i| i as u32, row, other, stream);
}

/// Draws `take` new carriers; returns how many it did not find.
fn draw(
    take: u64,
    pool: u64,
    haplotype: impl Fn(u64) -> u32,
    row: &mut RowCalls,
    other: Option<&RowCalls>,
    stream: &mut Stream,
) -> u64 {
    let mut left = take;
    let mut tries = TRIES * take;
    while left > 0 && tries > 0 {
        tries -= 1;
        let h = haplotype(stream.below(pool));
        if !row.has(h) && !other.is_some_and(|o| o.has(h)) {
            row.flip(h);
            left -= 1;
        }
    }
    left
}
