//! Strength of evidence along the genome, and against what chance alone would give.

use super::Figure;
use super::axis::{Axis, Ticks};
use super::canvas::{Anchor, Canvas, Frame, WIDTH, left_of, text_width};
use super::scatter::{Labels, Mark};
use std::collections::BTreeSet;

const HEIGHT: f64 = 360.0;
/// Points nearer to each other than this are one mark.
const NEAR: f64 = 1.5;
/// Of the width, what lies between two chromosomes.
const GAP: f64 = 0.006;

/// A place of the genome and the evidence there.
#[derive(Clone, Debug)]
pub(crate) struct Peak {
    /// The chromosome, by its place in [`Manhattan::chromosomes`].
    pub(crate) chromosome: usize,
    /// 1-based.
    pub(crate) position: u64,
    /// `-log10` of the p-value.
    pub(crate) log10p: f64,
    /// What it is; a pointer shows it.
    pub(crate) title: String,
    /// What is written beside it; nothing for most.
    pub(crate) label: Option<String>,
}

/// A Manhattan plot's points and words.
pub(crate) struct Manhattan<'t> {
    /// Names of chromosomes, in their order; those without points take no room.
    pub(crate) chromosomes: &'t [String],
    /// The points.
    pub(crate) points: &'t [Peak],
    /// Level lines.
    pub(crate) marks: &'t [Mark<'t>],
}

/// Draws a Manhattan plot.
pub(crate) fn manhattan(of: &Manhattan<'_>) -> Figure {
    let usable = |p: &&Peak| p.log10p.is_finite() && p.chromosome < of.chromosomes.len();
    let points: Vec<&Peak> = of.points.iter().filter(usable).collect();
    let left_out = of.points.len() - points.len();
    if points.is_empty() {
        return Figure {
            drawn: None,
            left_out,
        };
    }
    let lines = of.marks.iter().map(|m| m.at);
    let y = Ticks::new(
        Axis::from_zero("").scale,
        points.iter().map(|p| p.log10p).chain(lines),
        6,
    );
    let frame = Frame {
        left: left_of(&y),
        top: 20.0,
        right: WIDTH - 16.0,
        bottom: HEIGHT - 46.0,
    };
    let mut canvas = Canvas::default();
    canvas.axis_y(&frame, &y, "−log10 p");
    let spans = Spans::new(of.chromosomes.len(), &points, &frame);
    canvas.line(
        "axis",
        (frame.left, frame.bottom),
        (frame.right, frame.bottom),
    );
    let mut free = f64::NEG_INFINITY;
    for (i, name) in of.chromosomes.iter().enumerate() {
        let Some((from, to)) = spans.ends(i) else {
            continue;
        };
        let (middle, half) = (f64::midpoint(from, to), text_width(name) / 2.0);
        if middle - half > free {
            canvas.text("soft", (middle, frame.bottom + 17.0), Anchor::Middle, name);
            free = middle + half + 4.0;
        }
    }
    let middle = f64::midpoint(frame.left, frame.right);
    canvas.text(
        "",
        (middle, frame.bottom + 36.0),
        Anchor::Middle,
        "chromosome",
    );
    for mark in of.marks.iter().filter(|m| m.at.is_finite()) {
        let at = frame.y(&y, mark.at);
        canvas.line("mark", (frame.left, at), (frame.right, at));
        canvas.text("soft", (frame.right, at - 5.0), Anchor::End, mark.label);
    }
    let place = |p: &Peak| (spans.x(p), frame.y(&y, p.log10p));
    let mut drawn = BTreeSet::new();
    for point in points.iter().filter(|p| p.label.is_none()) {
        let (px, py) = place(point);
        let key = ((px / NEAR).round() as i64, (py / NEAR).round() as i64);
        if drawn.insert(key) {
            // Neighbouring chromosomes differ.
            canvas.shape(point.chromosome % 2, (px, py), 2.4, &point.title);
        }
    }
    let labelled: Vec<&&Peak> = points.iter().filter(|p| p.label.is_some()).collect();
    let mut labels = Labels::beside(labelled.iter().map(|p| place(p)));
    for point in labelled {
        if let Some(label) = &point.label {
            let at = place(point);
            canvas.shape(point.chromosome % 2, at, 4.2, &point.title);
            labels.write(&mut canvas, &frame, at, label);
        }
    }
    Figure {
        drawn: Some((canvas.finish(), HEIGHT)),
        left_out,
    }
}

/// Where each chromosome lies on the page: as wide as the points on it are apart.
struct Spans(Vec<Option<Span>>);

struct Span {
    first: u64,
    bases: f64,
    from: f64,
    width: f64,
}

impl Spans {
    fn new(chromosomes: usize, points: &[&Peak], frame: &Frame) -> Self {
        let mut ends: Vec<Option<(u64, u64)>> = vec![None; chromosomes];
        for p in points {
            if let Some(end) = ends.get_mut(p.chromosome) {
                let (a, b) = end.unwrap_or((p.position, p.position));
                *end = Some((a.min(p.position), b.max(p.position)));
            }
        }
        let bases = |(a, b): (u64, u64)| (b - a).max(1) as f64;
        let there = ends.iter().flatten().count() as f64;
        let total: f64 = ends.iter().flatten().map(|e| bases(*e)).sum();
        let room = (frame.right - frame.left) * (1.0 - GAP * there);
        let gap = (frame.right - frame.left) * GAP;
        let mut from = frame.left + gap / 2.0;
        let spans = ends.into_iter().map(|end| {
            let end = end?;
            let width = room * bases(end) / total;
            let span = Span {
                first: end.0,
                bases: bases(end),
                from,
                width,
            };
            from += width + gap;
            Some(span)
        });
        Self(spans.collect())
    }

    fn ends(&self, chromosome: usize) -> Option<(f64, f64)> {
        let span = self.0.get(chromosome)?.as_ref()?;
        Some((span.from, span.from + span.width))
    }

    fn x(&self, point: &Peak) -> f64 {
        match self.0.get(point.chromosome) {
            Some(Some(s)) => {
                s.from + (point.position.saturating_sub(s.first)) as f64 / s.bases * s.width
            }
            _ => 0.0,
        }
    }
}
