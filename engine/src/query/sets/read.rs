//! What readers of sets share.

use std::collections::HashSet;

use super::find::Found;
use super::{Report, VariantFinder};
use crate::format::FormatError;

/// Absent variants that are shown.
const SHOWN: usize = 3;

/// Which sets are wanted.
#[derive(Clone, Debug, Default)]
pub(super) struct Chosen<'c> {
    pub(super) only: Option<&'c HashSet<String>>,
    pub(super) without: Option<&'c HashSet<String>>,
}

impl Chosen<'_> {
    pub(super) fn has(&self, name: &str) -> bool {
        self.only.is_none_or(|o| o.contains(name)) && self.without.is_none_or(|w| !w.contains(name))
    }
}

/// Looks a variant of a set up and counts what became of it.
pub(super) fn look_up(
    finder: &VariantFinder<'_>,
    set: &str,
    variant: &str,
    list: bool,
    report: &mut Report,
) -> Result<Option<Found>, FormatError> {
    report.named += 1;
    let found = finder.find(variant)?;
    match found {
        Some(found) => report.ambiguous += u64::from(found.ambiguous),
        None => {
            report.absent += 1;
            if report.absent_first.len() < SHOWN {
                report.absent_first.push(variant.to_owned());
            }
            if list {
                report
                    .absent_list
                    .push((set.to_owned(), variant.to_owned()));
            }
        }
    }
    Ok(found)
}
