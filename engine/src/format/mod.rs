//! Bytes on disk: what a store's files look like, and how they are read and written.
#![doc = include_str!("../../../docs/format.md")]

pub mod annotations;
pub mod arrow_file;
pub mod disk;
mod error;
pub mod manifest;
mod map;
pub mod matrix;
pub mod row;
pub mod samples;
pub mod sites;

pub use error::FormatError;
pub use map::Mapped;
