//! Errors that point at a place in a line of text that a person typed.
//!
//! Regions and cohort expressions report their errors with these. What is right or wrong is
//! decided by their parsers; this only says it well.

use std::fmt;
use std::ops::Range;

/// Characters of a long line that are shown before and after the place.
const CONTEXT: usize = 48;

/// Names longer than this are not compared when a similar one is sought.
const MAX_NAME: usize = 128;

/// A message about one place of a text, shown with a caret line under it:
///
/// ```text
/// no column "popp"
///   popp == "JPT"
///   ^^^^
///   did you mean "pop"?
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    message: String,
    source: String,
    span: Range<usize>,
    help: Option<String>,
}

impl Diagnostic {
    /// A message about the bytes `span` of `source`. A span that is out of range, or cuts a
    /// character, is moved to the nearest place that is neither.
    #[must_use]
    pub fn new(message: impl Into<String>, source: &str, span: Range<usize>) -> Self {
        let start = source.floor_char_boundary(span.start);
        let end = source.ceil_char_boundary(span.end.max(start));
        Self {
            message: message.into(),
            source: source.to_owned(),
            span: start..end,
            help: None,
        }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds "did you mean" where there is a similar name.
    #[must_use]
    pub fn with_similar(self, similar: Option<&str>) -> Self {
        match similar {
            Some(name) => self.with_help(format!("did you mean {name:?}?")),
            None => self,
        }
    }

    /// What is wrong, in one line, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The place: a range of bytes of the text.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The place: a 1-based column, in characters.
    #[must_use]
    pub fn column(&self) -> usize {
        self.source[..self.span.start].chars().count() + 1
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = &self.source[..self.span.start];
        let marked = &self.source[self.span.clone()];
        let after = &self.source[self.span.end..];
        // A very long line is cut around the place.
        let skip = before.chars().count().saturating_sub(CONTEXT);
        let before: String = before.chars().skip(skip).map(printable).collect();
        let shown: String = marked.chars().take(CONTEXT).map(printable).collect();
        let after = if shown.chars().count() < marked.chars().count() {
            "..."
        } else {
            after
        };
        let rest: String = after.chars().take(CONTEXT).map(printable).collect();
        let dots = if skip > 0 { "..." } else { "" };
        let tail = if after.chars().count() > CONTEXT {
            "..."
        } else {
            ""
        };
        let indent = dots.len() + before.chars().map(width).sum::<usize>();
        let carets = shown.chars().map(width).sum::<usize>().max(1);
        writeln!(f, "{}", self.message)?;
        writeln!(f, "  {dots}{before}{shown}{rest}{tail}")?;
        write!(f, "  {:indent$}{:^<carets$}", "", "")?;
        if let Some(help) = &self.help {
            write!(f, "\n  {help}")?;
        }
        Ok(())
    }
}

/// Line breaks and other control characters would tear the caret line off.
fn printable(c: char) -> char {
    if c.is_control() { ' ' } else { c }
}

/// Columns of a terminal that a text takes: two for each East Asian wide character.
#[must_use]
pub fn display_width(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// Columns of a terminal that a character takes: two for East Asian wide ones.
fn width(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36f | 0x200b..=0x200f | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// The candidate most similar to `name`, if one is similar enough to have been meant: a third
/// of the characters may differ, at least one, and case does not count. Of equally similar
/// ones the first.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    if length > MAX_NAME {
        return None;
    }
    let folded = name.to_lowercase();
    let limit = (length / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        // Bytes are at least characters: this drops the far longer ones without counting.
        if candidate.len() > 4 * (length + limit) || candidate.chars().count() + limit < length {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&folded, &candidate.to_lowercase());
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_place() {
        let d = Diagnostic::new("no column \"popp\"", "sex == 1 && popp == 2", 12..16)
            .with_similar(Some("pop"));
        assert_eq!(
            d.to_string(),
            "no column \"popp\"\n  sex == 1 && popp == 2\n              ^^^^\n  did you mean \"pop\"?"
        );
        assert_eq!(d.column(), 13);
    }

    #[test]
    fn wide_characters_take_two_columns() {
        let d = Diagnostic::new("x", "性別 = 1", 7..8);
        assert_eq!(d.to_string(), "x\n  性別 = 1\n       ^");
        assert_eq!(d.column(), 4);
    }

    #[test]
    fn any_span_is_shown() {
        let text = "é\n".repeat(300);
        for (start, end) in [(0, 0), (1, 2), (599, 601), (900, 900), (2000, 1), (10, 700)] {
            let shown = Diagnostic::new("m", &text, start..end).to_string();
            assert_eq!(shown.lines().count(), 3, "{shown}");
            assert!(shown.lines().all(|l| l.chars().count() < 200), "{shown}");
        }
    }

    #[test]
    fn similar_names_are_found() {
        let names = ["pop", "super_pop", "sex"];
        assert_eq!(nearest("popp", names), Some("pop"));
        assert_eq!(nearest("POP", names), Some("pop"));
        assert_eq!(nearest("superpop", names), Some("super_pop"));
        assert_eq!(nearest("age", names), None);
        assert_eq!(nearest(&"a".repeat(1000), names), None);
    }
}
