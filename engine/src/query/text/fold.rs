//! Folding: what is written differently and means the same becomes the same.
//!
//! NFKC, lower case, no accents, katakana as hiragana, Greek letters as words; English words by
//! [`super::spelling`]. The same on both sides, so that a folding that is wrong about a word
//! does no harm unless two words become one.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

use super::spelling::fold_word;

/// Longest key, in characters; longer names agree where this many do.
const MAX_KEY: usize = 240;

/// A stretch of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// A word of letters and digits, folded.
    Word(String),
    /// Characters of a script that does not put blanks between words.
    Run(Vec<char>),
}

impl Unit {
    /// Places it takes: one for a word, one for each character of a run.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Word(_) => 1,
            Self::Run(chars) => chars.len(),
        }
    }
}

/// Cuts and folds a text.
pub(super) fn units(text: &str) -> Vec<Unit> {
    let mut cutter = Cutter::default();
    let mut chars = text.nfkc().flat_map(char::to_lowercase).peekable();
    while let Some(c) = chars.next() {
        if matches!(c, '\'' | '’' | '‘' | 'ʼ') {
            // The s of a genitive goes with its apostrophe.
            if chars.peek() == Some(&'s') && !cutter.word.is_empty() {
                let mut ahead = chars.clone();
                ahead.next();
                if ahead.next().is_none_or(|next| !next.is_alphanumeric()) {
                    chars.next();
                }
            }
            continue;
        }
        cutter.push(c);
    }
    cutter.end();
    cutter.units
}

#[derive(Default)]
struct Cutter {
    units: Vec<Unit>,
    word: String,
    run: Vec<char>,
}

impl Cutter {
    fn push(&mut self, c: char) {
        if let Some(c) = cjk(c) {
            self.end_word(Some(c));
            self.run.push(c);
        } else if let Some(name) = greek(c) {
            self.end();
            self.word.push_str(name);
            self.end_word(None);
        } else if c.is_alphanumeric() {
            self.end_run();
            decompose_canonical(c, |part| {
                if !is_combining_mark(part) {
                    self.word.push(part);
                }
            });
        } else if !self.run.is_empty() && matches!(c, '・' | '=' | '-') {
            // Between the parts of a foreign name; written by some and not by others.
        } else if !is_combining_mark(c) {
            self.end();
        }
    }

    fn end(&mut self) {
        self.end_word(None);
        self.end_run();
    }

    fn end_word(&mut self, next: Option<char>) {
        if self.word.is_empty() {
            return;
        }
        let after = match self.units.last() {
            Some(Unit::Word(word)) => Some(word.as_str()),
            _ => None,
        };
        let numeral = next == Some('型') || matches!(after, Some("type" | "group" | "grade"));
        let word = fold_word(&std::mem::take(&mut self.word), numeral);
        self.units.push(Unit::Word(word));
    }

    fn end_run(&mut self) {
        if !self.run.is_empty() {
            self.units.push(Unit::Run(std::mem::take(&mut self.run)));
        }
    }
}

/// The whole text as one word: equal for names that differ in blanks, hyphens, case, width,
/// spelling and accents.
pub(super) fn key(units: &[Unit]) -> String {
    let mut key = String::new();
    for unit in units {
        match unit {
            Unit::Word(word) => key.push_str(word),
            Unit::Run(chars) => key.extend(chars),
        }
    }
    if let Some((end, _)) = key.char_indices().nth(MAX_KEY) {
        key.truncate(end);
    }
    key
}

/// Width and case alone: what decides between names with one key.
pub(super) fn plain(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

/// Whether there is Japanese in it.
pub(super) fn is_japanese(text: &str) -> bool {
    text.nfkc().any(|c| cjk(c).is_some())
}

/// A character of Chinese, Japanese or Korean, katakana as hiragana; nothing for others.
fn cjk(c: char) -> Option<char> {
    match u32::from(c) {
        code @ 0x30a1..=0x30f6 => char::from_u32(code - 0x60),
        0x3005..=0x3007
        | 0x3041..=0x3096
        | 0x309d..=0x309f
        | 0x30fc..=0x30ff
        | 0x3400..=0x4dbf
        | 0x4e00..=0x9fff
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0x20000..=0x3fffd => Some(c),
        _ => None,
    }
}

/// The name of a Greek letter.
fn greek(c: char) -> Option<&'static str> {
    Some(match c {
        'α' | 'ά' => "alpha",
        'β' => "beta",
        'γ' => "gamma",
        'δ' => "delta",
        'ε' | 'έ' => "epsilon",
        'ζ' => "zeta",
        'η' | 'ή' => "eta",
        'θ' => "theta",
        'ι' | 'ί' => "iota",
        'κ' => "kappa",
        'λ' => "lambda",
        'μ' => "mu",
        'ν' => "nu",
        'ξ' => "xi",
        'ο' | 'ό' => "omicron",
        'π' => "pi",
        'ρ' => "rho",
        'σ' | 'ς' => "sigma",
        'τ' => "tau",
        'υ' | 'ύ' => "upsilon",
        'φ' => "phi",
        'χ' => "chi",
        'ψ' => "psi",
        'ω' | 'ώ' => "omega",
        _ => return None,
    })
}
