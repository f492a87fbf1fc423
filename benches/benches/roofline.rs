//! The dense kernel beside a streaming read of the same memory, on one thread: the fastest of
//! many rounds, which take turns.

use genodex_engine::compute::bench::{KernelBench, bench_cpu};

fn main() {
    // As a test, it has to run, not to measure.
    let testing = std::env::args().any(|a| a == "--test") || cfg!(debug_assertions);
    let bench = KernelBench {
        rounds: if testing { 1 } else { 20 },
        ..KernelBench::default()
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let measured = match pool {
        Ok(pool) => pool.install(|| bench_cpu(&bench)),
        Err(_) => bench_cpu(&bench),
    };
    for m in measured {
        println!(
            "{:60} {:8.2} GB/s {:6.2} of memory",
            m.name,
            m.gigabytes_per_second(),
            m.of_memory
        );
    }
}
