//! INFO on its way into the store: which fields are kept and as what columns, and a record's
//! values, split by ALT. FORMAT fields beside GT that are kept go the same way, unsplit.

use crate::annotation::consequence::Consequences;

mod columns;
mod consequence;
mod format;
mod record;
mod shard;

#[cfg(test)]
mod tests;

pub use columns::InfoSelection;
pub(crate) use columns::{FieldPlan, InfoColumns, Of, SourceInfo, Split};
pub(crate) use consequence::ConsequenceInfo;
pub(crate) use format::{FormatReader, FormatValues, ShardFormat};
pub(crate) use record::RecordInfo;
pub(crate) use shard::ShardInfo;

/// What becomes of a source's fields.
pub(crate) struct SourceFields {
    /// Of INFO.
    pub(crate) info: SourceInfo,
    /// Of FORMAT.
    pub(crate) format: SourceInfo,
    /// Predicted consequences, where INFO has them and they are wanted.
    pub(crate) consequence: Option<Consequences>,
}

/// Name of the layer.
pub const INFO_LAYER: &str = "info";
/// Name of the layer of FORMAT fields.
pub const FORMAT_LAYER: &str = "format";
