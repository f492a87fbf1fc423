//! Counts of files against counts taken sample by sample.

use proptest::prelude::*;
use rayon::ThreadPoolBuilder;

use super::*;
use crate::format::disk::OsDisk;
use crate::format::matrix::GenotypeFileWriter;
use crate::format::row::encode_row;
use crate::genotype::{CallPlanes, Genotype, HalfCall, SampleSet};
use cpu::Isa;

/// A small generator of numbers, the same on every run.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

/// The CPU, and a GPU with chunks of `bytes` where there is one, software allowed. With
/// `GENODEX_REQUIRE_GPU=1` there must be one.
pub(crate) fn devices(bytes: u64) -> Vec<Compute> {
    let mut devices = vec![Compute::with_cpu("test")];
    match Gpu::open(Software::Allowed) {
        Ok(gpu) => devices.push(Compute::with_gpu(gpu.with_chunk_bytes(bytes), "test")),
        Err(e) => {
            let required = std::env::var("GENODEX_REQUIRE_GPU").is_ok_and(|v| v == "1");
            assert!(!required, "GENODEX_REQUIRE_GPU=1, but: {e}");
            eprintln!("SKIPPED, a GPU test: {e}");
        }
    }
    devices
}

/// Calls of all kinds: sparse and dense rows, every base genotype, haploid and half calls.
pub(crate) fn any_calls(n: usize, numbers: &mut Numbers) -> CallPlanes {
    const CODES: [Genotype; 4] = [
        Genotype::HomRef,
        Genotype::Het,
        Genotype::HomAlt,
        Genotype::Missing,
    ];
    let mut calls = CallPlanes::new(n);
    if n == 0 {
        return calls;
    }
    let base = CODES[[0, 0, 0, 0, 1, 2, 3][numbers.below(7)]];
    let other = 1 + numbers.below(3);
    let listed = [0, 1, 2, 5, n / 200, n / 20, n / 8, n / 2, n][numbers.below(9)];
    for s in 0..n {
        calls.set_genotype(s, base);
    }
    for _ in 0..listed {
        let code = if numbers.below(4) > 0 {
            other
        } else {
            numbers.below(4)
        };
        calls.set_genotype(numbers.below(n), CODES[code]);
    }
    if numbers.below(3) == 0 {
        let (step, odd) = (1 + numbers.below(3), numbers.below(3));
        for s in (0..n).filter(|s| s % 3 < step) {
            if calls.genotype(s) != Genotype::Het && (odd > 0 || numbers.below(50) > 0) {
                calls.haploid.set(s);
            }
        }
    }
    if numbers.below(4) == 0 {
        let half = numbers.below(20);
        let mut samples: Vec<u32> = (0..half).map(|_| numbers.below(n) as u32).collect();
        samples.sort_unstable();
        samples.dedup();
        for sample in samples {
            calls.set_genotype(sample as usize, Genotype::Missing);
            calls.haploid.unset(sample as usize);
            calls.half_calls.push(HalfCall {
                sample,
                alt: numbers.below(2) == 0,
                second: numbers.below(2) == 0,
            });
        }
    }
    calls
}

/// Counts taken sample by sample.
pub(crate) fn naive_counts(calls: &CallPlanes, set: &SampleSet) -> CallCounts {
    let mut c = CallCounts::default();
    for s in (0..calls.n_samples).filter(|&s| set.contains(s as u32)) {
        let genotype = calls.genotype(s);
        let haploid = calls.haploid.get(s);
        c.samples += 1;
        c.het += u64::from(genotype == Genotype::Het);
        c.hom_alt += u64::from(genotype == Genotype::HomAlt);
        c.missing += u64::from(genotype == Genotype::Missing);
        c.haploid_called += u64::from(haploid && genotype != Genotype::Missing);
        c.hemi_alt += u64::from(haploid && genotype == Genotype::HomAlt);
    }
    for h in calls.half_calls.iter().filter(|h| set.contains(h.sample)) {
        c.half_called += 1;
        c.half_alt += u64::from(h.alt);
    }
    c
}

