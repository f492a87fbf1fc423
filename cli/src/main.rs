//! The program `genodex`: arguments, output, exit codes. What is computed is the engine's.

mod cache;
mod cmd;
mod exit;
mod knowledge;
mod output;
mod page;
mod progress;
mod say;
mod staged_disk;

use std::process::ExitCode;

use clap::Parser;

/// A genotype query engine: index once, ask at once.
#[derive(Parser)]
#[command(name = "genodex", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    global: cmd::Global,
    #[command(subcommand)]
    command: cmd::Command,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = cli
        .global
        .apply()
        .and_then(|()| cli.command.run(&cli.global));
    exit::code(result)
}
