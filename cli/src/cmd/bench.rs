//! `genodex bench`: a group of commands, one file each.

#[path = "bench_generate.rs"]
mod generate;
#[path = "bench_kernels.rs"]
mod kernels;
#[path = "bench_lookup.rs"]
mod lookup;
#[path = "bench_query.rs"]
mod query;

use super::Global;

/// Benchmarks and synthetic data
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Generate(generate::Args),
    Kernels(kernels::Args),
    Lookup(lookup::Args),
    Query(query::Args),
}

pub(crate) fn run(args: Args, global: &Global) -> anyhow::Result<()> {
    match args.command {
        Command::Generate(args) => generate::run(args, global),
        Command::Kernels(args) => kernels::run(args),
        Command::Lookup(args) => lookup::run(&args),
        Command::Query(args) => query::run(&args),
    }
}
