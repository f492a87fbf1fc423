//! Points by two values, those that stand out with their names.

use std::collections::BTreeMap;

use super::Figure;
use super::axis::{Axis, Ticks};
use super::canvas::{Anchor, Canvas, Frame, WIDTH, left_of, text_width};
use crate::page::number;

const HEIGHT: f64 = 400.0;
/// Points nearer to each other than this are one mark: a page of a hundred thousand marks is
/// slow to show and shows no more.
const NEAR: f64 = 2.0;
/// How far a mark reaches from its middle.
const MARK: f64 = 4.5;

/// A point.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    /// Its place.
    pub(crate) x: f64,
    /// Its place.
    pub(crate) y: f64,
    /// Which of the series.
    pub(crate) series: usize,
    /// What is written beside it; nothing for most.
    pub(crate) label: Option<String>,
}

/// A line across a plot, at a value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark<'t> {
    /// The value.
    pub(crate) at: f64,
    /// What it is.
    pub(crate) label: &'t str,
}

/// A scatter plot's points and words.
pub(crate) struct Scatter<'t> {
    /// The points.
    pub(crate) points: &'t [Point],
    /// The horizontal axis.
    pub(crate) x: Axis<'t>,
    /// The vertical axis.
    pub(crate) y: Axis<'t>,
    /// Names of the series; with one or none there is no legend.
    pub(crate) series: &'t [&'t str],
    /// Upright lines.
    pub(crate) marks_x: &'t [Mark<'t>],
    /// Level lines.
    pub(crate) marks_y: &'t [Mark<'t>],
}

/// Draws a scatter plot.
pub(crate) fn scatter(of: &Scatter<'_>) -> Figure {
    let finite = |p: &&Point| p.x.is_finite() && p.y.is_finite();
    let points: Vec<&Point> = of.points.iter().filter(finite).collect();
    let left_out = of.points.len() - points.len();
    if points.is_empty() {
        return Figure {
            drawn: None,
            left_out,
        };
    }
    let at = |marks: &[Mark<'_>]| -> Vec<f64> { marks.iter().map(|m| m.at).collect() };
    let xs = points.iter().map(|p| p.x).chain(at(of.marks_x));
    let x = Ticks::new(of.x.scale, xs, 8);
    let ys = points.iter().map(|p| p.y).chain(at(of.marks_y));
    let y = Ticks::new(of.y.scale, ys, 6);
    let mut canvas = Canvas::default();
    let left = left_of(&y);
    let series: Vec<(usize, &str)> = of.series.iter().copied().enumerate().collect();
    let legend = match series.len() {
        0 | 1 => 0.0,
        _ => canvas.legend(left, &series),
    };
    let frame = Frame {
        left,
        top: legend + 20.0,
        right: WIDTH - 16.0,
        bottom: HEIGHT - 46.0,
    };
    canvas.axis_y(&frame, &y, of.y.label);
    canvas.axis_x(&frame, &x, of.x.label);
    for mark in of.marks_x.iter().filter(|m| m.at.is_finite()) {
        let at = frame.x(&x, mark.at);
        canvas.line("mark", (at, frame.top), (at, frame.bottom));
        canvas.text("soft", (at, frame.top - 6.0), Anchor::Middle, mark.label);
    }
    for mark in of.marks_y.iter().filter(|m| m.at.is_finite()) {
        let at = frame.y(&y, mark.at);
        canvas.line("mark", (frame.left, at), (frame.right, at));
        canvas.text("soft", (frame.right, at - 5.0), Anchor::End, mark.label);
    }
    let place = |p: &Point| (frame.x(&x, p.x), frame.y(&y, p.y));
    let mut plain: BTreeMap<(usize, i64, i64), (u64, &Point)> = BTreeMap::new();
    for point in points.iter().filter(|p| p.label.is_none()) {
        let (px, py) = place(point);
        let key = (
            point.series,
            (px / NEAR).round() as i64,
            (py / NEAR).round() as i64,
        );
        plain.entry(key).or_insert((0, point)).0 += 1;
    }
    for (count, point) in plain.values() {
        let mut title = title(point);
        if *count > 1 {
            title = format!("about {title}: {} points", number::whole(*count));
        }
        canvas.shape(point.series, place(point), 2.6, &title);
    }
    let labelled = points.iter().filter(|p| p.label.is_some());
    let mut labels = Labels::beside(labelled.map(|p| place(p)));
    for point in &points {
        if let Some(label) = &point.label {
            let at = place(point);
            let title = format!("{label}: {}", title(point));
            canvas.shape(point.series, at, 4.2, &title);
            labels.write(&mut canvas, &frame, at, label);
        }
    }
    Figure {
        drawn: Some((canvas.finish(), HEIGHT)),
        left_out,
    }
}

fn title(point: &Point) -> String {
    let (x, y) = (number::real(point.x, 6), number::real(point.y, 6));
    format!("{x}, {y}")
}

/// Labels beside points, where there is room.
pub(super) struct Labels {
    taken: Vec<(f64, f64, f64)>,
}

impl Labels {
    /// With marks that no label may hide.
    pub(super) fn beside(marks: impl Iterator<Item = (f64, f64)>) -> Self {
        let taken = marks.map(|(x, y)| (x - MARK, x + MARK, y + MARK));
        Self {
            taken: taken.collect(),
        }
    }

    /// Writes a label where it runs into none before; else the point's title alone has it.
    pub(super) fn write(
        &mut self,
        canvas: &mut Canvas,
        frame: &Frame,
        (x, y): (f64, f64),
        label: &str,
    ) {
        const LINE: f64 = 12.0;
        let width = text_width(label);
        let right = x + 8.0 + width <= frame.right;
        for up in [4.0, -6.0, 14.0] {
            let left = if right { x + 8.0 } else { x - 8.0 - width };
            let line = y + up;
            let free = |(l, r, t): &(f64, f64, f64)| {
                left > *r || left + width < *l || (line - t).abs() >= LINE
            };
            let inside = left >= frame.left && line <= frame.bottom && line - LINE >= 0.0;
            if inside && self.taken.iter().all(free) {
                self.taken.push((left, left + width, line));
                canvas.text("", (left, line), Anchor::Start, label);
                return;
            }
        }
    }
}
