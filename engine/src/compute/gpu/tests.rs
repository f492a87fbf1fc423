//! Whole files on the GPU against the CPU, chunk borders, what stays resident, and devices that
//! fail.

use super::*;
use crate::compute::tests::{Numbers, any_calls, any_sets, write_file};
use crate::compute::{Cohorts, Compute, DeviceChoice, Workload};
use crate::genotype::{CallCounts, SampleSet};

/// A GPU, software allowed. Without one the test is skipped, and says so, unless
/// `GENODEX_REQUIRE_GPU=1`.
fn gpu() -> Option<Gpu> {
    match Gpu::open(Software::Allowed) {
        Ok(gpu) => Some(gpu),
        Err(e) => {
            let required = std::env::var("GENODEX_REQUIRE_GPU").is_ok_and(|v| v == "1");
            assert!(!required, "GENODEX_REQUIRE_GPU=1, but: {e}");
            eprintln!("SKIPPED, a GPU test: {e}");
            None
        }
    }
}

fn counts(
    compute: &Compute,
    file: &crate::format::matrix::GenotypeFile,
    cohorts: &Cohorts,
    rows: std::ops::Range<usize>,
) -> Vec<CallCounts> {
    let mut out = Vec::new();
    compute
        .genotype_counts(file, rows, cohorts, &mut out)
        .unwrap();
    out
}

#[test]
fn files_are_counted_as_on_the_cpu_and_stay_resident() {
    for (n, n_rows, k, chunk) in [
        (0, 10, 2, 1 << 20),
        (1, 10, 1, 1 << 20),
        (700, 150, 3, 1 << 20),
        // Several chunks of rows, of segments and of cohorts.
        (700, 150, 20, 2048),
        // A row is more than a chunk: lines are split.
        (5000, 40, 5, 512),
        (70_001, 40, 2, 1 << 20),
    ] {
        let Some(gpu) = gpu() else { return };
        let mut numbers = Numbers(n as u64);
        let rows: Vec<_> = (0..n_rows).map(|_| any_calls(n, &mut numbers)).collect();
        let dir = tempfile::tempdir().unwrap();
        let file = write_file(dir.path(), n, &rows);
        let cohorts = Cohorts::new(n, &any_sets(n, k, &mut numbers));
        let on_gpu = Compute::with_gpu(gpu.with_chunk_bytes(chunk), "test");
        let on_cpu = Compute::with_cpu("test");
        let want = counts(&on_cpu, &file, &cohorts, 0..n_rows);
        assert_eq!(
            counts(&on_gpu, &file, &cohorts, 0..n_rows),
            want,
            "{n} samples, chunks of {chunk}"
        );
        let first = on_gpu.report();
        if n > 1 {
            assert!(first.launches >= 2, "{first:?}");
        }
        assert_eq!(first.dense_rows as usize, file.dense_rows());
        // Once more: the data is there, only cohorts and parameters go up.
        assert_eq!(counts(&on_gpu, &file, &cohorts, 0..n_rows), want);
        let second = on_gpu.report();
        assert_eq!(second.launches, 2 * first.launches);
        let data = file.dense_words().len() as u64 * 8;
        assert!(second.bytes_up - first.bytes_up <= first.bytes_up - data.min(first.bytes_up));
        for (start, end) in [(0, 0), (7, 9), (n_rows / 3, n_rows)] {
            assert_eq!(
                counts(&on_gpu, &file, &cohorts, start..end),
                want[start * k..end * k]
            );
        }
    }
}

#[test]
fn single_rows_are_counted_as_on_the_cpu() {
    let Some(gpu) = gpu() else { return };
    let mut numbers = Numbers(4);
    let rows: Vec<_> = (0..1500).map(|_| any_calls(70, &mut numbers)).collect();
    let dir = tempfile::tempdir().unwrap();
    let file = write_file(dir.path(), 70, &rows);
    let cohorts = Cohorts::new(70, &any_sets(70, 2, &mut numbers));
    let (on_gpu, on_cpu) = (Compute::with_gpu(gpu, "test"), Compute::with_cpu("test"));
    // Some are near each other, some too far apart for one launch.
    for single in [&[][..], &[3], &[0, 2, 40, 1200, 1499]] {
        let count = |compute: &Compute| {
            let mut out = Vec::new();
            compute
                .genotype_counts_at(&file, single, &cohorts, &mut out)
                .unwrap();
            out
        };
        assert_eq!(count(&on_gpu), count(&on_cpu));
    }
}

