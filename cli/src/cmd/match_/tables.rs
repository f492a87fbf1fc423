//! Tables of pairs, of the balance, and of those without a pair; and all of it as JSON.

use genodex_engine::query::matching::{Overlap, Unmatched, Why, real};
use serde_json::{Value, json};

use super::Found;
use crate::output::{Batch, Column, Kind, Target};

/// Columns and rows.
pub(super) type Rows = (Vec<Column>, Batch);

fn text(name: &str) -> Column {
    Column::new(name, Kind::Text { nullable: false })
}

/// Pairs, with the number of their group.
pub(super) fn pairs(found: &Found<'_>) -> Rows {
    let columns = vec![
        Column::new("GROUP", Kind::UInt),
        text("CASE"),
        text("CONTROL"),
        Column::new("DISTANCE", Kind::Float),
    ];
    let mut batch = Batch::empty(&columns);
    for (number, pairs) in (1..).zip(found.groups()) {
        for pair in pairs {
            let mut cells = batch.row();
            cells.uint(number);
            cells.text(found.case(pair.case));
            cells.text(found.control(pair.control));
            cells.float(Some(real(pair.distance)));
        }
    }
    (columns, batch)
}

/// The balance.
pub(super) fn balance(found: &Found<'_>) -> Rows {
    let mut columns = vec![text("COVARIATE")];
    for side in ["BEFORE", "AFTER"] {
        let names = ["MEAN_CASES", "MEAN_CONTROLS", "SMD", "VARIANCE_RATIO"];
        columns.extend(names.map(|name| Column::new(format!("{name}_{side}"), Kind::Float)));
    }
    let mut batch = Batch::empty(&columns);
    for row in &found.balance {
        let mut cells = batch.row();
        cells.text(&row.name);
        for side in [&row.before, &row.after] {
            cells.float(Some(side.cases));
            cells.float(Some(side.controls));
            cells.float(side.difference);
            cells.float(side.variance_ratio);
        }
    }
    (columns, batch)
}

/// Why a case has no control, in words.
pub(super) const fn why(reason: Unmatched) -> &'static str {
    match reason {
        Unmatched::NoExact => "no control with the same exact values",
        Unmatched::NoneWithin => "no control within the calipers",
        Unmatched::Taken => "all controls within reach are taken",
    }
}

fn left_out(reason: &Why) -> String {
    match reason {
        Why::Missing(name) => format!("no value of {name}"),
        Why::Related => "related to a case".to_owned(),
    }
}

/// Cases without a control, and cases and controls that were left out: id, side, reason.
pub(super) fn without<'f>(
    found: &'f Found<'_>,
) -> impl Iterator<Item = (&'f str, &'static str, String)> + 'f {
    let plan = &found.plan;
    let unmatched = (found.matched.unmatched.iter())
        .map(|(case, reason)| (found.case(*case), "case", why(*reason).to_owned()));
    let sides = [
        ("case", &plan.cases_left_out),
        ("control", &plan.controls_left_out),
    ];
    let out = sides.into_iter().flat_map(move |(side, all)| {
        let one = move |l: &'f genodex_engine::query::matching::LeftOut| {
            (found.id(l.sample), side, left_out(&l.why))
        };
        all.iter().map(one)
    });
    unmatched.chain(out)
}

/// These as a table.
pub(super) fn unmatched(found: &Found<'_>) -> Rows {
    let columns = vec![text("SAMPLE"), text("SIDE"), text("REASON")];
    let mut batch = Batch::empty(&columns);
    for (id, side, reason) in without(found) {
        let mut cells = batch.row();
        cells.text(id);
        cells.text(side);
        cells.text(&reason);
    }
    (columns, batch)
}

fn overlap(of: &Overlap) -> Value {
    json!({
        "cases": of.cases,
        "controls": of.controls,
        "cases_outside": of.cases_outside,
        "shared_before": of.shared[0],
        "shared_after": of.shared[1],
    })
}

/// All of it as one object.
pub(super) fn json(found: &Found<'_>, mut target: Target) -> anyhow::Result<()> {
    let groups = (1_u64..).zip(found.groups()).flat_map(|(number, pairs)| {
        pairs.iter().map(move |pair| {
            json!({
                "group": number,
                "case": found.case(pair.case),
                "control": found.control(pair.control),
                "distance": real(pair.distance),
            })
        })
    });
    let pairs: Vec<Value> = groups.collect();
    let side = |s: &genodex_engine::query::matching::Side| {
        json!({
            "mean_cases": s.cases,
            "mean_controls": s.controls,
            "smd": s.difference,
            "variance_ratio": s.variance_ratio,
        })
    };
    let balance: Vec<Value> = (found.balance.iter())
        .map(|b| json!({"covariate": b.name, "before": side(&b.before), "after": side(&b.after)}))
        .collect();
    let unmatched: Vec<Value> = without(found)
        .map(|(id, side, reason)| json!({"sample": id, "side": side, "reason": reason}))
        .collect();
    let certificate = found.matched.certificate.map(|c| {
        json!({
            "objective": c.objective as f64 / genodex_engine::query::matching::UNITS,
            "dual": c.dual as f64 / genodex_engine::query::matching::UNITS,
            "violation": c.violation as f64 / genodex_engine::query::matching::UNITS,
            "edges": c.edges,
            "widened": c.widened,
        })
    });
    let all = json!({
        "cases": found.plan.cases.len() + found.plan.cases_left_out.len(),
        "controls": found.plan.controls.len() + found.plan.controls_left_out.len(),
        "matched_cases": found.matched_cases(),
        "matched_controls": found.matched_controls(),
        "total_distance": found.total(),
        "certificate": certificate,
        "propensity": found.overlap.as_ref().map(overlap),
        "balance": balance,
        "unmatched": unmatched,
        "pairs": pairs,
    });
    target.write_all(format!("{}\n", serde_json::to_string_pretty(&all)?).as_bytes())?;
    target.finish()
}
