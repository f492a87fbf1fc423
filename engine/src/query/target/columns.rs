//! Texts of annotation columns by name.

use crate::format::FormatError;
use crate::query::columns::{places, text, values};
use crate::store::{Shard, Store};

/// A column by name, over all layers.
#[derive(Clone, Debug)]
pub(super) struct TextColumn<'s> {
    store: &'s Store,
    name: &'static str,
    places: Vec<(usize, usize)>,
}

impl<'s> TextColumn<'s> {
    /// The columns called `name`.
    pub(super) fn new(store: &'s Store, name: &'static str) -> Self {
        Self {
            store,
            name,
            places: places(store, name),
        }
    }

    /// Whether the store has one.
    pub(super) const fn is_there(&self) -> bool {
        !self.places.is_empty()
    }

    /// The value of a row; `None` where it is missing.
    pub(super) fn text(&self, shard: &'s Shard, row: u32) -> Result<Option<String>, FormatError> {
        let found = text(self.store, shard, &self.places, row as usize)?;
        let found = found.filter(|t| !t.is_empty() && *t != ".");
        Ok(found.map(str::to_owned))
    }

    /// Whether any row has a value that `holds`.
    pub(super) fn any(&self, holds: impl Fn(&str) -> bool) -> Result<bool, FormatError> {
        if !self.is_there() {
            return Ok(false);
        }
        Ok(values(self.store, self.name)?.iter().any(|v| holds(v)))
    }
}
