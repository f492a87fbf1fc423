//! The text index of genes, diseases and phenotypes that a search uses.

use genodex_engine::query::text::TextIndex;
use genodex_engine::store::Store;

use crate::cmd::Global;
use crate::knowledge;

/// The index that the store was given, or that of what travels with the program.
pub(super) fn open(store: &Store, global: &Global) -> anyhow::Result<TextIndex> {
    match store.table(genodex_indexer::annotate::TEXT_INDEX)? {
        Some(bytes) => Ok(TextIndex::open(&bytes)?),
        None => knowledge::shipped_index(global),
    }
}
