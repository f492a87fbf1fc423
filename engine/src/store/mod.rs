//! A store: a folder of files written once, and a manifest that says which of them count.
//!
//! Readers open a [`Store`], which is a snapshot; writers make a new generation with a
//! [`StoreWriter`]. Bytes and checksums are `format`'s; what rows mean is `genotype`'s.

mod generation;
mod open;
mod shard;
mod verify;
mod write;

#[cfg(test)]
mod tests;

pub use generation::collect;
pub use open::{Shard, Store};
pub use shard::ShardWriter;
pub use verify::{Damage, VerifyReport, verify};
pub use write::StoreWriter;
