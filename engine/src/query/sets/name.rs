//! The names of a store's variants.

use crate::format::FormatError;
use crate::store::Store;

/// The ID of a variant, or `chrom:pos:ref:alt` where it has none; as
/// [`VariantFinder`](super::VariantFinder) finds it.
///
/// # Errors
/// [`FormatError`], also for a row beyond the last.
pub fn variant_name(store: &Store, shard: usize, row: u32) -> Result<String, FormatError> {
    let own = allele_name(store, shard, row, ':')?;
    let id = store.shard(shard)?.sites()?.id(row as usize);
    match id.split(';').next() {
        Some(id) if id != "." && !id.is_empty() => Ok(id.to_owned()),
        _ => Ok(own),
    }
}

/// Contig, position and alleles of a variant, with `separator` between them.
///
/// # Errors
/// [`FormatError`], also for a row beyond the last.
pub fn allele_name(
    store: &Store,
    shard: usize,
    row: u32,
    separator: char,
) -> Result<String, FormatError> {
    let found = store.shard(shard)?;
    let sites = found.sites()?;
    if row as usize >= sites.len() {
        let reason = format!("no row {row} in shard {shard}");
        return Err(FormatError::Unsuitable(reason));
    }
    let contigs = &store.manifest().contigs;
    let contig = contigs.get(found.entry().contig as usize);
    let contig = contig.map_or(".", |c| c.name.as_str());
    let site = sites.site(row as usize);
    let (pos, reference, alternate) = (site.pos, site.reference, site.alternate);
    let s = separator;
    Ok(format!("{contig}{s}{pos}{s}{reference}{s}{alternate}"))
}
