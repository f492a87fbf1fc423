//! Assembles each kernel's WGSL, validates it, and writes what Rust must agree with: the struct
//! of its parameters, its bindings and its workgroup size, all read back from the module. They
//! cannot differ from the shader, for they come from it.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use naga::valid::{Capabilities, ValidationFlags, Validator};
use naga::{AddressSpace, Module, ScalarKind, StorageAccess, TypeInner};

type Fault = Box<dyn std::error::Error>;

fn main() -> Result<(), Fault> {
    println!("cargo::rerun-if-changed=src");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut folders: Vec<PathBuf> = fs::read_dir("src/kernel")?
        .map(|e| e.map(|e| e.path()))
        .collect::<Result<_, _>>()?;
    folders.sort();
    for folder in folders.iter().filter(|f| f.is_dir()) {
        let name = folder.file_name().and_then(|n| n.to_str());
        let name = name.ok_or("a kernel's folder has no name")?;
        let generated = kernel(folder, name, &out).map_err(|e| format!("kernel {name}: {e}"))?;
        fs::write(out.join(format!("{name}.rs")), generated)?;
    }
    Ok(())
}

/// Writes the assembled shader of one kernel and returns the Rust beside it.
fn kernel(folder: &Path, name: &str, out: &Path) -> Result<String, Fault> {
    let source = assemble(&folder.join("kernel.wgsl"))?;
    let module = naga::front::wgsl::parse_str(&source)
        .map_err(|e| e.emit_to_string_with_path(&source, "kernel.wgsl"))?;
    // No capability beyond the portable ones: a kernel that needs more does not build.
    Validator::new(ValidationFlags::all(), Capabilities::empty())
        .validate(&module)
        .map_err(|e| e.emit_to_string_with_path(&source, "kernel.wgsl"))?;
    let assembled = out.join(format!("{name}.wgsl"));
    fs::write(&assembled, &source)?;
    let mut rust = String::new();
    writeln!(rust, "/// The kernel's shader, assembled.")?;
    writeln!(
        rust,
        "pub(super) const WGSL: &str = include_str!({assembled:?});"
    )?;
    workgroup(&module, &mut rust)?;
    params(&module, &mut rust)?;
    bindings(&module, &mut rust)?;
    Ok(rust)
}

/// Replaces each line `#import "name"` by `src/common/name.wgsl`.
fn assemble(path: &Path) -> Result<String, Fault> {
    let mut source = String::new();
    for line in fs::read_to_string(path)?.lines() {
        match line.strip_prefix("#import ") {
            Some(name) => {
                let name = name.trim().trim_matches('"');
                source += &fs::read_to_string(format!("src/common/{name}.wgsl"))?;
            }
            None => source += line,
        }
        source.push('\n');
    }
    Ok(source)
}

fn workgroup(module: &Module, rust: &mut String) -> Result<(), Fault> {
    let [entry] = module.entry_points.as_slice() else {
        return Err("a kernel has one entry point".into());
    };
    if entry.name != "main" {
        return Err("the entry point is called main".into());
    }
    let size = entry.workgroup_size;
    if size.iter().product::<u32>() > 256 {
        return Err("more than 256 invocations a workgroup".into());
    }
    writeln!(rust, "/// Invocations of a workgroup, by dimension.")?;
    writeln!(rust, "pub(super) const WORKGROUP: [u32; 3] = {size:?};")?;
    Ok(())
}

/// The struct `Params`: members of 32 bits, packed as Rust packs them.
fn params(module: &Module, rust: &mut String) -> Result<(), Fault> {
    let params = module
        .types
        .iter()
        .find(|t| t.1.name.as_deref() == Some("Params"))
        .ok_or("no struct Params")?;
    let TypeInner::Struct { members, span } = &params.1.inner else {
        return Err("Params is not a struct".into());
    };
    writeln!(
        rust,
        "/// Parameters of a launch; the meaning of each is in the shader.\n\
         #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]\n\
         #[repr(C)]\npub struct Params {{"
    )?;
    for (i, member) in members.iter().enumerate() {
        let name = member.name.as_deref().ok_or("a member has no name")?;
        let rust_type = match module.types[member.ty].inner {
            TypeInner::Scalar(s) if s.width == 4 && s.kind == ScalarKind::Uint => "u32",
            TypeInner::Scalar(s) if s.width == 4 && s.kind == ScalarKind::Sint => "i32",
            _ => return Err(format!("Params.{name} is not a 32-bit integer").into()),
        };
        if member.offset as usize != 4 * i {
            return Err(format!("Params.{name} is at offset {}", member.offset).into());
        }
        writeln!(rust, "    /// `{name}`.\n    pub {name}: {rust_type},")?;
    }
    if *span as usize != 4 * members.len() {
        return Err("Params has padding".into());
    }
    writeln!(rust, "}}")?;
    Ok(())
}

/// Group 0: the parameters, then inputs, then one output.
fn bindings(module: &Module, rust: &mut String) -> Result<(), Fault> {
    let mut found: Vec<(u32, &str, String)> = Vec::new();
    for (_, variable) in module.global_variables.iter() {
        let Some(binding) = &variable.binding else {
            continue;
        };
        let name = variable.name.clone().unwrap_or_default();
        let access = match variable.space {
            AddressSpace::Uniform => "Params",
            AddressSpace::Storage { access } if access.contains(StorageAccess::STORE) => "Output",
            AddressSpace::Storage { .. } => "Input",
            _ => return Err(format!("binding {name} is no buffer").into()),
        };
        if binding.group != 0 {
            return Err(format!("binding {name} is not in group 0").into());
        }
        found.push((binding.binding, access, name));
    }
    found.sort();
    let last = found.len().saturating_sub(1);
    writeln!(rust, "/// The kernel's buffers, by binding.")?;
    writeln!(rust, "pub(super) const BINDINGS: &[crate::Binding] = &[")?;
    for (i, (binding, access, name)) in found.iter().enumerate() {
        let place = match i {
            0 => "Params",
            i if i == last => "Output",
            _ => "Input",
        };
        if *binding as usize != i || *access != place {
            return Err(format!("binding {binding} ({name}) is {access}, not {place}").into());
        }
        writeln!(
            rust,
            "    crate::Binding {{ name: {name:?}, access: crate::Access::{access} }},"
        )?;
    }
    if !(3..=9).contains(&found.len()) {
        return Err(
            "a kernel has parameters, inputs and an output: 8 storage buffers at most".into(),
        );
    }
    writeln!(rust, "];")?;
    Ok(())
}
