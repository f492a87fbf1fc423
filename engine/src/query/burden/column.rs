//! A genotype as tests see it: people by their value, everybody else at a base value.

use crate::association::FixedVectors;

use super::calls::Calls;
use super::collapse::Collapsed;
use super::covariance::MISSING;

/// Values of people, by value. Others have `base`; a person's is `base + sign * value`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Column {
    /// A value and who has it, ascending; no one is in two of them.
    pub(super) classes: Vec<(f64, Vec<u32>)>,
    /// 0, or 2 where the other allele is counted.
    pub(super) base: f64,
    /// 1, or -1 where the other allele is counted.
    pub(super) sign: f64,
}

/// Sums of vectors over the people of each class of a column.
#[derive(Clone, Debug, Default)]
pub(super) struct ClassSums {
    sums: Vec<i64>,
    vectors: usize,
}

impl ClassSums {
    /// By class, those of all vectors.
    pub(super) const fn new(sums: Vec<i64>, vectors: usize) -> Self {
        Self { sums, vectors }
    }
}

impl Column {
    /// How a value is told in sums over pairs: 1 and 2 are copies, else it is [`MISSING`].
    pub(super) fn code(value: f64) -> u64 {
        match value {
            1.0 => 1,
            2.0 => 2,
            _ => MISSING,
        }
    }

    /// A variant; people without a call have the mean `2 * frequency`. Where `flip`, reference
    /// alleles are counted.
    pub(super) fn of_variant(calls: Calls, frequency: f64, flip: bool) -> Self {
        let classes = [
            (1.0, calls.het),
            (2.0, calls.hom),
            (2.0 * frequency, calls.missing),
        ];
        Self::new(classes.into_iter().collect(), flip)
    }

    /// Collapsed variants; people without a call have the mean. Where `flip`, reference alleles
    /// are counted.
    pub(super) fn of_collapsed(collapsed: &Collapsed, mean: f64, flip: bool) -> Self {
        let copies = collapsed.classes.iter();
        let mut classes: Vec<(f64, Vec<u32>)> = copies
            .map(|(copies, s)| (f64::from(*copies), s.clone()))
            .collect();
        classes.push((mean, collapsed.missing.clone()));
        Self::new(classes, flip)
    }

    fn new(mut classes: Vec<(f64, Vec<u32>)>, flip: bool) -> Self {
        classes.retain(|c| !c.1.is_empty());
        Self {
            classes,
            base: if flip { 2.0 } else { 0.0 },
            sign: if flip { -1.0 } else { 1.0 },
        }
    }

    /// Sums of all vectors over each class.
    pub(super) fn sums(&self, vectors: &FixedVectors) -> ClassSums {
        let mut sums = vec![0; self.classes.len() * vectors.len()];
        if !vectors.is_empty() {
            for ((_, samples), sums) in self.classes.iter().zip(sums.chunks_mut(vectors.len())) {
                vectors.add(samples, sums);
            }
        }
        ClassSums::new(sums, vectors.len())
    }

    /// `sum over people of vector * value`.
    pub(super) fn product(&self, sums: &ClassSums, vectors: &FixedVectors, v: usize) -> f64 {
        let inner = self.over_classes(sums, vectors, v, |value| value);
        self.base.mul_add(vectors.total(v), self.sign * inner)
    }

    /// `sum over people of vector * value^2`.
    pub(super) fn square(&self, sums: &ClassSums, vectors: &FixedVectors, v: usize) -> f64 {
        let (base, sign) = (self.base, self.sign);
        // (b + s x)^2 - b^2, of those who have a value.
        let more = |x: f64| (2.0 * base * sign).mul_add(x, x * x);
        let inner = self.over_classes(sums, vectors, v, more);
        (base * base).mul_add(vectors.total(v), inner)
    }

    /// The same of everybody, with weight one: the sum of values and of squares among `people`.
    pub(super) fn moments(&self, people: u64) -> (f64, f64) {
        let (mut first, mut second) = (
            self.base * people as f64,
            self.base * self.base * people as f64,
        );
        for (value, samples) in &self.classes {
            let n = samples.len() as f64;
            first += n * self.sign * value;
            second += n * (2.0 * self.base * self.sign).mul_add(*value, value * value);
        }
        (first, second)
    }

    fn over_classes(
        &self,
        sums: &ClassSums,
        vectors: &FixedVectors,
        v: usize,
        of: impl Fn(f64) -> f64,
    ) -> f64 {
        let mut total = 0.0;
        for (class, (value, _)) in self.classes.iter().enumerate() {
            let sum = sums
                .sums
                .get(class * sums.vectors + v)
                .copied()
                .unwrap_or(0);
            total += of(*value) * (sum as f64 * vectors.unit(v));
        }
        total
    }

    /// Whether at most half of the people have a value other than zero.
    pub(super) fn is_sparse(&self, people: u64) -> bool {
        let classed = |zero: bool| -> u64 {
            let of = |c: &&(f64, Vec<u32>)| (self.sign.mul_add(c.0, self.base) == 0.0) == zero;
            self.classes
                .iter()
                .filter(of)
                .map(|c| c.1.len() as u64)
                .sum()
        };
        let not_zero = if self.base == 0.0 {
            classed(false)
        } else {
            people - classed(true)
        };
        2 * not_zero <= people
    }

    /// People whose value is not zero, ascending.
    pub(super) fn carriers(&self, included: &[bool]) -> Vec<u32> {
        if self.base != 0.0 {
            let values = self.values(included);
            let carried = |(s, v): (usize, &f64)| (*v != 0.0).then_some(s as u32);
            return values.iter().enumerate().filter_map(carried).collect();
        }
        let mut all: Vec<u32> = Vec::new();
        for (_, samples) in self.classes.iter().filter(|c| c.0 != 0.0) {
            all.extend_from_slice(samples);
        }
        all.sort_unstable();
        all
    }

    /// The value of each sample; 0 for those who are not analysed.
    pub(super) fn values(&self, included: &[bool]) -> Vec<f64> {
        let mut out: Vec<f64> = (included.iter())
            .map(|i| if *i { self.base } else { 0.0 })
            .collect();
        for (value, samples) in &self.classes {
            for &s in samples {
                if let Some(out) = out.get_mut(s as usize) {
                    *out = self.sign.mul_add(*value, self.base);
                }
            }
        }
        out
    }
}
