//! What is computed from the columns of a site alone.

use std::borrow::Cow;

use super::lex::Op;
use super::number::MISSING;
use super::plan::{Pattern, TextTest};
use super::row::RowAccess;
use super::subscript::Pick;
use super::value::Numbers;

/// ALT alleles joined by commas; `.` for one that is not there.
pub(super) fn alts<'a>(row: &'a dyn RowAccess, pick: &Pick) -> Option<Cow<'a, str>> {
    let n = row.n_alts();
    let mut chosen = (0..n).filter(|i| pick.has(*i)).map(|i| row.alt(i));
    let Some(first) = chosen.next() else {
        return matches!(pick, Pick::One(_)).then_some(Cow::Borrowed("."));
    };
    Some(chosen.fold(Cow::Borrowed(first), |all, alt| {
        Cow::Owned(format!("{all},{alt}"))
    }))
}

/// How much longer each ALT is than REF; missing where it is neither longer nor shorter.
pub(super) fn indel_lengths(row: &dyn RowAccess) -> Numbers {
    let reference = row.reference().len() as f64;
    let length = |i| match row.alt(i) {
        alt if alt.starts_with('<') => MISSING,
        alt if alt.len() as f64 == reference => MISSING,
        alt => alt.len() as f64 - reference,
    };
    Numbers::site((0..row.n_alts()).map(length).collect())
}

pub(super) fn lengths(text: Option<Cow<'_, str>>, split: bool) -> Numbers {
    let Some(text) = text.filter(|t| !t.is_empty()) else {
        return Numbers::site(Vec::new());
    };
    if split {
        return Numbers::site(text.split(',').map(|p| p.len() as f64).collect());
    }
    Numbers::one(if text == "." { 0.0 } else { text.len() as f64 })
}

/// Identifiers are compared as they are written, several of them together.
pub(super) fn id(test: &TextTest, ids: &str) -> bool {
    let found = match &test.pattern {
        Pattern::Values(values) => values.iter().any(|v| v == ids),
        Pattern::Set(set, _) | Pattern::Terms(set) => set.contains(ids),
        Pattern::Regex(regex, _) => regex.is_match(ids.as_bytes()),
    };
    found != test.negated
}

/// `=` is the same filters, `~` at least these.
pub(super) fn filter(op: Op, asked: &[usize], there: &[usize]) -> bool {
    let holds = if asked.is_empty() {
        there.is_empty()
    } else {
        (op.is_match() || asked.len() == there.len()) && asked.iter().all(|f| there.contains(f))
    };
    holds != op.is_negative()
}
