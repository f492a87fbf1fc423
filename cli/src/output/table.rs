//! A table for people: aligned columns that fit the terminal.

use super::number::{push_g6, push_int, push_uint};
use super::{Assembler, Batch, Column, Format, Kind, Piece, Values};

/// Width where there is no terminal to ask.
const DEFAULT_WIDTH: usize = 100;
/// Text is cut to this many characters, for a start.
const MAX_TEXT: usize = 24;
/// And to no fewer than this where the terminal is narrow.
const MIN_TEXT: usize = 6;
/// Columns of identifiers, of which none is cut: a part of one is of no use. Of several (`;`)
/// the first are shown.
const WHOLE: [&str; 9] = [
    "ID", "SAMPLE", "FAMILY", "FATHER", "MOTHER", "CHILD", "GENE", "GENE_ID", "TERM",
];
/// Blanks between columns.
const GAP: usize = 2;

#[derive(Clone)]
pub(super) struct Table {
    columns: Vec<Column>,
    /// Widths in characters, once rows have been seen; columns beyond do not fit.
    widths: Option<Vec<usize>>,
    terminal: usize,
}

fn is_whole(column: &Column) -> bool {
    WHOLE.contains(&column.name.as_str())
}

/// Of identifiers with `;` between them those that fit, the first at least.
fn first_whole(text: &str, width: usize) -> String {
    let mut ends = text.match_indices(';').map(|(at, _)| at + 1);
    let Some(first) = ends.next().filter(|_| text.chars().count() > width) else {
        return text.to_owned();
    };
    let fits = |end: &usize| text.get(..*end).is_some_and(|t| t.chars().count() < width);
    let end = ends.take_while(fits).last().unwrap_or(first);
    format!("{}…", text.get(..end).unwrap_or(text))
}

impl Table {
    pub(super) fn new(columns: Vec<Column>) -> Self {
        let columns_set = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
        let terminal = columns_set
            .or_else(|| terminal_size::terminal_size().map(|(w, _)| usize::from(w.0)))
            .unwrap_or(DEFAULT_WIDTH);
        Self {
            columns,
            widths: None,
            terminal,
        }
    }

    fn cell(values: &Values, row: usize) -> String {
        let mut out = Vec::new();
        match values {
            Values::Text(text) => return text.get(row).to_owned(),
            Values::UInt(v) => push_uint(&mut out, v[row]),
            Values::Int(v) => push_int(&mut out, v[row]),
            Values::Float(v) if v[row].is_nan() => out.push(b'.'),
            Values::Float(v) => push_g6(&mut out, v[row]),
        }
        String::from_utf8(out).unwrap_or_default()
    }

    /// Chooses widths by the header and the first rows.
    fn fit(&self, batch: &Batch) -> Vec<usize> {
        let natural = self
            .columns
            .iter()
            .zip(&batch.columns)
            .map(|(column, values)| {
                let shown = |text: String| match is_whole(column) {
                    true => first_whole(&text, MIN_TEXT).chars().count(),
                    false => text.chars().count(),
                };
                let cells = (0..batch.len()).map(|row| shown(Self::cell(values, row)));
                let width = cells.max().unwrap_or(0);
                let width = match column.kind {
                    Kind::Text { .. } if is_whole(column) => width,
                    Kind::Text { .. } => width.min(MAX_TEXT),
                    // Later rows may have longer numbers.
                    Kind::UInt | Kind::Int => width + 1,
                    Kind::Float => width.max(11),
                };
                width.max(column.name.chars().count())
            });
        let mut widths: Vec<usize> = natural.collect();
        let total = |w: &[usize]| w.iter().sum::<usize>() + GAP * w.len().saturating_sub(1);
        // First the texts give way, the widest first, then columns at the end.
        while total(&widths) > self.terminal {
            let texts = (0..widths.len())
                .filter(|&i| matches!(self.columns[i].kind, Kind::Text { .. }))
                .filter(|&i| !is_whole(&self.columns[i]))
                .filter(|&i| widths[i] > MIN_TEXT.max(self.columns[i].name.chars().count()));
            match texts.max_by_key(|&i| widths[i]) {
                Some(i) => widths[i] -= 1,
                None if widths.len() > 1 => _ = widths.pop(),
                None => break,
            }
        }
        widths
    }

