//! A variant expression cut into tokens, by bcftools' rules.

use std::ops::Range;

use crate::diagnostic::Diagnostic;

pub(super) type Span = Range<usize>;

/// Where a name is looked for: `INFO/x`, `FORMAT/x` or a bare `x`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Any,
    Info,
    Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Like,
    NotLike,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    /// `&`: in the same sample.
    And,
    /// `&&`: at the same site.
    AndSite,
    /// `|`: the samples for which it is true.
    Or,
    /// `||`: all samples of a site for which it is true.
    OrSite,
}

impl Op {
    /// With its sides exchanged.
    pub(super) const fn flip(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessEqual => Self::GreaterEqual,
            Self::Greater => Self::Less,
            Self::GreaterEqual => Self::LessEqual,
            same => same,
        }
    }

    pub(super) const fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Like => "~",
            Self::NotLike => "!~",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
            Self::And => "&",
            Self::AndSite => "&&",
            Self::Or => "|",
            Self::OrSite => "||",
        }
    }

    pub(super) const fn precedence(self) -> u8 {
        match self {
            Self::Or | Self::OrSite => 2,
            Self::And | Self::AndSite => 3,
            Self::Add | Self::Subtract => 6,
            Self::Multiply | Self::Divide | Self::Modulo => 7,
            _ => 5,
        }
    }

    /// `==` and `!=`, and their like `~` and `!~`, against everything else.
    pub(super) const fn is_equality(self) -> bool {
        matches!(self, Self::Equal | Self::NotEqual)
    }

    pub(super) const fn is_match(self) -> bool {
        matches!(self, Self::Like | Self::NotLike)
    }

    pub(super) const fn is_negative(self) -> bool {
        matches!(self, Self::NotEqual | Self::NotLike)
    }
}

/// What stands between the brackets after a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Subscript {
    pub(super) text: String,
    pub(super) span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Text(String),
    /// `@file`
    File(String),
    Name {
        scope: Scope,
        name: String,
        subscript: Option<Subscript>,
    },
    /// A name with its opening parenthesis.
    Function(String),
    Op(Op),
    Open,
    Close,
    Comma,
    End,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spanned {
    pub(super) token: Token,
    pub(super) span: Span,
}

const SYMBOLS: [(&str, Token); 22] = [
    ("==", Token::Op(Op::Equal)),
    ("!=", Token::Op(Op::NotEqual)),
    ("!~", Token::Op(Op::NotLike)),
    ("<=", Token::Op(Op::LessEqual)),
    (">=", Token::Op(Op::GreaterEqual)),
    ("&&", Token::Op(Op::AndSite)),
    ("||", Token::Op(Op::OrSite)),
    ("=", Token::Op(Op::Equal)),
    ("<", Token::Op(Op::Less)),
    (">", Token::Op(Op::Greater)),
    ("~", Token::Op(Op::Like)),
    ("&", Token::Op(Op::And)),
    ("|", Token::Op(Op::Or)),
    ("+", Token::Op(Op::Add)),
    ("-", Token::Op(Op::Subtract)),
    ("*", Token::Op(Op::Multiply)),
    ("/", Token::Op(Op::Divide)),
    ("%", Token::Op(Op::Modulo)),
    ("(", Token::Open),
    (")", Token::Close),
    (",", Token::Comma),
    // Kept for the message: bcftools has no negation either.
    ("!", Token::End),
];

