//! Plots as SVG: histogram, scatter, horizontal bars, lollipops, Love, Manhattan
//! and quantile-quantile plots.
//!
//! A plot is drawn from plain values by one function. Colours come from the page's style, and
//! each series has a shape of its own beside its colour; what a mark stands for is its `title`,
//! which a pointer shows. Values that are no numbers are left out, and the figure says how many.

mod axis;
mod bars;
mod canvas;
mod histogram;
mod lollipop;
mod love;
mod manhattan;
mod quantiles;
mod scatter;

use super::escape::push_escaped;
use super::push_element;

pub(crate) use axis::Axis;
#[cfg(test)]
pub(crate) use axis::{Scale, Ticks};
pub(crate) use bars::{Bar, bars};
pub(crate) use histogram::{Histogram, histogram};
pub(crate) use lollipop::{Lollipop, Span, Stem, lollipop};
pub(crate) use love::{Row, love};
pub(crate) use manhattan::{Manhattan, Peak, manhattan};
pub(crate) use quantiles::{Quantiles, quantiles};
pub(crate) use scatter::{Mark, Point, Scatter, scatter};

/// A drawn plot, or nothing where there was nothing to draw.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figure {
    /// The content of the `svg` element and its height; its width is [`canvas::WIDTH`].
    drawn: Option<(String, f64)>,
    /// Values that are no numbers.
    left_out: usize,
}

impl Figure {
    /// Whether there was nothing to draw.
    #[cfg(test)]
    pub(crate) const fn is_empty(&self) -> bool {
        self.drawn.is_none()
    }

    pub(super) fn write(&self, label: &str, out: &mut String) {
        match &self.drawn {
            None => {
                push_element(out, "p", "note", "There is nothing to draw.");
                out.push('\n');
            }
            Some((content, height)) => {
                out.push_str("<div class=\"plot\" tabindex=\"0\">\n<svg viewBox=\"0 0 ");
                out.push_str(&canvas::coordinate(canvas::WIDTH));
                out.push(' ');
                out.push_str(&canvas::coordinate(*height));
                out.push_str("\" role=\"img\" aria-label=\"");
                push_escaped(out, label);
                out.push_str("\">\n");
                out.push_str(content);
                out.push_str("</svg>\n</div>\n");
            }
        }
        if self.left_out > 0 {
            let text = format!("Not drawn, for want of a number: {}.", self.left_out);
            push_element(out, "p", "note", &text);
            out.push('\n');
        }
    }
}
