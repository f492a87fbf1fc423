//! Love plot: by covariate, how far two groups are apart before and after.

use super::Figure;
use super::axis::{Axis, Ticks};
use super::canvas::{Anchor, Canvas, Frame, WIDTH, shorten, text_width};
use super::scatter::Mark;
use crate::page::number;

const LINE: f64 = 22.0;
/// The widest label that is written out.
const LABEL: f64 = 230.0;

/// A covariate.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Its name.
    pub(crate) label: String,
    /// Its value in each series; none where there is no number.
    pub(crate) values: Vec<Option<f64>>,
}

/// Draws a line for each covariate, the first at the top, with a mark for each series.
pub(crate) fn love(rows: &[Row], series: &[&str], axis: &Axis<'_>, mark: &Mark<'_>) -> Figure {
    let finite = |v: &Option<f64>| v.filter(|v| v.is_finite());
    let values = || rows.iter().flat_map(|r| r.values.iter());
    let left_out = values().filter(|v| finite(v).is_none()).count();
    if values().all(|v| finite(v).is_none()) {
        return Figure {
            drawn: None,
            left_out,
        };
    }
    let x = Ticks::new(axis.scale, values().filter_map(finite).chain([mark.at]), 7);
    let labels = rows.iter().map(|r| text_width(&r.label));
    let left = labels.fold(0.0, f64::max).min(LABEL) + 14.0;
    let mut canvas = Canvas::default();
    let names: Vec<(usize, &str)> = series.iter().copied().enumerate().collect();
    let top = canvas.legend(left, &names) + 22.0;
    let frame = Frame {
        left,
        top,
        right: WIDTH - 18.0,
        bottom: top + LINE * rows.len() as f64,
    };
    canvas.axis_x(&frame, &x, axis.label);
    let at = frame.x(&x, mark.at);
    canvas.line("mark", (at, frame.top), (at, frame.bottom));
    canvas.text("soft", (at, frame.top - 5.0), Anchor::Middle, mark.label);
    for (i, row) in rows.iter().enumerate() {
        let middle = frame.top + LINE * (i as f64 + 0.5);
        let label = shorten(&row.label, LABEL);
        canvas.text("", (frame.left - 8.0, middle + 4.0), Anchor::End, &label);
        canvas.line("grid", (frame.left, middle), (frame.right, middle));
        for (s, value) in row.values.iter().enumerate() {
            let (Some(value), Some(name)) = (finite(value), series.get(s)) else {
                continue;
            };
            let title = format!("{}, {name}: {}", row.label, number::real(value, 3));
            canvas.shape(s, (frame.x(&x, value), middle), 4.2, &title);
        }
    }
    Figure {
        drawn: Some((canvas.finish(), frame.bottom + 46.0)),
        left_out,
    }
}
