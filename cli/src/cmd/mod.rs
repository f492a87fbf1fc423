//! The subcommands, one file each: `Args` and `run`.

mod add;
mod annotate;
mod assoc;
mod association;
mod bench;
mod burden;
mod burden_meta;
mod demo;
mod devices;
mod export;
mod feasibility;
mod freq;
mod gene;
mod import;
mod import_samples;
mod index;
mod info;
mod kinship;
mod knockouts;
mod ld;
mod match_;
mod panel;
mod pca;
mod prune;
mod qc;
mod query;
mod regions;
mod samples;
mod search;
mod selection;
mod snps;
mod target;
mod verify;
mod withdraw;

use std::path::Path;

use anyhow::Context;
use clap::{Args, Subcommand};

/// Name and version, for provenance.
pub(crate) const PROGRAM: &str = concat!("genodex ", env!("CARGO_PKG_VERSION"));

/// Options of every command.
#[derive(Args, Clone, Debug)]
pub(crate) struct Global {
    /// Threads to use [default: all cores]
    #[arg(
        short = 'j',
        long,
        global = true,
        value_name = "N",
        help_heading = "General"
    )]
    pub(crate) threads: Option<std::num::NonZeroUsize>,
    /// No progress bars and no notes on standard error
    #[arg(short, long, global = true, help_heading = "General")]
    pub(crate) quiet: bool,
    /// More on standard error: devices, launches, bytes
    #[arg(short, long, global = true, help_heading = "General")]
    pub(crate) verbose: bool,
}

impl Global {
    /// Sets up the thread pool.
    pub(crate) fn apply(&self) -> anyhow::Result<()> {
        if let Some(n) = self.threads {
            // This thread is one of them: alone, it hands no work over.
            rayon::ThreadPoolBuilder::new()
                .num_threads(n.get())
                .use_current_thread()
                .build_global()?;
        }
        Ok(())
    }

    /// Prints a note to standard error, unless the user wants quiet.
    pub(crate) fn note(&self, text: impl std::fmt::Display) {
        if !self.quiet {
            crate::say::aside(format_args!("{text}"));
        }
    }
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    Index(Box<index::Args>),
    Add(Box<add::Args>),
    Annotate(Box<annotate::Args>),
    Burden(Box<burden::Args>),
    BurdenMeta(burden_meta::Args),
    Assoc(Box<assoc::Args>),
    Info(info::Args),
    Verify(verify::Args),
    Freq(Box<freq::Args>),
    Query(Box<query::Args>),
    Export(Box<export::Args>),
    Search(search::Args),
    Samples(Box<samples::Args>),
    Knockouts(Box<knockouts::Args>),
    Match(Box<match_::Args>),
    Feasibility(feasibility::Args),
    Kinship(Box<kinship::Args>),
    Pca(Box<pca::Args>),
    Prune(Box<prune::Args>),
    Panel(panel::Args),
    Ld(ld::Args),
    Target(Box<target::Args>),
    Qc(Box<qc::Args>),
    Withdraw(withdraw::Args),
    Devices(devices::Args),
    Demo(demo::Args),
    Bench(bench::Args),
}

impl Command {
    pub(crate) fn run(self, global: &Global) -> anyhow::Result<()> {
        match self {
            Self::Index(args) => index::run(*args, global),
            Self::Add(args) => add::run(*args, global),
            Self::Annotate(args) => annotate::run(&args, global),
            Self::Burden(args) => burden::run(*args, global),
            Self::BurdenMeta(args) => burden_meta::run(&args, global),
            Self::Assoc(args) => assoc::run(*args, global),
            Self::Info(args) => info::run(&args, global),
            Self::Verify(args) => verify::run(&args, global),
            Self::Withdraw(args) => withdraw::run(&args, global),
            Self::Freq(args) => freq::run(*args, global),
            Self::Query(args) => query::run(*args, global),
            Self::Export(args) => export::run(*args, global),
            Self::Search(args) => search::run(args, global),
            Self::Samples(args) => samples::run(*args, global),
            Self::Knockouts(args) => knockouts::run(*args, global),
            Self::Feasibility(args) => feasibility::run(&args, global),
            Self::Match(args) => match_::run(*args, global),
            Self::Kinship(args) => kinship::run(*args, global),
            Self::Pca(args) => pca::run(*args, global),
            Self::Prune(args) => prune::run(*args, global),
            Self::Panel(args) => panel::run(&args, global),
            Self::Ld(args) => ld::run(&args, global),
            Self::Target(args) => target::run(*args, global),
            Self::Qc(args) => qc::run(*args, global),
            Self::Devices(args) => devices::run(args),
            Self::Demo(args) => demo::run(args, global),
            Self::Bench(args) => bench::run(args, global),
        }
    }
}

/// Reads a small text file.
pub(crate) fn read_file(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
