//! Sex from the calls: heterozygosity on X, and what is called on Y.
//!
//! F on X is plink 1.9's: `(O - E) / (N - E)` over the called variants outside the
//! pseudo-autosomal regions, where O are homozygous calls, and E those expected from the
//! founders' frequencies, `1 - 2pq`; variants of which the founders have one allele alone do not
//! count. Expectations are kept in units of 2^-30, so that sums do not depend on their order; F is
//! exact to about 1e-9.

use crate::genotype::{Genotype, Plane};

use crate::format::samples::Sex;

/// One, in the unit of expected homozygous calls.
pub(super) const ONE: u64 = 1 << 30;

/// Calls of founders at a variant on X.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Calls {
    /// Samples, heterozygous, ALT alone, missing; males and others.
    males: [u64; 4],
    others: [u64; 4],
}

impl Calls {
    pub(super) const fn everybody(males: u64, others: u64) -> Self {
        Self {
            males: [males, 0, 0, 0],
            others: [others, 0, 0, 0],
        }
    }

    #[inline]
    pub(super) const fn add(&mut self, genotype: Genotype, male: bool, other: bool) {
        let place = genotype as usize;
        if place > 0 {
            self.males[place] += male as u64;
            self.others[place] += other as u64;
        }
    }

    pub(super) fn of(lo: &[u64], hi: &[u64], males: &Plane, others: &Plane) -> Self {
        let count = |set: &Plane| {
            let mut counts = [0; 4];
            for ((lo, hi), set) in lo.iter().zip(hi).zip(set.words()) {
                let words = [*set, lo & !hi & set, hi & !lo & set, lo & hi & set];
                for (count, word) in counts.iter_mut().zip(words) {
                    *count += u64::from(word.count_ones());
                }
            }
            counts
        };
        Self {
            males: count(males),
            others: count(others),
        }
    }

    /// Probability that a call is homozygous, from these calls, in units of [`ONE`]. Males have
    /// one copy; where they are heterozygous they count as missing.
    pub(super) fn expected_homozygous(&self) -> u64 {
        let ([males, male_het, male_alt, male_missing], [others, het, alt, missing]) =
            (self.males, self.others);
        let alleles = 2 * others.saturating_sub(missing)
            + males.saturating_sub(male_missing).saturating_sub(male_het);
        let alternate = het + 2 * alt + male_alt;
        if alternate == 0 || alternate >= alleles {
            return ONE;
        }
        let p = alternate as f64 / alleles as f64;
        let heterozygous = 2.0 * p * (1.0 - p);
        ((1.0 - heterozygous) * ONE as f64).round() as u64
    }
}

/// Bounds of the inference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SexRules {
    /// F on X at most this is female (plink 1.9: 0.2).
    pub female_f: f64,
    /// F on X at least this is male (plink 1.9: 0.8).
    pub male_f: f64,
    /// Fewest called variants on X that F is believed on.
    pub min_x_variants: u64,
    /// Fewest expected heterozygous calls on X that F is believed on.
    pub min_x_heterozygous: f64,
    /// Call rate on Y at least this is male, less is not; where Y has [`SexRules::min_y_variants`].
    pub male_y: f64,
    /// Fewest variants on Y that its call rate is believed on.
    pub min_y_variants: u64,
}

impl Default for SexRules {
    fn default() -> Self {
        Self {
            female_f: 0.2,
            male_f: 0.8,
            min_x_variants: 20,
            min_x_heterozygous: 2.0,
            male_y: 0.5,
            min_y_variants: 10,
        }
    }
}

/// What X and Y say of one person.
#[derive(Clone, Debug, PartialEq)]
pub struct Inference {
    /// The sex, where they say one.
    pub sex: Sex,
    /// Why.
    pub reason: String,
}

/// Beside the sample table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SexCheck {
    /// Both say the same.
    Agrees,
    /// Both say, and differ.
    Differs,
    /// The table does not say.
    NotRecorded,
    /// The calls do not say.
    Unclear,
}

