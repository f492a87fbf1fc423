//! Import.

pub mod reader;
