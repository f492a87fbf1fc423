//! What was found, and how.

use super::document::{Document, NameKind};

/// How a name matches; better first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Match {
    /// As a whole, but for spelling, case, width and blanks.
    Exact,
    /// The words stand in it, one after another.
    Phrase,
    /// It, or a word in it, begins so.
    Prefix,
    /// The words stand in it, or in several names of one document.
    Words,
    /// Letters differ.
    Similar,
    /// Some of the words stand in it.
    Partly,
}

impl Match {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Phrase => "phrase",
            Self::Prefix => "prefix",
            Self::Words => "words",
            Self::Similar => "similar",
            Self::Partly => "partly",
        }
    }
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// What it is.
    pub document: Document,
    /// The name that matched.
    pub name: String,
    /// What the name is to the document.
    pub name_kind: NameKind,
    /// How it matched.
    pub how: Match,
    /// Its place among hits that match alike; less is better.
    pub(super) order: u64,
}

impl Hit {
    /// What was found by its identifier alone.
    #[must_use]
    pub fn exact(document: Document) -> Self {
        Self {
            name: document.id.clone(),
            name_kind: NameKind::Identifier,
            how: Match::Exact,
            order: 0,
            document,
        }
    }

    /// What to show it as: in Japanese where there is a Japanese title and `japanese`.
    #[must_use]
    pub fn title(&self, japanese: bool) -> &str {
        let ja = self.document.title_ja.as_deref().filter(|_| japanese);
        ja.unwrap_or(&self.document.title)
    }
}

/// The hits of several indexes as those of one: an index that knows nothing better than similar
/// names gives way to one that does.
#[must_use]
pub fn merge(answers: Vec<Vec<Hit>>, limit: usize) -> Vec<Hit> {
    let mut hits: Vec<Hit> = answers.into_iter().flatten().collect();
    if hits.iter().any(|h| h.how < Match::Similar) {
        hits.retain(|h| h.how < Match::Similar);
    }
    hits.sort_by(|a, b| {
        let key = |h: &Hit| (h.how, h.order, h.document.kind);
        (key(a), &a.document.id).cmp(&(key(b), &b.document.id))
    });
    hits.dedup_by(|a, b| (a.document.kind, &a.document.id) == (b.document.kind, &b.document.id));
    hits.truncate(limit);
    hits
}
