//! Regular expressions as bcftools has them: POSIX basic ones with GNU's additions, over bytes.
//!
//! They are rewritten for a matcher that is linear in the text, so that no pattern can hang.

use regex::bytes::{Regex, RegexBuilder};

/// Compiles `text`; a trailing `/i` makes it ignore case.
///
/// # Errors
/// What is wrong with it or not supported.
pub(super) fn compile(text: &str) -> Result<Regex, String> {
    let bytes = text.as_bytes();
    let (pattern, fold) = match text.strip_suffix("/i") {
        Some(head) if !head.is_empty() && bytes[head.len() - 1] != b'\\' => (head, true),
        _ => (text, false),
    };
    RegexBuilder::new(&translate(pattern)?)
        .unicode(false)
        .dot_matches_new_line(true)
        .case_insensitive(fold)
        .size_limit(1 << 20)
        .build()
        .map_err(|e| match e {
            regex::Error::CompiledTooBig(_) => "the pattern is too large".to_owned(),
            _ => "the pattern is not well formed".to_owned(),
        })
}

/// A basic regular expression in the matcher's syntax.
fn translate(pattern: &str) -> Result<String, String> {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut rest = pattern;
    // At the start of the pattern, a group or an alternative `*` is itself and `^` an anchor.
    let mut start = true;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        let mut starts = false;
        match c {
            '\\' => {
                let Some(e) = after.chars().next() else {
                    return Err("nothing follows the last backslash".to_owned());
                };
                rest = &after[e.len_utf8()..];
                match e {
                    '(' => {
                        out.push_str("(?:");
                        starts = true;
                    }
                    ')' => out.push(')'),
                    '|' => {
                        out.push('|');
                        starts = true;
                    }
                    '{' => {
                        let Some((count, after)) = rest.split_once("\\}") else {
                            return Err("\\{ has no \\}".to_owned());
                        };
                        let whole = |t: &str| t.len() <= 5 && t.bytes().all(|b| b.is_ascii_digit());
                        let (least, most) = count.split_once(',').unwrap_or((count, ""));
                        if !whole(least) || !whole(most) || count.is_empty() {
                            return Err(format!("\\{{{count}\\}} is not a count"));
                        }
                        let least = if least.is_empty() { "0" } else { least };
                        let comma = if count.contains(',') { "," } else { "" };
                        out.push_str(&format!("{{{least}{comma}{most}}}"));
                        rest = after;
                    }
                    '+' | '?' if start => push_literal(&mut out, e),
                    '+' | '?' => out.push(e),
                    'w' | 'W' | 's' | 'S' | 'b' | 'B' => {
                        out.push('\\');
                        out.push(e);
                    }
                    '<' => out.push_str(r"\b{start}"),
                    '>' => out.push_str(r"\b{end}"),
                    '`' => out.push_str(r"\A"),
                    '\'' => out.push_str(r"\z"),
                    '1'..='9' => return Err(format!("the back-reference \\{e} is not supported")),
                    _ => push_literal(&mut out, e),
                }
                start = starts;
                continue;
            }
            '[' => {
                rest = bracket(&mut out, after)?;
                start = false;
                continue;
            }
            '.' => out.push('.'),
            '*' if !start => out.push('*'),
            '^' if start => {
                out.push('^');
                starts = true;
            }
            '$' if after.is_empty() || after.starts_with("\\)") || after.starts_with("\\|") => {
                out.push('$');
            }
            _ => push_literal(&mut out, c),
        }
        rest = after;
        start = starts;
    }
    Ok(out)
}

fn push_literal(out: &mut String, c: char) {
    let mut buffer = [0; 4];
    out.push_str(&regex::escape(c.encode_utf8(&mut buffer)));
}

/// A bracket expression after its `[`; gives what follows it.
fn bracket<'a>(out: &mut String, text: &'a str) -> Result<&'a str, String> {
    let mut rest = text;
    out.push('[');
    if let Some(after) = rest.strip_prefix('^') {
        out.push('^');
        rest = after;
    }
    let mut first = true;
    loop {
        let Some(c) = rest.chars().next() else {
            return Err("[ has no ]".to_owned());
        };
        let after = &rest[c.len_utf8()..];
        if c == ']' && !first {
            out.push(']');
            return Ok(after);
        }
        first = false;
        if c == '[' && after.starts_with(['=', '.']) {
            return Err("[= =] and [. .] are not supported".to_owned());
        }
        if c == '[' && after.starts_with(':') {
            let Some((class, after)) = after[1..].split_once(":]") else {
                return Err("[: has no :]".to_owned());
            };
            if class.is_empty() || !class.bytes().all(|b| b.is_ascii_lowercase()) {
                return Err(format!("no class [:{class}:]"));
            }
            out.push_str(&format!("[:{class}:]"));
            rest = after;
            continue;
        }
        // A dash between two characters is a range.
        let mut range = after.chars();
        if let (Some('-'), Some(to)) = (range.next(), range.next())
            && to != ']'
            && c.is_ascii()
            && to.is_ascii()
        {
            if c > to {
                return Err(format!("the range {c}-{to} is empty"));
            }
            push_member(out, c);
            out.push('-');
            push_member(out, to);
            rest = range.as_str();
            continue;
        }
        if !c.is_ascii() {
            return Err(format!("{c:?} between brackets is not supported"));
        }
        push_member(out, c);
        rest = after;
    }
}

fn push_member(out: &mut String, c: char) {
    if !c.is_ascii_alphanumeric() {
        out.push('\\');
    }
    out.push(c);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_expressions_are_not_extended_ones() {
        for (pattern, yes, no) in [
            ("a+", "xa+x", "aa"),
            ("a\\+b", "aab", "b"),
            ("^*a", "*a", "a"),
            ("a\\|b", "b", "|"),
            ("\\(ab\\)\\{2\\}", "abab", "ab"),
            ("x{2}", "x{2}", "xx"),
            ("[]a]$", "x]", "]x"),
            ("[^]a]", "b", "a]"),
            ("[a\\]", "\\", "b"),
            ("[[:digit:]-]", "-", "a"),
            ("A.c/i", "abC", "ab"),
            ("a$b", "a$b", "ab"),
            ("\\.", ".", "a"),
            ("(x)", "(x)", "x"),
            ("[a&&b]", "&", "c"),
        ] {
            let regex = compile(pattern).unwrap_or_else(|e| panic!("{pattern}: {e}"));
            assert!(regex.is_match(yes.as_bytes()), "{pattern} {yes}");
            assert!(!regex.is_match(no.as_bytes()), "{pattern} {no}");
        }
        for bad in [
            "\\",
            "[a",
            "\\(a",
            "a\\{x\\}",
            "\\(a\\)\\1",
            "[z-a]",
            "[[.a.]]",
            "[é]",
        ] {
            assert!(compile(bad).is_err(), "{bad}");
        }
    }
}
