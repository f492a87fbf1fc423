//! The covariance of the scores of a set's genotypes: sums over the people who carry two of them,
//! which are whole numbers, less what covariates explain. Memory is that of pairs that somebody
//! carries both of, until a matrix of some of the genotypes is asked for.

use super::column::Column;
use super::device;
use crate::association::FixedVectors;
use crate::compute::{Compute, ComputeError, SetCalls};

/// A person's value at a column: twice its number of copies is its code, or it is missing.
pub(super) const MISSING: u64 = 3;

/// Sums over the people with values at both of two columns, ascending by [`key`].
pub(super) type Common = Vec<(u64, i64)>;

/// Of columns `j <= k`; `missing` is 1 at the first, 2 at the second, 3 at both.
pub(super) const fn key(j: u32, k: u32, missing: u64) -> u64 {
    (j as u64) << 33 | (k as u64) << 2 | missing
}

/// Who carries which columns.
pub(super) struct Carried<'p> {
    compute: &'p Compute,
    /// Entries `sample, column, code`, ascending; none where a GPU sums.
    entries: Vec<u64>,
    /// For a GPU.
    calls: Option<SetCalls>,
    /// The value of people without a call at a column.
    means: Vec<f64>,
    /// Base and sign of each column.
    affine: Vec<(f64, f64)>,
}

/// `sum over people of w g_j g_k - b_j'b_k` for columns j and k with products `b` with a basis.
#[derive(Clone, Debug, Default)]
pub(super) struct Covariance {
    /// Pairs (smaller first, or one twice) that some person has values at both of, ascending,
    /// with the sum over these people.
    pub(super) pairs: Vec<(u32, u32, f64)>,
    /// For each column its products with the basis.
    pub(super) basis: Vec<Vec<f64>>,
    /// Base and sign of each column.
    affine: Vec<(f64, f64)>,
    /// `sum w x_j` of each column, `x` its values less the base.
    inner: Vec<f64>,
    /// `sum w`.
    total: f64,
    variances: Vec<f64>,
}

impl<'p> Carried<'p> {
    /// Of columns whose values are 1, 2 or a mean.
    ///
    /// # Errors
    /// [`ComputeError`] for more columns or calls than a GPU takes.
    pub(super) fn new(
        compute: &'p Compute,
        columns: &[Column],
        samples: usize,
    ) -> Result<Self, ComputeError> {
        let mut means = vec![0.0; columns.len()];
        let mut entries = Vec::new();
        for (c, column) in columns.iter().enumerate() {
            for (value, samples) in &column.classes {
                let code = Column::code(*value);
                if code == MISSING {
                    means[c] = *value;
                }
                if !compute.on_gpu() {
                    let entry = |s: &u32| u64::from(*s) << 32 | (c as u64) << 2 | code;
                    entries.extend(samples.iter().map(entry));
                }
            }
        }
        entries.sort_unstable();
        let on_gpu = compute.on_gpu().then(|| device::calls_of(columns, samples));
        Ok(Self {
            compute,
            entries,
            calls: on_gpu.transpose()?,
            means,
            affine: columns.iter().map(|c| (c.base, c.sign)).collect(),
        })
    }

    /// The covariance under weights, one of `vectors`; without them everybody analysed counts
    /// once. `sums` are `sum w g_j` of each column, `total` is `sum w`, `basis` has the products
    /// of each column with the basis.
    pub(super) fn covariance(
        &self,
        weight: Option<(&FixedVectors, usize)>,
        (sums, total): (&[f64], f64),
        basis: Vec<Vec<f64>>,
    ) -> Result<Covariance, ComputeError> {
        let unit = weight.map_or(1.0, |(vectors, w)| vectors.unit(w));
        let found = match &self.calls {
            Some(calls) => device::common(self.compute, calls, weight)?,
            None => self.common(weight),
        };
        let mut pairs: Vec<(u32, u32, f64)> = Vec::new();
        for (key, sum) in found {
            let (j, k) = ((key >> 33) as u32, (key >> 2 & 0x7fff_ffff) as u32);
            let mean = |c: u32| self.means[c as usize];
            let factor = match key & 3 {
                0 => 1.0,
                1 => mean(j),
                2 => mean(k),
                _ => mean(j) * mean(k),
            };
            let value = factor * (sum as f64 * unit);
            match pairs.last_mut() {
                Some(last) if (last.0, last.1) == (j, k) => last.2 += value,
                _ => pairs.push((j, k, value)),
            }
        }
        Ok(Covariance::new((sums, total), &self.affine, pairs, basis))
    }

