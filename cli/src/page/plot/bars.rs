//! Horizontal bars, each with the interval its value may lie in.

use super::Figure;
use super::axis::{Axis, Ticks};
use super::canvas::{Anchor, Canvas, Frame, WIDTH, shorten, text_width};

const LINE: f64 = 24.0;
/// The widest label that is written out.
const LABEL: f64 = 230.0;

/// A bar.
#[derive(Clone, Debug)]
pub(crate) struct Bar {
    /// What it is of.
    pub(crate) label: String,
    /// How long it is.
    pub(crate) value: f64,
    /// Where the value may lie.
    pub(crate) interval: Option<(f64, f64)>,
    /// What a pointer shows.
    pub(crate) title: String,
    /// Written at its end.
    pub(crate) text: String,
}

/// Draws bars, the first at the top, from zero on.
pub(crate) fn bars(bars: &[Bar], axis: &Axis<'_>) -> Figure {
    let drawn: Vec<&Bar> = bars.iter().filter(|b| b.value.is_finite()).collect();
    let left_out = bars.len() - drawn.len();
    if drawn.is_empty() {
        return Figure {
            drawn: None,
            left_out,
        };
    }
    let ends = drawn.iter().flat_map(|b| {
        let (low, high) = b.interval.unwrap_or((b.value, b.value));
        [b.value, low, high]
    });
    let x = Ticks::new(axis.scale, ends, 7);
    let labels = drawn.iter().map(|b| text_width(&b.label));
    let texts = drawn.iter().map(|b| text_width(&b.text));
    let frame = Frame {
        left: labels.fold(0.0, f64::max).min(LABEL) + 14.0,
        top: 8.0,
        right: WIDTH - 18.0 - texts.fold(0.0, f64::max).min(LABEL),
        bottom: 8.0 + LINE * drawn.len() as f64,
    };
    let mut canvas = Canvas::default();
    canvas.axis_x(&frame, &x, axis.label);
    let zero = frame.x(&x, 0.0);
    for (i, bar) in drawn.iter().enumerate() {
        let middle = frame.top + LINE * (i as f64 + 0.5);
        let end = frame.x(&x, bar.value);
        let label = shorten(&bar.label, LABEL);
        let at = (frame.left - 8.0, middle + 4.0);
        canvas.text("", at, Anchor::End, &label);
        let size = ((end - zero).abs().max(0.8), LINE - 10.0);
        let from = (zero.min(end), middle - LINE / 2.0 + 5.0);
        canvas.rect("s c0", from, size, &bar.title);
        if let Some((low, high)) = bar.interval {
            let (low, high) = (frame.x(&x, low), frame.x(&x, high));
            canvas.line("whisker", (low, middle), (high, middle));
            for at in [low, high] {
                canvas.line("whisker", (at, middle - 4.0), (at, middle + 4.0));
            }
        }
        let at = (frame.right + 8.0, middle + 4.0);
        canvas.text("soft", at, Anchor::Start, &shorten(&bar.text, LABEL));
    }
    Figure {
        drawn: Some((canvas.finish(), frame.bottom + 46.0)),
        left_out,
    }
}
