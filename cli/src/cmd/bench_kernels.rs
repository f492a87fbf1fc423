//! `genodex bench kernels`: the kernels beside what memory allows, here and now.

use std::io::{self, Write};

use genodex_engine::compute::bench::{KernelBench, Measurement, bench_cpu, bench_gpu};
use genodex_engine::compute::{DeviceChoice, Gpu, Software};

/// Measures the dense kernel beside the memory that it reads, on the CPU and on a GPU
///
/// Prints gigabytes a second, and their ratio to a streaming read (CPU) or a copy (GPU) of the same
/// memory.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What to measure: auto (the CPU, and a GPU if there is one), cpu or gpu
    #[arg(long, default_value_t = DeviceChoice::Auto)]
    device: DeviceChoice,
    /// MiB of planes that the CPU reads; more than its caches hold
    #[arg(long, default_value_t = 512)]
    cpu_mib: u32,
    /// MiB of planes that are resident on the GPU
    #[arg(long, default_value_t = 2048)]
    gpu_mib: u32,
    /// Rounds, of which the fastest counts
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

/// Measures and prints one line for each thing measured.
///
/// # Errors
/// Where a GPU is asked for and cannot be had or fails, or the output cannot be written.
pub(crate) fn run(args: Args) -> anyhow::Result<()> {
    let bench = KernelBench {
        cpu_bytes: usize::try_from(args.cpu_mib)? << 20,
        gpu_bytes: u64::from(args.gpu_mib) << 20,
        rounds: args.rounds,
    };
    let mut out = io::stdout().lock();
    writeln!(out, "#what\tGB/s\tof memory\tms")?;
    if args.device != DeviceChoice::Gpu {
        print(&mut out, &bench_cpu(&bench))?;
    }
    if args.device != DeviceChoice::Cpu {
        match Gpu::open(Software::from_env()) {
            Ok(gpu) => print(&mut out, &bench_gpu(&bench, &gpu)?)?,
            Err(e) if args.device == DeviceChoice::Auto => writeln!(out, "#{e}")?,
            Err(e) => return Err(e.into()),
        }
    }
    Ok(())
}

fn print(out: &mut impl Write, measured: &[Measurement]) -> io::Result<()> {
    for m in measured {
        writeln!(
            out,
            "{}\t{:.2}\t{:.2}\t{:.3}",
            m.name,
            m.gigabytes_per_second(),
            m.of_memory,
            m.time.as_secs_f64() * 1e3
        )?;
    }
    Ok(())
}
