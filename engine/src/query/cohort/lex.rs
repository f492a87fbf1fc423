//! A cohort expression cut into tokens.

use super::CohortError;
use super::ast::{Op, Span};
use super::number::Number;
use crate::diagnostic::Diagnostic;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A bare word: a column or one of the words below.
    Word(String),
    /// A column in backticks.
    Quoted(String),
    Text(String),
    Number(Number),
    Op(Op),
    And,
    Or,
    Not,
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
    End,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spanned {
    pub(super) token: Token,
    pub(super) span: Span,
}

pub(super) fn error(source: &str, span: Span, message: &str) -> Diagnostic {
    Diagnostic::new(message, source, span)
}

impl From<Diagnostic> for CohortError {
    fn from(d: Diagnostic) -> Self {
        Self::Expression(Box::new(d))
    }
}

/// All tokens; the last is [`Token::End`].
pub(super) fn lex(source: &str) -> Result<Vec<Spanned>, Diagnostic> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = source[at..].chars().next() {
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let (token, end) = next(source, at, c)?;
        tokens.push(Spanned {
            token,
            span: at..end,
        });
        at = end;
    }
    tokens.push(Spanned {
        token: Token::End,
        span: at..at,
    });
    Ok(tokens)
}

/// The token that starts at `at` with `c`, and where it ends.
fn next(source: &str, at: usize, c: char) -> Result<(Token, usize), Diagnostic> {
    const SYMBOLS: [(&str, Token); 15] = [
        ("==", Token::Op(Op::Equal)),
        ("!=", Token::Op(Op::NotEqual)),
        ("<=", Token::Op(Op::LessEqual)),
        (">=", Token::Op(Op::GreaterEqual)),
        ("&&", Token::And),
        ("||", Token::Or),
        ("<", Token::Op(Op::Less)),
        (">", Token::Op(Op::Greater)),
        ("!", Token::Not),
        ("(", Token::Open),
        (")", Token::Close),
        ("[", Token::OpenList),
        ("]", Token::CloseList),
        (",", Token::Comma),
        // Last, as it is the start of `==` as well.
        ("=", Token::Op(Op::Equal)),
    ];
    let rest = &source[at..];
    // Said before the symbols, as `<>` starts with one.
    let hints = [
        ("<>", "use != for \"not equal\""),
        ("=", "use == to compare"),
        ("&", "use && for \"and\""),
        ("|", "use || for \"or\""),
        ("~", "patterns are not supported: use == or in [...]"),
    ];
    let symbol = SYMBOLS.iter().find(|(s, _)| rest.starts_with(s));
    let whole = symbol.is_some_and(|(s, _)| *s != "=" && *s != "<") || rest.starts_with("<=");
    if !whole && let Some((s, hint)) = hints.iter().find(|(s, _)| rest.starts_with(s)) {
        let span = at..at + s.len();
        return Err(error(source, span, "this is not an operator").with_help(*hint));
    }
    if let Some((s, token)) = symbol {
        return Ok((token.clone(), at + s.len()));
    }
    match c {
        '"' | '\'' => {
            let (text, end) = quoted(source, at, c)?;
            Ok((Token::Text(text), end))
        }
        '`' => {
            let (text, end) = quoted(source, at, c)?;
            Ok((Token::Quoted(text), end))
        }
        '0'..='9' | '-' | '+' | '.' => number(source, at),
        c if c.is_alphabetic() || c == '_' => {
            let len = rest
                .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
                .unwrap_or(rest.len());
            Ok((Token::Word(rest[..len].to_owned()), at + len))
        }
        c => Err(error(
            source,
            at..at + c.len_utf8(),
            "this character has no meaning here",
        )
        .with_help("text stands in quotes, odd column names in backticks")),
    }
}

/// Text between two `quote`s. A backslash takes the next quote or backslash as it is.
fn quoted(source: &str, at: usize, quote: char) -> Result<(String, usize), Diagnostic> {
    let mut text = String::new();
    let mut chars = source[at..].char_indices().skip(1);
    while let Some((i, c)) = chars.next() {
        if c == quote {
            return Ok((text, at + i + 1));
        }
        if c == '\\' {
            match chars.next() {
                Some((_, c @ ('"' | '\'' | '`' | '\\'))) => text.push(c),
                _ => {
                    return Err(error(source, at + i..at + i + 1, "a lone backslash")
                        .with_help("write \\\\ for a backslash, \\\" for a quote"));
                }
            }
        } else {
            text.push(c);
        }
    }
    Err(error(source, at..at + 1, "this quote is not closed"))
}

fn number(source: &str, at: usize) -> Result<(Token, usize), Diagnostic> {
    let bytes = source.as_bytes();
    let mut end = at + 1;
    while let Some(b) = bytes.get(end) {
        let exponent = matches!(bytes.get(end - 1), Some(b'e' | b'E'));
        if b.is_ascii_alphanumeric() || *b == b'.' || (exponent && matches!(b, b'+' | b'-')) {
            end += 1;
        } else {
            break;
        }
    }
    let text = &source[at..end];
    // Rust also reads "-inf"; an expression does not.
    let digits = text.bytes().any(|b| b.is_ascii_digit());
    match Number::parse(text).filter(|_| digits) {
        Some(number) => Ok((Token::Number(number), end)),
        None if text
            .bytes()
            .any(|b| b.is_ascii_alphabetic() && !b"eE".contains(&b)) =>
        {
            Err(error(source, at..end, "this is not a number")
                .with_help("a column whose name starts so stands in backticks, text in quotes"))
        }
        None => Err(error(source, at..end, "this is not a number")),
    }
}
