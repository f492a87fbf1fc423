//! How often values fall into equal steps.

use super::Figure;
use super::axis::{Axis, Ticks};
use super::canvas::{Anchor, Canvas, Frame, WIDTH, left_of};
use super::scatter::Mark;
use crate::page::number;

const HEIGHT: f64 = 260.0;

/// A histogram's values and words.
pub(crate) struct Histogram<'t> {
    /// The values.
    pub(crate) values: &'t [f64],
    /// What they are; equal steps only.
    pub(crate) x: Axis<'t>,
    /// What is counted: `people`, `variants`.
    pub(crate) counted: &'t str,
    /// About how many steps; at least one.
    pub(crate) bins: usize,
    /// Upright lines, such as bounds beyond which a value is odd.
    pub(crate) marks: &'t [Mark<'t>],
}

/// Draws a histogram.
pub(crate) fn histogram(of: &Histogram<'_>) -> Figure {
    let finite: Vec<f64> = (of.values.iter().copied())
        .filter(|v| v.is_finite())
        .collect();
    let left_out = of.values.len() - finite.len();
    if finite.is_empty() {
        return Figure {
            drawn: None,
            left_out,
        };
    }
    // Bins are the steps of a fine axis, so that they begin and end at round numbers.
    let fine = Ticks::new(of.x.scale, finite.iter().copied(), of.bins.clamp(1, 200));
    let edges: Vec<f64> = fine.marks().iter().map(|m| m.0).collect();
    let mut counts = vec![0u64; edges.len().saturating_sub(1)];
    for value in &finite {
        let bin = edges.partition_point(|e| e <= value).saturating_sub(1);
        let last = counts.len().saturating_sub(1);
        if let Some(count) = counts.get_mut(bin.min(last)) {
            *count += 1;
        }
    }
    let marks = of.marks.iter().map(|m| m.at);
    let x = Ticks::new(
        of.x.scale,
        [fine.low(), fine.high()].into_iter().chain(marks),
        8,
    );
    let axis = Axis::from_zero(of.counted);
    let y = Ticks::new(axis.scale, counts.iter().map(|c| *c as f64), 5);
    let frame = Frame {
        left: left_of(&y),
        top: 20.0,
        right: WIDTH - 16.0,
        bottom: HEIGHT - 46.0,
    };
    let mut canvas = Canvas::default();
    canvas.axis_y(&frame, &y, of.counted);
    canvas.axis_x(&frame, &x, of.x.label);
    for (edges, count) in edges.windows(2).zip(&counts) {
        let &[low, high] = edges else { continue };
        let (from, to) = (frame.x(&x, low), frame.x(&x, high));
        let top = frame.y(&y, *count as f64);
        if *count > 0 {
            let title = format!(
                "{} to {}: {} {}",
                number::real(low, 6),
                number::real(high, 6),
                number::whole(*count),
                of.counted
            );
            let size = ((to - from - 0.6).max(0.8), frame.bottom - top);
            canvas.rect("s c0", (from + 0.3, top), size, &title);
        }
    }
    for mark in of.marks.iter().filter(|m| m.at.is_finite()) {
        let at = frame.x(&x, mark.at);
        canvas.line("mark", (at, frame.top), (at, frame.bottom));
        canvas.text("soft", (at, frame.top - 6.0), Anchor::Middle, mark.label);
    }
    Figure {
        drawn: Some((canvas.finish(), HEIGHT)),
        left_out,
    }
}
