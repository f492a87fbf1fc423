//! Sex, as files write it.

/// Sex of a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sex {
    /// One X, one Y.
    Male,
    /// Two X.
    Female,
    /// Not recorded, or not one of the codes known.
    #[default]
    Unknown,
}

impl Sex {
    /// plink's codes and words: `1`, `M`, `male`; `2`, `F`, `female`; any case. All else is
    /// unknown, 0 too.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        let is = |word| text.eq_ignore_ascii_case(word);
        if text == "1" || is("m") || is("male") {
            Self::Male
        } else if text == "2" || is("f") || is("female") {
            Self::Female
        } else {
            Self::Unknown
        }
    }

    /// plink's codes: 1 is male, 2 female.
    #[must_use]
    pub const fn from_code(code: i64) -> Self {
        match code {
            1 => Self::Male,
            2 => Self::Female,
            _ => Self::Unknown,
        }
    }
}
