//! What came out, in a few lines.

use std::collections::BTreeMap;

use genodex_engine::query::matching::{Side, UNITS};

use super::{Found, tables};
use crate::cmd::Global;
use crate::page::number::{real, whole};

/// The largest absolute standardised difference.
fn worst(found: &Found<'_>, side: impl Fn(usize) -> Option<Side>) -> Option<f64> {
    let of = |i: usize| side(i)?.difference.map(f64::abs);
    (0..found.balance.len()).filter_map(of).reduce(f64::max)
}

/// How many cases and controls have no pair, by reason.
fn reasons(found: &Found<'_>) -> Vec<String> {
    let mut counts: BTreeMap<(&str, String), u64> = BTreeMap::new();
    for (_, side, reason) in tables::without(found) {
        *counts.entry((side, reason)).or_default() += 1;
    }
    let line = |((side, reason), n): ((&str, String), u64)| {
        let plural = if n == 1 { "" } else { "s" };
        format!("{} {side}{plural}: {reason}", whole(n))
    };
    counts.into_iter().map(line).collect()
}

/// Terms and what is said of them.
pub(super) fn definitions(found: &Found<'_>) -> Vec<(&'static str, String)> {
    let plan = &found.plan;
    let cases = plan.cases.len() + plan.cases_left_out.len();
    let controls = plan.controls.len() + plan.controls_left_out.len();
    let mut out = vec![
        (
            "Matched",
            format!(
                "{} of {} cases, with {} of {} controls in {} pairs",
                whole(found.matched_cases()),
                whole(cases as u64),
                whole(found.matched_controls()),
                whole(controls as u64),
                whole(found.matched.pairs.len() as u64),
            ),
        ),
        ("Sum of distances", real(found.total(), 9)),
    ];
    if let Some(c) = &found.matched.certificate {
        out.push((
            "Certificate",
            format!(
                "no matching of as many pairs and cases has a sum below {}; largest violation {}; {} \
                 pairs were looked at",
                real(c.dual as f64 / UNITS, 9),
                real(c.violation as f64 / UNITS, 9),
                whole(c.edges),
            ),
        ));
    }
    let before = worst(found, |i| found.balance.get(i).map(|b| b.before));
    let after = worst(found, |i| found.balance.get(i).map(|b| b.after));
    if let (Some(before), Some(after)) = (before, after) {
        let text = format!("{} before, {} after", real(before, 3), real(after, 3));
        out.push(("Largest standardised difference", text));
    }
    match (&found.overlap, &plan.scores) {
        (Some(o), _) => out.push((
            "Propensity scores",
            format!(
                "cases {} to {}, controls {} to {}; {} cases beyond all controls; distributions \
                 share {} before, {} after",
                real(o.cases[0], 3),
                real(o.cases[1], 3),
                real(o.controls[0], 3),
                real(o.controls[1], 3),
                whole(o.cases_outside),
                real(o.shared[0], 3),
                real(o.shared[1], 3),
            ),
        )),
        (None, Err(reason)) if !plan.covariates.is_empty() => {
            out.push(("Propensity scores", format!("none: {reason}")));
        }
        _ => {}
    }
    out.push(("Without a pair", reasons(found).join("; ")));
    out
}

/// Says it on standard error.
pub(super) fn say(found: &Found<'_>, global: &Global) {
    for (term, text) in definitions(found) {
        if !text.is_empty() {
            global.note(format_args!("{term}: {text}"));
        }
    }
    if !found.plan.dropped.is_empty() {
        let names = found.plan.dropped.join(", ");
        global.note(format_args!(
            "note: the propensity scores do without {names}, which follow from the others"
        ));
    }
}
