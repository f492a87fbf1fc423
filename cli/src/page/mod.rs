//! One self-contained HTML page: sections, tables, definitions, notes and plots.
//!
//! A page asks for nothing from outside: its style is inline, it has no script, and a policy in
//! its head forbids both. It follows the reader's light or dark scheme, prints, and reads on a
//! narrow screen. Every text that goes in is escaped here; the same input gives the same bytes.
//! What stands on a page is left to the commands.

#![allow(dead_code, reason = "commands that write pages come next")]

mod escape;
pub(crate) mod number;
pub(crate) mod plot;
mod table;

#[cfg(test)]
mod tests;

use escape::push_escaped;
use plot::Figure;
pub(crate) use table::Table;

const STYLE: &str = include_str!("page.css");

/// A page in the making: its parts in the order in which they are added.
pub(crate) struct Page {
    title: String,
    body: String,
    in_section: bool,
}

impl Page {
    /// An empty page.
    pub(crate) fn new(title: &str) -> Self {
        let mut body = String::from("<h1>");
        push_escaped(&mut body, title);
        body.push_str("</h1>\n");
        Self {
            title: title.to_owned(),
            body,
            in_section: false,
        }
    }

    /// The title of one of several parts that each have sections.
    pub(crate) fn chapter(&mut self, title: &str) {
        self.close();
        self.element("h1", "chapter", title);
    }

    /// A line under the title.
    pub(crate) fn subtitle(&mut self, text: &str) {
        self.element("p", "subtitle", text);
    }

    /// Begins a section; what is added from now on belongs to it.
    pub(crate) fn section(&mut self, heading: &str) {
        self.close();
        self.body.push_str("<section>\n");
        self.in_section = true;
        self.element("h2", "", heading);
    }

    /// A heading within a section.
    pub(crate) fn heading(&mut self, text: &str) {
        self.element("h3", "", text);
    }

    /// A paragraph.
    pub(crate) fn paragraph(&mut self, text: &str) {
        self.element("p", "", text);
    }

    /// A paragraph in small print: how something was counted, what was left out.
    pub(crate) fn note(&mut self, text: &str) {
        self.element("p", "note", text);
    }

    /// Terms, and what is said of each. Pairs without a text are left out.
    pub(crate) fn definitions<'t>(&mut self, pairs: impl IntoIterator<Item = (&'t str, String)>) {
        self.body.push_str("<dl>\n");
        for (term, text) in pairs.into_iter().filter(|p| !p.1.is_empty()) {
            self.body.push_str("<div>");
            self.inline("dt", term);
            self.inline("dd", &text);
            self.body.push_str("</div>\n");
        }
        self.body.push_str("</dl>\n");
    }

    /// A table; a long or wide one scrolls in a box of its own.
    pub(crate) fn table(&mut self, table: &Table) {
        table.write(&mut self.body);
    }

    /// A plot under its caption.
    pub(crate) fn figure(&mut self, caption: &str, figure: &Figure) {
        self.body.push_str("<figure>\n");
        self.inline("figcaption", caption);
        self.body.push('\n');
        figure.write(caption, &mut self.body);
        self.body.push_str("</figure>\n");
    }

    /// The page as a file.
    pub(crate) fn finish(mut self) -> String {
        self.close();
        let mut out = String::from(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
             style-src 'unsafe-inline'\">\n<title>",
        );
        push_escaped(&mut out, &self.title);
        out.push_str("</title>\n<style>\n");
        out.push_str(STYLE);
        out.push_str("</style>\n</head>\n<body>\n<main>\n");
        out.push_str(&self.body);
        out.push_str("</main>\n</body>\n</html>\n");
        out
    }

    fn close(&mut self) {
        if std::mem::take(&mut self.in_section) {
            self.body.push_str("</section>\n");
        }
    }

    fn element(&mut self, name: &str, class: &str, text: &str) {
        push_element(&mut self.body, name, class, text);
        self.body.push('\n');
    }

    fn inline(&mut self, name: &str, text: &str) {
        push_element(&mut self.body, name, "", text);
    }
}

/// Whether a text has kana or ideographs: the page is in English, its ideographs are Japanese, and
/// a browser chooses their shapes by language.
fn is_japanese(text: &str) -> bool {
    let japanese = |c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}');
    text.chars().any(japanese)
}

/// Appends an element around an escaped text. `name` and `class` are words of this program.
fn push_element(out: &mut String, name: &str, class: &str, text: &str) {
    out.push('<');
    out.push_str(name);
    if !class.is_empty() {
        out.push_str(" class=\"");
        out.push_str(class);
        out.push('"');
    }
    if is_japanese(text) {
        out.push_str(" lang=\"ja\"");
    }
    out.push('>');
    push_escaped(out, text);
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}
