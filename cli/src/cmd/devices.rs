//! `genodex devices`.

use super::Global;

/// Lists compute devices and what `auto` would choose
#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: Args, _global: &Global) -> anyhow::Result<()> {
    anyhow::bail!("not in this build")
}
