//! `genodex devices`: the processors that can count, their limits, and which one is chosen.

use std::io::{self, Write};

use genodex_engine::compute::{Compute, DeviceChoice, Workload, cpu, list_devices};

/// Arguments of `genodex devices`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Samples of the sample workload
    #[arg(long, default_value_t = 500_000)]
    samples: u64,
    /// Variants of the sample workload, one in fifty of them common
    #[arg(long, default_value_t = 1_000_000)]
    variants: u64,
    /// Cohorts that the sample workload counts at once
    #[arg(long, default_value_t = 1)]
    cohorts: u64,
    /// Times that the sample workload reads the same data
    #[arg(long, default_value_t = 1)]
    passes: u64,
}

/// Lists the devices.
///
/// # Errors
/// Where the output cannot be written.
pub(crate) fn run(args: Args) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    let threads = rayon::current_num_threads();
    writeln!(out, "CPU\t{}, {threads} threads", cpu::Isa::detect().name())?;
    let devices = list_devices();
    if devices.is_empty() {
        writeln!(
            out,
            "no GPU: this machine shows no Vulkan, Metal or DX12 device"
        )?;
    }
    for (i, d) in devices.iter().enumerate() {
        writeln!(
            out,
            "GPU {i}\t{} ({}, {}, {})",
            d.name, d.kind, d.backend, d.driver
        )?;
        writeln!(
            out,
            "\tbinding {} MiB, buffer {} MiB, {} workgroups a dimension, {} invocations, {} KiB shared, subgroups of {} to {}",
            d.max_binding_bytes >> 20,
            d.max_buffer_bytes >> 20,
            d.max_workgroups,
            d.max_invocations,
            d.shared_bytes >> 10,
            d.subgroups.0,
            d.subgroups.1
        )?;
        if let Some(reason) = &d.refused {
            writeln!(out, "\tnot used: {reason}")?;
        }
    }
    let common = args.variants / 50;
    let workload = Workload {
        samples: args.samples,
        dense_bytes: common.saturating_mul(args.samples / 4),
        // A rare variant's list takes about two bytes a carrier; one in 2,000 carries it.
        sparse_bytes: (args.variants - common).saturating_mul(args.samples / 1000 + 4),
        cohorts: args.cohorts,
        passes: args.passes,
    };
    let report = Compute::new(DeviceChoice::Auto, &workload)?.report();
    writeln!(
        out,
        "auto\tfor {} samples, {} variants, {} cohorts, {} passes: {}\n\t{}",
        args.samples, args.variants, args.cohorts, args.passes, report.device, report.reason
    )?;
    Ok(())
}
