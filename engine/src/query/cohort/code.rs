//! Codes of terminologies in the sample table: a term stands for all below it.

use std::collections::HashSet;

/// ICD, whose codes are hierarchical by their spelling.
pub(super) const ICD: &str = "icd";

/// Functions that take a code.
pub(super) const SYSTEMS: [&str; 4] = ["hpo", ICD, "mondo", "nando"];

/// Knows which terms lie below a term.
pub trait Descendants {
    /// The codes of all terms below `code` of `system` (`hpo`, `mondo`, `nando`); `None` where
    /// there is no such term.
    fn descendants(&self, system: &str, code: &str) -> Option<Vec<String>>;

    /// The code that is most like one that is not there.
    fn nearest(&self, system: &str, code: &str) -> Option<String>;
}

/// The codes that are looked for. Case is no matter.
pub(super) enum Codes {
    Starting(String),
    All(HashSet<String>),
}

impl Codes {
    pub(super) fn starting(code: &str) -> Self {
        Self::Starting(code.replace('.', "").to_ascii_uppercase())
    }

    pub(super) fn all(code: &str, below: Vec<String>) -> Self {
        let codes = std::iter::once(code.to_owned()).chain(below);
        Self::All(codes.map(|c| c.to_ascii_uppercase()).collect())
    }

    /// Whether a value, which may hold several codes, has one.
    pub(super) fn in_text(&self, text: &str) -> bool {
        let apart = |c: char| c.is_whitespace() || matches!(c, ';' | ',' | '|');
        let codes = text.split(apart).filter(|c| !c.is_empty());
        codes.map(str::to_ascii_uppercase).any(|code| match self {
            Self::Starting(prefix) => code.replace('.', "").starts_with(prefix),
            Self::All(codes) => codes.contains(&code),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::samples::{SampleTable, SampleTableBuilder};
    use crate::query::cohort::CohortExpr;

    struct Hearts;

    impl Descendants for Hearts {
        fn descendants(&self, system: &str, code: &str) -> Option<Vec<String>> {
            let below = ["HP:0001639", "HP:0001644"].map(str::to_owned);
            (system == "hpo" && code == "HP:0001638").then(|| below.to_vec())
        }

        fn nearest(&self, _: &str, _: &str) -> Option<String> {
            Some("HP:0001638".to_owned())
        }
    }

    fn table() -> SampleTable {
        let mut samples = SampleTableBuilder::new(["a", "b", "c", "d"]).unwrap();
        let terms = [
            Some("HP:0001639"),
            Some("HP:0000001;hp:0001638"),
            None,
            Some("HP:00016380"),
        ];
        samples.text("terms", terms).unwrap();
        let icd = [Some("I42.0"), Some("I43"), Some("E11, i421"), Some("J42")];
        samples.text("icd10", icd).unwrap();
        samples.finish().unwrap()
    }

    #[test]
    fn a_term_stands_for_those_below_it() {
        let table = table();
        let found = |text: &str| -> Vec<u32> {
            let expr = CohortExpr::parse(text).unwrap();
            let selection = expr.evaluate_with(&table, Some(&Hearts)).unwrap();
            selection.samples.bitmap().iter().collect()
        };
        assert_eq!(found("hpo(\"HP:0001638\")"), [0, 1]);
        assert_eq!(found("icd('I42')"), [0, 2]);
        assert_eq!(found("icd('I42.0')"), [0]);
        assert_eq!(found("!icd('I42') && id != 'd'"), [1]);
    }

    #[test]
    fn terms_that_are_not_there_are_refused() {
        let table = table();
        let expr = CohortExpr::parse("hpo('HP:1')").unwrap();
        let error = expr.evaluate_with(&table, Some(&Hearts)).unwrap_err();
        assert!(
            error.to_string().contains("did you mean \"HP:0001638\""),
            "{error}"
        );
        let error = expr.evaluate(&table).unwrap_err();
        assert!(error.to_string().contains("not at hand"), "{error}");
        assert!(CohortExpr::parse("icd(I42)").is_err());
    }
}