/// All tokens; the last is [`Token::End`].
pub(super) fn lex(source: &str) -> Result<Vec<Spanned>, Diagnostic> {
    let mut tokens: Vec<Spanned> = Vec::new();
    let mut at = 0;
    while let Some(c) = source[at..].chars().next() {
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let after_value = tokens.last().is_some_and(|t| {
            matches!(
                t.token,
                Token::Number(_) | Token::Text(_) | Token::Name { .. } | Token::Close
            )
        });
        let (token, end) = next(source, at, c, after_value)?;
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
fn next(source: &str, at: usize, c: char, after_value: bool) -> Result<(Token, usize), Diagnostic> {
    let rest = &source[at..];
    if c == '"' || c == '\'' {
        let Some(length) = rest[1..].find(c) else {
            return Err(Diagnostic::new(
                "the text has no closing quote",
                source,
                at..source.len(),
            ));
        };
        return Ok((Token::Text(rest[1..=length].to_owned()), at + length + 2));
    }
    if c == '@' {
        let end = rest
            .find(|c: char| c.is_whitespace() || "=!)&|".contains(c))
            .unwrap_or(rest.len());
        if end == 1 {
            return Err(Diagnostic::new("no file after @", source, at..at + 1));
        }
        return Ok((Token::File(rest[1..end].to_owned()), at + end));
    }
    if let Some((value, length)) = number(rest) {
        return Ok((Token::Number(value), at + length));
    }
    // Computed, whatever INFO has.
    if let Some(name @ "%ILEN") = rest.get(..5)
        && !rest[5..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
    {
        let (scope, name, subscript) = (Scope::Any, name.to_owned(), None);
        return Ok((
            Token::Name {
                scope,
                name,
                subscript,
            },
            at + 5,
        ));
    }
    // `%QUAL`: the old spelling of names.
    if c == '%' && !after_value && rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
        return name(source, at, at + 1);
    }
    for (symbol, token) in SYMBOLS {
        if rest.starts_with(symbol) {
            if symbol == "!" {
                return Err(Diagnostic::new("there is no negation", source, at..at + 1)
                    .with_help("negate the comparison (!=, !~), or exclude with -e"));
            }
            return Ok((token, at + symbol.len()));
        }
    }
    name(source, at, at)
}

/// A number and its length, unless what follows makes it a name (`1000G_AF`).
fn number(text: &str) -> Option<(f64, usize)> {
    let bytes = text.as_bytes();
    let digits = |from: usize| {
        let count = bytes
            .get(from..)
            .map_or(0, |b| b.iter().take_while(|b| b.is_ascii_digit()).count());
        from + count
    };
    let whole = digits(0);
    let mut end = whole;
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        if whole == 0 && fraction == end + 1 {
            return None;
        }
        end = fraction;
    }
    if end == 0 {
        return None;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    if text[end..].starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return None;
    }
    text[..end].parse().ok().map(|value| (value, end))
}

/// A name with its scope and subscript, or a function.
fn name(source: &str, at: usize, from: usize) -> Result<(Token, usize), Diagnostic> {
    let mut scope = Scope::Any;
    let mut start = from;
    for (prefix, s) in [
        ("INFO/", Scope::Info),
        ("FORMAT/", Scope::Format),
        ("FMT/", Scope::Format),
    ] {
        let rest = &source.as_bytes()[from..];
        if rest.len() >= prefix.len()
            && rest[..prefix.len()].eq_ignore_ascii_case(prefix.as_bytes())
        {
            scope = s;
            start = from + prefix.len();
            break;
        }
    }
    let stop = source[start..]
        .find(|c: char| c.is_whitespace() || "\"'<>=!&|()+*-/~%[],@".contains(c))
        .map_or(source.len(), |n| start + n);
    if stop == start {
        let width = source[start..].chars().next().map_or(1, char::len_utf8);
        return Err(Diagnostic::new(
            "expected a name here",
            source,
            at..(start + width).min(source.len()),
        ));
    }
    let name = source[start..stop].to_owned();
    if source[stop..].starts_with('(') && scope == Scope::Any {
        return Ok((Token::Function(name), stop + 1));
    }
    if !source[stop..].starts_with('[') {
        let subscript = None;
        return Ok((
            Token::Name {
                scope,
                name,
                subscript,
            },
            stop,
        ));
    }
    let Some(length) = source[stop..].find(']') else {
        return Err(Diagnostic::new(
            "the subscript has no closing bracket",
            source,
            stop..source.len(),
        ));
    };
    let span = stop + 1..stop + length;
    let subscript = Some(Subscript {
        text: source[span.clone()].to_owned(),
        span,
    });
    Ok((
        Token::Name {
            scope,
            name,
            subscript,
        },
        stop + length + 1,
    ))
}
