//! What a person typed, understood.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, nearest};

use super::TextError;
use super::document::Kind;
use super::fold::{Unit, is_japanese, key, plain, units};
use super::variant::VariantName;

/// Hits that are given unless asked otherwise.
const LIMIT: usize = 20;

/// What is asked: words, and conditions of the form `field:value`.
///
/// `kind:disease` asks for documents of a kind alone; other fields are those that documents of
/// the index have. A word with a colon whose first part is no lower-case word is a word
/// (`HP:0001638`, `NM_000059.4:c.5946del`). Where the name of a kind is no field,
/// `disease:cardiomyopathy` is `kind:disease cardiomyopathy`. Values may stand in quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    pub(super) units: Vec<Unit>,
    pub(super) key: String,
    pub(super) plain: String,
    pub(super) filters: Vec<(String, String)>,
    pub(super) variant: Option<VariantName>,
    /// Documents of this kind alone.
    pub kind: Option<Kind>,
    /// Hits, at most.
    pub limit: usize,
}

impl Query {
    /// A query of words alone, whatever colons there are.
    #[must_use]
    pub fn of_words(text: &str) -> Self {
        let units = units(text);
        Self {
            key: key(&units),
            plain: plain(text.trim()),
            variant: VariantName::recognise(text),
            units,
            filters: Vec::new(),
            kind: None,
            limit: LIMIT,
        }
    }

    /// Understands a text, where documents have these fields: as [`super::TextIndex::parse`], for
    /// several indexes at once.
    ///
    /// # Errors
    /// [`TextError::Query`].
    pub fn parse_with(text: &str, fields: &[String]) -> Result<Self, TextError> {
        Self::parse(text, fields).map_err(|d| TextError::Query(Box::new(d)))
    }

    /// At most so many hits.
    #[must_use]
    pub const fn with_limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Of a kind alone.
    #[must_use]
    pub const fn with_kind(mut self, kind: Option<Kind>) -> Self {
        if kind.is_some() {
            self.kind = kind;
        }
        self
    }

    /// Whether there are words beside the conditions.
    #[must_use]
    pub fn has_words(&self) -> bool {
        !self.units.is_empty()
    }

    /// The variant that was asked for, where the words describe one.
    #[must_use]
    pub const fn variant(&self) -> Option<&VariantName> {
        self.variant.as_ref()
    }

    /// The conditions: names of fields and values, as typed.
    #[must_use]
    pub fn filters(&self) -> &[(String, String)] {
        &self.filters
    }

    /// Whether it is written in Japanese, at least in part.
    #[must_use]
    pub fn is_japanese(&self) -> bool {
        is_japanese(&self.plain)
    }

    /// Whether it asks nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.units.is_empty() && self.filters.is_empty() && self.kind.is_none()
    }

    pub(super) fn parse(text: &str, fields: &[String]) -> Result<Self, Diagnostic> {
        if VariantName::recognise(text).is_some() {
            return Ok(Self::of_words(text));
        }
        let mut words = Vec::new();
        let mut filters = Vec::new();
        let mut kind = None;
        for span in split(text)? {
            let word = text.get(span.clone()).unwrap_or("");
            let Some((field, value)) = condition(word) else {
                words.push(word.trim_matches('"'));
                continue;
            };
            let value = value.trim_matches('"');
            let at = span.start..span.start + field.len();
            if field == "kind" {
                let value_at = at.end + 1..span.end;
                kind = Some(Kind::of_name(value).ok_or_else(|| {
                    let names = Kind::ALL.map(Kind::name);
                    Diagnostic::new(format!("no kind {value:?}"), text, value_at).with_help(
                        match nearest(value, names) {
                            Some(name) => format!("did you mean {name:?}?"),
                            None => format!("kinds are {}", names.join(", ")),
                        },
                    )
                })?);
            } else if fields.iter().any(|f| f == field) {
                filters.push((field.to_owned(), value.to_owned()));
            } else if let Some(k) = Kind::of_name(field) {
                kind = Some(k);
                words.push(value);
            } else if value.bytes().all(|b| b.is_ascii_digit()) {
                // An identifier in lower case: hp:0001638.
                words.push(word);
            } else {
                let names = || fields.iter().map(String::as_str).chain(["kind"]);
                let help = match nearest(field, names()) {
                    Some(name) => format!("did you mean {name:?}?"),
                    None => format!("fields are {}", names().collect::<Vec<_>>().join(", ")),
                };
                return Err(
                    Diagnostic::new(format!("no field {field:?}"), text, at).with_help(help)
                );
            }
        }
        Ok(Self {
            filters,
            kind,
            ..Self::of_words(&words.join(" "))
        })
    }
}

/// A lower-case word, a colon, and something after it.
fn condition(word: &str) -> Option<(&str, &str)> {
    let (field, value) = word.split_once(':')?;
    let named = !field.is_empty() && field.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    (named && !value.is_empty()).then_some((field, value))
}

/// Words between blanks; blanks in quotation marks do not divide.
fn split(text: &str) -> Result<Vec<Range<usize>>, Diagnostic> {
    let mut spans = Vec::new();
    let mut start = None;
    let mut quote = None;
    for (at, c) in text.char_indices() {
        // A mark within a word is a prime or an inch, as in 5"-nucleotidase.
        let opens =
            c == '"' && start.is_none_or(|s| text.get(s..at).is_some_and(|w| w.ends_with(':')));
        if quote.is_some() && c == '"' {
            quote = None;
        } else if quote.is_none() && opens {
            quote = Some(at);
        }
        if c.is_whitespace() && quote.is_none() {
            spans.extend(start.take().map(|s| s..at));
        } else if start.is_none() {
            start = Some(at);
        }
    }
    if let Some(at) = quote {
        return Err(
            Diagnostic::new("a quotation that does not end", text, at..at + 1)
                .with_help("add a \" where it ends"),
        );
    }
    spans.extend(start.map(|s| s..text.len()));
    Ok(spans)
}
