//! Import.

pub mod reader;

pub mod import;
