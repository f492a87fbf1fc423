//! Measures of people by which some stand out.

use genodex_engine::query::qc::{Center, Person, Thresholds, center};

use super::arguments::Args;

/// Median and deviation of fewer people say nothing of who stands out.
pub(super) const LEAST_PEOPLE: usize = 10;

/// A measure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure {
    /// As the tables say it.
    pub(super) name: &'static str,
    /// As a page says it.
    pub(super) label: &'static str,
    of: fn(&Person) -> Option<f64>,
    low: bool,
    high: bool,
}

/// All of them. Too few calls, too many heterozygous ones (two people in one tube) or too few
/// (relatives for parents), odd kinds of variants, too many that nobody else has.
pub(super) const MEASURES: [Measure; 5] = [
    Measure {
        name: "CALL_RATE",
        label: "Call rate",
        of: Person::call_rate,
        low: true,
        high: false,
    },
    Measure {
        name: "HET_RATE",
        label: "Heterozygous calls over called",
        of: Person::het_rate,
        low: true,
        high: true,
    },
    Measure {
        name: "HET_HOM",
        label: "Heterozygous calls for each of ALT alone",
        of: Person::het_hom,
        low: true,
        high: true,
    },
    Measure {
        name: "TI_TV",
        label: "Transitions for each transversion",
        of: Person::ti_tv,
        low: true,
        high: true,
    },
    Measure {
        name: "SINGLETONS",
        label: "Variants that nobody else carries",
        of: |p| Some(p.singletons as f64),
        low: false,
        high: true,
    },
];

/// A measure with its distribution and bounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounded {
    pub(super) measure: Measure,
    pub(super) center: Option<Center>,
    /// Infinite where there is no bound.
    pub(super) bounds: Thresholds,
}

impl Measure {
    /// The value of a person.
    pub(super) fn of(&self, person: &Person) -> Option<f64> {
        (self.of)(person)
    }
}

impl Bounded {
    /// Bounds of all measures: so many deviations from the median, and the least call rate.
    pub(super) fn all(people: &[(u32, Person)], args: &Args) -> Vec<Self> {
        let bounded = |measure: Measure| {
            let center = center(people.iter().filter_map(|p| measure.of(&p.1)));
            let enough = people.len() >= LEAST_PEOPLE;
            let by_mad = center
                .filter(|_| enough)
                .and_then(|c| c.thresholds(args.mad));
            let mut bounds = Thresholds {
                low: f64::NEG_INFINITY,
                high: f64::INFINITY,
            };
            if let Some(t) = by_mad {
                if measure.low {
                    bounds.low = t.low;
                }
                if measure.high {
                    bounds.high = t.high;
                }
            }
            if measure.name == "CALL_RATE" {
                bounds.low = bounds.low.max(args.min_call_rate);
            }
            Self {
                measure,
                center,
                bounds,
            }
        };
        MEASURES.map(bounded).to_vec()
    }

    /// Whether a person stands out.
    pub(super) fn excludes(&self, person: &Person) -> bool {
        let value = self.measure.of(person);
        value.is_some_and(|v| self.bounds.excludes(v))
    }
}

/// Names of the measures by which a person stands out, with commas between them; `.` if none.
pub(super) fn outlying(bounded: &[Bounded], person: &Person) -> String {
    let names: Vec<&str> = (bounded.iter())
        .filter(|b| b.excludes(person))
        .map(|b| b.measure.name)
        .collect();
    if names.is_empty() {
        ".".to_owned()
    } else {
        names.join(",")
    }
}
