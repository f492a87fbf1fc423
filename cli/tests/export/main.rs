//! `genodex export`: what bcftools makes of the same selections, and matrices and tables against
//! the calls of the input.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may panic, its helpers too"
)]

#[path = "../common/mod.rs"]
mod common;
mod errors;
mod golden;
mod layers;
mod made;
mod matrices;
mod read;
mod records;
mod tables;

use std::path::Path;

use common::stdout;

fn export(store: &Path, words: &[&str]) -> String {
    let head = ["export", "-q", store.to_str().unwrap()];
    stdout(head.iter().chain(words))
}

/// The lines of a VCF but for those of its header that start with `##`.
fn records(text: &str) -> Vec<&str> {
    text.lines().filter(|l| !l.starts_with("##")).collect()
}
