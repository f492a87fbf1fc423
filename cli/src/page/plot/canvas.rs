//! Lines, shapes and texts of a plot, in the units of its view box.

use std::fmt::Write as _;

use super::super::escape::escaped;
use super::axis::Ticks;

/// The width of all plots.
pub(super) const WIDTH: f64 = 760.0;

/// How many series differ by colour and shape; further ones begin again.
const SERIES: usize = 6;

/// A number of the view box: two decimals at most.
pub(super) fn coordinate(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0" } else { text }.to_owned()
}

/// About how wide a text is: the page's font is not known here.
pub(super) fn text_width(text: &str) -> f64 {
    let wide = |c: char| if u32::from(c) >= 0x1100 { 12.0 } else { 6.8 };
    text.chars().map(wide).sum()
}

/// `text`, or its beginning and an ellipsis where it is wider than `width`.
pub(super) fn shorten(text: &str, width: f64) -> String {
    if text_width(text) <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        if text_width(&out) + 18.0 > width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

/// Where a text stands to its point.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// The part of a plot within its axes.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Frame {
    pub(super) fn x(&self, ticks: &Ticks, value: f64) -> f64 {
        self.left + ticks.place(value) * (self.right - self.left)
    }

    pub(super) fn y(&self, ticks: &Ticks, value: f64) -> f64 {
        self.bottom - ticks.place(value) * (self.bottom - self.top)
    }
}

/// The content of an `svg` element.
#[derive(Default)]
pub(super) struct Canvas {
    out: String,
}

impl Canvas {
    pub(super) fn finish(self) -> String {
        self.out
    }

    pub(super) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let [x1, y1, x2, y2] = [from.0, from.1, to.0, to.1].map(coordinate);
        let _ = writeln!(
            self.out,
            "<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>"
        );
    }

    pub(super) fn text(&mut self, class: &str, at: (f64, f64), anchor: Anchor, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let [x, y] = [at.0, at.1].map(coordinate);
        let text = escaped(text);
        let _ = writeln!(
            self.out,
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>"
        );
    }

    /// A label read from below, at the left of a plot.
    pub(super) fn upright(&mut self, at: (f64, f64), text: &str) {
        let [x, y] = [at.0, at.1].map(coordinate);
        let text = escaped(text);
        let _ = writeln!(
            self.out,
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\" \
             transform=\"rotate(-90 {x} {y})\">{text}</text>"
        );
    }

    pub(super) fn rect(&mut self, class: &str, from: (f64, f64), size: (f64, f64), title: &str) {
        let [x, y] = [from.0, from.1].map(coordinate);
        let [w, h] = [size.0.max(0.0), size.1.max(0.0)].map(coordinate);
        let _ = writeln!(
            self.out,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\">{}</rect>",
            titled(title)
        );
    }

    /// The mark of a series: a circle, a square, a triangle, a diamond, a triangle on its tip, a
    /// cross.
    pub(super) fn shape(&mut self, series: usize, (x, y): (f64, f64), radius: f64, title: &str) {
        let series = series % SERIES;
        let r = radius;
        let path = |points: &[(f64, f64)]| {
            let mut path = String::new();
            for (i, (dx, dy)) in points.iter().enumerate() {
                let step = if i == 0 { 'M' } else { 'L' };
                let (x, y) = (coordinate(x + dx * r), coordinate(y + dy * r));
                let _ = write!(path, "{step}{x} {y}");
            }
            path + "Z"
        };
        let path = match series {
            1 => path(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
            2 => path(&[(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)]),
            3 => path(&[(0.0, -1.3), (1.1, 0.0), (0.0, 1.3), (-1.1, 0.0)]),
            4 => path(&[(0.0, 1.2), (1.1, -0.8), (-1.1, -0.8)]),
            5 => path(&[
                (-0.4, -1.1),
                (0.4, -1.1),
                (0.4, -0.4),
                (1.1, -0.4),
                (1.1, 0.4),
                (0.4, 0.4),
                (0.4, 1.1),
                (-0.4, 1.1),
                (-0.4, 0.4),
                (-1.1, 0.4),
                (-1.1, -0.4),
                (-0.4, -0.4),
            ]),
            _ => {
                let [x, y, r] = [x, y, r].map(coordinate);
                let _ = writeln!(
                    self.out,
                    "<circle class=\"s c0\" cx=\"{x}\" cy=\"{y}\" r=\"{r}\">{}</circle>",
                    titled(title)
                );
                return;
            }
        };
        let _ = writeln!(
            self.out,
            "<path class=\"s c{series}\" d=\"{path}\">{}</path>",
            titled(title)
        );
    }

    /// A horizontal axis under the frame, with lines through it.
    pub(super) fn axis_x(&mut self, frame: &Frame, ticks: &Ticks, label: &str) {
        self.out.push_str("<g class=\"tick\">\n");
        let mut free = f64::NEG_INFINITY;
        for (at, text) in ticks.marks() {
            let x = frame.x(ticks, *at);
            self.line("grid", (x, frame.top), (x, frame.bottom));
            let half = text_width(text) / 2.0;
            // Marks that would run into each other keep their line only.
            if x - half > free {
                self.text("", (x, frame.bottom + 17.0), Anchor::Middle, text);
                free = x + half + 6.0;
            }
        }
        self.out.push_str("</g>\n");
        let (left, right) = ((frame.left, frame.bottom), (frame.right, frame.bottom));
        self.line("axis", left, right);
        let middle = f64::midpoint(frame.left, frame.right);
        self.text("", (middle, frame.bottom + 36.0), Anchor::Middle, label);
    }

    /// A vertical axis at the left of the frame, with lines through it.
    pub(super) fn axis_y(&mut self, frame: &Frame, ticks: &Ticks, label: &str) {
        self.out.push_str("<g class=\"tick\">\n");
        for (at, text) in ticks.marks() {
            let y = frame.y(ticks, *at);
            self.line("grid", (frame.left, y), (frame.right, y));
            self.text("", (frame.left - 7.0, y + 4.0), Anchor::End, text);
        }
        self.out.push_str("</g>\n");
        let (top, bottom) = ((frame.left, frame.top), (frame.left, frame.bottom));
        self.line("axis", top, bottom);
        self.upright((14.0, f64::midpoint(frame.top, frame.bottom)), label);
    }

    /// The names of series, each beside its mark, above the frame. The y of the lowest line comes
    /// back.
    pub(super) fn legend(&mut self, left: f64, series: &[(usize, &str)]) -> f64 {
        let (mut x, mut y) = (left, 14.0);
        for (series, name) in series {
            let width = text_width(name) + 34.0;
            if x + width > WIDTH && x > left {
                (x, y) = (left, y + 18.0);
            }
            self.shape(*series, (x + 6.0, y - 4.0), 5.0, "");
            self.text("", (x + 16.0, y), Anchor::Start, name);
            x += width;
        }
        if series.is_empty() { 0.0 } else { y }
    }
}

/// Where the left axis stands, so that its marks fit.
pub(super) fn left_of(ticks: &Ticks) -> f64 {
    let widths = ticks.marks().iter().map(|m| text_width(&m.1));
    34.0 + widths.fold(0.0, f64::max)
}

fn titled(title: &str) -> String {
    if title.is_empty() {
        return String::new();
    }
    format!("<title>{}</title>", escaped(title))
}
