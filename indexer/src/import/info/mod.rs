//! INFO on its way into the store: which fields are kept and as what columns, and a record's
//! values, split by ALT.

mod columns;
mod record;
mod shard;

#[cfg(test)]
mod tests;

pub use columns::InfoSelection;
pub(crate) use columns::{FieldPlan, InfoColumns, SourceInfo, Split};
pub(crate) use record::RecordInfo;
pub(super) use shard::ShardInfo;

/// Name of the layer.
pub const INFO_LAYER: &str = "info";
