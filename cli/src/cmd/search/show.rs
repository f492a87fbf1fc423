//! Hits, written: aligned for people, typed for programs.

use std::io::IsTerminal;
use std::path::Path;

use clap::ValueEnum;
use genodex_engine::diagnostic::display_width;
use genodex_engine::query::text::{Count, Hit};
use serde_json::json;

use crate::output::Target;

/// Width where there is no terminal to ask.
const WIDTH: usize = 100;
/// Widest title and name in a table.
const MAX_TITLE: usize = 44;

/// A hit and what it counts for.
pub(super) struct Found {
    pub(super) hit: Hit,
    pub(super) counts: Vec<Count>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Style {
    /// Aligned columns that fit the terminal
    Table,
    /// Tab-separated; a missing value is a dot
    Tsv,
    /// Comma-separated
    Csv,
    /// An array of objects
    Json,
    /// An object a line
    Ndjson,
}

impl Style {
    pub(super) fn default_for(path: Option<&Path>) -> Self {
        let extension = path.and_then(|p| p.extension()?.to_str());
        match (path, extension) {
            (_, Some("json")) => Self::Json,
            (_, Some("ndjson" | "jsonl")) => Self::Ndjson,
            (_, Some("csv")) => Self::Csv,
            (None, _) if std::io::stdout().is_terminal() => Self::Table,
            _ => Self::Tsv,
        }
    }
}

const COLUMNS: [&str; 13] = [
    "kind",
    "id",
    "title",
    "title_ja",
    "about",
    "name",
    "name_kind",
    "match",
    "people",
    "variants",
    "lof_variants",
    "ac",
    "an",
];
/// What the columns of numbers count.
const COUNTS: [&str; 5] = ["people", "variants", "LoF variants", "AC", "AN"];

pub(super) fn write(
    found: &[Found],
    japanese: bool,
    style: Style,
    path: Option<&Path>,
) -> anyhow::Result<()> {
    let text = match style {
        Style::Table => table(found, japanese),
        Style::Tsv => delimited(found, '\t'),
        Style::Csv => delimited(found, ','),
        Style::Json => {
            let rows: Vec<_> = found.iter().map(object).collect();
            format!("{}\n", serde_json::to_string_pretty(&rows)?)
        }
        Style::Ndjson => found.iter().map(|f| format!("{}\n", object(f))).collect(),
    };
    let mut target = match path {
        Some(path) => Target::create(path)?,
        None => Target::stdout(),
    };
    target.write_all(text.as_bytes())?;
    target.finish()
}

fn object(found: &Found) -> serde_json::Value {
    let document = &found.hit.document;
    let mut object = json!({
        "kind": document.kind.name(), "id": document.id, "title": document.title,
        "title_ja": document.title_ja, "about": document.about, "name": found.hit.name,
        "name_kind": found.hit.name_kind.name(), "match": found.hit.how.name(),
    });
    for (column, what) in COLUMNS.iter().skip(8).zip(COUNTS) {
        if let (Some(value), Some(object)) = (found.count(what), object.as_object_mut()) {
            object.insert((*column).to_owned(), value.into());
        }
    }
    object
}

fn delimited(found: &[Found], separator: char) -> String {
    let mut out = String::new();
    let mut line = |cells: &[String]| {
        for (i, cell) in cells.iter().enumerate() {
            if i > 0 {
                out.push(separator);
            }
            out.push_str(cell);
        }
        out.push('\n');
    };
    let escape = |text: &str| -> String {
        let blank = |c: char| if c.is_control() { ' ' } else { c };
        let text: String = text.chars().map(blank).collect();
        if separator == ',' && text.contains([',', '"']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else if text.is_empty() {
            ".".to_owned()
        } else {
            text
        }
    };
    line(&COLUMNS.map(str::to_owned));
    for f in found {
        let document = &f.hit.document;
        let texts = [
            document.kind.name(),
            &document.id,
            &document.title,
            document.title_ja.as_deref().unwrap_or_default(),
            document.about.as_deref().unwrap_or_default(),
            &f.hit.name,
            f.hit.name_kind.name(),
            f.hit.how.name(),
        ];
        let counts = COUNTS.map(|what| {
            f.count(what)
                .map_or_else(|| ".".to_owned(), |n| n.to_string())
        });
        let cells: Vec<String> = texts.map(escape).into_iter().chain(counts).collect();
        line(&cells);
    }
    out
}

/// Kind, identifier, title, counts, and the name that matched where it is not the title.
fn table(found: &[Found], japanese: bool) -> String {
    let terminal = terminal_size::terminal_size().map_or(WIDTH, |(w, _)| usize::from(w.0));
    let rows: Vec<[String; 5]> = found.iter().map(|f| cells(f, japanese)).collect();
    if rows.is_empty() {
        return String::new();
    }
    let head = ["KIND", "ID", "TITLE", "IN STORE", "MATCHED"].map(str::to_owned);
    let mut widths = [0; 5];
    for row in rows.iter().chain([&head]) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(display_width(cell));
        }
    }
    // Titles and names give way, the wider first.
    while widths.iter().sum::<usize>() + 8 > terminal.max(60)
        || widths[2].max(widths[4]) > MAX_TITLE
    {
        let widest = if widths[2] >= widths[4] { 2 } else { 4 };
        if widths[widest] <= 12 {
            break;
        }
        widths[widest] -= 1;
    }
    let mut out = String::new();
    for row in [&head].into_iter().chain(&rows) {
        let mut line = String::new();
        for (i, (cell, width)) in row.iter().zip(widths).enumerate() {
            if i > 0 {
                line.push_str("  ");
            }
            let cell = fitted(cell, width);
            line.push_str(&cell);
            line.push_str(&" ".repeat(width.saturating_sub(display_width(&cell))));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn cells(found: &Found, japanese: bool) -> [String; 5] {
    let document = &found.hit.document;
    let mut title = found.hit.title(japanese).to_owned();
    if let Some(about) = &document.about {
        title = format!("{title}  {about}");
    }
    let counts = found.counts.iter().map(|c| match c.what {
        "AC" | "AN" => format!("{} {}", c.what, c.value),
        "people" if c.value == 1 => "1 person".to_owned(),
        _ => format!("{} {}", c.value, c.what),
    });
    let counts = counts.collect::<Vec<_>>().join(", ");
    let matched = match found.hit.name == found.hit.title(japanese) || found.hit.name == document.id
    {
        true => String::new(),
        false => format!("{} ({})", found.hit.name, found.hit.name_kind.name()),
    };
    let kind = document.kind.name().to_owned();
    [kind, document.id.clone(), title, counts, matched]
}

/// The text cut to a width in cells of a terminal; wide characters take two.
fn fitted(text: &str, width: usize) -> String {
    let blank = |c: char| if c.is_control() { ' ' } else { c };
    let text: String = text.chars().map(blank).collect();
    if display_width(&text) <= width {
        return text;
    }
    let mut out = String::new();
    for c in text.chars() {
        let mut next = out.clone();
        next.push(c);
        if display_width(&next) >= width {
            break;
        }
        out = next;
    }
    out.push('…');
    out
}
