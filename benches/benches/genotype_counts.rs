//! Counting the genotypes of a whole file in cohorts, on one thread: the file is mapped afresh
//! for each pass, so page faults are in the time, and is in the page cache.
//!
//! Corpus: 100,000 people, 77,983 variants with the spectrum of a simulated biobank, seed 7.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use genodex_benches::{Corpus, half_of, write_biobank};
use genodex_engine::compute::{Cohorts, Compute, DeviceChoice, Workload};
use genodex_engine::format::matrix::GenotypeFile;
use genodex_engine::genotype::SampleSet;
use roaring::RoaringBitmap;

fn cohorts(n: usize) -> Vec<(&'static str, Vec<SampleSet>)> {
    let few = |k: u32| {
        let members: RoaringBitmap = (0..k).map(|i| i * (n as u32 / k)).collect();
        SampleSet::from_bitmap(n, members)
    };
    vec![
        ("everyone", vec![SampleSet::all(n)]),
        ("10", vec![few(10)]),
        ("1000", vec![few(1000)]),
        ("50000", vec![half_of(n, 1)]),
        ("2 x 50000", (0..2).map(|i| half_of(n, i)).collect()),
        ("16 x 50000", (0..16).map(|i| half_of(n, i)).collect()),
    ]
}

fn genotype_counts(c: &mut Criterion) {
    let dir = tempfile::tempdir().expect("a folder for the corpus");
    let path = dir.path().join("biobank.geno");
    let (samples, thin) = (100_000, 1);
    let file = write_biobank(&path, Corpus { samples, thin }).expect("a corpus");
    let bytes = std::fs::read(&path).expect("the corpus");
    let checksum = blake3_of(&bytes);
    let (length, rows) = (bytes.len() as u64, file.n_rows());
    println!(
        "{rows} rows, {} dense ({} bytes), lists {} bytes",
        file.dense_rows(),
        file.dense_words().len() * 8,
        file.sparse_bytes()
    );
    drop(bytes);
    let open = || {
        GenotypeFile::open(&path, length, &checksum, samples as u64, rows as u64).expect("a file")
    };
    let compute = Compute::new(DeviceChoice::Cpu, &Workload::default()).expect("a CPU");
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("a pool");
    let mut group = c.benchmark_group("genotype_counts");
    group.sample_size(10);
    for (name, sets) in cohorts(samples) {
        let prepared = Cohorts::new(samples, &sets);
        for fresh in [true, false] {
            let label = if fresh { "mapped afresh" } else { "mapped" };
            let mut out = Vec::new();
            group.bench_function(format!("{name}, {label}"), |b| {
                b.iter_batched(
                    || fresh.then(open),
                    |fresh| {
                        out.clear();
                        let file = fresh.as_ref().unwrap_or(&file);
                        pool.install(|| {
                            compute.genotype_counts(file, 0..rows, &prepared, &mut out)
                        })
                        .expect("counts");
                        black_box(out.len());
                        fresh
                    },
                    BatchSize::PerIteration,
                );
            });
        }
    }
    group.finish();
}

/// The checksum that a manifest would hold: of the header and the section table.
fn blake3_of(bytes: &[u8]) -> blake3::Hash {
    blake3::hash(&bytes[..64 + 4 * 64])
}

criterion_group!(benches, genotype_counts);
criterion_main!(benches);
