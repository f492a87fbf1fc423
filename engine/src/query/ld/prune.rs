//! Variants of which no two in a window are correlated.

use super::pair::{Joint, joint};
use crate::compute::{SamplePlanes, four_with};

/// Numbers that differ by no more than this share are the same, as in plink2.
const EPSILON: f64 = 1.0 / (1u64 << 44) as f64;

/// Which variants are compared with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// So many variants that follow each other; the window moves by so many.
    Variants(usize, usize),
    /// All within so many bases of the first; the window moves by one variant.
    Bases(u64),
}

/// How variants are thinned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PruneOptions {
    /// Windows.
    pub window: Window,
    /// The squared correlation of genotypes above which one of two goes.
    pub r2: f64,
}

/// Which variants of one contig stay: for each, whether. `planes` are by variant, of founders;
/// `positions` ascend.
///
/// The greedy order is plink2's (`--indep-pairwise`): in each window, each variant that is left is
/// compared with those after it until a pair is correlated; of that pair goes the one with the
/// lower minor allele frequency, and the later one where they are equal; again until nothing goes.
/// Variants that do not vary go at once, but for those without another in their window.
#[must_use]
pub fn prune(planes: &SamplePlanes, positions: &[u64], options: &PruneOptions) -> Vec<bool> {
    let n = positions.len();
    let mut run = Run {
        planes,
        r2: options.r2 * (1.0 + EPSILON),
        major: (0..n).map(|v| major_frequency(planes, v)).collect(),
        kept: Vec::new(),
        unchecked: (1..=n).collect(),
        alone: (0..n).map(|v| joint(planes, v, v)).collect(),
    };
    let varies = run.alone.iter().map(|a| a.moments().1[0] > 0);
    run.kept = (varies.enumerate())
        .map(|(v, varies)| varies || is_alone(positions, v, options.window))
        .collect();
    let (mut start, mut end) = (0, 0);
    while start < n && end < n {
        let until = match options.window {
            Window::Variants(size, _) => (start + size.max(1)).min(n),
            Window::Bases(size) => {
                let last = positions[start].saturating_add(size);
                start + positions[start..].partition_point(|p| *p <= last)
            }
        };
        if until > end {
            end = until;
            run.window(start, end);
        }
        start += match options.window {
            Window::Variants(_, step) => step.max(1),
            Window::Bases(_) => 1,
        };
    }
    run.kept
}

/// Whether no window has another variant beside this one.
fn is_alone(positions: &[u64], variant: usize, window: Window) -> bool {
    let Window::Bases(size) = window else {
        return positions.len() == 1;
    };
    let far = |a: usize, b: usize| positions[b] - positions[a] > size;
    (variant == 0 || far(variant - 1, variant))
        && (variant + 1 == positions.len() || far(variant, variant + 1))
}

/// The frequency of the more frequent allele among those with a call.
fn major_frequency(planes: &SamplePlanes, variant: usize) -> f64 {
    let [_, hi] = planes.sample(variant);
    let missing = planes.missing(variant);
    let high: u32 = hi.iter().map(|w| w.count_ones()).sum();
    let called = 2 * (planes.variants() as u32 - missing);
    let copies = planes.hets(variant) + 2 * (high - missing);
    let frequency = f64::from(copies) / f64::from(called.max(1));
    frequency.max(1.0 - frequency)
}

struct Run<'p> {
    planes: &'p SamplePlanes,
    r2: f64,
    major: Vec<f64>,
    kept: Vec<bool>,
    /// By variant, the first of those after it that it was not compared with.
    unchecked: Vec<usize>,
    /// By variant, with itself.
    alone: Vec<Joint>,
}

impl Run<'_> {
    fn window(&mut self, start: usize, end: usize) {
        loop {
            let mut gone = false;
            for first in start..end {
                if self.kept[first] {
                    gone |= self.compare(first, end);
                }
            }
            if !gone {
                return;
            }
        }
    }

    /// Compares a variant with those after it; whether one went.
    fn compare(&mut self, first: usize, end: usize) -> bool {
        let mut next = self.unchecked[first].max(first + 1);
        loop {
            // Some are compared at a time.
            let mut some = [first; 4];
            let mut count = 0;
            let mut at = next;
            while at < end && count < some.len() {
                if self.kept[at] {
                    some[count] = at;
                    count += 1;
                }
                at += 1;
            }
            if count == 0 {
                self.unchecked[first] = end;
                return false;
            }
            let correlated = self.correlated(first, &some);
            for (second, correlated) in some.into_iter().zip(correlated).take(count) {
                if !correlated {
                    continue;
                }
                if self.major[first] > self.major[second] * (1.0 + EPSILON) {
                    self.kept[first] = false;
                } else {
                    self.kept[second] = false;
                    self.unchecked[first] = second + 1;
                }
                return true;
            }
            next = at;
        }
    }

    fn correlated(&self, first: usize, others: &[usize; 4]) -> [bool; 4] {
        let planes = self.planes;
        let complete = planes.missing(first) == 0 && others.iter().all(|o| planes.missing(*o) == 0);
        let of_pair: [Joint; 4] = if complete {
            let alone = &self.alone;
            let counts = four_with(planes, *others, first);
            std::array::from_fn(|i| {
                let [het_het, opposite] = counts[i].map(i64::from);
                let (a, b) = (&alone[first], &alone[others[i]]);
                // Homozygous in both, less those that differ, twice.
                let hom_hom = a.squares[0] + b.squares[0] - a.people + het_het;
                Joint {
                    people: a.people,
                    sums: [a.sums[0], b.sums[0]],
                    squares: [a.squares[0], b.squares[0]],
                    products: hom_hom - 2 * opposite,
                }
            })
        } else {
            others.map(|other| joint(planes, first, other))
        };
        of_pair.map(|of_pair| {
            let (covariance, [a, b]) = of_pair.moments();
            let covariance = covariance as f64;
            covariance * covariance > self.r2 * (a as f64) * b as f64
        })
    }
}
