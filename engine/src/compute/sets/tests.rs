//! Sums against those taken person by person, on every device.

use proptest::prelude::*;

use super::*;
use crate::compute::tests::{Numbers, any_calls, devices, write_file};
use crate::genotype::Genotype;

/// Vectors of all signs and sizes; values near the largest that is quantised, and zeros.
fn any_vectors(n: usize, k: usize, numbers: &mut Numbers) -> FixedVectors {
    let columns: Vec<Vec<f64>> = (0..k)
        .map(|v| {
            let size = 10f64.powi(v as i32 % 7 - 3);
            let mut value = || match numbers.below(6) {
                0 => 0.0,
                1 => size * 1.999_999_999,
                2 => size * -1.999_999_999,
                _ => size * (numbers.next() as f64 / u64::MAX as f64 - 0.5),
            };
            (0..n).map(|_| value()).collect()
        })
        .collect();
    let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    FixedVectors::new(n, &columns)
}

/// Rows of few, some and many calls: a genotype (0 to 3) for each sample.
fn any_rows(n: usize, rows: usize, numbers: &mut Numbers) -> Vec<Vec<u8>> {
    let row = |_| {
        let every = [1, 2, 10, 60, 400, usize::MAX][numbers.below(6)];
        let mut genotype = || match numbers.below(every) {
            0 => 1 + numbers.below(3) as u8,
            _ => 0,
        };
        (0..n).map(|_| genotype()).collect()
    };
    (0..rows).map(row).collect()
}

fn lists(row: &[u8]) -> [Vec<u32>; 3] {
    [1, 2, 3].map(|genotype| {
        let of = (0..).zip(row).filter(|(_, g)| **g == genotype);
        of.map(|(sample, _)| sample).collect()
    })
}

fn set_calls(n: usize, rows: &[Vec<u8>]) -> SetCalls {
    let lists: Vec<[Vec<u32>; 3]> = rows.iter().map(|row| lists(row)).collect();
    let slices = lists.iter().map(|l| l.each_ref().map(Vec::as_slice));
    SetCalls::new(n, slices).unwrap()
}

fn naive_products(rows: &[Vec<u8>], vectors: &FixedVectors) -> Vec<ClassSums> {
    let mut out = Vec::new();
    for row in rows {
        for v in 0..vectors.len() {
            let mut sums = [0i128; 3];
            for (s, genotype) in (0..).zip(row).filter(|g| *g.1 > 0) {
                sums[usize::from(*genotype) - 1] += i128::from(vectors.of_sample(s)[v]);
            }
            // They do not wrap: 128 bits have the same.
            out.push(sums.map(|sum| i64::try_from(sum).unwrap()));
        }
    }
    out
}

fn naive_mask(rows: &[Vec<u8>], mask: &[u32], n: usize) -> Vec<MaskValue> {
    let value = |sample: usize| {
        let mut value = MaskValue {
            sample: sample as u32,
            sum: 0,
            most: 0,
            uncalled: 0,
        };
        for &row in mask {
            match rows[row as usize][sample] {
                3 => value.uncalled += 1,
                copies => {
                    value.sum += u32::from(copies);
                    value.most = value.most.max(u32::from(copies));
                }
            }
        }
        value
    };
    let known = |value: &MaskValue| value.sum > 0 || value.uncalled > 0;
    (0..n).map(value).filter(known).collect()
}

fn naive_covariances(rows: &[Vec<u8>], n: usize, weights: Option<&FixedVectors>) -> Covariances {
    let mut out = Covariances::default();
    let vectors = weights.map_or(1, FixedVectors::len);
    for (j, a) in (0..).zip(rows) {
        for (k, b) in (0..).zip(rows).skip(j as usize) {
            let mut sums = vec![[0i64; 9]; vectors];
            let mut common = false;
            for s in (0..n).filter(|&s| a[s] > 0 && b[s] > 0) {
                common = true;
                let cell = usize::from(3 * (a[s] - 1) + b[s] - 1);
                for (v, sums) in sums.iter_mut().enumerate() {
                    sums[cell] += weights.map_or(1, |w| w.of_sample(s as u32)[v]);
                }
            }
            if common {
                out.pairs.push([j, k]);
                out.sums.extend(sums);
            }
        }
    }
    out
}

fn check_set(devices: &[Compute], n: usize, n_rows: usize, k: usize, seed: u64) {
    let mut numbers = Numbers(seed);
    let rows = any_rows(n, n_rows, &mut numbers);
    let calls = set_calls(n, &rows);
    let vectors = any_vectors(n, k, &mut numbers);
    let masks: Vec<Vec<u32>> = (0..numbers.below(5))
        .map(|_| {
            let every = 1 + numbers.below(4);
            let member = |_: &u32| numbers.below(every) == 0;
            (0..n_rows as u32).filter(member).collect()
        })
        .collect();
    let products = naive_products(&rows, &vectors);
    let values: Vec<_> = masks.iter().map(|m| naive_mask(&rows, m, n)).collect();
    let counts = naive_covariances(&rows, n, None);
    let weighted = naive_covariances(&rows, n, Some(&vectors));
    for compute in devices {
        let at = format!("{n} samples, {n_rows} rows, {k} vectors, seed {seed}: {compute:?}");
        assert_eq!(
            compute.set_products(&calls, &vectors).unwrap(),
            products,
            "{at}"
        );
        assert_eq!(compute.mask_values(&calls, &masks).unwrap(), values, "{at}");
        assert_eq!(compute.covariances(&calls, None).unwrap(), counts, "{at}");
        let covariances = compute.covariances(&calls, Some(&vectors)).unwrap();
        assert_eq!(covariances, weighted, "{at}");
    }
}

