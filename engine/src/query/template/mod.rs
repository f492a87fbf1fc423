//! Templates of output lines, as bcftools query's `-f` has them: `%CHROM\t%POS[\t%SAMPLE=%GT]\n`.
//!
//! | | |
//! |---|---|
//! | `%CHROM %POS %POS0 %END %END0 %ID %REF %ALT %FIRST_ALT %QUAL %FILTER %TYPE` | the site |
//! | `%INFO`, `%INFO/TAG`, `%TAG`, `%TAG{0}` | INFO, a field, one value of it |
//! | `[...]` | once for each sample for which the expression holds |
//! | `%LINE`, `%FORMAT` | the whole VCF line with its end, FORMAT and the calls |
//! | `%N_PASS(EXPR) %F_PASS(EXPR)` | samples for which an expression holds: how many, and of all |
//! | `%SAMPLE %GT %TGT %IUPACGT %PS` | within brackets: the sample, its call, with bases, with IUPAC's letters, its phase set |
//! | `%TAG`, `%TAG{0}`, `%FORMAT/TAG` | within brackets: a FORMAT field that the store keeps, one value of it |
//! | `%/TAG` | of the site, also within brackets |
//! | `%MASK` | 1: there is one file |
//! | `%AC{cases}` | a count in a cohort: `AC AN AF MAC MAF HOMALT HET HOMREF HEMI MISSING CALLRATE` |
//! | `%GENE` | an annotation column |
//! | `\t \n \\` | tab, end of line, backslash |
//!
//! A template is parsed against the names of a store, so that what it cannot show is refused
//! before anything is written.

mod line;
mod parse;
mod render;
mod sampled;
mod text;

#[cfg(test)]
mod tests;

use super::expr::{Checked, Count, Schema};
use crate::diagnostic::Diagnostic;

/// A template, tied to the names of a store.
#[derive(Clone, Debug)]
pub struct Template {
    items: Vec<Item>,
    /// The FORMAT fields shown, by their index in the schema.
    formats: Vec<usize>,
    filtered: Option<String>,
}

/// What to do with a field that is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Undefined {
    /// The template is refused.
    #[default]
    Refused,
    /// It is shown as missing (`.`).
    Missing,
}

#[derive(Clone, Debug)]
enum Item {
    Text(String),
    Chrom,
    Pos(bool),
    End(bool),
    Id,
    Ref,
    Alt(Option<usize>),
    Qual,
    Filter,
    Type,
    InfoAll,
    Info(String, usize, Option<usize>),
    /// A FORMAT field: its name, its place among [`Template::formats`], one value of it.
    Sampled(String, usize, Option<usize>),
    /// A field that is not there, shown as missing.
    Undefined(String),
    Mask,
    Column(String, usize),
    Count(Count, String, usize),
    Sample,
    Gt,
    Tgt,
    IupacGt,
    Line,
    Format,
    /// How many samples pass, or with `true` which part of all.
    Passing(Box<Checked>, bool),
    PhaseSet,
    Each(Vec<Item>),
}

/// Why a template cannot be shown.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TemplateError(Box<Diagnostic>);

impl Template {
    /// Parses a template.
    ///
    /// # Errors
    /// A diagnostic with the place of the first mistake.
    pub fn parse(
        source: &str,
        schema: &Schema,
        undefined: Undefined,
    ) -> Result<Self, TemplateError> {
        let parsed = parse::Parser::new(source, schema, undefined).all();
        let (items, formats) = parsed.map_err(TemplateError)?;
        Ok(Self {
            items,
            formats,
            filtered: None,
        })
    }

    /// Ends the line, where the template has no end of line anywhere.
    pub fn end_line(&mut self) {
        fn ends(item: &Item) -> bool {
            match item {
                Item::Text(text) => text.contains('\n'),
                Item::Each(items) => items.iter().any(ends),
                Item::Line => true,
                _ => false,
            }
        }
        if !self.items.iter().any(ends) {
            self.items.push(Item::Text("\n".to_owned()));
        }
    }

    /// Whether it is one field, and nothing else.
    #[must_use]
    pub fn is_one(&self) -> bool {
        matches!(&self.items[..], [item] if !matches!(item, Item::Text(_) | Item::Each(_)))
    }

    /// Shows the other samples too, with this text for each of their values.
    pub fn show_filtered(&mut self, text: &str) {
        self.filtered = Some(text.to_owned());
    }

    /// Whether it shows counts of cohorts.
    #[must_use]
    pub fn shows_cohorts(&self) -> bool {
        self.items.iter().any(|i| match i {
            Item::Count(_, _, cohort) => *cohort > 0,
            Item::Passing(checked, _) => checked.needs().cohorts.iter().any(|c| *c > 0),
            _ => false,
        })
    }

    /// Whether it shows single samples.
    #[must_use]
    pub fn shows_samples(&self) -> bool {
        self.items.iter().any(|i| matches!(i, Item::Each(_)))
    }
}
