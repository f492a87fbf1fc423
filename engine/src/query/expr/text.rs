//! Comparisons of texts: every comma-separated part of one with every part of the other.

use super::lex::Op;
use super::number::holds_missing;
use super::pattern::compile;
use super::plan::{Pattern, TextTest};

/// What separates consequences, as indexes have them too.
const TERM_ENDS: [char; 2] = [',', '&'];

/// `text op constant`.
///
/// # Errors
/// What is wrong with a pattern.
pub(super) fn text_test(op: Op, constant: &str) -> Result<TextTest, String> {
    let pattern = if op.is_match() {
        Pattern::Regex(compile(constant)?, constant == ".")
    } else {
        Pattern::Values(parts(constant).map(str::to_owned).collect())
    };
    Ok(TextTest {
        negated: op.is_negative(),
        pattern,
    })
}

/// The parts of a text: nothing after a trailing comma, nothing of an empty text.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let text = text.strip_suffix(',').unwrap_or(text);
    text.split(',')
        .take(if text.is_empty() { 0 } else { usize::MAX })
}

/// Whether the test holds of a text; of none where the record has not got it, or it is empty.
/// A `.` is a missing value.
pub(super) fn matches(test: &TextTest, text: Option<&str>) -> bool {
    let op = if test.negated {
        Op::NotEqual
    } else {
        Op::Equal
    };
    let text = text.filter(|t| !t.is_empty());
    match (&test.pattern, text) {
        (Pattern::Set(set, _) | Pattern::Terms(set), None) => set.contains(".") != test.negated,
        (Pattern::Terms(set), Some(text)) => {
            let mut terms = text.split(TERM_ENDS);
            terms.any(|term| set.contains(term)) != test.negated
        }
        (Pattern::Set(set, as_whole), Some(text)) => {
            let found = if *as_whole {
                set.contains(text)
            } else {
                parts(text).any(|p| set.contains(p))
            };
            found != test.negated
        }
        (Pattern::Regex(regex, _), Some(text)) => parts(text).any(|part| {
            (part == "." && holds_missing(op, 1))
                || (regex.is_match(part.as_bytes()) != test.negated)
        }),
        (Pattern::Regex(_, missing), None) => holds_missing(op, 1 + usize::from(*missing)),
        (Pattern::Values(values), Some(text)) => {
            let any = |part: &str| values.iter().any(|v| equal(op, part, v));
            parts(text).any(any)
        }
        (Pattern::Values(values), None) => {
            let missing = values.iter().any(|v| v == ".");
            holds_missing(op, 1 + usize::from(missing))
        }
    }
}

/// Two texts of a record.
pub(super) fn compare(negated: bool, a: Option<&str>, b: Option<&str>) -> bool {
    let op = if negated { Op::NotEqual } else { Op::Equal };
    match (a.filter(|t| !t.is_empty()), b.filter(|t| !t.is_empty())) {
        (None, None) => holds_missing(op, 2),
        (Some(t), None) | (None, Some(t)) => {
            holds_missing(op, 1 + usize::from(parts(t).any(|p| p == ".")))
        }
        (Some(a), Some(b)) => parts(a).any(|x| parts(b).any(|y| equal(op, x, y))),
    }
}

fn equal(op: Op, a: &str, b: &str) -> bool {
    match usize::from(a == ".") + usize::from(b == ".") {
        0 => (a == b) != (op == Op::NotEqual),
        missing => holds_missing(op, missing),
    }
}
