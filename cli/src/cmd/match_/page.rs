//! The page: who was matched, how alike they are, who was not.

use std::path::Path;

use genodex_engine::query::matching::Balance;

use super::{Found, summary, tables};
use crate::output::Target;
use crate::page::number::{optional, real, whole};
use crate::page::plot::{Axis, Mark, Point, Row, Scatter, love, scatter};
use crate::page::{Page, Table};

/// Rows of the table of people without a pair.
const MOST_ROWS: usize = 200;
/// From this standardised difference on, a covariate counts as unbalanced.
const UNBALANCED: f64 = 0.1;

pub(super) fn write(found: &Found<'_>, path: &Path) -> anyhow::Result<()> {
    let name = found.args.store.file_name().unwrap_or_default();
    let mut page = Page::new(&format!("Matched controls in {}", name.to_string_lossy()));
    page.subtitle(&format!(
        "Cases {}, controls {}; {} people in the store, generation {}",
        found.args.cases,
        found.args.controls,
        whole(found.store.n_samples() as u64),
        found.store.manifest().generation,
    ));
    page.section("Result");
    page.definitions(summary::definitions(found));
    page.section("Balance");
    let apart = |b: &Balance| {
        let of = |d: Option<f64>| d.map(f64::abs);
        Row {
            label: b.name.clone(),
            values: vec![of(b.before.difference), of(b.after.difference)],
        }
    };
    let rows: Vec<Row> = found.balance.iter().map(apart).collect();
    let axis = Axis::from_zero("absolute standardised mean difference");
    let mark = Mark {
        at: UNBALANCED,
        label: "0.1",
    };
    let figure = love(&rows, &["before matching", "after matching"], &axis, &mark);
    page.figure("Differences between cases and controls", &figure);
    page.table(&balance(found));
    page.note(
        "Differences of means are in standard deviations of all cases before matching. Of values \
         that must be equal, and of those that are 0 or 1, means are shares and there is no ratio \
         of variances. After matching, each control counts as its share of its group's controls.",
    );
    people(&mut page, found);
    page.section("Without a pair");
    let mut table = Table::new().text("Sample").text("Side").text("Reason");
    let mut count = 0_u64;
    for (id, side, reason) in tables::without(found) {
        count += 1;
        if table.len() < MOST_ROWS {
            table.row([id.to_owned(), side.to_owned(), reason]);
        }
    }
    page.table(&table);
    if count > table.len() as u64 {
        let shown = whole(table.len() as u64);
        page.note(&format!("The first {shown} of {}.", whole(count)));
    }
    let mut target = Target::create(path)?;
    target.write_all(page.finish().as_bytes())?;
    target.finish()
}

fn balance(found: &Found<'_>) -> Table {
    let mut table = Table::new()
        .text("Covariate")
        .number("Cases")
        .number("Controls")
        .number("Difference before")
        .number("Cases matched")
        .number("Controls matched")
        .number("Difference after")
        .number("Variance ratio before")
        .number("after");
    for row in &found.balance {
        let (before, after) = (&row.before, &row.after);
        table.row([
            row.name.clone(),
            real(before.cases, 4),
            real(before.controls, 4),
            optional(before.difference, 3),
            real(after.cases, 4),
            real(after.controls, 4),
            optional(after.difference, 3),
            optional(before.variance_ratio, 3),
            optional(after.variance_ratio, 3),
        ]);
    }
    table
}

/// Everybody by two covariates: the first components, where there are any.
fn people(page: &mut Page, found: &Found<'_>) {
    let covariates = &found.plan.covariates;
    let first = covariates.iter().position(|c| c.name == "PC1").unwrap_or(0);
    let pair = (covariates.get(first), covariates.get(first + 1));
    let pair = match pair {
        (Some(x), Some(y)) => (x, y),
        _ => match (covariates.first(), covariates.get(1)) {
            (Some(x), Some(y)) => (x, y),
            _ => return,
        },
    };
    page.section("People");
    let mut taken = vec![false; found.plan.controls.len()];
    let mut has = vec![false; found.plan.cases.len()];
    for pair in &found.matched.pairs {
        taken[pair.control as usize] = true;
        has[pair.case as usize] = true;
    }
    let mut points: Vec<Point> = Vec::new();
    let mut add = |people: &[u32], of: &[bool], wanted: bool, series: usize| {
        for (sample, is) in people.iter().zip(of) {
            let value = |values: &[f64]| values.get(*sample as usize).copied();
            if *is == wanted
                && let (Some(x), Some(y)) = (value(&pair.0.values), value(&pair.1.values))
            {
                points.push(Point {
                    x,
                    y,
                    series,
                    label: None,
                });
            }
        }
    };
    // What is drawn last lies above.
    add(&found.plan.controls, &taken, false, 0);
    add(&found.plan.controls, &taken, true, 1);
    add(&found.plan.cases, &has, true, 2);
    add(&found.plan.cases, &has, false, 3);
    let figure = scatter(&Scatter {
        points: &points,
        x: Axis::linear(&pair.0.name),
        y: Axis::linear(&pair.1.name),
        series: &[
            "controls left",
            "controls taken",
            "cases matched",
            "cases not matched",
        ],
        marks_x: &[],
        marks_y: &[],
    });
    let caption = format!("People by {} and {}", pair.0.name, pair.1.name);
    page.figure(&caption, &figure);
}
