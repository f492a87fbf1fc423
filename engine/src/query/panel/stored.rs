//! The panel of a store: which SNPs, by position and alleles.
//!
//! Genotypes are not kept a second time: planes are made when they are asked for, in one pass over
//! the panel's rows, and nobody who withdraws is left in them.

use std::path::Path;
use std::sync::Arc;

use arrow_array::{Array, RecordBatch, StringArray, UInt32Array};
use arrow_schema::{ArrowError, DataType, Field, Schema};

use crate::format::FormatError;
use crate::format::arrow_file::read_arrow;
use crate::format::disk::Disk;
use crate::format::manifest::{FORMAT_VERSION, Provenance};
use crate::query::rows::RowSet;
use crate::query::sets::VariantFinder;
use crate::store::{Store, StoreWriter};

/// The table's name in a manifest.
pub const PANEL: &str = "panel";

const COLUMNS: [&str; 3] = ["CHROM", "REF", "ALT"];

/// Writes a generation of the store at `root` with these rows as its panel; gives its number.
///
/// # Errors
/// [`FormatError`]; the store is then what it was.
pub fn keep_panel(
    disk: &dyn Disk,
    root: &Path,
    store: &Store,
    (rows, options): (&RowSet, Vec<String>),
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
    let batch = batch(store, rows)?;
    let entry = writer.write_table("panel.arrow", &batch)?;
    manifest.tables.insert(PANEL.to_owned(), entry);
    manifest.format_version = FORMAT_VERSION;
    manifest.generation = writer.generation();
    manifest.provenance.push(Provenance {
        generation: writer.generation(),
        program: program.to_owned(),
        action: "panel".to_owned(),
        options,
        inputs: Vec::new(),
    });
    let generation = writer.generation();
    writer.commit(&manifest)?;
    Ok(generation)
}

fn batch(store: &Store, rows: &RowSet) -> Result<RecordBatch, FormatError> {
    let mut texts: [Vec<String>; 3] = Default::default();
    let mut positions = Vec::new();
    for (shard, row) in rows.iter() {
        let shard = store.shard(shard)?;
        let site = shard.sites()?.site(row as usize);
        let contig = store.manifest().contigs.get(shard.entry().contig as usize);
        texts[0].push(contig.map_or(".", |c| c.name.as_str()).to_owned());
        texts[1].push(site.reference.to_owned());
        texts[2].push(site.alternate.to_owned());
        positions.push(site.pos);
    }
    let mut columns: Vec<Arc<dyn Array>> = Vec::new();
    let mut fields = Vec::new();
    for (name, texts) in COLUMNS.into_iter().zip(texts) {
        fields.push(Field::new(name, DataType::Utf8, false));
        columns.push(Arc::new(StringArray::from_iter_values(texts)));
    }
    fields.push(Field::new("POS", DataType::UInt32, false));
    columns.push(Arc::new(UInt32Array::from(positions)));
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
        .map_err(|e: ArrowError| FormatError::Unsuitable(format!("cannot write the panel: {e}")))
}

/// The rows of the store's panel; `None` where it has none.
///
/// # Errors
/// [`FormatError`].
pub fn stored_panel(store: &Store) -> Result<Option<RowSet>, FormatError> {
    let Some(entry) = store.manifest().tables.get(PANEL) else {
        return Ok(None);
    };
    let path = store.path().join(&entry.path);
    let batch = read_arrow(&path, &entry.written(&path)?)?;
    let odd = || FormatError::corrupt(&path, "the panel", "a column is absent or odd");
    let text = |name: &str| {
        let column = batch.column_by_name(name)?;
        column.as_any().downcast_ref::<StringArray>()
    };
    let [contigs, references, alternates] = COLUMNS.map(text);
    let positions = batch.column_by_name("POS").ok_or_else(odd)?;
    let positions = positions.as_any().downcast_ref::<UInt32Array>();
    let (Some(contigs), Some(references), Some(alternates), Some(positions)) =
        (contigs, references, alternates, positions)
    else {
        return Err(odd());
    };
    let finder = VariantFinder::new(store);
    let mut rows = RowSet::default();
    for i in 0..batch.num_rows() {
        let name = format!(
            "{}:{}:{}:{}",
            contigs.value(i),
            positions.value(i),
            references.value(i),
            alternates.value(i)
        );
        if let Some(found) = finder.find(&name)? {
            rows.insert(found.shard as usize, found.row);
        }
    }
    Ok(Some(rows))
}
