//! Marks on stems along a gene or a protein.

use super::Figure;
use super::axis::{Axis, Ticks};
use super::canvas::{Anchor, Canvas, Frame, WIDTH, left_of, shorten};
use super::scatter::Labels;

const HEIGHT: f64 = 360.0;

/// A mark on its stem.
#[derive(Clone, Debug)]
pub(crate) struct Stem {
    /// Where it stands.
    pub(crate) x: f64,
    /// How high it is.
    pub(crate) y: f64,
    /// Which of the series.
    pub(crate) series: usize,
    /// What a pointer shows.
    pub(crate) title: String,
    /// What is written beside it; nothing for most.
    pub(crate) label: Option<String>,
}

/// A stretch of the horizontal axis, drawn under the stems.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    /// Its first position.
    pub(crate) start: f64,
    /// Its last position.
    pub(crate) end: f64,
    /// What it is.
    pub(crate) label: String,
}

/// A lollipop plot's stems and words.
pub(crate) struct Lollipop<'t> {
    /// The stems.
    pub(crate) stems: &'t [Stem],
    /// The horizontal axis.
    pub(crate) x: Axis<'t>,
    /// The vertical axis.
    pub(crate) y: Axis<'t>,
    /// Names of the series.
    pub(crate) series: &'t [&'t str],
    /// Stretches under the stems; the axis holds them all.
    pub(crate) spans: &'t [Span],
}

/// Draws a lollipop plot.
pub(crate) fn lollipop(of: &Lollipop<'_>) -> Figure {
    let finite = |s: &&Stem| s.x.is_finite() && s.y.is_finite();
    let mut stems: Vec<&Stem> = of.stems.iter().filter(finite).collect();
    let left_out = of.stems.len() - stems.len();
    if stems.is_empty() {
        return Figure {
            drawn: None,
            left_out,
        };
    }
    let ends = of.spans.iter().flat_map(|s| [s.start, s.end]);
    let x = Ticks::new(of.x.scale, stems.iter().map(|s| s.x).chain(ends), 8);
    let y = Ticks::new(of.y.scale, stems.iter().map(|s| s.y), 6);
    let mut canvas = Canvas::default();
    let left = left_of(&y);
    // Series without a stem have no place in the legend.
    let series = of.series.iter().copied().enumerate();
    let seen: Vec<(usize, &str)> = series
        .filter(|(i, _)| stems.iter().any(|s| s.series == *i))
        .collect();
    let legend = canvas.legend(left, &seen);
    let spans = if of.spans.is_empty() { 0.0 } else { 20.0 };
    let plot = Frame {
        left,
        top: legend + 20.0,
        right: WIDTH - 16.0,
        bottom: HEIGHT - 46.0 - spans,
    };
    canvas.axis_y(&plot, &y, of.y.label);
    let under = Frame {
        bottom: plot.bottom + spans,
        ..plot
    };
    canvas.axis_x(&under, &x, of.x.label);
    for span in of.spans {
        let (from, to) = (plot.x(&x, span.start), plot.x(&x, span.end));
        let size = ((to - from).max(1.0), spans - 4.0);
        canvas.rect("span", (from, plot.bottom + 2.0), size, &span.label);
        let label = shorten(&span.label, (to - from - 6.0).max(0.0));
        let at = (f64::midpoint(from, to), plot.bottom + spans - 6.0);
        if label.chars().count() > 1 {
            canvas.text("", at, Anchor::Middle, &label);
        }
    }
    for stem in &stems {
        let at = (plot.x(&x, stem.x), plot.y(&y, stem.y));
        canvas.line("stem", (at.0, plot.bottom), at);
    }
    // The last drawn lies on top: those of the first series.
    stems.sort_by_key(|s| std::cmp::Reverse(s.series));
    for stem in &stems {
        let at = (plot.x(&x, stem.x), plot.y(&y, stem.y));
        canvas.shape(stem.series, at, 4.6, &stem.title);
    }
    let marks = stems.iter().map(|s| (plot.x(&x, s.x), plot.y(&y, s.y)));
    let mut labels = Labels::beside(marks);
    for stem in &stems {
        if let Some(label) = &stem.label {
            let at = (plot.x(&x, stem.x), plot.y(&y, stem.y));
            labels.write(&mut canvas, &plot, at, label);
        }
    }
    Figure {
        drawn: Some((canvas.finish(), HEIGHT)),
        left_out,
    }
}
