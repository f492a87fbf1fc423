//! How a query is answered, as a table.

use std::fmt::Write as _;
use std::time::Duration;

use genodex_engine::compute::Compute;
use genodex_engine::query::select::{Plan, Selected, Timings};

/// The steps, what they looked at and how long they took on all threads together.
pub(super) fn text(
    plan: &Plan<'_>,
    compute: &Compute,
    timings: &Timings,
    found: &Selected,
    elapsed: Duration,
) -> anyhow::Result<String> {
    let mut out = String::new();
    let (looked_at, selected) = found.totals();
    writeln!(
        out,
        "{:>4}  {:18}  {:>12}  {:>12}  {:>12}  {:>9}  condition",
        "step", "way", "expected", "looked at", "left", "ms"
    )?;
    let steps = plan.explain()?;
    for (i, (step, [before, left, nanos])) in steps.iter().zip(timings.steps()).enumerate() {
        let expected = step
            .estimated
            .map_or_else(|| "-".to_owned(), |n| n.to_string());
        writeln!(
            out,
            "{:>4}  {:18}  {expected:>12}  {before:>12}  {left:>12}  {:>9.2}  {}",
            i + 1,
            step.way.label(),
            nanos as f64 / 1e6,
            step.condition
        )?;
    }
    writeln!(
        out,
        "{selected} of {looked_at} selected in {:.2} ms; {} shards; {}",
        elapsed.as_secs_f64() * 1e3,
        found.partials.len(),
        compute.report()
    )?;
    Ok(out)
}
