//! Wynn's epsilon algorithm, as QUADPACK's DQELG: the limit of a sequence of sums.

const EPSILON: f64 = f64::EPSILON;
/// The first column of the epsilon table is of at most so many sums.
const TABLE: usize = 50;

/// Wynn's epsilon algorithm.
pub(super) struct EpsilonTable {
    values: [f64; TABLE + 2],
    len: usize,
    calls: usize,
    last: [f64; 3],
}

impl EpsilonTable {
    pub(super) const fn new(first: f64) -> Self {
        let mut values = [0.0; TABLE + 2];
        values[0] = first;
        Self {
            values,
            len: 2,
            calls: 0,
            last: [0.0; 3],
        }
    }

    pub(super) const fn second(&mut self, sum: f64) {
        self.values[1] = sum;
    }

    /// Whether extrapolation has come to its end: one sum is left.
    pub(super) const fn is_started_anew(&self) -> bool {
        self.len == 1
    }

    /// Adds a sum; the limit and an estimate of its error.
    pub(super) fn extrapolate(&mut self, sum: f64) -> (f64, f64) {
        self.values[self.len] = sum;
        self.len += 1;
        self.calls += 1;
        let (mut result, mut error) = (sum, f64::MAX);
        let least = |result: f64| 5.0 * EPSILON * result.abs();
        if self.len < 3 {
            return (result, error.max(least(result)));
        }
        let given = self.len;
        let e = &mut self.values;
        e[given + 1] = e[given - 1];
        let new = (given - 1) / 2;
        e[given - 1] = f64::MAX;
        let mut k = given - 1;
        for i in 0..new {
            let (e0, e1, e2) = (e[k - 2], e[k - 1], e[k + 2]);
            let (delta2, delta3) = (e2 - e1, e1 - e0);
            let within = |d: f64, a: f64, b: f64| d.abs() <= a.abs().max(b.abs()) * EPSILON;
            let (same2, same3) = (within(delta2, e2, e1), within(delta3, e1, e0));
            if same2 && same3 {
                // The sequence has come to its end.
                error = (delta2.abs() + delta3.abs()).max(least(e2));
                return (e2, error);
            }
            let e3 = e[k];
            e[k] = e1;
            let delta1 = e1 - e3;
            let irregular = within(delta1, e1, e3) || same2 || same3 || {
                let inverse = 1.0 / delta1 + 1.0 / delta2 - 1.0 / delta3;
                (inverse * e1).abs() <= 1e-4
            };
            if irregular {
                self.len = 2 * i + 1;
                break;
            }
            let inverse = 1.0 / delta1 + 1.0 / delta2 - 1.0 / delta3;
            let value = e1 + 1.0 / inverse;
            e[k] = value;
            k -= 2;
            let of_value = delta2.abs() + (value - e2).abs() + delta3.abs();
            if of_value <= error {
                (result, error) = (value, of_value);
            }
        }
        if self.len == TABLE {
            self.len = 2 * (TABLE / 2) - 1;
        }
        let mut at = usize::from(given.is_multiple_of(2));
        for _ in 0..=new {
            e[at] = e[at + 2];
            at += 2;
        }
        if given != self.len {
            e.copy_within(given - self.len..given, 0);
        }
        if self.calls < 4 {
            self.last[self.calls - 1] = result;
            error = f64::MAX;
        } else {
            error = self.last.iter().rev().map(|l| (result - l).abs()).sum();
            self.last = [self.last[1], self.last[2], result];
        }
        (result, error.max(least(result)))
    }
}
