//! Axes: where a value stands, and round numbers to read it by.

use super::super::number;

/// Numbers beyond this are drawn at the end of an axis.
const HUGE: f64 = 1e300;
/// Differences below this are none.
const TINY: f64 = 1e-290;

/// How values are spread over an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scale {
    /// Equal steps, from the least value.
    Linear,
    /// Equal steps, from zero.
    FromZero,
    /// Equal factors; what is not positive stands at the lower end.
    Log,
}

/// What an axis is for.
#[derive(Clone, Debug)]
pub(crate) struct Axis<'t> {
    /// What it measures, with the unit.
    pub(crate) label: &'t str,
    /// How values are spread.
    pub(crate) scale: Scale,
}

impl<'t> Axis<'t> {
    /// An axis with equal steps.
    pub(crate) const fn linear(label: &'t str) -> Self {
        let scale = Scale::Linear;
        Self { label, scale }
    }

    /// An axis with equal steps from zero.
    pub(crate) const fn from_zero(label: &'t str) -> Self {
        let scale = Scale::FromZero;
        Self { label, scale }
    }

    /// An axis with equal factors.
    pub(crate) const fn log(label: &'t str) -> Self {
        let scale = Scale::Log;
        Self { label, scale }
    }
}

/// The round numbers of an axis over a range of values, and what the range is widened to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ticks {
    low: f64,
    high: f64,
    log: bool,
    marks: Vec<(f64, String)>,
}

impl Ticks {
    /// For `values`, of which those that are no numbers do not count, with about `wanted` marks.
    pub(crate) fn new(scale: Scale, values: impl Iterator<Item = f64>, wanted: usize) -> Self {
        let log = scale == Scale::Log;
        let usable = values.filter(|v| v.is_finite() && (!log || *v > 0.0));
        let (low, high) = usable.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| {
            (a.min(v), b.max(v))
        });
        // Ends of which neither the distance nor the next round number is beyond a float.
        let (low, high) = if low > high {
            (low, high)
        } else {
            (low.clamp(-HUGE, HUGE), high.clamp(-HUGE, HUGE))
        };
        let (low, high) = match (low > high, scale) {
            (true, Scale::Log) => (0.1, 1.0),
            (true, _) => (0.0, 1.0),
            (false, Scale::FromZero) => (low.min(0.0), high.max(0.0)),
            (false, _) => (low, high),
        };
        if log {
            Self::decades(low, high, wanted)
        } else {
            Self::steps(low, high, wanted)
        }
    }

    fn steps(low: f64, high: f64, wanted: usize) -> Self {
        let mut span = high - low;
        if span < TINY {
            span = if low.abs() < TINY { 1.0 } else { low.abs() };
        }
        let (factor, power) = round_up(span / wanted.max(1) as f64);
        let step = value(i128::from(factor), power);
        // Whole steps, so that marks are exact and no error adds up.
        let first = (low / step + 1e-9).floor() as i128;
        let mut last = (high / step - 1e-9).ceil() as i128;
        if last <= first {
            last = first + 1;
        }
        let marks = (first..=last).take(4 * wanted.max(1) + 2).map(|i| {
            let at = value(i * i128::from(factor), power);
            (at, write(at, power))
        });
        Self {
            low: value(first * i128::from(factor), power),
            high: value(last * i128::from(factor), power),
            log: false,
            marks: marks.collect(),
        }
    }

    fn decades(low: f64, high: f64, wanted: usize) -> Self {
        let first = (low.log10() + 1e-9).floor() as i32;
        let last = ((high.log10() - 1e-9).ceil() as i32).max(first + 1);
        let every = (last - first).unsigned_abs() as usize / wanted.max(1) + 1;
        let marks = (first..=last).step_by(every).map(|power| {
            let at = value(1, power);
            (at, number::real(at, 1))
        });
        Self {
            low: value(1, first),
            high: value(1, last),
            log: true,
            marks: marks.collect(),
        }
    }

    /// Where `value` stands between the ends: 0 to 1, outside values at the nearer end.
    pub(crate) fn place(&self, value: f64) -> f64 {
        let part = if self.log {
            if value <= self.low {
                return 0.0;
            }
            (value / self.low).log10() / (self.high / self.low).log10()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        part.clamp(0.0, 1.0)
    }

    /// The lower end.
    pub(crate) const fn low(&self) -> f64 {
        self.low
    }

    /// The upper end.
    pub(crate) const fn high(&self) -> f64 {
        self.high
    }

    /// The marks, ascending, each with its text.
    pub(crate) fn marks(&self) -> &[(f64, String)] {
        &self.marks
    }
}

/// The least of 1, 2 and 5 times a power of ten that is not below `step`.
fn round_up(step: f64) -> (u8, i32) {
    let power = step.log10().floor() as i32;
    for (factor, more) in [(1, 0), (2, 0), (5, 0), (1, 1)] {
        if value(factor, power + more) >= step * (1.0 - 1e-9) {
            return (factor as u8, power + more);
        }
    }
    (1, power + 1)
}

/// The number nearest to `factor * 10^power`, as its decimal text is read.
fn value(factor: i128, power: i32) -> f64 {
    format!("{factor}e{power}").parse().unwrap_or(0.0)
}

/// A mark whose last digit counts powers of ten of `power`.
fn write(at: f64, power: i32) -> String {
    if at == 0.0 {
        return "0".to_owned();
    }
    if power >= 0 && at.abs() < 1e12 {
        let sign = if at < 0.0 { "-" } else { "" };
        return format!("{sign}{}", number::whole(at.abs().round() as u64));
    }
    // As many digits as tell one mark from the next.
    let digits = at.abs().log10().floor() as i32 - power + 1;
    number::real(at, digits.clamp(1, 17) as usize)
}
