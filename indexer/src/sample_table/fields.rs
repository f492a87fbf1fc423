//! A line cut into fields.

use std::borrow::Cow;

/// What stands between two fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    /// One character. Fields may be quoted.
    One(char),
    /// Any blanks.
    Blanks,
}

impl Separator {
    /// As the header shows it: TABs where there are some, then commas or semicolons in what is
    /// said to be a CSV file or has no blanks, then blanks.
    pub(super) fn of_header(header: &str, csv: bool) -> Self {
        let blank = header.trim().contains(' ');
        if header.contains('\t') && !csv {
            Self::One('\t')
        } else if header.contains(',') && (csv || !blank) {
            Self::One(',')
        } else if csv && header.contains(';') {
            Self::One(';')
        } else if header.contains('\t') {
            Self::One('\t')
        } else if csv {
            Self::One(',')
        } else {
            Self::Blanks
        }
    }

    /// The fields of a line.
    ///
    /// # Errors
    /// Text that says what is wrong, for a quote that does not end where a field ends.
    pub(super) fn split(self, line: &str) -> Result<Vec<Cow<'_, str>>, String> {
        match self {
            Self::Blanks => Ok(line.split_whitespace().map(Cow::Borrowed).collect()),
            Self::One('\t') => Ok(line.split('\t').map(unquoted).collect()),
            Self::One(separator) => split_quoted(line, separator),
        }
    }
}

/// A TAB-separated field, without the quotes that some programs put around text. Quotes
/// inside are text.
fn unquoted(field: &str) -> Cow<'_, str> {
    let field = field.trim();
    let inner = field.strip_prefix('"').and_then(|f| f.strip_suffix('"'));
    Cow::Borrowed(inner.filter(|f| !f.contains('"')).unwrap_or(field))
}

/// RFC 4180, but for line breaks inside quotes.
fn split_quoted(line: &str, separator: char) -> Result<Vec<Cow<'_, str>>, String> {
    let mut fields = Vec::new();
    let mut rest = Some(line);
    while let Some(line) = rest {
        let start = line.trim_start_matches(' ');
        if let Some(quoted) = start.strip_prefix('"') {
            let (field, after) = take_quoted(quoted)?;
            let after = after.trim_start_matches(' ');
            fields.push(Cow::Owned(field));
            rest = match after.strip_prefix(separator) {
                Some(next) => Some(next),
                None if after.trim().is_empty() => None,
                None => {
                    let n = fields.len();
                    return Err(format!("field {n} goes on after its closing quote"));
                }
            };
        } else {
            let (field, next) = match line.split_once(separator) {
                Some((field, next)) => (field, Some(next)),
                None => (line, None),
            };
            fields.push(Cow::Borrowed(field.trim()));
            rest = next;
        }
    }
    Ok(fields)
}

/// The text up to the closing quote, and what follows it. Two quotes are one in the text.
fn take_quoted(text: &str) -> Result<(String, &str), String> {
    let mut field = String::new();
    let mut rest = text;
    loop {
        let (part, after) = rest.split_once('"').ok_or_else(|| {
            "a quote is not closed: quoted fields may not have line breaks".to_owned()
        })?;
        field.push_str(part);
        match after.strip_prefix('"') {
            Some(more) => {
                field.push('"');
                rest = more;
            }
            None => return Ok((field, after)),
        }
    }
}
