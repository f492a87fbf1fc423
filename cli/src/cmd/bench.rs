//! `genodex bench`.

use super::Global;

/// Benchmarks and synthetic data
#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: Args, _global: &Global) -> anyhow::Result<()> {
    anyhow::bail!("not in this build")
}
