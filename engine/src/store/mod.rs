//! A store: a folder of files written once, and a manifest that says which of them count.
//!
//! Readers open a [`Store`], which is a snapshot; writers make a new generation with a
//! [`StoreWriter`]. Bytes and checksums are `format`'s; what rows mean is `genotype`'s.

mod absent;
mod generation;
mod leave;
mod open;
mod shard;
mod verify;
mod withdraw;
mod write;

#[cfg(test)]
mod tests;

pub use absent::present;
pub use generation::collect;
pub use open::{Shard, Store};
pub use shard::ShardWriter;
pub use verify::{Damage, VerifyReport, verify};
pub use withdraw::{Withdrawal, withdraw};
pub use write::StoreWriter;