pub(crate) fn write_file(dir: &std::path::Path, n: usize, rows: &[CallPlanes]) -> GenotypeFile {
    let path = dir.join("test.geno");
    let _ = std::fs::remove_file(&path);
    let mut w = GenotypeFileWriter::create(&OsDisk, &path, n).unwrap();
    for calls in rows {
        w.push(encode_row(calls)).unwrap();
    }
    let f = w.finish().unwrap();
    GenotypeFile::open(&path, f.length, &f.checksum, n as u64, rows.len() as u64).unwrap()
}

/// Cohorts of `k` sizes: empty, everyone, few, half, and others.
pub(crate) fn any_sets(n: usize, k: usize, numbers: &mut Numbers) -> Vec<SampleSet> {
    (0..k)
        .map(|i| match (i + numbers.below(7)) % 7 {
            0 => SampleSet::none(n),
            1 => SampleSet::all(n),
            kind => {
                let keep = [2, 3, 5, 50, 5000][kind - 2];
                let members = (0..n as u32).filter(|_| numbers.below(keep) == 0);
                SampleSet::from_bitmap(n, members.collect())
            }
        })
        .collect()
}

fn check(n: usize, n_rows: usize, k: usize, seed: u64) {
    let mut numbers = Numbers(seed);
    let rows: Vec<_> = (0..n_rows).map(|_| any_calls(n, &mut numbers)).collect();
    let sets = any_sets(n, k, &mut numbers);
    let dir = tempfile::tempdir().unwrap();
    let file = write_file(dir.path(), n, &rows);
    let cohorts = Cohorts::new(n, &sets);
    let want: Vec<_> = rows
        .iter()
        .flat_map(|calls| sets.iter().map(|set| naive_counts(calls, set)))
        .collect();
    for isa in Isa::available() {
        let counters = Counters::default();
        let mut out = Vec::new();
        cpu::genotype_counts(isa, &file, 0..n_rows, &cohorts, &mut out, &counters).unwrap();
        for (i, (got, want)) in out.iter().zip(&want).enumerate() {
            assert_eq!(got, want, "{isa:?} row {} cohort {}", i / k, i % k);
        }
        assert_eq!(out.len(), want.len());
        let report = counters.report(String::new(), String::new());
        if k > 0 {
            assert_eq!(report.dense_rows as usize, file.dense_rows());
            assert_eq!((report.dense_rows + report.sparse_rows) as usize, n_rows);
        }
        let (start, end) = (numbers.below(n_rows + 1), numbers.below(n_rows + 1));
        let (start, end) = (start.min(end), start.max(end));
        out.clear();
        cpu::genotype_counts(isa, &file, start..end, &cohorts, &mut out, &counters).unwrap();
        assert_eq!(out, want[start * k..end * k]);
        let some: Vec<usize> = (0..n_rows).filter(|_| numbers.below(9) < 2).collect();
        out.clear();
        cpu::genotype_counts_at(isa, &file, &some, &cohorts, &mut out, &counters).unwrap();
        let of_row = |&row: &usize| &want[row * k..(row + 1) * k];
        assert_eq!(
            out,
            some.iter().flat_map(of_row).copied().collect::<Vec<_>>()
        );
    }
}

#[test]
fn counts_are_those_taken_sample_by_sample() {
    for (i, n) in [0, 1, 63, 64, 65, 255, 257, 600, 2504, 5000]
        .into_iter()
        .enumerate()
    {
        for k in [0, 1, 2, 3, 16, 17, 40] {
            check(n, 150, k, (i * 100 + k) as u64);
        }
    }
}

#[test]
fn counts_are_right_beyond_65536_samples() {
    for k in [1, 5, 20] {
        check(70_001, 130, k, k as u64);
        check(65_536, 40, k, k as u64);
    }
}