    fn line(&self, widths: &[usize], cell: impl Fn(usize) -> String, out: &mut Vec<u8>) {
        let mut line = String::new();
        for (i, &width) in widths.iter().enumerate() {
            if i > 0 {
                line.push_str("  ");
            }
            let mut text = cell(i);
            if is_whole(&self.columns[i]) {
                text = first_whole(&text, width);
            }
            let length = text.chars().count();
            let blanks = " ".repeat(width.saturating_sub(length));
            match self.columns[i].kind {
                Kind::Text { .. } if length > width && !is_whole(&self.columns[i]) => {
                    line.extend(text.chars().take(width.saturating_sub(1)));
                    line.push('…');
                }
                Kind::Text { .. } => {
                    line.push_str(&text);
                    line.push_str(&blanks);
                }
                _ => {
                    line.push_str(&blanks);
                    line.push_str(&text);
                }
            }
        }
        out.extend_from_slice(line.trim_end().as_bytes());
        out.push(b'\n');
    }

    fn start(&mut self, batch: &Batch, out: &mut Vec<u8>) -> Vec<usize> {
        let widths = self.fit(batch);
        self.line(&widths, |i| self.columns[i].name.clone(), out);
        let hidden = self.columns.len() - widths.len();
        if hidden > 0 {
            let note = format!(
                "({hidden} more columns do not fit: widen the terminal, or --format tsv)\n"
            );
            out.extend_from_slice(note.as_bytes());
        }
        self.widths = Some(widths.clone());
        widths
    }
}

impl Format for Table {
    fn encode(&self, batch: Batch) -> anyhow::Result<Piece> {
        Ok(Piece::Cells(batch))
    }

    fn assembler(&self) -> anyhow::Result<Box<dyn Assembler>> {
        Ok(Box::new(self.clone()))
    }
}

impl Assembler for Table {
    fn begin(&mut self, _out: &mut Vec<u8>) -> anyhow::Result<()> {
        Ok(())
    }

    fn append(&mut self, piece: Piece, out: &mut Vec<u8>) -> anyhow::Result<()> {
        let Piece::Cells(batch) = piece else {
            return Ok(());
        };
        let widths = match &self.widths {
            Some(widths) => widths.clone(),
            None if batch.len() == 0 => return Ok(()),
            None => self.start(&batch, out),
        };
        for row in 0..batch.len() {
            self.line(&widths, |i| Self::cell(&batch.columns[i], row), out);
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) -> anyhow::Result<()> {
        if self.widths.is_none() {
            self.start(&Batch::empty(&self.columns), out);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_identifiers_the_first_are_shown() {
        for (width, expected) in [
            (3, "rs1;…"),
            (5, "rs1;…"),
            (9, "rs1;rs2;…"),
            (12, "rs1;rs2;rs30"),
        ] {
            assert_eq!(first_whole("rs1;rs2;rs30", width), expected, "{width}");
        }
        assert_eq!(first_whole("rs123456", 3), "rs123456");
    }

    #[test]
    fn identifiers_are_not_cut() {
        let text = |name: &str| Column::new(name, Kind::Text { nullable: true });
        let columns = vec![text("SAMPLE"), text("REASON"), Column::new("N", Kind::UInt)];
        let mut batch = Batch::empty(&columns);
        let (first, second) = ("A".repeat(40), format!("{}B", "A".repeat(70)));
        for id in [&first, &second] {
            let mut row = batch.row();
            row.text(id);
            row.text(&"long ".repeat(20));
            row.uint(7);
        }
        let mut table = Table::new(columns);
        table.terminal = 60;
        let mut out = Vec::new();
        table.append(Piece::Cells(batch), &mut out).unwrap();
        let said = String::from_utf8(out).unwrap();
        assert!(
            said.lines().any(|l| l.trim_end().starts_with(&second)),
            "{said}"
        );
        assert!(said.contains("more columns do not fit"), "{said}");
    }
}
