//! The text index of genes, diseases and phenotypes that a search uses.

use genodex_engine::query::text::TextIndex;
use genodex_engine::store::Store;

use crate::cmd::Global;

/// The store's table that holds a packed text index.
pub(super) const TEXT_INDEX: &str = "text";
/// The store's table that holds names of its variants.
pub(super) const VARIANT_NAMES: &str = "variant_names";

/// The store's index; none, which is said, where it has none.
pub(super) fn open(store: &Store, global: &Global) -> anyhow::Result<Option<TextIndex>> {
    if let Some(bytes) = store.table(TEXT_INDEX)? {
        return Ok(Some(TextIndex::open(&bytes)?));
    }
    global.note("the store has no names of genes and diseases: only its own are searched");
    Ok(None)
}