#[test]
fn threads_do_not_change_counts() {
    let n = 300;
    let mut numbers = Numbers(5);
    let rows: Vec<_> = (0..5000).map(|_| any_calls(n, &mut numbers)).collect();
    let dir = tempfile::tempdir().unwrap();
    let file = write_file(dir.path(), n, &rows);
    let cohorts = Cohorts::new(n, &any_sets(n, 5, &mut numbers));
    let compute = Compute::new(DeviceChoice::Cpu, &Workload::default()).unwrap();
    let count = |threads: usize, rows: Range<usize>| {
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let mut out = vec![CallCounts::default(); 3];
        pool.install(|| compute.genotype_counts(&file, rows, &cohorts, &mut out))
            .unwrap();
        out
    };
    for rows in [0..5000, 17..4999, 1000..9999] {
        assert_eq!(count(1, rows.clone()), count(3, rows));
    }
    assert_eq!(compute.report().launches, 0);
    // Single rows, in several blocks.
    let single: Vec<usize> = (0..5000).filter(|row| row % 3 > 0).collect();
    let count = |threads: usize| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        let mut out = Vec::new();
        let count = || compute.genotype_counts_at(&file, &single, &cohorts, &mut out);
        pool.unwrap().install(count).unwrap();
        out
    };
    let all = count(1);
    assert_eq!(all.len(), single.len() * cohorts.len());
    assert_eq!(all, count(3));
}

#[test]
fn a_row_beyond_the_last_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = write_file(dir.path(), 10, &[CallPlanes::new(10)]);
    let cohorts = Cohorts::new(10, &[SampleSet::all(10)]);
    let mut out = Vec::new();
    let compute = Compute::with_cpu("test");
    let refused = compute.genotype_counts_at(&file, &[0, 1], &cohorts, &mut out);
    assert_eq!(refused.unwrap_err().to_string(), "no row 1 of 1");
    assert!(out.is_empty());
}

#[test]
fn damaged_rows_are_counted_or_refused_alike_and_never_a_panic() {
    let n = 3000;
    let mut numbers = Numbers(11);
    let rows: Vec<_> = (0..100).map(|_| any_calls(n, &mut numbers)).collect();
    let dir = tempfile::tempdir().unwrap();
    let good = write_file(dir.path(), n, &rows);
    let path = dir.path().join("test.geno");
    let bytes = std::fs::read(&path).unwrap();
    let checksum = blake3::hash(&bytes[..64 + 4 * 64]);
    let data = 64 + 4 * 64 + good.dense_words().len() * 8;
    let cohorts = |k| Cohorts::new(n, &any_sets(n, k, &mut Numbers(1)));
    let (few, many) = (cohorts(2), cohorts(20));
    let counters = Counters::default();
    let mut refused = 0;
    for i in 0..300 {
        let mut bytes = bytes.clone();
        for _ in 0..1 + numbers.below(3) {
            let at = data + numbers.below(bytes.len() - data);
            bytes[at] = numbers.next() as u8;
        }
        let path = dir.path().join(format!("{i}.geno"));
        std::fs::write(&path, &bytes).unwrap();
        let file = GenotypeFile::open(&path, bytes.len() as u64, &checksum, n as u64, 100).unwrap();
        for cohorts in [&few, &many] {
            let counted = Isa::available().into_iter().map(|isa| {
                let mut out = Vec::new();
                cpu::genotype_counts(isa, &file, 0..100, cohorts, &mut out, &counters)
                    .map(|()| out)
                    .map_err(|e| e.to_string())
            });
            let counted: Vec<_> = counted.collect();
            refused += usize::from(counted[0].is_err());
            assert!(counted.iter().all(|c| *c == counted[0]), "damage {i}");
        }
        std::fs::remove_file(&path).unwrap();
    }
    assert!(refused > 100, "{refused} of 600");
}

#[test]
fn cohorts_over_other_samples_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = write_file(dir.path(), 10, &[CallPlanes::new(10)]);
    let compute = Compute::new(DeviceChoice::Cpu, &Workload::default()).unwrap();
    let cohorts = Cohorts::new(11, &[SampleSet::all(11)]);
    let mut out = Vec::new();
    let refused = compute.genotype_counts(&file, 0..1, &cohorts, &mut out);
    assert!(matches!(
        refused,
        Err(ComputeError::Samples {
            file: 10,
            cohorts: 11
        })
    ));
    assert!(out.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn any_file_any_cohorts(n in 0usize..1500, rows in 0usize..90, k in 0usize..36, seed: u64) {
        check(n, rows, k, seed);
    }
}
