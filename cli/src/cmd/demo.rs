//! `genodex demo`.

use super::Global;

/// Indexes real genotypes and takes a short tour
#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: Args, _global: &Global) -> anyhow::Result<()> {
    anyhow::bail!("not in this build")
}
