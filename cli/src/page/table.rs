//! A table of texts.

use super::escape::push_escaped;
use super::push_element;

/// Characters of a text that stays on one line.
const SHORT: usize = 24;
/// Rows after which a table scrolls in its box.
const LONG: usize = 20;

/// How the cells of a column stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Align {
    Text,
    Number,
}

/// Columns, and rows of texts under them. Numbers are handed in as they are to be read
/// ([`super::number`]).
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    columns: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Without columns and rows.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// With a column of texts more.
    pub(crate) fn text(mut self, name: impl Into<String>) -> Self {
        self.columns.push((name.into(), Align::Text));
        self
    }

    /// With a column of numbers more, which stand at the right.
    pub(crate) fn number(mut self, name: impl Into<String>) -> Self {
        self.columns.push((name.into(), Align::Number));
        self
    }

    /// Adds a row. Cells that are missing are empty, and those beyond the columns are left out.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let mut row: Vec<String> = cells.into_iter().collect();
        row.resize(self.columns.len(), String::new());
        self.rows.push(row);
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(super) fn write(&self, out: &mut String) {
        if self.is_empty() {
            push_element(out, "p", "note", "None.");
            out.push('\n');
            return;
        }
        let class = if self.len() > LONG {
            "scroll long"
        } else {
            "scroll"
        };
        // A box that scrolls must be reachable without a mouse.
        out.push_str("<div class=\"");
        out.push_str(class);
        out.push_str("\" tabindex=\"0\">\n<table>\n<thead><tr>");
        for (name, align) in &self.columns {
            out.push_str(match align {
                Align::Text => "<th scope=\"col\">",
                Align::Number => "<th scope=\"col\" class=\"n\">",
            });
            push_escaped(out, name);
            out.push_str("</th>");
        }
        out.push_str("</tr></thead>\n<tbody>\n");
        for row in &self.rows {
            out.push_str("<tr>");
            for (cell, (_, align)) in row.iter().zip(&self.columns) {
                let class = match align {
                    Align::Text if cell.chars().count() <= SHORT => "k",
                    Align::Text => "",
                    Align::Number => "n",
                };
                push_element(out, "td", class, cell);
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody>\n</table>\n</div>\n");
    }
}
