//! Components as columns of a store's sample table.

use std::path::Path;

use nalgebra::DMatrix;

use crate::format::FormatError;
use crate::format::disk::Disk;
use crate::format::manifest::{FORMAT_VERSION, Provenance};
use crate::format::samples::{SampleTable, SampleTableBuilder, SampleTableError};
use crate::store::{Store, StoreWriter};

/// Whether a column has the name of a component: `PC1` and on.
#[must_use]
pub fn is_component(name: &str) -> bool {
    let number = name.strip_prefix("PC").and_then(|n| n.parse::<u32>().ok());
    number.is_some_and(|n| n > 0)
}

/// Writes a generation of the store at `root` whose sample table has the components of `samples`
/// (rows of `components`) as columns `PC1` and on, instead of those it had; gives its number.
///
/// # Errors
/// [`FormatError`]; the store is then what it was.
pub fn keep_components(
    disk: &dyn Disk,
    root: &Path,
    store: &Store,
    (samples, components): (&[u32], &DMatrix<f64>),
    program: &str,
) -> Result<u64, FormatError> {
    let writer = StoreWriter::extend(disk, root)?;
    let mut manifest = match writer.base() {
        Some(base) if base.generation == store.manifest().generation => base.clone(),
        _ => {
            let reason = "the store changed meanwhile: run this again";
            return Err(FormatError::Unsuitable(reason.to_owned()));
        }
    };
    let table = with_components(store.samples(), samples, components)
        .map_err(|e| FormatError::Unsuitable(format!("cannot write the sample table: {e}")))?;
    manifest.samples = writer.write_table("samples.arrow", table.batch())?;
    manifest.format_version = FORMAT_VERSION;
    manifest.generation = writer.generation();
    manifest.provenance.push(Provenance {
        generation: writer.generation(),
        program: program.to_owned(),
        action: "pca".to_owned(),
        options: vec!["--store".to_owned()],
        inputs: Vec::new(),
    });
    let generation = writer.generation();
    writer.commit(&manifest)?;
    Ok(generation)
}

fn with_components(
    table: &SampleTable,
    samples: &[u32],
    components: &DMatrix<f64>,
) -> Result<SampleTable, SampleTableError> {
    let mut builder = SampleTableBuilder::copy(table, |name| !is_component(name))?;
    for (k, column) in components.column_iter().enumerate() {
        let mut values = vec![None; table.len()];
        for (sample, value) in samples.iter().zip(column.iter()) {
            if let Some(to) = values.get_mut(*sample as usize) {
                *to = Some(*value);
            }
        }
        builder.float(&format!("PC{}", k + 1), values)?;
    }
    builder.finish()
}
