//! Bytes on disk: what a store's files look like, and how they are read and written.
#![doc = include_str!("../../../docs/format.md")]

pub mod row;
