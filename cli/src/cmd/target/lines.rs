//! Lines for a terminal: fields, paragraphs and tables that fit.

use std::collections::HashSet;

use genodex_engine::diagnostic::display_width;

use crate::page::number::whole;

/// The widest page, and where there is no terminal to ask.
const WIDTH: usize = 100;
/// No page is narrower.
const LEAST: usize = 60;
/// Texts of a table are cut to no fewer columns than this.
const MIN_TEXT: usize = 10;
/// Blanks between columns.
const GAP: usize = 2;
/// Where a line under a row of a table begins.
const UNDER: usize = 4;
/// Where the text of a field begins.
const INDENT: usize = 16;

/// Lines of a page.
pub(super) struct Lines {
    out: String,
    width: usize,
    /// Lines of a table, at most.
    pub(super) limit: usize,
}

impl Lines {
    /// For the terminal, no wider than a page.
    pub(super) fn new(limit: usize) -> Self {
        let terminal = terminal_size::terminal_size().map_or(WIDTH, |(w, _)| usize::from(w.0));
        Self {
            out: String::new(),
            width: terminal.clamp(LEAST, WIDTH),
            limit,
        }
    }

    /// All lines so far.
    pub(super) fn finish(self) -> String {
        self.out
    }

    /// Blank lines before another page.
    pub(super) fn part(&mut self) {
        self.out.push_str("\n\n");
    }

    pub(super) fn title(&mut self, text: &str) {
        let text = clean(text);
        self.out.push_str(&text);
        self.out.push('\n');
        let width = display_width(&text).min(self.width);
        self.out.push_str(&"=".repeat(width));
        self.out.push('\n');
    }

    pub(super) fn heading(&mut self, text: &str) {
        self.out.push('\n');
        self.out.push_str(text);
        self.out.push('\n');
        self.out.push_str(&"-".repeat(display_width(text)));
        self.out.push('\n');
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        self.wrapped("", 0, text);
    }

    /// A term, and what is said of it; nothing where that is empty.
    pub(super) fn field(&mut self, term: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        if display_width(term) >= INDENT {
            self.wrapped("", 0, term);
            self.wrapped("", INDENT, text);
        } else {
            self.wrapped(term, INDENT, text);
        }
    }

    /// What a limit left out.
    pub(super) fn more(&mut self, there: usize, shown: usize, what: &str) {
        if there > shown {
            let more = whole((there - shown) as u64);
            self.paragraph(&format!(
                "... and {more} more {what}: -n, --format json or html"
            ));
        }
    }

    fn wrapped(&mut self, term: &str, indent: usize, text: &str) {
        let text = clean(text);
        let mut line = format!(
            "{term}{}",
            " ".repeat(indent.saturating_sub(display_width(term)))
        );
        let (mut used, mut empty) = (indent, true);
        for word in text.split(' ').filter(|w| !w.is_empty()) {
            let width = display_width(word);
            if !empty && used + 1 + width > self.width {
                self.out.push_str(line.trim_end());
                self.out.push('\n');
                line = " ".repeat(indent);
                (used, empty) = (indent, true);
            }
            if !empty {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += width;
            empty = false;
        }
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    /// Columns that fit: texts give way, the widest first, free text before names; columns that
    /// do not fit at all are left out, and said.
    pub(super) fn table(&mut self, table: &Table) {
        if table.rows.is_empty() {
            self.paragraph("None.");
            return;
        }
        let mut widths: Vec<usize> = table.columns.iter().map(|c| display_width(&c.0)).collect();
        for row in &table.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(display_width(cell));
            }
        }
        let total =
            |widths: &[usize]| widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
        let least: Vec<usize> = (0..widths.len()).map(|i| table.least(i)).collect();
        loop {
            // What is only read gives way before what tells rows apart.
            let room = |kind: Kind| {
                let columns = (0..widths.len()).filter(move |&i| table.columns[i].1 == kind);
                columns
                    .filter(|&i| widths[i] > least[i])
                    .max_by_key(|&i| widths[i])
            };
            match room(Kind::Free).or_else(|| room(Kind::Name)) {
                Some(i) if total(&widths) > self.width => widths[i] -= 1,
                _ => break,
            }
        }
        while total(&widths) > self.width && widths.len() > 1 {
            widths.pop();
        }
        let head: Vec<String> = table.columns.iter().map(|c| c.0.clone()).collect();
        let under = std::iter::once(&None).chain(&table.under);
        for (row, under) in std::iter::once(&head).chain(&table.rows).zip(under) {
            let mut line = String::new();
            for (i, width) in widths.iter().enumerate() {
                if i > 0 {
                    line.push_str(&" ".repeat(GAP));
                }
                let cell = fitted(
                    row.get(i).map_or("", String::as_str),
                    *width,
                    table.columns[i].1,
                );
                let blanks = " ".repeat(width.saturating_sub(display_width(&cell)));
                if table.columns[i].1 == Kind::Number {
                    line.push_str(&blanks);
                    line.push_str(&cell);
                } else {
                    line.push_str(&cell);
                    line.push_str(&blanks);
                }
            }
            self.out.push_str(line.trim_end());
            self.out.push('\n');
            if let Some(under) = under {
                self.wrapped("", UNDER, under);
            }
        }
        let left_out = table.columns.get(widths.len()..).unwrap_or_default();
        if !left_out.is_empty() {
            let names: Vec<&str> = left_out.iter().map(|c| c.0.as_str()).collect();
            self.paragraph(&format!(
                "No room for {}: --format json or html",
                names.join(", ")
            ));
        }
    }
}

