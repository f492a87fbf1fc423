//! How fast the dense kernel is on this machine, beside what its memory allows. For the command
//! `genodex bench kernels`.
//!
//! Rows are of 100,000 samples with random planes. A round measures everything once, so that
//! whatever else the machine does meets all alike; of the rounds, the fastest of each counts.

use std::hint::black_box;
use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::{Cohorts, ComputeError, Gpu, cpu};
use crate::genotype::{SampleSet, plane_words};

/// Samples of a row.
pub(super) const SAMPLES: usize = 100_000;
/// Bytes of planes by which a thread takes rows.
const BLOCK_BYTES: usize = 8 << 20;

/// What to measure.
#[derive(Clone, Copy, Debug)]
pub struct KernelBench {
    /// Bytes of planes that the CPU reads; more than its caches hold.
    pub cpu_bytes: usize,
    /// Bytes of planes that are resident on the GPU.
    pub gpu_bytes: u64,
    /// Rounds.
    pub rounds: usize,
}

impl Default for KernelBench {
    fn default() -> Self {
        Self {
            cpu_bytes: 512 << 20,
            gpu_bytes: 2 << 30,
            rounds: 5,
        }
    }
}

/// One thing measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// What ran where: "CPU, cohort of 10".
    pub name: String,
    /// Bytes of planes (or of memory read and written, for a copy).
    pub bytes: u64,
    /// Fastest round.
    pub time: Duration,
    /// Bytes a second, relative to the same device's memory.
    pub of_memory: f64,
}

impl Measurement {
    /// Gigabytes (10^9) a second.
    #[must_use]
    pub fn gigabytes_per_second(&self) -> f64 {
        self.bytes as f64 / self.time.as_secs_f64() / 1e9
    }

    pub(super) fn new(name: impl Into<String>, bytes: u64, time: Duration, memory: f64) -> Self {
        let mut m = Self {
            name: name.into(),
            bytes,
            time: time.max(Duration::from_nanos(1)),
            of_memory: 1.0,
        };
        if memory > 0.0 {
            m.of_memory = m.gigabytes_per_second() / memory;
        }
        m
    }
}

/// A random word, the same for the same `state` on every run.
pub(super) fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

fn cohorts() -> Vec<(&'static str, Cohorts)> {
    let n = SAMPLES as u32;
    let every = |step: u32| (0..n).filter(|s| s % step == 0).collect();
    let mut state = 5;
    let half = (0..n).filter(|_| random(&mut state) & 1 == 1).collect();
    [
        ("nobody", SampleSet::none(SAMPLES)),
        ("10", SampleSet::from_bitmap(SAMPLES, every(n / 10))),
        ("1 %", SampleSet::from_bitmap(SAMPLES, every(100))),
        ("50 %", SampleSet::from_bitmap(SAMPLES, half)),
        ("everyone", SampleSet::all(SAMPLES)),
    ]
    .into_iter()
    .map(|(name, set)| (name, Cohorts::new(SAMPLES, &[set])))
    .collect()
}

/// Measures the CPU, on the threads of the current rayon pool: first a streaming read, then the
/// dense kernel with cohorts of several sizes.
#[must_use]
pub fn bench_cpu(bench: &KernelBench) -> Vec<Measurement> {
    let isa = cpu::Isa::detect();
    let row_words = 2 * plane_words(SAMPLES);
    let rows = (bench.cpu_bytes / 8 / row_words).max(1);
    let mut state = 1;
    let planes: Vec<u64> = (0..rows * row_words).map(|_| random(&mut state)).collect();
    let bytes = planes.len() as u64 * 8;
    let block = (BLOCK_BYTES / 8 / row_words).max(1) * row_words;
    let time = |work: &(dyn Fn(&[u64]) -> u64 + Sync)| {
        let start = Instant::now();
        let results = planes.par_chunks(block).map(work);
        // A sum of random words does not fit one.
        black_box(results.reduce(|| 0, u64::wrapping_add));
        start.elapsed()
    };
    let cohorts = cohorts();
    let mut best = vec![Duration::MAX; 1 + cohorts.len()];
    for _ in 0..bench.rounds.max(1) {
        best[0] = best[0].min(time(&|block| isa.read(block)));
        for (best, (_, cohorts)) in best[1..].iter_mut().zip(&cohorts) {
            *best = (*best).min(time(&|block| {
                let rows = block.chunks_exact(row_words);
                rows.map(|row| cpu::dense_counts(isa, row, cohorts, 0).iter().sum::<u64>())
                    .sum()
            }));
        }
    }
    let on = format!(
        "CPU ({}), {} threads",
        isa.name(),
        rayon::current_num_threads()
    );
    let read = Measurement::new(format!("{on}: streaming read"), bytes, best[0], 0.0);
    let memory = read.gigabytes_per_second();
    let kernels = cohorts.iter().zip(&best[1..]).map(|((name, _), &time)| {
        let name = format!("{on}: dense_counts, cohort of {name}");
        Measurement::new(name, bytes, time, memory)
    });
    std::iter::once(read).chain(kernels).collect()
}

/// Measures a GPU: a copy within its memory, the dense kernel over resident planes, and the same
/// with the planes' upload.
///
/// # Errors
/// [`ComputeError`] as the device says.
pub fn bench_gpu(bench: &KernelBench, gpu: &Gpu) -> Result<Vec<Measurement>, ComputeError> {
    gpu.measure(bench)
}
