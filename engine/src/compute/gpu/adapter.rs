//! GPUs of this machine: listing them and picking one.

use wgpu::{Adapter, Backends, DeviceType, Instance, InstanceDescriptor};

use crate::compute::ComputeError;

/// Set to `1`, allows GPUs that are emulated on the CPU: right, but slower than the CPU itself.
pub const ALLOW_SOFTWARE: &str = "GENODEX_ALLOW_SOFTWARE_GPU";

/// Storage buffers of the kernel that has most.
const MOST_BUFFERS: u32 = 5;

/// Whether GPUs emulated in software may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Software {
    /// Refuse them.
    Refused,
    /// Use one where there is no other.
    Allowed,
}

impl Software {
    /// As the environment says ([`ALLOW_SOFTWARE`]).
    #[must_use]
    pub fn from_env() -> Self {
        match std::env::var(ALLOW_SOFTWARE) {
            Ok(value) if value == "1" => Self::Allowed,
            _ => Self::Refused,
        }
    }
}

/// A GPU of this machine, with the limits that matter here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceInfo {
    /// Name.
    pub name: String,
    /// "discrete GPU", "integrated GPU", "virtual GPU", "software" or "other".
    pub kind: &'static str,
    /// Programming interface: "vulkan", "metal" or "dx12".
    pub backend: String,
    /// Driver and its version.
    pub driver: String,
    /// Bytes that a kernel can see through one binding.
    pub max_binding_bytes: u64,
    /// Bytes of one buffer.
    pub max_buffer_bytes: u64,
    /// Workgroups in one dimension.
    pub max_workgroups: u32,
    /// Invocations of a workgroup.
    pub max_invocations: u32,
    /// Bytes that a workgroup can share.
    pub shared_bytes: u32,
    /// Smallest and largest subgroup.
    pub subgroups: (u32, u32),
    /// Why `auto` and `gpu` will not use it, if so.
    pub refused: Option<String>,
}

fn instance() -> Instance {
    let mut descriptor = InstanceDescriptor::new_without_display_handle();
    // Not OpenGL: its software adapters are picked by mistake.
    descriptor.backends = Backends::VULKAN | Backends::METAL | Backends::DX12;
    Instance::new(descriptor)
}

fn adapters() -> Vec<Adapter> {
    let instance = instance();
    let mut adapters = pollster::block_on(
        instance.enumerate_adapters(Backends::VULKAN | Backends::METAL | Backends::DX12),
    );
    adapters.sort_by_key(|a| rank(a.get_info().device_type));
    adapters
}

const fn rank(kind: DeviceType) -> u8 {
    match kind {
        DeviceType::DiscreteGpu => 0,
        DeviceType::VirtualGpu => 1,
        DeviceType::IntegratedGpu => 2,
        DeviceType::Other => 3,
        DeviceType::Cpu => 4,
    }
}

pub(super) const fn kind(kind: DeviceType) -> &'static str {
    match kind {
        DeviceType::DiscreteGpu => "discrete GPU",
        DeviceType::VirtualGpu => "virtual GPU",
        DeviceType::IntegratedGpu => "integrated GPU",
        DeviceType::Other => "other",
        DeviceType::Cpu => "software",
    }
}

/// Why an adapter may not be used.
fn refusal(adapter: &Adapter, software: Software) -> Option<String> {
    let limits = adapter.limits();
    let software_adapter = adapter.get_info().device_type == DeviceType::Cpu;
    if software_adapter && software == Software::Refused {
        Some(format!(
            "it is emulated on the CPU, and slower than it; set {ALLOW_SOFTWARE}=1 to use it"
        ))
    } else if limits.max_storage_buffers_per_shader_stage < MOST_BUFFERS
        || limits.max_compute_invocations_per_workgroup < 64
    {
        Some("it cannot run compute shaders".to_owned())
    } else {
        None
    }
}

/// All GPUs of this machine, in the order in which one is picked.
#[must_use]
pub fn list_devices() -> Vec<DeviceInfo> {
    let software = Software::from_env();
    adapters()
        .iter()
        .map(|adapter| {
            let (info, limits) = (adapter.get_info(), adapter.limits());
            DeviceInfo {
                kind: kind(info.device_type),
                backend: info.backend.to_string(),
                driver: format!("{} {}", info.driver, info.driver_info)
                    .trim()
                    .to_owned(),
                max_binding_bytes: limits.max_storage_buffer_binding_size,
                max_buffer_bytes: limits.max_buffer_size,
                max_workgroups: limits.max_compute_workgroups_per_dimension,
                max_invocations: limits.max_compute_invocations_per_workgroup,
                shared_bytes: limits.max_compute_workgroup_storage_size,
                subgroups: (info.subgroup_min_size, info.subgroup_max_size),
                refused: refusal(adapter, software),
                name: info.name,
            }
        })
        .collect()
}

/// The first adapter that may be used.
pub(super) fn pick(software: Software) -> Result<Adapter, ComputeError> {
    let mut refused = Vec::new();
    for adapter in adapters() {
        match refusal(&adapter, software) {
            None => return Ok(adapter),
            Some(reason) => refused.push(format!("{}: {reason}", adapter.get_info().name)),
        }
    }
    Err(ComputeError::NoGpu(if refused.is_empty() {
        "this machine shows none (is a Vulkan, Metal or DX12 driver installed?)".to_owned()
    } else {
        refused.join("; ")
    }))
}
