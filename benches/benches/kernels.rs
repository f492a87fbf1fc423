//! Every kernel on the CPU: its twin on its largest case, and the fast forms of the dense kernel
//! over more planes than caches hold, beside a streaming read of the same memory.
//!
//! Planes are random, of 100,000 samples, seed 1.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use genodex_benches::{Numbers, half_of};
use genodex_engine::compute::cpu::Isa;
use genodex_engine::genotype::plane_words;
use genodex_shaders::KERNELS;

fn twins(c: &mut Criterion) {
    let mut group = c.benchmark_group("twins");
    for kernel in KERNELS {
        let cases = (kernel.cases)();
        let size = |c: &&genodex_shaders::Case| c.inputs.iter().map(Vec::len).sum::<usize>();
        let Some(case) = cases.iter().max_by_key(size) else {
            continue;
        };
        group.throughput(Throughput::Bytes(size(&case) as u64 * 4));
        group.bench_function(kernel.name, |b| {
            b.iter(|| black_box(case.expected(kernel)));
        });
    }
    group.finish();
}

fn dense(c: &mut Criterion) {
    let n = 100_000;
    let row = 2 * plane_words(n);
    let mut numbers = Numbers(1);
    let planes: Vec<u64> = (0..row * 5000).map(|_| numbers.next_u64()).collect();
    let cohort = half_of(n, 2).plane();
    let mut group = c.benchmark_group("dense_counts");
    group.throughput(Throughput::Bytes(planes.len() as u64 * 8));
    group.sample_size(10);
    for isa in Isa::available() {
        group.bench_function(format!("streaming read, {}", isa.name()), |b| {
            b.iter(|| black_box(isa.read(&planes)));
        });
        group.bench_function(format!("half of 100,000, {}", isa.name()), |b| {
            b.iter(|| {
                let rows = planes.chunks_exact(row).map(|planes| {
                    let (lo, hi) = planes.split_at(row / 2);
                    isa.dense(lo, hi, cohort.words())[0]
                });
                black_box(rows.sum::<u64>())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, twins, dense);
criterion_main!(benches);