#[test]
fn sets_are_summed_as_person_by_person() {
    // Chunks that hold all, and chunks whose borders cross rows, people, masks and vectors.
    for bytes in [1 << 20, 512] {
        let devices = devices(bytes);
        for (n, rows, k) in [
            (0, 3, 2),
            (1, 1, 1),
            (1, 4, 3),
            (31, 0, 2),
            (33, 5, 0),
            (64, 40, 3),
            (65, 33, 9),
            (700, 20, 2),
        ] {
            check_set(&devices, n, rows, k, (n * 100 + rows) as u64);
        }
    }
}

fn check_file(devices: &[Compute], n: usize, n_rows: usize, k: usize, seed: u64) {
    let mut numbers = Numbers(seed);
    let calls: Vec<_> = (0..n_rows).map(|_| any_calls(n, &mut numbers)).collect();
    let dir = tempfile::tempdir().unwrap();
    let file = write_file(dir.path(), n, &calls);
    let vectors = any_vectors(n, k, &mut numbers);
    let some: Vec<usize> = (0..n_rows).filter(|_| numbers.below(3) > 0).collect();
    let code = |genotype| match genotype {
        Genotype::HomRef => 0,
        Genotype::Het => 1,
        Genotype::HomAlt => 2,
        Genotype::Missing => 3,
    };
    let row = |row: &usize| (0..n).map(|s| code(calls[*row].genotype(s))).collect();
    let rows: Vec<Vec<u8>> = some.iter().map(row).collect();
    let want = naive_products(&rows, &vectors);
    for compute in devices {
        let got = compute.genotype_products(&file, &some, &vectors).unwrap();
        assert_eq!(
            got, want,
            "{n} samples, {k} vectors, seed {seed}: {compute:?}"
        );
    }
}

#[test]
fn files_are_summed_as_person_by_person() {
    for bytes in [1 << 20, 2048] {
        let devices = devices(bytes);
        for (n, k) in [
            (0, 2),
            (1, 1),
            (63, 3),
            (127, 2),
            (129, 20),
            (600, 5),
            (3001, 2),
        ] {
            check_file(&devices, n, 60, k, (n + k) as u64);
        }
    }
    check_file(&devices(1 << 20), 70_001, 12, 2, 9);
}

#[test]
fn a_gpu_has_done_it() {
    let Some(gpu) = devices(1 << 20).into_iter().find(Compute::on_gpu) else {
        return;
    };
    check_set(std::slice::from_ref(&gpu), 300, 10, 2, 1);
    check_file(std::slice::from_ref(&gpu), 300, 60, 2, 1);
    let report = gpu.report();
    assert!(report.launches >= 5, "{report}");
    assert!(report.bytes_up > 0 && report.bytes_down > 0, "{report}");
}

#[test]
fn threads_do_not_change_sums() {
    let mut numbers = Numbers(3);
    let rows = any_rows(200, 90, &mut numbers);
    let calls = set_calls(200, &rows);
    let vectors = any_vectors(200, 3, &mut numbers);
    let compute = Compute::with_cpu("test");
    let masks = vec![(0..90).collect(), vec![7, 3]];
    let sums = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| {
            (
                compute.set_products(&calls, &vectors).unwrap(),
                compute.mask_values(&calls, &masks).unwrap(),
                compute.covariances(&calls, Some(&vectors)).unwrap(),
            )
        })
    };
    assert_eq!(sums(1), sums(3));
}

#[test]
fn what_does_not_fit_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = write_file(dir.path(), 10, &[crate::genotype::CallPlanes::new(10)]);
    let calls = SetCalls::new(10, [[&[1, 2][..], &[4], &[]]]).unwrap();
    let of = |n: usize| FixedVectors::new(n, &[&vec![1.0; n]]);
    let compute = Compute::with_cpu("test");
    let said = |e: ComputeError| e.to_string();
    let other = "the vectors have values for 11 samples, but the calls are of 10";
    let refused = compute.genotype_products(&file, &[0], &of(11));
    assert_eq!(said(refused.unwrap_err()), other);
    assert_eq!(
        said(compute.set_products(&calls, &of(11)).unwrap_err()),
        other
    );
    let refused = compute.covariances(&calls, Some(&of(11)));
    assert_eq!(said(refused.unwrap_err()), other);
    let refused = compute.genotype_products(&file, &[1], &of(10));
    assert_eq!(said(refused.unwrap_err()), "no row 1 of 1");
    let refused = compute.mask_values(&calls, &[vec![0, 1]]);
    assert_eq!(said(refused.unwrap_err()), "no row 1 of 1");
    let new = |row: [&[u32]; 3]| said(SetCalls::new(10, [row]).unwrap_err());
    assert_eq!(new([&[], &[10], &[]]), "no sample 10 of 10");
    assert_eq!(new([&[], &[], &[u32::MAX]]), "no sample 1073741823 of 10");
    assert_eq!(
        new([&[3], &[], &[3]]),
        "sample 3 is in row 0 of a set twice"
    );
    assert_eq!(compute.set_products(&calls, &of(10)).unwrap().len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]
    #[test]
    fn any_set(n in 0usize..400, rows in 0usize..40, k in 0usize..6, bytes in 256u64..5000, seed: u64) {
        check_set(&devices(bytes), n, rows, k, seed);
    }

    #[test]
    fn any_file(n in 0usize..900, rows in 0usize..60, k in 0usize..6, bytes in 256u64..9000, seed: u64) {
        check_file(&devices(bytes), n, rows, k, seed);
    }
}
