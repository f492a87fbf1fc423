//! Any text as a cohort expression: an error that can be shown, or a set of samples.

use std::sync::LazyLock;

use genodex_engine::format::samples::{SampleTable, SampleTableBuilder};
use genodex_engine::query::cohort::{CohortExpr, CohortSpec};

static SAMPLES: LazyLock<Option<SampleTable>> = LazyLock::new(|| {
    let mut samples = SampleTableBuilder::new(["S1", "S2", "S3", "S4"]).ok()?;
    let pop = [Some("JPT"), Some("GBR"), None, Some("a b")];
    samples.text("pop", pop).ok()?;
    samples
        .text("sex", [Some("1"), Some("2"), None, Some("0")])
        .ok()?;
    samples
        .int("age", [Some(50), None, Some(-3), Some(i64::MAX)])
        .ok()?;
    samples
        .float("bmi", [Some(0.5), None, Some(f64::MAX), Some(-0.0)])
        .ok()?;
    samples
        .bool("smoker", [Some(true), Some(false), None, None])
        .ok()?;
    samples.finish().ok()
});

/// Parses and evaluates the bytes.
pub(crate) fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = text.parse::<CohortSpec>();
    let Some(samples) = &*SAMPLES else { return };
    match CohortExpr::parse(&text).and_then(|expr| expr.evaluate(samples)) {
        Ok(cohort) => assert!(cohort.samples.len() <= 4),
        Err(e) => assert!(!e.to_string().is_empty()),
    }
}
