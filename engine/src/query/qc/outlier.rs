//! Who lies far from the others: median and median absolute deviation.

/// Makes the deviation comparable to a standard deviation where values are normal.
const CONSISTENT: f64 = 1.4826;

/// Middle and width of a distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Center {
    /// The median.
    pub median: f64,
    /// The median absolute deviation from it, times 1.4826.
    pub mad: f64,
}

/// Bounds, both inclusive; infinite where there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// Less is outlying.
    pub low: f64,
    /// More is outlying.
    pub high: f64,
}

fn median(values: &mut [f64]) -> Option<f64> {
    let (n, middle) = (values.len(), values.len() / 2);
    if n == 0 {
        return None;
    }
    let (below, &mut upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    if n % 2 == 1 {
        return Some(upper);
    }
    let lower = below.iter().copied().max_by(f64::total_cmp);
    lower.map(|lower| f64::midpoint(lower, upper))
}

/// Of finite values; `None` where there are none.
#[must_use]
pub fn center(values: impl IntoIterator<Item = f64>) -> Option<Center> {
    let mut values: Vec<f64> = values.into_iter().filter(|v| v.is_finite()).collect();
    let middle = median(&mut values)?;
    values.iter_mut().for_each(|v| *v = (*v - middle).abs());
    let mad = median(&mut values)? * CONSISTENT;
    Some(Center {
        median: middle,
        mad,
    })
}

impl Center {
    /// The median, `k` deviations to each side. None where at least half of the values are the
    /// median: nothing tells then how far is far.
    #[must_use]
    pub fn thresholds(&self, k: f64) -> Option<Thresholds> {
        (self.mad > 0.0).then_some(Thresholds {
            low: self.median - k * self.mad,
            high: self.median + k * self.mad,
        })
    }
}

impl Thresholds {
    /// Whether a value is not within.
    #[must_use]
    pub fn excludes(&self, value: f64) -> bool {
        value < self.low || value > self.high
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn middle_and_width() {
        let found = center([1.0, 9.0, 2.0, 4.0, f64::NAN]).unwrap();
        assert_eq!(found.median, 3.0);
        // Deviations 2, 6, 1, 1.
        assert_eq!(found.mad, 1.5 * CONSISTENT);
        let bounds = found.thresholds(2.0).unwrap();
        assert!(bounds.excludes(9.0) && !bounds.excludes(1.0));
        assert_eq!(center([f64::INFINITY]), None);
        assert_eq!(center([5.0, 5.0, 7.0]).unwrap().thresholds(3.0), None);
        assert_eq!(center([7.0]).unwrap().median, 7.0);
    }
}
