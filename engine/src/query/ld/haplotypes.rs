//! Haplotypes of two variants whose phase is not known.

use crate::compute::SamplePlanes;

/// Steps of the search at most, and the change that ends it.
const STEPS: usize = 10_000;
const CHANGE: f64 = 1e-13;

/// People by the copies of the alternative allele at the first and at the second variant.
pub type GenotypeTable = [[u64; 3]; 3];

/// The table of two rows of planes by variant; people without a call at one are in no cell.
#[must_use]
pub fn genotype_table(planes: &SamplePlanes, i: usize, j: usize) -> GenotypeTable {
    let mut out = GenotypeTable::default();
    let people = planes.variants();
    let of = |variant: usize, word: usize, there: u64| {
        let [lo, hi] = planes.sample(variant).map(|plane| plane[word]);
        [there & !lo & !hi, lo & !hi, hi & !lo]
    };
    for word in 0..people.div_ceil(64) {
        let left = people - 64 * word;
        let there = if left < 64 { (1 << left) - 1 } else { u64::MAX };
        let (first, second) = (of(i, word, there), of(j, word, there));
        for (row, a) in out.iter_mut().zip(first) {
            for (cell, b) in row.iter_mut().zip(second) {
                *cell += u64::from((a & b).count_ones());
            }
        }
    }
    out
}

/// Haplotypes of two variants in Hardy-Weinberg proportions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Haplotypes {
    /// Frequencies of reference-reference, reference-alternative, alternative-reference and
    /// alternative-alternative.
    pub frequencies: [f64; 4],
    /// `D'`: linkage disequilibrium over the largest that the allele frequencies allow.
    pub d_prime: f64,
    /// The squared correlation of alleles on a haplotype.
    pub r2: f64,
}

impl Haplotypes {
    /// The most likely ones (Excoffier & Slatkin 1995, *Mol. Biol. Evol.* 12:921); `None` where
    /// nobody has a call at both variants, or one does not vary.
    #[must_use]
    pub fn of(table: &GenotypeTable) -> Option<Self> {
        let n = |i: usize, j: usize| table[i][j] as f64;
        let people: u64 = table.iter().flatten().sum();
        let all = 2.0 * people as f64;
        // Haplotypes that are known, and those of people who are heterozygous at both.
        let known = [
            2.0 * n(0, 0) + n(0, 1) + n(1, 0),
            2.0 * n(0, 2) + n(0, 1) + n(1, 2),
            2.0 * n(2, 0) + n(1, 0) + n(2, 1),
            2.0 * n(2, 2) + n(2, 1) + n(1, 2),
        ];
        let both = n(1, 1);
        let first = (known[2] + known[3] + both) / all;
        let second = (known[1] + known[3] + both) / all;
        if people == 0 || [first, second].iter().any(|p| *p <= 0.0 || *p >= 1.0) {
            return None;
        }
        let search = |mut coupled: f64| {
            let mut f = [0.0; 4];
            for _ in 0..STEPS {
                f = [
                    known[0] + both * coupled,
                    known[1] + both * (1.0 - coupled),
                    known[2] + both * (1.0 - coupled),
                    known[3] + both * coupled,
                ]
                .map(|count| count / all);
                let (with, against) = (f[0] * f[3], f[1] * f[2]);
                let next = if with + against > 0.0 {
                    with / (with + against)
                } else {
                    0.5
                };
                let change = (next - coupled).abs();
                coupled = next;
                if change < CHANGE {
                    break;
                }
            }
            f
        };
        let likelihood = |f: &[f64; 4]| {
            let ln = |count: f64, p: f64| if count > 0.0 { count * p.ln() } else { 0.0 };
            let single: f64 = known.iter().zip(f).map(|(k, f)| ln(*k, *f)).sum();
            single + ln(both, f[0] * f[3] + f[1] * f[2])
        };
        // There may be more than one maximum.
        let found = [0.5, 0.001, 0.999].map(search);
        let best = found
            .into_iter()
            .max_by(|a, b| likelihood(a).total_cmp(&likelihood(b)))?;
        let d = best[3] - first * second;
        let most = if d < 0.0 {
            (first * second).min((1.0 - first) * (1.0 - second))
        } else {
            (first * (1.0 - second)).min((1.0 - first) * second)
        };
        Some(Self {
            frequencies: best,
            d_prime: d / most,
            r2: d * d / (first * (1.0 - first) * second * (1.0 - second)),
        })
    }
}
