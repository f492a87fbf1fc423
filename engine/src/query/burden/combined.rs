//! One p-value of a set from those of its masks and bins.

use super::result::{MaskName, Outcome, ResultRow, SetAnswer, Test};
use crate::stats::cauchy_combination;

/// Tests, and their combinations over masks and bins.
const COMBINED: [(Test, Test); 4] = [
    (Test::Burden, Test::BurdenOfSet),
    (Test::Skat, Test::SkatOfSet),
    (Test::SkatO, Test::SkatOOfSet),
    (Test::AcatV, Test::AcatVOfSet),
];

/// Adds, for each trait, the Cauchy combinations of each test over masks and bins, and that of
/// burden, SKAT-O (SKAT, where that was not asked for) and ACAT-V among them.
/// `traits` are the people with each and, of a binary one, cases.
pub(super) fn add(traits: &[(u64, Option<u64>)], skato: bool, answer: &mut SetAnswer) {
    let place = answer.masks.len();
    let mut new = Vec::new();
    for (t, (people, cases)) in traits.iter().enumerate() {
        let row = |test, log10p: f64| ResultRow {
            trait_index: t,
            mask: place,
            test,
            frequency: None,
            people: *people,
            cases: *cases,
            outcome: Outcome::of_log10p(log10p),
        };
        let mut of_set = Vec::new();
        for (test, combined) in COMBINED {
            let of_test = answer
                .rows
                .iter()
                .filter(|r| r.trait_index == t && r.test == test);
            let pairs: Vec<(f64, f64)> = of_test
                .filter_map(|r| Some((r.outcome.log10p?, 1.0)))
                .collect();
            if let Some(log10p) = cauchy_combination(&pairs) {
                new.push(row(combined, log10p));
                // SKAT is among what SKAT-O chooses from.
                if test != Test::Skat || !skato {
                    of_set.push((log10p, 1.0));
                }
            }
        }
        new.extend(cauchy_combination(&of_set).map(|log10p| row(Test::Gene, log10p)));
    }
    if new.is_empty() {
        return;
    }
    answer.rows.append(&mut new);
    answer.masks.push(MaskName {
        name: String::new(),
        allele: "set".to_owned(),
        ..MaskName::default()
    });
}
