//! What ClinVar and its like assert of a variant.

use std::collections::BTreeMap;

use serde::Serialize;

use super::columns::TextColumn;
use super::variants::TargetVariant;
use crate::format::FormatError;
use crate::store::{Shard, Store};

/// Clinical assertions, as they are written in the store's annotations, blanks for underscores.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Clinical {
    /// What it does: `Pathogenic`, `Uncertain significance`.
    pub significance: Option<String>,
    /// In which disease.
    pub condition: Option<String>,
    /// How well it was reviewed.
    pub review: Option<String>,
}

impl Clinical {
    /// Whether nothing is asserted.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.significance.is_none() && self.condition.is_none() && self.review.is_none()
    }
}

/// How many variants have an assertion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Asserted {
    /// The significance, as it is written.
    pub significance: String,
    /// Variants of which it is asserted.
    pub variants: u64,
}

/// Each significance that is asserted of any variant, the most frequent first.
pub(super) fn asserted(variants: &[TargetVariant]) -> Vec<Asserted> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for significance in variants
        .iter()
        .filter_map(|v| v.clinical.significance.as_deref())
    {
        *counts.entry(significance).or_default() += 1;
    }
    let mut found: Vec<Asserted> = (counts.into_iter())
        .map(|(significance, variants)| Asserted {
            significance: significance.to_owned(),
            variants,
        })
        .collect();
    // The order of texts stays among equals.
    found.sort_by_key(|a| std::cmp::Reverse(a.variants));
    found
}

/// A significance in words: what stands together in one text is separated by commas. ClinVar's
/// old files have numbers, which their header of `CLNSIG` explains.
fn in_words(text: &str) -> String {
    let parts = || {
        text.split(['|', ','])
            .map(str::trim)
            .filter(|p| !p.is_empty())
    };
    let named: Option<Vec<&str>> = parts().map(of_code).collect();
    let Some(mut named) = named.filter(|n| !n.is_empty()) else {
        return text.replace('_', " ").replace('|', ", ");
    };
    let mut seen = std::collections::HashSet::new();
    named.retain(|name| seen.insert(*name));
    named.join(", ")
}

/// What a number of ClinVar's old files means.
fn of_code(code: &str) -> Option<&'static str> {
    Some(match code {
        "0" => "Uncertain significance",
        "1" => "not provided",
        "2" => "Benign",
        "3" => "Likely benign",
        "4" => "Likely pathogenic",
        "5" => "Pathogenic",
        "6" => "drug response",
        "7" => "histocompatibility",
        "255" => "other",
        _ => return None,
    })
}

/// Where assertions are.
pub(super) struct ClinicalColumns<'s> {
    significance: Vec<TextColumn<'s>>,
    condition: Vec<TextColumn<'s>>,
    review: Vec<TextColumn<'s>>,
}

impl<'s> ClinicalColumns<'s> {
    pub(super) fn new(store: &'s Store) -> Self {
        let of = |names: &[&'static str]| names.iter().map(|n| TextColumn::new(store, n)).collect();
        Self {
            // ClinVar's own names, then those of annotators that rename them.
            significance: of(&["CLNSIG", "CLIN_SIG", "CLINVAR_CLNSIG", "clinvar_clnsig"]),
            condition: of(&["CLNDN", "CLNDBN", "CLINVAR_CLNDN", "clinvar_trait"]),
            review: of(&["CLNREVSTAT", "CLINVAR_CLNREVSTAT", "clinvar_review"]),
        }
    }

    pub(super) fn are_there(&self) -> bool {
        let all = [&self.significance, &self.condition, &self.review];
        all.into_iter().flatten().any(TextColumn::is_there)
    }

    pub(super) fn of(&self, shard: &'s Shard, row: u32) -> Result<Clinical, FormatError> {
        let first = |columns: &[TextColumn<'s>]| {
            for column in columns {
                if let Some(text) = column.text(shard, row)? {
                    return Ok::<_, FormatError>(Some(text.replace('_', " ")));
                }
            }
            Ok(None)
        };
        let mut significance = None;
        for column in &self.significance {
            if let Some(text) = column.text(shard, row)? {
                significance = Some(in_words(&text));
                break;
            }
        }
        Ok(Clinical {
            significance,
            condition: first(&self.condition)?,
            review: first(&self.review)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn a_significance_is_in_words() {
        for (text, expected) in [
            ("Likely_pathogenic", "Likely pathogenic"),
            ("Pathogenic|drug_response", "Pathogenic, drug response"),
            ("Pathogenic,_low_penetrance", "Pathogenic, low penetrance"),
            ("5|2", "Pathogenic, Benign"),
            ("255,5|5", "other, Pathogenic"),
            ("0", "Uncertain significance"),
            ("5|9", "5, 9"),
        ] {
            assert_eq!(in_words(text), expected, "{text}");
        }
    }
}
