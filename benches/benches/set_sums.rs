//! Sums over a gene's rare variants on one thread: products with vectors, masks, covariances.
//!
//! Corpus: 500,000 people, 1,000 variants of which most are carried by a handful, two by one in a
//! hundred; one call in 10,000 is missing in every tenth. Seed 7. Vectors are random.

#![expect(
    clippy::expect_used,
    reason = "a bench that cannot be set up has nothing to measure"
)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use genodex_benches::Numbers;
use genodex_engine::association::FixedVectors;
use genodex_engine::compute::{Compute, SetCalls};

const PEOPLE: u64 = 500_000;
const VARIANTS: usize = 1_000;

fn gene(numbers: &mut Numbers) -> SetCalls {
    let mut some = |n: u64| {
        let mut samples: Vec<u32> = (0..n)
            .map(|_| (numbers.next_u64() % PEOPLE) as u32)
            .collect();
        samples.sort_unstable();
        samples.dedup();
        samples
    };
    let rows: Vec<[Vec<u32>; 2]> = (0..VARIANTS)
        .map(|row| {
            // The spectrum of rare variants: carriers fall as one over the rank.
            let het = some(PEOPLE / 100 / (1 + row as u64 / 2).pow(2) + 1 + row as u64 % 5);
            let mut missing = if row % 10 == 0 { some(50) } else { Vec::new() };
            missing.retain(|s| het.binary_search(s).is_err());
            [het, missing]
        })
        .collect();
    let lists = rows
        .iter()
        .map(|[het, missing]| [het.as_slice(), &[], missing.as_slice()]);
    SetCalls::new(PEOPLE as usize, lists).expect("calls")
}

fn vectors(k: usize, numbers: &mut Numbers) -> FixedVectors {
    let mut column = || -> Vec<f64> {
        (0..PEOPLE)
            .map(|_| numbers.next_u64() as f64 / u64::MAX as f64 - 0.5)
            .collect()
    };
    let columns: Vec<Vec<f64>> = (0..k).map(|_| column()).collect();
    let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    FixedVectors::new(PEOPLE as usize, &columns)
}

fn set_sums(c: &mut Criterion) {
    let mut numbers = Numbers(7);
    let calls = gene(&mut numbers);
    let compute = Compute::with_cpu("bench");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let pool = pool.expect("a pool");
    let mut group = c.benchmark_group("set_sums");
    group.sample_size(20);
    group.throughput(Throughput::Elements(calls.n_calls() as u64));
    for k in [1, 4, 16, 64] {
        let vectors = vectors(k, &mut numbers);
        group.bench_function(format!("products with {k} vectors"), |b| {
            b.iter(|| pool.install(|| black_box(compute.set_products(&calls, &vectors))));
        });
        group.bench_function(format!("covariances with {k} weights"), |b| {
            b.iter(|| pool.install(|| black_box(compute.covariances(&calls, Some(&vectors)))));
        });
    }
    let masks: Vec<Vec<u32>> = (1..=4)
        .map(|step| (0..VARIANTS as u32).step_by(step).collect())
        .collect();
    group.bench_function("4 masks", |b| {
        b.iter(|| pool.install(|| black_box(compute.mask_values(&calls, &masks))));
    });
    group.finish();
}

criterion_group!(benches, set_sums);
criterion_main!(benches);
