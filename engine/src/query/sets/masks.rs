//! Masks: which annotations' variants belong together, and up to which frequency.

use std::io::BufRead;
use std::path::Path;

use super::{MOST_MASKS, SetError};
use crate::lines::Lines;

/// A mask: a name and what it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaskDefinition {
    /// Its name.
    pub name: String,
    /// Annotation categories with commas between them, or the expression.
    pub categories: String,
}

/// Masks by the categories of annotations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MaskDefinitions {
    masks: Vec<MaskDefinition>,
}

impl MaskDefinitions {
    /// Reads lines of `NAME CATEGORY,CATEGORY,...`.
    ///
    /// # Errors
    /// [`SetError`] naming the line.
    pub fn read(reader: impl BufRead, path: &Path) -> Result<Self, SetError> {
        let mut lines = Lines::new(reader);
        let mut all = Self::default();
        while let Some((line, number)) = lines.next_line().map_err(SetError::of(path))? {
            let mut fields = line.split_ascii_whitespace();
            let Some(name) = fields.next() else { continue };
            let (Some(categories), None) = (fields.next(), fields.next()) else {
                let reason = "a mask is a name and categories with commas between them";
                return Err(SetError::line(path, number, reason));
            };
            all.push(name, categories)
                .map_err(|reason| SetError::line(path, number, reason))?;
        }
        if all.masks.is_empty() {
            return Err(SetError::line(path, 1, "there is no mask"));
        }
        Ok(all)
    }

    /// A mask for each category.
    pub(super) fn each_category(categories: &[String]) -> Result<Self, SetError> {
        let mut all = Self::default();
        for category in categories {
            all.push(category, category).map_err(SetError::Masks)?;
        }
        Ok(all)
    }

    fn push(&mut self, name: &str, categories: &str) -> Result<(), String> {
        if self.masks.iter().any(|m| m.name == name) {
            return Err(format!("there are two masks {name}"));
        }
        if self.masks.len() == MOST_MASKS {
            return Err(format!("more than {MOST_MASKS} masks"));
        }
        self.masks.push(MaskDefinition {
            name: name.to_owned(),
            categories: categories.to_owned(),
        });
        Ok(())
    }

    /// The masks, in their order.
    #[must_use]
    pub fn masks(&self) -> &[MaskDefinition] {
        &self.masks
    }

    /// The masks that a category belongs to: bit i is mask i.
    #[must_use]
    pub fn of_category(&self, category: &str) -> u64 {
        let has = |m: &MaskDefinition| m.categories.split(',').any(|c| c == category);
        let places = self.masks.iter().enumerate().filter(|(_, m)| has(m));
        places.fold(0, |bits, (i, _)| bits | 1 << i)
    }
}

/// Upper bounds of the alternative allele's frequency: a mask's variants up to each make a
/// genotype of their own. Singletons come before all.
#[derive(Clone, Debug, PartialEq)]
pub struct Bins {
    bounds: Vec<f64>,
}

impl Bins {
    /// From texts: numbers in (0, 1], or `all`; each once, ascending.
    ///
    /// # Errors
    /// A text saying what is wrong.
    pub fn parse(texts: &[String], extra: Option<f64>) -> Result<Self, String> {
        let mut bounds = Vec::with_capacity(texts.len() + 1);
        for text in texts {
            let value = match text.as_str() {
                "all" => Some(1.0),
                text => text.parse::<f64>().ok().filter(|v| *v > 0.0 && *v <= 1.0),
            };
            bounds.push(value.ok_or_else(|| {
                format!("{text:?} is no bound of a frequency: a number above 0 and up to 1, or all")
            })?);
        }
        bounds.extend(extra);
        bounds.sort_by(f64::total_cmp);
        bounds.dedup();
        Ok(Self { bounds })
    }

    /// The bounds, ascending.
    #[must_use]
    pub fn bounds(&self) -> &[f64] {
        &self.bounds
    }

    /// Bins, singletons included.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.bounds.len() + 1
    }

    /// The first bin that a variant belongs to; it belongs to all after it, too. `None` where
    /// its frequency is above every bound.
    #[must_use]
    pub fn first(&self, frequency: f64, singleton: bool) -> Option<usize> {
        let at = self.bounds.partition_point(|b| *b < frequency);
        match (at < self.bounds.len(), singleton) {
            (true, true) => Some(0),
            (true, false) => Some(at + 1),
            // Bins are nested: a singleton above all bounds is in none.
            (false, single) => (single && self.bounds.is_empty()).then_some(0),
        }
    }

    /// The name of a bin: `singleton`, the bound, or `all`.
    #[must_use]
    pub fn name(&self, bin: usize) -> String {
        match bin.checked_sub(1).and_then(|i| self.bounds.get(i)) {
            None => "singleton".to_owned(),
            Some(1.0) => "all".to_owned(),
            Some(bound) => {
                let mut text = Vec::new();
                crate::record::number::push_float(&mut text, *bound);
                String::from_utf8(text).unwrap_or_default()
            }
        }
    }
}
