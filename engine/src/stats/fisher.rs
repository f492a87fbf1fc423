//! Fisher's exact test of a two-by-two table, with the odds ratio and its interval.
//!
//! Given the margins, the number in the first cell has Fisher's noncentral hypergeometric
//! distribution with the odds ratio as its parameter (Fisher 1935; Cornfield 1956). The p-value
//! is the probability, at an odds ratio of 1, of all tables at most as likely as the one seen;
//! the estimate is the conditional maximum likelihood; the interval inverts the two one-sided
//! tests. These are the definitions of R's `fisher.test`.

/// Tables within this factor of the one seen are as likely as it, as R has it.
const TIE: f64 = 1.0 + 1e-7;

/// Halvings of the interval in which an odds ratio is looked for: beyond the digits of an `f64`.
const HALVINGS: usize = 200;

/// Odds ratios beyond this, in natural logarithms, are as good as infinite.
const FAR: f64 = 500.0;

/// A two-by-two table: exposed and not, each with and without the outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TwoByTwo {
    /// Exposed, with the outcome.
    pub a: u64,
    /// Exposed, without it.
    pub b: u64,
    /// Not exposed, with the outcome.
    pub c: u64,
    /// Not exposed, without it.
    pub d: u64,
}

/// What Fisher's test says of a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FisherTest {
    /// Two-sided p-value.
    pub p: f64,
    /// Conditional maximum-likelihood estimate of the odds ratio; 0 or infinite where a cell
    /// is as small or as large as the margins allow; `None` where they allow one table only.
    pub odds_ratio: Option<f64>,
    /// The interval that holds the odds ratio with probability 0.95.
    pub interval: (f64, f64),
}

/// Tests a table.
#[must_use]
pub fn fisher_exact(table: TwoByTwo) -> FisherTest {
    let cells = Cells::new(table);
    if cells.logs.len() < 2 {
        return FisherTest {
            p: 1.0,
            odds_ratio: None,
            interval: (0.0, f64::INFINITY),
        };
    }
    let weights = cells.weights(0.0);
    let all: f64 = weights.iter().sum();
    let seen = weights[cells.seen] * TIE;
    let tail: f64 = weights.iter().filter(|w| **w <= seen).sum();
    let last = cells.logs.len() - 1;
    let odds_ratio = match cells.seen {
        0 => 0.0,
        s if s == last => f64::INFINITY,
        s => find(|t| cells.mean(t) - s as f64).exp(),
    };
    let lower = match cells.seen {
        0 => 0.0,
        s => find(|t| cells.part(t, |i| i >= s) - 0.025).exp(),
    };
    let upper = match cells.seen {
        s if s == last => f64::INFINITY,
        s => find(|t| 0.025 - cells.part(t, |i| i <= s)).exp(),
    };
    FisherTest {
        p: (tail / all).min(1.0),
        odds_ratio: Some(odds_ratio),
        interval: (lower, upper),
    }
}

/// All tables with the margins of one, by their first cell.
struct Cells {
    /// Logarithm of the number of ways to each, less the largest.
    logs: Vec<f64>,
    /// Which of them was seen.
    seen: usize,
}

impl Cells {
    fn new(t: TwoByTwo) -> Self {
        let (row, other, column) = (t.a + t.b, t.c + t.d, t.a + t.c);
        let low = column.saturating_sub(other);
        let high = row.min(column);
        // From one table to the next by a ratio: no factorials of large numbers are needed.
        let mut logs = vec![0.0];
        let mut log = 0.0f64;
        for x in low..high {
            let up = (row - x) as f64 * (column - x) as f64;
            let down = (x + 1) as f64 * (other + x + 1 - column) as f64;
            log += (up / down).ln();
            logs.push(log);
        }
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        logs.iter_mut().for_each(|l| *l -= most);
        Self {
            logs,
            seen: (t.a - low) as usize,
        }
    }

    /// The probabilities, up to a factor, at the odds ratio `exp(t)`.
    fn weights(&self, t: f64) -> Vec<f64> {
        let log = |(i, l): (usize, &f64)| l + t * i as f64;
        let logs: Vec<f64> = self.logs.iter().enumerate().map(log).collect();
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        logs.into_iter().map(|l| (l - most).exp()).collect()
    }

    fn mean(&self, t: f64) -> f64 {
        let weights = self.weights(t);
        let all: f64 = weights.iter().sum();
        let sum: f64 = weights.iter().enumerate().map(|(i, w)| i as f64 * w).sum();
        sum / all
    }

    fn part(&self, t: f64, of: impl Fn(usize) -> bool) -> f64 {
        let weights = self.weights(t);
        let all: f64 = weights.iter().sum();
        let some = weights.iter().enumerate().filter(|(i, _)| of(*i));
        some.map(|(_, w)| w).sum::<f64>() / all
    }
}

/// Where a rising function passes zero.
fn find(f: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (-1.0, 1.0);
    while f(low) > 0.0 && low > -FAR {
        low *= 2.0;
    }
    while f(high) < 0.0 && high < FAR {
        high *= 2.0;
    }
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if f(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        a == b || (a - b).abs() <= 1e-7 * b.abs()
    }

    /// By SciPy: `fisher_exact`, `contingency.odds_ratio(kind="conditional")`.
    #[test]
    fn p_estimate_and_interval_are_those_of_another_program() {
        for line in include_str!("tests/fisher.tsv").lines().skip(1) {
            let fields: Vec<&str> = line.split('\t').collect();
            let n: Vec<u64> = fields[..4].iter().map(|v| v.parse().unwrap()).collect();
            let e: Vec<f64> = fields[4..].iter().map(|v| v.parse().unwrap()).collect();
            let [a, b, c, d] = n[..] else { unreachable!() };
            let found = fisher_exact(TwoByTwo { a, b, c, d });
            assert!(close(found.p, e[0]), "{line}: {found:?}");
            assert!(close(found.odds_ratio.unwrap(), e[1]), "{line}: {found:?}");
            let (low, high) = found.interval;
            assert!(close(low, e[2]) && close(high, e[3]), "{line}: {found:?}");
        }
    }

    #[test]
    fn a_table_without_a_choice_has_no_odds_ratio() {
        let found = fisher_exact(TwoByTwo {
            a: 0,
            b: 5,
            c: 0,
            d: 7,
        });
        assert_eq!((found.p, found.odds_ratio), (1.0, None));
        assert_eq!(
            fisher_exact(TwoByTwo {
                a: 0,
                b: 0,
                c: 0,
                d: 0
            })
            .p,
            1.0
        );
    }
}
