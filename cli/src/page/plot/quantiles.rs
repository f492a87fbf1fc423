//! Quantile-quantile plot of p-values against those of chance alone.

use std::collections::BTreeSet;

use super::Figure;
use super::axis::{Axis, Ticks};
use super::canvas::{Canvas, Frame, WIDTH, left_of};
use crate::page::number;

const HEIGHT: f64 = 420.0;
const NEAR: f64 = 1.5;

/// P-values of one kind of test.
pub(crate) struct Quantiles<'t> {
    /// What they are of.
    pub(crate) name: &'t str,
    /// `-log10` of each p-value.
    pub(crate) log10p: Vec<f64>,
}

/// Draws the p-values of each series, sorted, against their expected quantiles:
/// `-log10((i - 0.5) / n)` for the i-th smallest of n.
pub(crate) fn quantiles(series: &[Quantiles<'_>]) -> Figure {
    let mut left_out = 0;
    let mut points: Vec<(usize, f64, f64)> = Vec::new();
    for (s, of) in series.iter().enumerate() {
        let mut values: Vec<f64> = of
            .log10p
            .iter()
            .copied()
            .filter(|v| v.is_finite())
            .collect();
        left_out += of.log10p.len() - values.len();
        values.sort_by(|a, b| b.total_cmp(a));
        let n = values.len() as f64;
        for (i, observed) in values.into_iter().enumerate() {
            points.push((s, -((i as f64 + 0.5) / n).log10(), observed));
        }
    }
    if points.is_empty() {
        return Figure {
            drawn: None,
            left_out,
        };
    }
    let x = Ticks::new(Axis::from_zero("").scale, points.iter().map(|p| p.1), 7);
    let y = Ticks::new(Axis::from_zero("").scale, points.iter().map(|p| p.2), 7);
    let mut canvas = Canvas::default();
    let left = left_of(&y);
    let names: Vec<(usize, &str)> = series.iter().map(|s| s.name).enumerate().collect();
    let legend = if names.len() > 1 {
        canvas.legend(left, &names)
    } else {
        0.0
    };
    let frame = Frame {
        left,
        top: legend + 14.0,
        right: WIDTH - 16.0,
        bottom: HEIGHT - 46.0,
    };
    canvas.axis_y(&frame, &y, "observed −log10 p");
    canvas.axis_x(&frame, &x, "expected −log10 p");
    // What chance alone gives lies on this line.
    let end = x.high().min(y.high());
    let at = |a: f64, b: f64| (frame.x(&x, a), frame.y(&y, b));
    canvas.line("mark", at(0.0, 0.0), at(end, end));
    let mut drawn = BTreeSet::new();
    for (s, expected, observed) in points {
        let (px, py) = at(expected, observed);
        if drawn.insert((s, (px / NEAR).round() as i64, (py / NEAR).round() as i64)) {
            let title = format!(
                "expected {}, observed {}",
                number::real(expected, 4),
                number::real(observed, 4)
            );
            canvas.shape(s, (px, py), 2.4, &title);
        }
    }
    Figure {
        drawn: Some((canvas.finish(), HEIGHT)),
        left_out,
    }
}