    pub(super) fn common(&self, weight: Option<(&FixedVectors, usize)>) -> Common {
        let mut found = Common::new();
        for person in self.entries.chunk_by(|a, b| a >> 32 == b >> 32) {
            let sample = (person[0] >> 32) as u32;
            let w = match weight {
                None => 1,
                Some((vectors, w)) => vectors.of_sample(sample).get(w).copied().unwrap_or(0),
            };
            if w == 0 {
                continue;
            }
            let split = |e: &u64| ((e >> 2 & 0x3fff_ffff) as u32, e & 3);
            let copies = |code: u64| if code == MISSING { 1 } else { code as i64 };
            for (i, a) in person.iter().enumerate() {
                let (j, code) = split(a);
                for b in &person[i..] {
                    let (k, other) = split(b);
                    let missing = u64::from(code == MISSING) | u64::from(other == MISSING) << 1;
                    let both = w.wrapping_mul(copies(code) * copies(other));
                    found.push((key(j, k, missing), both));
                }
            }
            // Sums take the place of their terms before these fill the memory.
            if found.len() > LARGE && found.len() > 2 * found.capacity() / 3 {
                merge(&mut found);
            }
        }
        merge(&mut found);
        found
    }
}

/// Terms from which on they are summed early.
const LARGE: usize = 1 << 22;

fn merge(found: &mut Common) {
    found.sort_unstable_by_key(|f| f.0);
    found.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 = kept.1.wrapping_add(next.1);
        }
        same
    });
}

impl Covariance {
    fn new(
        (sums, total): (&[f64], f64),
        affine: &[(f64, f64)],
        pairs: Vec<(u32, u32, f64)>,
        basis: Vec<Vec<f64>>,
    ) -> Self {
        let inner = (sums.iter().zip(affine))
            .map(|(sum, (base, sign))| (sum - base * total) * sign)
            .collect();
        let mut out = Self {
            pairs,
            basis,
            affine: affine.to_vec(),
            inner,
            total,
            variances: vec![0.0; affine.len()],
        };
        for c in 0..out.variances.len() {
            out.variances[c] = out.apart(c, c);
        }
        for &(j, k, value) in &out.pairs {
            if j == k {
                let sign = out.affine[j as usize].1;
                out.variances[j as usize] += sign * sign * value;
            }
        }
        out
    }

    /// The variance of each column's score.
    pub(super) fn variances(&self) -> &[f64] {
        &self.variances
    }

    /// What is not the sum over people with values at both columns.
    fn apart(&self, j: usize, k: usize) -> f64 {
        let along = self.basis[j].iter().zip(&self.basis[k]);
        let along: f64 = along.map(|(a, b)| a * b).sum();
        let ((base_j, sign_j), (base_k, sign_k)) = (self.affine[j], self.affine[k]);
        if base_j == 0.0 && base_k == 0.0 {
            return -along;
        }
        // (b + s x)(b' + s' x') without s s' x x'.
        base_j * base_k * self.total
            + base_j * sign_k * self.inner[k]
            + base_k * sign_j * self.inner[j]
            - along
    }

    /// The covariance of the scores of `columns` (ascending), each times its factor, in rows.
    pub(super) fn of(&self, columns: &[usize], factors: &[f64]) -> Vec<f64> {
        let m = columns.len();
        let mut out = vec![0.0; m * m];
        for (a, &j) in columns.iter().enumerate() {
            for (b, &k) in columns.iter().enumerate().skip(a) {
                out[a * m + b] = self.apart(j, k);
            }
        }
        let place = |c: u32| columns.binary_search(&(c as usize)).ok();
        for of_row in self.pairs.chunk_by(|a, b| a.0 == b.0) {
            let Some(a) = of_row.first().and_then(|p| place(p.0)) else {
                continue;
            };
            for &(j, k, value) in of_row {
                if let Some(b) = place(k) {
                    let signs = self.affine[j as usize].1 * self.affine[k as usize].1;
                    out[a * m + b] += signs * value;
                }
            }
        }
        for a in 0..m {
            for b in a..m {
                let value = factors[a] * factors[b] * out[a * m + b];
                out[a * m + b] = value;
                out[b * m + a] = value;
            }
        }
        out
    }
}
