//! Import: files of other programs to a store.

pub mod sample_table;
