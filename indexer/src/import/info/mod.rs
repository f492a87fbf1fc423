//! INFO on its way into the store: which fields are kept and as what columns, and a record's
//! values, split by ALT. FORMAT fields beside GT that are kept go the same way, unsplit.

mod columns;
mod format;
mod record;
mod shard;

#[cfg(test)]
mod tests;

pub use columns::InfoSelection;
pub(crate) use columns::{FieldPlan, InfoColumns, Of, SourceInfo, Split};
pub(crate) use format::{FormatReader, FormatValues, ShardFormat};
pub(crate) use record::RecordInfo;
pub(super) use shard::ShardInfo;

/// Name of the layer.
pub const INFO_LAYER: &str = "info";
/// Name of the layer of FORMAT fields.
pub const FORMAT_LAYER: &str = "format";
