//! What commands that test traits share: traits, covariates, null models.

use clap::ValueEnum;
use genodex_engine::genome::canonical_name;

pub(crate) mod arguments;
pub(crate) mod nulls;
pub(crate) mod output;
pub(crate) mod page;
pub(crate) mod regenie;
pub(crate) mod traits;

/// Files as another program writes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Report {
    /// What regenie's step 2 writes
    Regenie,
}

impl crate::output::Report for Report {}

/// A chromosome as regenie writes it: without `chr`, X as 23.
pub(crate) fn number_of(contig: &str) -> String {
    match canonical_name(contig).as_str() {
        "X" | "x" => "23".to_owned(),
        name => name.to_owned(),
    }
}
