//! The lines of a header: their attributes, and how text stands in them.

use std::borrow::Cow;

use crate::query::expr::FieldKind;

pub(super) fn is_contig(line: &str) -> bool {
    let body = line.trim_start_matches("##").strip_prefix("contig=<");
    body.is_some_and(|b| attribute(b, "ID").is_some())
}

pub(super) fn is(line: &str, key: &str, id: &str) -> bool {
    let body = line
        .strip_prefix("##")
        .and_then(|l| l.strip_prefix(key)?.strip_prefix("=<"));
    body.is_some_and(|b| attribute(b, "ID") == Some(id))
}

pub(super) fn kind(name: Option<&str>) -> FieldKind {
    match name {
        Some("Integer") => FieldKind::Int,
        Some("Float") => FieldKind::Float,
        Some("Flag") => FieldKind::Flag,
        _ => FieldKind::Text,
    }
}

/// The attributes of `ID=x,Number=1,Description="a, b">`, with where each starts.
fn attributes(body: &str) -> impl Iterator<Item = (usize, &str)> {
    // Names may have angle brackets themselves: only the last one ends the line.
    let body = body.strip_suffix('>').unwrap_or(body);
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = body.get(at..).filter(|r| !r.is_empty())?;
        let mut quoted = false;
        let mut escaped = false;
        let end = rest.find(|c| {
            let ends = !quoted && c == ',';
            quoted ^= c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let end = end.unwrap_or(rest.len());
        let start = at;
        at += end + 1;
        rest.get(..end).map(|text| (start, text))
    })
}

pub(super) fn attribute<'a>(body: &'a str, key: &str) -> Option<&'a str> {
    attributes(body).find_map(|(_, a)| a.trim_start().strip_prefix(key)?.strip_prefix('='))
}

/// The line with its description quoted as VCF 4.3 says (1.4): a quote within, or a backslash
/// before the end, would make a line that htslib does not read.
pub(super) fn escaped(line: &str) -> Cow<'_, str> {
    const START: &str = "Description=\"";
    let Some(start) = line.find(START).map(|at| at + START.len()) else {
        return Cow::Borrowed(line);
    };
    let (head, body) = line.split_at(start);
    // A quote ends the text where the line does or another attribute follows.
    let ends = |at: usize| {
        let after = body.get(at + 1..).unwrap_or_default();
        let key = after.strip_prefix(',').and_then(|a| a.split_once('='));
        let is_key = |k: &str| !k.is_empty() && k.bytes().all(|b| b.is_ascii_alphanumeric());
        after == ">" || key.is_some_and(|(k, _)| is_key(k))
    };
    let mut escape = false;
    let end = body.char_indices().find(|&(at, c)| {
        let quote = c == '"' && !escape && ends(at);
        escape = c == '\\' && !escape;
        quote
    });
    let end = end.map(|(at, _)| at);
    let Some(end) = end.or_else(|| body.strip_suffix("\">").map(str::len)) else {
        return Cow::Borrowed(line);
    };
    let (text, tail) = body.split_at(end);
    let mut out = head.to_owned();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some('"' | '\\')) => {
                out.push(c);
                out.extend(chars.next());
            }
            ('"', _) | ('\\', None) => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    Cow::Owned(out + tail)
}

/// The line without `,IDX=n`, which is the place in the dictionary of the file it came from.
pub(super) fn without_idx(line: &str) -> String {
    let Some((key, body)) = line.split_once("=<") else {
        return line.to_owned();
    };
    for (start, text) in attributes(body) {
        if start > 0 && text.starts_with("IDX=") {
            let before = body.get(..start - 1).unwrap_or_default();
            let after = body.get(start + text.len()..).unwrap_or_default();
            return format!("{key}=<{before}{after}");
        }
    }
    line.to_owned()
}
