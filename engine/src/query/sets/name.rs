//! The name of a variant of a store, as sets name variants.

use crate::format::FormatError;
use crate::store::Store;

/// The ID of a variant, or `chrom:pos:ref:alt` where it has none; as
/// [`VariantFinder`](super::VariantFinder) finds it.
///
/// # Errors
/// [`FormatError`], also for a row beyond the last.
pub fn variant_name(store: &Store, shard: usize, row: u32) -> Result<String, FormatError> {
    let found = store.shard(shard)?;
    let sites = found.sites()?;
    if row as usize >= sites.len() {
        let reason = format!("no row {row} in shard {shard}");
        return Err(FormatError::Unsuitable(reason));
    }
    match sites.id(row as usize).split(';').next() {
        Some(id) if id != "." && !id.is_empty() => return Ok(id.to_owned()),
        _ => {}
    }
    let contigs = &store.manifest().contigs;
    let contig = contigs.get(found.entry().contig as usize);
    let contig = contig.map_or(".", |c| c.name.as_str());
    let site = sites.site(row as usize);
    Ok(format!(
        "{contig}:{}:{}:{}",
        site.pos, site.reference, site.alternate
    ))
}
