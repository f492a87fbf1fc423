//! Texts of annotation columns by name, over all layers.

use crate::format::FormatError;
use crate::format::manifest::LayerKind;
use crate::store::{Shard, Store};

/// A column by name: the first layer that has a value for a row gives it.
#[derive(Clone, Debug, Default)]
pub(super) struct TextColumn {
    places: Vec<(usize, usize)>,
}

impl TextColumn {
    /// The columns called `name`: those of our own layers before the input's INFO.
    pub(super) fn new(store: &Store, name: &str) -> Self {
        let mut places = Vec::new();
        for (layer, entry) in store.layers().iter().enumerate() {
            let column = entry.columns.iter().position(|c| c.name == name);
            if let (Some(column), true) = (column, entry.kind != LayerKind::Format) {
                places.push((entry.kind == LayerKind::Info, layer, column));
            }
        }
        places.sort_unstable();
        Self {
            places: places.into_iter().map(|(_, l, c)| (l, c)).collect(),
        }
    }

    /// Whether the store has one.
    pub(super) const fn is_there(&self) -> bool {
        !self.places.is_empty()
    }

    /// The value of a row; `None` where it is missing.
    pub(super) fn text(
        &self,
        store: &Store,
        shard: &Shard,
        row: u32,
    ) -> Result<Option<String>, FormatError> {
        for &(layer, column) in &self.places {
            let Some(entry) = store.layers().get(layer) else {
                continue;
            };
            let table = shard.layer(layer, entry)?;
            let text = table.and_then(|t| t.column(column).text(row as usize));
            if let Some(text) = text.filter(|t| !t.is_empty() && *t != ".") {
                return Ok(Some(text.to_owned()));
            }
        }
        Ok(None)
    }

    /// Whether a value `holds` for any row.
    pub(super) fn any(
        &self,
        store: &Store,
        holds: impl Fn(&str) -> bool,
    ) -> Result<bool, FormatError> {
        for shard in store.shards() {
            for &(layer, column) in &self.places {
                let Some(entry) = store.layers().get(layer) else {
                    continue;
                };
                let Some(name) = entry.columns.get(column).map(|c| c.name.as_str()) else {
                    continue;
                };
                if let Some(index) = shard.layer_index(layer, entry)?
                    && index.has(name)
                {
                    if index.values(name).any(|(value, _)| holds(value)) {
                        return Ok(true);
                    }
                    continue;
                }
                if let Some(table) = shard.layer(layer, entry)? {
                    let values = table.column(column);
                    let mut texts = (0..shard.n_rows()).filter_map(|row| values.text(row));
                    if texts.any(&holds) {
                        return Ok(true);
                    }
                }
            }
        }
        Ok(false)
    }
}