fn small_file(dir: &std::path::Path) -> (crate::format::matrix::GenotypeFile, Cohorts) {
    let mut numbers = Numbers(3);
    let rows: Vec<_> = (0..50).map(|_| any_calls(900, &mut numbers)).collect();
    let file = write_file(dir, 900, &rows);
    (file, Cohorts::new(900, &[SampleSet::all(900)]))
}

#[test]
fn a_lost_device_is_an_error_not_zeros() {
    let Some(gpu) = gpu() else { return };
    let dir = tempfile::tempdir().unwrap();
    let (file, cohorts) = small_file(dir.path());
    let compute = Compute::with_gpu(gpu, "test");
    counts(&compute, &file, &cohorts, 0..50);
    let super::super::Device::Gpu(gpu) = &compute.device else {
        panic!("not a GPU")
    };
    gpu.destroy();
    let mut out = vec![CallCounts::default()];
    let lost = compute.genotype_counts(&file, 0..50, &cohorts, &mut out);
    assert!(matches!(lost, Err(ComputeError::Lost { .. })), "{lost:?}");
    assert_eq!(out.len(), 1);
}

#[test]
fn a_buffer_beyond_the_limit_is_an_error() {
    let Some(gpu) = gpu() else { return };
    let limit = gpu.limits.max_storage_buffer_binding_size;
    let refused = gpu.buffer("too much", limit + 16, BufferUsages::STORAGE);
    assert!(
        matches!(refused, Err(ComputeError::Limit { .. })),
        "{refused:?}"
    );
    // Beyond what the device allows, past our own check.
    let refused = gpu.scoped("cannot allocate", || {
        gpu.device.create_buffer(&BufferDescriptor {
            label: None,
            size: gpu.limits.max_buffer_size.saturating_add(16) / 16 * 16,
            usage: BufferUsages::STORAGE,
            mapped_at_creation: false,
        })
    });
    assert!(
        matches!(
            refused,
            Err(ComputeError::Gpu { .. } | ComputeError::OutOfMemory { .. })
        ),
        "{refused:?}"
    );
}

#[test]
fn an_output_that_is_not_written_is_an_error() {
    let Some(gpu) = gpu() else { return };
    for kernel in KERNELS {
        let case = (kernel.cases)()
            .into_iter()
            .find(|c| c.output > 0)
            .expect("a case with an output");
        assert_eq!(gpu.run_case(kernel, &case).unwrap(), case.expected(kernel));
        // No workgroup runs: the output stays as it was.
        let idle = Case {
            groups: [0, 0, 0],
            ..case
        };
        let unwritten = gpu.run_case(kernel, &idle);
        assert!(
            matches!(unwritten, Err(ComputeError::Unwritten { word: 0, .. })),
            "{unwritten:?}"
        );
    }
}

#[test]
fn a_shader_that_does_not_compile_is_an_error() {
    let Some(gpu) = gpu() else { return };
    let broken = Kernel {
        wgsl: "@compute @workgroup_size(1) fn main() { let x = }",
        ..KERNELS[0]
    };
    let refused = gpu.run_case(&broken, &(broken.cases)()[0]);
    assert!(
        matches!(refused, Err(ComputeError::Gpu { .. })),
        "{refused:?}"
    );
    // The device is still good.
    let case = &(KERNELS[0].cases)()[0];
    assert_eq!(
        gpu.run_case(&KERNELS[0], case).unwrap(),
        case.expected(&KERNELS[0])
    );
}

#[test]
fn software_adapters_are_refused_unless_asked_for() {
    let Ok(gpu) = Gpu::open(Software::Refused) else {
        // Then `auto` must choose the CPU even for work that a GPU would do faster.
        let heavy = Workload {
            samples: 500_000,
            dense_bytes: 1 << 40,
            sparse_bytes: 1 << 30,
            cohorts: 64,
            passes: 100,
        };
        let report = Compute::new(DeviceChoice::Auto, &heavy).unwrap().report();
        assert!(report.device.starts_with("CPU"), "{report:?}");
        assert!(report.reason.contains("no usable GPU"), "{report:?}");
        return;
    };
    assert!(!gpu.name().contains("llvmpipe"));
}
