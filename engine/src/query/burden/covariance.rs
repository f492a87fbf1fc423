//! Products of all pairs of a set's genotypes, weighted: whole numbers, summed over the people
//! who carry both.

use crate::association::FixedVectors;

use super::column::Column;

/// A person's value at a column: twice its number of copies is its code, or it is missing.
const MISSING: u64 = 3;

/// Who carries which columns: entries `sample, column, code`, ascending.
pub(super) struct Carried {
    entries: Vec<u64>,
    columns: usize,
    any_missing: bool,
    /// The value of people without a call at a column.
    means: Vec<f64>,
    /// Base and sign of each column.
    affine: Vec<(f64, f64)>,
}

impl Carried {
    /// Of columns whose values are 1, 2 or a mean.
    pub(super) fn new(columns: &[Column]) -> Self {
        let mut entries = Vec::new();
        let mut means = vec![0.0; columns.len()];
        let mut any_missing = false;
        for (c, column) in columns.iter().enumerate() {
            for (value, samples) in &column.classes {
                let code = if *value == 1.0 {
                    1
                } else if *value == 2.0 {
                    2
                } else {
                    means[c] = *value;
                    any_missing = true;
                    MISSING
                };
                entries.extend(
                    samples
                        .iter()
                        .map(|&s| u64::from(s) << 32 | (c as u64) << 2 | code),
                );
            }
        }
        entries.sort_unstable();
        Self {
            entries,
            columns: columns.len(),
            any_missing,
            means,
            affine: columns.iter().map(|c| (c.base, c.sign)).collect(),
        }
    }

    /// `sum over people of w g_j g_k` for all j, k, in rows. `weight` is one of `vectors`; without
    /// it everybody analysed counts once. `sums` are `sum w g_j` of each column, `total` is `sum w`.
    pub(super) fn products(
        &self,
        weight: Option<(&FixedVectors, usize)>,
        sums: &[f64],
        total: f64,
    ) -> Vec<f64> {
        let m = self.columns;
        let mut whole = vec![0i64; m * m];
        // Missing at j times copies at k, and missing at both.
        let mut mixed = vec![0i64; if self.any_missing { m * m } else { 0 }];
        let mut both = mixed.clone();
        let unit = weight.map_or(1.0, |(vectors, w)| vectors.unit(w));
        for person in self.entries.chunk_by(|a, b| a >> 32 == b >> 32) {
            let sample = (person[0] >> 32) as u32;
            let w = match weight {
                None => 1,
                Some((vectors, w)) => vectors.of_sample(sample).get(w).copied().unwrap_or(0),
            };
            if w == 0 {
                continue;
            }
            for (i, a) in person.iter().enumerate() {
                let (j, code) = ((a >> 2 & 0x3fff_ffff) as usize, (a & 3) as i64);
                for b in &person[i..] {
                    let (k, other) = ((b >> 2 & 0x3fff_ffff) as usize, (b & 3) as i64);
                    let missing = MISSING as i64;
                    if code != missing && other != missing {
                        whole[j * m + k] = whole[j * m + k].wrapping_add(w * code * other);
                    } else if code == missing && other == missing {
                        both[j * m + k] = both[j * m + k].wrapping_add(w);
                    } else if code == missing {
                        mixed[j * m + k] = mixed[j * m + k].wrapping_add(w * other);
                    } else {
                        mixed[k * m + j] = mixed[k * m + j].wrapping_add(w * code);
                    }
                }
            }
        }
        let mut out = vec![0.0; m * m];
        for j in 0..m {
            for k in j..m {
                let mut value = whole[j * m + k] as f64;
                if self.any_missing {
                    value += self.means[j] * mixed[j * m + k] as f64;
                    if j != k {
                        value += self.means[k] * mixed[k * m + j] as f64;
                    }
                    value += self.means[j] * self.means[k] * both[j * m + k] as f64;
                }
                value *= unit;
                let ((base_j, sign_j), (base_k, sign_k)) = (self.affine[j], self.affine[k]);
                if base_j != 0.0 || base_k != 0.0 {
                    // (b + s x)(b' + s' x') by the sums of w g = b w + s w x.
                    let (x_j, x_k) = (
                        (sums[j] - base_j * total) * sign_j,
                        (sums[k] - base_k * total) * sign_k,
                    );
                    value = sign_j * sign_k * value
                        + base_j * base_k * total
                        + base_j * sign_k * x_k
                        + base_k * sign_j * x_j;
                }
                out[j * m + k] = value;
                out[k * m + j] = value;
            }
        }
        out
    }
}
