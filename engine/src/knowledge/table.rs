//! Tables of tab-separated text: comments, a line of names, rows.

use super::{File, KnowledgeError, Source, bytes};

/// A table whose columns have names.
pub(super) struct Table<'t> {
    file: &'t str,
    columns: Vec<&'t str>,
    lines: std::iter::Enumerate<std::str::Lines<'t>>,
}

/// A row: its cells by the number of their column.
pub(super) struct Row<'r, 't> {
    file: &'t str,
    /// 1-based line of the file.
    line: usize,
    cells: &'r [&'t str],
}

impl<'t> Table<'t> {
    /// Reads comments (`#`) and the line of names.
    pub(super) fn new(file: &'t str, text: &'t str) -> Self {
        let mut lines = text.lines().enumerate();
        let named = |line: &&'t str| !line.starts_with('#') && !line.is_empty();
        let columns = lines.by_ref().map(|(_, line)| line).find(named);
        let columns = columns.unwrap_or_default().split('\t').map(str::trim);
        Self {
            file,
            columns: columns.collect(),
            lines,
        }
    }

    /// The number of a column.
    pub(super) fn column(&self, name: &str) -> Result<usize, KnowledgeError> {
        let found = self.columns.iter().position(|c| *c == name);
        found.ok_or_else(|| KnowledgeError::NoColumn {
            file: self.file.to_owned(),
            column: name.to_owned(),
            known: self.columns.iter().map(|&c| c.to_owned()).collect(),
        })
    }

    /// Gives every row to `each`, which stops by its error.
    pub(super) fn read(
        self,
        mut each: impl FnMut(&Row<'_, 't>) -> Result<(), KnowledgeError>,
    ) -> Result<(), KnowledgeError> {
        let mut cells = Vec::with_capacity(self.columns.len());
        for (number, text) in self.lines {
            if text.is_empty() {
                continue;
            }
            cells.clear();
            cells.extend(text.split('\t'));
            let row = Row {
                file: self.file,
                line: number + 1,
                cells: &cells,
            };
            if cells.len() != self.columns.len() {
                let (found, wanted) = (cells.len(), self.columns.len());
                return Err(row.fault(format!("{found} fields, {wanted} expected")));
            }
            each(&row)?;
        }
        Ok(())
    }
}

impl<'t> Row<'_, 't> {
    /// The text of a cell.
    pub(super) fn get(&self, column: usize) -> &'t str {
        self.cells.get(column).copied().unwrap_or_default().trim()
    }

    pub(super) fn owned(&self, column: usize) -> String {
        self.get(column).to_owned()
    }

    /// The text of a cell, none where it is empty.
    pub(super) fn some(&self, column: usize) -> Option<String> {
        Some(self.owned(column)).filter(|text| !text.is_empty())
    }

    /// The items of a cell with `|` between them.
    pub(super) fn list(&self, column: usize) -> Vec<String> {
        list(self.get(column))
    }

    /// A number; none where the cell is empty.
    pub(super) fn number(&self, column: usize, name: &str) -> Result<Option<f64>, KnowledgeError> {
        let text = self.get(column);
        if text.is_empty() {
            return Ok(None);
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err(self.fault(format!("field {name}: {text:?} is not a number"))),
        }
    }

    /// An error of this line.
    pub(super) fn fault(&self, reason: String) -> KnowledgeError {
        KnowledgeError::Line {
            file: self.file.to_owned(),
            line: self.line,
            reason,
        }
    }
}

/// Splits at `|`; `\|` and `\\` are the characters themselves.
fn list(text: &str) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    if !text.contains('\\') {
        return text.split('|').map(str::to_owned).collect();
    }
    let (mut items, mut item) = (Vec::new(), String::new());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => item.extend(chars.next()),
            '|' => items.push(std::mem::take(&mut item)),
            c => item.push(c),
        }
    }
    items.push(item);
    items
}

/// What the comments of a table say of where it is from.
pub(super) fn sources(file: &File) -> Result<Vec<Source>, KnowledgeError> {
    let text = bytes::text(file)?;
    let comments = text.lines().take_while(|line| line.starts_with('#'));
    let sources = comments.filter_map(|line| line.strip_prefix("# source: "));
    let sources = sources.map(|line| {
        let mut parts = line.split('|').map(|part| part.trim().to_owned());
        let mut next = || parts.next().unwrap_or_default();
        Source {
            name: next(),
            version: next(),
            licence: next(),
            url: next(),
        }
    });
    Ok(sources.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_a_list() {
        assert_eq!(list(""), Vec::<String>::new());
        assert_eq!(list("a|b"), ["a", "b"]);
        assert_eq!(list(r"a \| b|c\\"), ["a | b", r"c\"]);
        assert_eq!(list(r"a\"), ["a"]);
    }

    #[test]
    fn columns_rows_and_their_faults() {
        let text = "# x\r\nid\tn\r\na\t1\r\n\r\nb\tx\r\n";
        let table = Table::new("f.tsv", text);
        let n = table.column("n").unwrap();
        let missing = table.column("m").unwrap_err().to_string();
        assert_eq!(missing, "f.tsv: no column \"m\"; it has id, n");
        let mut seen = Vec::new();
        let error = table.read(|row| {
            seen.push(row.number(n, "n")?);
            Ok(())
        });
        let said = error.unwrap_err().to_string();
        assert_eq!(said, "f.tsv: line 5: field n: \"x\" is not a number");
        assert_eq!(seen, [Some(1.0)]);
        let error = Table::new("f", "a\tb\n1\n").read(|_| Ok(())).unwrap_err();
        assert_eq!(error.to_string(), "f: line 2: 1 fields, 2 expected");
    }
}
