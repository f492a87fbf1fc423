//! Compute kernels of Genodex: the WGSL of each, its twin for the CPU, its buffers, and the
//! cases on which all devices must agree.
//!
//! Kernels return integers, so twins are compared exactly. Devices, chunking and upload are left
//! to the engine. To add a kernel, add a folder under `kernel/` and one line to its registry.

pub mod kernel;

pub use kernel::KERNELS;

/// Set in every count that a kernel has written. No count reaches it (a store has at most 2^29
/// samples), so a word without it was never written, and cannot be taken for a zero.
pub const WRITTEN: u32 = 1 << 31;

/// How a kernel uses a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Uniform parameters.
    Params,
    /// Storage that is read.
    Input,
    /// Storage that is written.
    Output,
}

/// A buffer of a kernel; its place in [`Kernel::bindings`] is its binding in group 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Its name in the shader.
    pub name: &'static str,
    /// How it is used.
    pub access: Access,
}

/// A kernel, as a device needs to know it.
#[derive(Clone, Copy, Debug)]
pub struct Kernel {
    /// The name of its folder.
    pub name: &'static str,
    /// Its shader, with the entry point `main`.
    pub wgsl: &'static str,
    /// Invocations of a workgroup, by dimension.
    pub workgroup: [u32; 3],
    /// Its buffers: parameters, inputs, output.
    pub bindings: &'static [Binding],
    /// The same on the CPU: parameters and inputs as the shader sees them, and the output, which
    /// is zero before.
    pub twin: fn(params: &[u32], inputs: &[&[u32]], output: &mut [u32]),
    /// Inputs on which every device must give the twin's output.
    pub cases: fn() -> Vec<Case>,
}

/// One launch of a kernel.
#[derive(Clone, Debug)]
pub struct Case {
    /// What is special about it.
    pub name: &'static str,
    /// The parameters' words.
    pub params: Vec<u32>,
    /// The inputs' words, in the order of the bindings.
    pub inputs: Vec<Vec<u32>>,
    /// Words of the output.
    pub output: usize,
    /// Workgroups to launch, by dimension.
    pub groups: [u32; 3],
}

impl Case {
    /// The output of the kernel's twin.
    #[must_use]
    pub fn expected(&self, kernel: &Kernel) -> Vec<u32> {
        let inputs: Vec<&[u32]> = self.inputs.iter().map(Vec::as_slice).collect();
        let mut output = vec![0; self.output];
        (kernel.twin)(&self.params, &inputs, &mut output);
        output
    }
}