impl SexCheck {
    /// Compares.
    #[must_use]
    pub fn of(recorded: Sex, inferred: Sex) -> Self {
        match (recorded, inferred) {
            (_, Sex::Unknown) => Self::Unclear,
            (Sex::Unknown, _) => Self::NotRecorded,
            (a, b) if a == b => Self::Agrees,
            _ => Self::Differs,
        }
    }

    /// A word for it: `ok`, `mismatch`, `unrecorded`, `unclear`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Agrees => "ok",
            Self::Differs => "mismatch",
            Self::NotRecorded => "unrecorded",
            Self::Unclear => "unclear",
        }
    }
}

/// What there is to infer from.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Evidence {
    pub(super) x_called: u64,
    /// Expected heterozygous calls.
    pub(super) x_expected_het: f64,
    pub(super) f: Option<f64>,
    pub(super) y_variants: u64,
    pub(super) y_called: u64,
}

impl Evidence {
    pub(super) fn infer(&self, rules: &SexRules) -> Inference {
        let f = self.f.filter(|_| {
            self.x_called >= rules.min_x_variants && self.x_expected_het >= rules.min_x_heterozygous
        });
        let by_x = match f {
            Some(f) if f <= rules.female_f => Sex::Female,
            Some(f) if f >= rules.male_f => Sex::Male,
            _ => Sex::Unknown,
        };
        let y_rate = (self.y_variants >= rules.min_y_variants)
            .then(|| self.y_called as f64 / self.y_variants as f64);
        let by_y = match y_rate {
            Some(rate) if rate >= rules.male_y => Sex::Male,
            Some(_) => Sex::Female,
            None => Sex::Unknown,
        };
        let x_says = match f {
            Some(f) => format!("X F {f:.3}"),
            None => "too little on X".to_owned(),
        };
        let y_says = match y_rate {
            Some(rate) => format!("Y call rate {rate:.3}"),
            None => "too little on Y".to_owned(),
        };
        let said = |note: &str| format!("{x_says}, {y_says}{note}");
        let (sex, reason) = match (by_x, by_y) {
            (Sex::Unknown, y) if f.is_none() && y != Sex::Unknown => (y, said("")),
            (Sex::Unknown, _) if f.is_some() => {
                let note = format!(": F is between {} and {}", rules.female_f, rules.male_f);
                (Sex::Unknown, said(&note))
            }
            (Sex::Unknown, _) => (Sex::Unknown, said("")),
            (x, y) if y == Sex::Unknown || x == y => (x, said("")),
            _ => (Sex::Unknown, said(": X and Y do not agree")),
        };
        Inference { sex, reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(f: f64, y_called: u64) -> Evidence {
        Evidence {
            x_called: 100,
            x_expected_het: 30.0,
            f: Some(f),
            y_variants: 100,
            y_called,
        }
    }

    #[test]
    fn x_and_y_together() {
        let rules = SexRules::default();
        let sex = |e: Evidence| e.infer(&rules).sex;
        assert_eq!(sex(evidence(0.95, 98)), Sex::Male);
        assert_eq!(sex(evidence(-0.1, 2)), Sex::Female);
        assert_eq!(sex(evidence(-0.1, 98)), Sex::Unknown);
        assert_eq!(sex(evidence(0.5, 98)), Sex::Unknown);
        let no_y = Evidence {
            y_variants: 0,
            ..evidence(0.95, 0)
        };
        assert_eq!(sex(no_y), Sex::Male);
        let no_x = Evidence {
            x_called: 3,
            ..evidence(0.95, 1)
        };
        assert_eq!(sex(no_x), Sex::Female);
        let both = evidence(-0.1, 98).infer(&rules);
        assert!(both.reason.contains("do not agree"), "{}", both.reason);
    }

    #[test]
    fn expected_homozygosity() {
        // 10 alleles, 3 ALT: 1 - 2 x 0.3 x 0.7.
        let calls = Calls {
            males: [2, 0, 1, 0],
            others: [4, 2, 0, 0],
        };
        let expected = calls.expected_homozygous() as f64 / ONE as f64;
        assert!((expected - (1.0 - 0.42)).abs() < 1e-8);
        assert_eq!(Calls::everybody(3, 3).expected_homozygous(), ONE);
        assert_eq!(Calls::default().expected_homozygous(), ONE);
    }
}
