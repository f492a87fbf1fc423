//! The functions of the language and what they compute from a list of numbers.

use super::number::is_missing;

/// How many numbers become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Summary {
    Max,
    Min,
    Mean,
    Median,
    Deviation,
    Sum,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    /// Over everything; `true` within each sample.
    Summary(Summary, bool),
    Abs,
    Phred,
    Binom,
    Count,
    Length,
    /// `true` as a fraction.
    Pass(bool),
}

const NAMES: [(&str, Function); 30] = [
    ("MAX", Function::Summary(Summary::Max, false)),
    ("MIN", Function::Summary(Summary::Min, false)),
    ("AVG", Function::Summary(Summary::Mean, false)),
    ("MEAN", Function::Summary(Summary::Mean, false)),
    ("MEDIAN", Function::Summary(Summary::Median, false)),
    ("STDEV", Function::Summary(Summary::Deviation, false)),
    ("SUM", Function::Summary(Summary::Sum, false)),
    ("SMPL_MAX", Function::Summary(Summary::Max, true)),
    ("SMPL_MIN", Function::Summary(Summary::Min, true)),
    ("SMPL_AVG", Function::Summary(Summary::Mean, true)),
    ("SMPL_MEAN", Function::Summary(Summary::Mean, true)),
    ("SMPL_MEDIAN", Function::Summary(Summary::Median, true)),
    ("SMPL_STDEV", Function::Summary(Summary::Deviation, true)),
    ("SMPL_SUM", Function::Summary(Summary::Sum, true)),
    ("sMAX", Function::Summary(Summary::Max, true)),
    ("sMIN", Function::Summary(Summary::Min, true)),
    ("sAVG", Function::Summary(Summary::Mean, true)),
    ("sMEAN", Function::Summary(Summary::Mean, true)),
    ("sMEDIAN", Function::Summary(Summary::Median, true)),
    ("sSTDEV", Function::Summary(Summary::Deviation, true)),
    ("sSUM", Function::Summary(Summary::Sum, true)),
    ("ABS", Function::Abs),
    ("PHRED", Function::Phred),
    ("BINOM", Function::Binom),
    ("COUNT", Function::Count),
    ("STRLEN", Function::Length),
    ("N_PASS", Function::Pass(false)),
    ("F_PASS", Function::Pass(true)),
    ("%MAX", Function::Summary(Summary::Max, false)),
    ("%MIN", Function::Summary(Summary::Min, false)),
];

impl Function {
    pub(super) fn find(name: &str) -> Option<Self> {
        NAMES
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, f)| *f)
    }

    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(n, _)| *n)
    }

    pub(super) fn name(self) -> &'static str {
        NAMES
            .iter()
            .find(|(_, f)| *f == self)
            .map_or("the function", |(n, _)| n)
    }

    pub(super) const fn most_arguments(self) -> usize {
        match self {
            Self::Binom => 2,
            _ => 1,
        }
    }

    pub(super) const fn arguments_in_words(self) -> &'static str {
        match self {
            Self::Binom => "one or two arguments",
            _ => "one argument",
        }
    }
}

impl Summary {
    /// The summary of the values that are not missing; `None` where there are none.
    pub(super) fn of(self, values: &[f64]) -> Option<f64> {
        let present = || values.iter().copied().filter(|v| !is_missing(*v));
        let n = present().count();
        if n == 0 {
            return None;
        }
        let mean = || present().sum::<f64>() / n as f64;
        Some(match self {
            // Comparisons rather than `f64::max`: a NaN of the file must not win.
            Self::Max => present().fold(f64::NEG_INFINITY, |a, b| if a < b { b } else { a }),
            Self::Min => present().fold(f64::INFINITY, |a, b| if a > b { b } else { a }),
            Self::Sum => present().sum(),
            Self::Mean => mean(),
            Self::Deviation if n == 1 => 0.0,
            Self::Deviation => {
                let mean = mean();
                let squares: f64 = present().map(|v| (v - mean) * (v - mean)).sum();
                (squares / n as f64).sqrt()
            }
            Self::Median => {
                let mut sorted: Vec<f64> = present().collect();
                sorted.sort_by(f64::total_cmp);
                let upper = sorted.get(n / 2).copied()?;
                if n % 2 == 1 {
                    upper
                } else {
                    let lower = sorted.get(n / 2 - 1).copied()?;
                    (lower + upper) * 0.5
                }
            }
        })
    }
}