/// What a column has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Number,
    /// Text that tells rows apart; cut in the middle, and only as far as it still does.
    Name,
    /// Other text; its end is cut.
    Free,
}

/// Columns by name, and rows.
pub(super) struct Table {
    columns: Vec<(String, Kind)>,
    rows: Vec<Vec<String>>,
    /// Lines under rows.
    under: Vec<Option<String>>,
}

impl Table {
    pub(super) const fn new() -> Self {
        Self {
            columns: Vec::new(),
            rows: Vec::new(),
            under: Vec::new(),
        }
    }

    pub(super) fn text(&mut self, name: &str) -> &mut Self {
        self.columns.push((clean(name), Kind::Name));
        self
    }

    /// A column of text that does not tell rows apart.
    pub(super) fn free(&mut self, name: &str) -> &mut Self {
        self.columns.push((clean(name), Kind::Free));
        self
    }

    pub(super) fn number(&mut self, name: &str) -> &mut Self {
        self.columns.push((clean(name), Kind::Number));
        self
    }

    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells.iter().map(|c| clean(c)).collect());
        self.under.push(None);
    }

    /// The least width of a column: different names stay different when they are cut.
    fn least(&self, column: usize) -> usize {
        let Some((head, kind)) = self.columns.get(column) else {
            return MIN_TEXT;
        };
        if *kind != Kind::Name {
            return MIN_TEXT;
        }
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        let names: HashSet<&String> = cells.collect();
        let longest = names.iter().map(|name| display_width(name)).max();
        let longest = longest.unwrap_or(0).max(display_width(head));
        let differ = |width: &usize| {
            let cut = names.iter().map(|name| fitted(name, *width, *kind));
            cut.collect::<HashSet<_>>().len() == names.len()
        };
        (MIN_TEXT..longest).find(differ).unwrap_or(longest)
    }

    /// A line under the last row.
    pub(super) fn under(&mut self, text: &str) {
        if let Some(under) = self.under.last_mut() {
            *under = Some(text.to_owned());
        }
    }
}

/// Without characters that a terminal obeys.
fn clean(text: &str) -> String {
    let blank = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(blank).collect()
}

/// The text cut to a width in columns of a terminal.
fn fitted(text: &str, width: usize, kind: Kind) -> String {
    if display_width(text) <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(1);
    // The end of a variant or of a change says as much as its beginning.
    let end = if kind == Kind::Name { room / 2 } else { 0 };
    let head = taken(text.chars(), room - end);
    let mut tail: Vec<char> = taken(text.chars().rev(), end);
    tail.reverse();
    head.into_iter().chain(['…']).chain(tail).collect()
}

/// As many characters as fit into a width.
fn taken(text: impl Iterator<Item = char>, width: usize) -> Vec<char> {
    let mut used = 0;
    text.take_while(|c| {
        used += display_width(c.encode_utf8(&mut [0; 4]));
        used <= width
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_look_different() {
        let mut table = Table::new();
        table
            .text("VARIANT")
            .text("CHANGE")
            .free("NOTE")
            .number("AC");
        let stem = "ACGT".repeat(12);
        for (i, end) in ["A", "C", "G"].into_iter().enumerate() {
            let variant = format!("chr1-5503990{i}-{stem}-{stem}{end}");
            let change = format!("c.63_64ins{stem}{end}");
            table.row(vec![variant, change, "free text ".repeat(9), i.to_string()]);
        }
        let mut lines = Lines::new(30);
        lines.width = LEAST;
        lines.table(&table);
        let said = lines.finish();
        let rows: Vec<&str> = said.lines().skip(1).take(3).collect();
        for row in &rows {
            assert!(display_width(row) <= LEAST, "{said}");
            assert!(row.contains("chr1-") && row.contains("c.63"), "{said}");
        }
        let changes: HashSet<&str> = (rows.iter())
            .filter_map(|r| r.split("  ").find(|c| c.starts_with("c.")))
            .collect();
        assert_eq!(changes.len(), 3, "{said}");
    }
}
