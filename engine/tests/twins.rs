//! Every kernel, every case, on every device: the output of the shader is that of its twin.

use genodex_engine::compute::{Gpu, Software};
use genodex_shaders::{Access, Case, KERNELS, Kernel};

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

/// The first case in which the shader and the twin differ.
fn first_difference(gpu: &Gpu, kernel: &Kernel) -> Option<String> {
    (kernel.cases)().iter().find_map(|case: &Case| {
        let want = case.expected(kernel);
        match gpu.run_case(kernel, case) {
            Ok(got) if got == want => None,
            Ok(got) => {
                let at = (0..want.len()).find(|&i| got.get(i) != want.get(i));
                Some(format!("{}: word {at:?} differs", case.name))
            }
            Err(e) => Some(format!("{}: {e}", case.name)),
        }
    })
}

#[test]
fn shaders_give_what_their_twins_give() {
    let Some(gpu) = gpu() else { return };
    for kernel in KERNELS {
        assert_eq!(
            first_difference(&gpu, kernel),
            None,
            "kernel {}",
            kernel.name
        );
    }
}

#[test]
fn a_wrong_shader_is_noticed() {
    let Some(gpu) = gpu() else { return };
    for (name, right, wrong) in [
        ("dense_counts", "ones(lo & hi & c0)", "ones(lo & hi)"),
        ("dense_counts", "i += LANES", "i += LANES + 1u"),
        ("dense_counts", "tile > 3u", "tile > 4u"),
        ("sparse_counts", "sample % 32u", "sample % 31u"),
        (
            "sparse_counts",
            "i < starts[segment + 1u]",
            "i <= starts[segment + 1u]",
        ),
        ("sparse_counts", "sum | WRITTEN", "sum"),
        ("sparse_sums", "low < a.x", "low <= a.x"),
        ("sparse_sums", "select(0u, 1u, low < a.x)", "0u"),
        ("sparse_sums", "sum.y << 1u", "sum.y << 2u"),
        (
            "dense_sums",
            "select(vec4<u32>(), vec4<u32>(1u), low < sums.low)",
            "vec4<u32>()",
        ),
        (
            "dense_sums",
            "select(vec4<u32>(), vec4<u32>(1u), low < a.low)",
            "vec4<u32>()",
        ),
        ("dense_sums", "hi & ~lo & one", "hi & one"),
        ("dense_sums", "lane < tile", "lane < 1u"),
        ("mask_collapse", "max(most, genotype)", "genotype"),
        ("mask_collapse", "uncalled << 2u", "uncalled << 1u"),
        ("set_covariance", "u32(b_sample <= a_sample)", "1u"),
        ("set_covariance", "(b >> 30u) - 1u", "(a >> 30u) - 1u"),
    ] {
        let kernel = KERNELS.iter().find(|k| k.name == name).expect("a kernel");
        assert!(kernel.wgsl.contains(right), "{name} has no {right}");
        let source = kernel.wgsl.replace(right, wrong);
        let spoiled = Kernel {
            wgsl: Box::leak(source.into_boxed_str()),
            ..*kernel
        };
        assert!(
            first_difference(&gpu, &spoiled).is_some(),
            "{name}: {wrong} for {right} was not noticed"
        );
    }
}

#[test]
fn kernels_and_cases_have_the_shape_that_devices_rely_on() {
    let mut names = std::collections::HashSet::new();
    for kernel in KERNELS {
        assert!(names.insert(kernel.name), "two kernels {}", kernel.name);
        let inputs = |k: &Kernel| {
            k.bindings
                .iter()
                .filter(|b| b.access == Access::Input)
                .count()
        };
        for case in (kernel.cases)() {
            assert_eq!(case.inputs.len(), inputs(kernel), "{}", case.name);
            assert_eq!(case.expected(kernel).len(), case.output);
        }
    }
}
