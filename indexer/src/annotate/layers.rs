//! Which layers a store has.

use std::path::Path;

use genodex_engine::format::annotations::ColumnBuilder;
use genodex_engine::format::manifest::{LayerEntry, LayerKind};
use genodex_engine::query::genes::{GENE_TABLE, GENES_LAYER};

use super::{AnnotateError, StepReport, TEXT_INDEX, Work};

/// The name of a layer made from a file: the start of the file's name.
#[must_use]
pub fn default_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let start = name.split('.').next().unwrap_or_default();
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || c == '-' {
            c.to_ascii_lowercase()
        } else {
            '_'
        }
    };
    start.chars().map(plain).collect()
}

/// A shard's place, and the columns and number of rows of its part of a layer, where it has one.
pub(super) type ShardPart = (usize, Option<(Vec<ColumnBuilder>, usize)>);

impl Work<'_, '_> {
    /// Takes a layer away.
    pub(super) fn remove(&mut self, name: &str) -> Result<(), AnnotateError> {
        let Some(at) = self.manifest.layers.iter().position(|l| l.name == name) else {
            return Err(AnnotateError::UnknownLayer {
                name: name.to_owned(),
                there: self
                    .manifest
                    .layers
                    .iter()
                    .map(|l| l.name.clone())
                    .collect(),
            });
        };
        self.manifest.layers.remove(at);
        if name == GENES_LAYER {
            self.manifest.tables.remove(GENE_TABLE);
        }
        for shard in &mut self.manifest.shards {
            shard.layers.remove(name);
        }
        self.report.steps.push(StepReport {
            layer: name.to_owned(),
            ..StepReport::default()
        });
        Ok(())
    }

    /// Keeps a text index in the store, or takes it away.
    pub(super) fn text_index(&mut self, bytes: Option<&[u8]>) -> Result<(), AnnotateError> {
        self.manifest.tables.remove(TEXT_INDEX);
        if let Some(bytes) = bytes {
            let entry = self.writer.write_bytes(TEXT_INDEX, bytes)?;
            self.manifest.tables.insert(TEXT_INDEX.to_owned(), entry);
        }
        self.report.steps.push(StepReport::default());
        Ok(())
    }

    /// Checks that a layer may be added, and takes away the one that it replaces.
    pub(super) fn make_room(&mut self, layer: &LayerEntry) -> Result<(), AnnotateError> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        let name = &layer.name;
        if name.is_empty() || !name.bytes().all(plain) || name == "sites" {
            return Err(AnnotateError::LayerName(name.clone()));
        }
        if self.manifest.layers.iter().any(|l| l.name == *name) {
            if !self.options.replace {
                return Err(AnnotateError::LayerExists(name.clone()));
            }
            self.manifest.layers.retain(|l| l.name != *name);
            for shard in &mut self.manifest.shards {
                shard.layers.remove(name);
            }
        }
        if layer.kind == LayerKind::Info {
            for other in self.manifest.layers.iter().filter(|l| l.kind == layer.kind) {
                let taken = |c: &&genodex_engine::format::manifest::ColumnEntry| {
                    other.columns.iter().any(|o| o.name == c.name)
                };
                if let Some(column) = layer.columns.iter().find(taken) {
                    return Err(AnnotateError::FieldTaken {
                        field: column.name.clone(),
                        layer: other.name.clone(),
                    });
                }
            }
        }
        Ok(())
    }

    /// Writes a layer that there is room for.
    pub(super) fn add_layer(
        &mut self,
        layer: LayerEntry,
        parts: Vec<ShardPart>,
    ) -> Result<(), AnnotateError> {
        for (shard, part) in parts {
            let Some((values, rows)) = part else {
                continue;
            };
            let files =
                (self.writer).write_layer(shard, &layer.name, &layer.columns, values, rows)?;
            if let Some(entry) = self.manifest.shards.get_mut(shard) {
                entry.layers.insert(layer.name.clone(), files);
            }
        }
        self.manifest.layers.push(layer);
        Ok(())
    }
}
