//! Comparing a measured trait between two groups: the rank-sum test, exact where groups are
//! small, and the difference of means with its interval.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// Groups smaller than this, both, and without ties get the exact rank-sum test, as in R.
const EXACT: usize = 50;

/// What is said of a trait in two groups.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoSamples {
    /// Means of the groups.
    pub means: (f64, f64),
    /// Difference of the means, in standard deviations of both groups together (Cohen's d);
    /// `None` where nothing varies.
    pub effect: Option<f64>,
    /// The interval of the difference of the means that holds it with probability 0.95
    /// (Welch 1947), in the trait's units; `None` for groups of fewer than two.
    pub interval: Option<(f64, f64)>,
    /// Two-sided p-value of the rank-sum test (Wilcoxon 1945; Mann and Whitney 1947): exact
    /// for small groups without ties, else by the normal approximation with corrections for
    /// ties and continuity, as R's `wilcox.test` has it; `None` for an empty group.
    pub p: Option<f64>,
}

/// Compares two groups. Values that are not numbers are left out.
#[must_use]
pub fn compare_two_samples(first: &[f64], second: &[f64]) -> TwoSamples {
    let finite = |v: &[f64]| -> Vec<f64> { v.iter().copied().filter(|v| v.is_finite()).collect() };
    let (a, b) = (finite(first), finite(second));
    let (ma, va) = moments(&a);
    let (mb, vb) = moments(&b);
    let (n, m) = (a.len() as f64, b.len() as f64);
    let pooled = ((n - 1.0).max(0.0) * va + (m - 1.0).max(0.0) * vb) / (n + m - 2.0).max(1.0);
    let some = !a.is_empty() && !b.is_empty();
    TwoSamples {
        means: (ma, mb),
        effect: (some && pooled > 0.0).then(|| (ma - mb) / pooled.sqrt()),
        interval: welch((ma, va, n), (mb, vb, m)),
        p: some.then(|| rank_sum(&a, &b)),
    }
}

/// Mean and variance; the variance of fewer than two is 0, the mean of none is not a number.
fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    (mean, if n > 1.0 { squares / (n - 1.0) } else { 0.0 })
}

fn welch((ma, va, n): (f64, f64, f64), (mb, vb, m): (f64, f64, f64)) -> Option<(f64, f64)> {
    if n < 2.0 || m < 2.0 {
        return None;
    }
    let (sa, sb) = (va / n, vb / m);
    let error = sa + sb;
    if error <= 0.0 {
        return Some((ma - mb, ma - mb));
    }
    let freedom = error.powi(2) / (sa.powi(2) / (n - 1.0) + sb.powi(2) / (m - 1.0));
    let t = StudentsT::new(0.0, 1.0, freedom).ok()?.inverse_cdf(0.975);
    let half = t * error.sqrt();
    Some((ma - mb - half, ma - mb + half))
}

fn rank_sum(a: &[f64], b: &[f64]) -> f64 {
    let mut all: Vec<(f64, bool)> = a.iter().map(|v| (*v, true)).collect();
    all.extend(b.iter().map(|v| (*v, false)));
    all.sort_by(|x, y| x.0.total_cmp(&y.0));
    let (mut before, mut ranks, mut ties) = (0.0, 0.0, 0.0);
    for equal in all.chunk_by(|x, y| x.0 == y.0) {
        let size = equal.len() as f64;
        ranks += equal.iter().filter(|v| v.1).count() as f64 * (before + (size + 1.0) / 2.0);
        ties += size.powi(3) - size;
        before += size;
    }
    let (n, m) = (a.len() as f64, b.len() as f64);
    let u = ranks - n * (n + 1.0) / 2.0;
    if ties == 0.0 && a.len() < EXACT && b.len() < EXACT {
        return exact(a.len(), b.len(), u.round() as usize);
    }
    let total = n + m;
    let variance = n * m / 12.0 * (total + 1.0 - ties / (total * (total - 1.0)));
    if variance <= 0.0 {
        return 1.0;
    }
    let z = ((u - n * m / 2.0).abs() - 0.5) / variance.sqrt();
    (2.0 * Normal::standard().sf(z)).min(1.0)
}

/// Two-sided exact p-value of Mann and Whitney's U, by counting the orders that give each U.
fn exact(n: usize, m: usize, u: usize) -> f64 {
    let most = n * m;
    // ways[k]: how many subsets give U = k; the numbers stay within `f64` as parts of one.
    let mut ways = vec![0.0f64; most + 1];
    ways[0] = 1.0;
    // The generating function: the product over i of (1 - q^(m+i)) / (1 - q^i).
    for i in 1..=n {
        for k in (m + i..=most).rev() {
            ways[k] -= ways[k - m - i];
        }
        for k in i..=most {
            ways[k] += ways[k - i];
        }
    }
    let all: f64 = ways.iter().sum();
    let low = u.min(most).min(most - u.min(most));
    let tail: f64 = ways[..=low].iter().sum();
    (2.0 * tail / all).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-9 * b.abs().max(1e-300)
    }

    /// Each: groups, p of `wilcox.test`-like definitions, interval of Welch's test, by SciPy
    /// (`mannwhitneyu(method=...)`, `ttest_ind(equal_var=False).confidence_interval()`).
    #[test]
    fn p_and_interval_are_those_of_another_program() {
        for line in include_str!("tests/two_samples.tsv").lines().skip(1) {
            let fields: Vec<&str> = line.split('\t').collect();
            let numbers =
                |t: &str| -> Vec<f64> { t.split(',').map(|v| v.parse().unwrap()).collect() };
            let (a, b) = (numbers(fields[0]), numbers(fields[1]));
            let found = compare_two_samples(&a, &b);
            let expected: Vec<f64> = fields[2..].iter().map(|v| v.parse().unwrap()).collect();
            let interval = found.interval.unwrap();
            assert!(close(found.p.unwrap(), expected[0]), "{line}: {found:?}");
            assert!(
                close(interval.0, expected[1]) && close(interval.1, expected[2]),
                "{line}: {found:?}"
            );
        }
    }

    #[test]
    fn small_and_odd_groups_have_defined_answers() {
        let none = compare_two_samples(&[], &[1.0]);
        assert_eq!((none.p, none.effect, none.interval), (None, None, None));
        let flat = compare_two_samples(&[1.0; 3], &[1.0; 4]);
        assert_eq!((flat.p, flat.effect), (Some(1.0), None));
        let one = compare_two_samples(&[9.0], &[1.0, 2.0, f64::NAN]);
        assert_eq!(one.interval, None);
        assert!(close(one.p.unwrap(), 2.0 / 3.0));
    }
}
