//! Which rows of a store are SNPs of autosomes.

use rayon::prelude::*;
use roaring::RoaringBitmap;

use crate::format::FormatError;
use crate::genome::canonical_name;
use crate::query::rows::RowSet;
use crate::store::Store;

/// Whether a contig is one of the chromosomes 1 to 22, by any of its names.
#[must_use]
pub fn is_autosome(name: &str) -> bool {
    let number = canonical_name(name).parse::<u8>();
    number.is_ok_and(|n| (1..=22).contains(&n))
}

/// The rows of `within` (all, without it) that are SNPs of autosomes with one alternative allele.
///
/// # Errors
/// [`FormatError`].
pub fn autosomal_snps(store: &Store, within: Option<&RowSet>) -> Result<RowSet, FormatError> {
    let contigs: Vec<bool> = (store.manifest().contigs.iter())
        .map(|c| is_autosome(&c.name))
        .collect();
    let of_shard = |index: usize| -> Result<RoaringBitmap, FormatError> {
        let shard = store.shard(index)?;
        if !contigs
            .get(shard.entry().contig as usize)
            .is_some_and(|a| *a)
        {
            return Ok(RoaringBitmap::new());
        }
        let sites = shard.sites()?;
        let snp = |row: &u32| {
            let row = *row as usize;
            let (reference, alternate) = sites.alleles_of(row);
            let base =
                |allele: &str| matches!(allele.as_bytes(), [b'A' | b'C' | b'G' | b'T' | b'N']);
            sites.alleles(row) == 1 && base(reference) && base(alternate)
        };
        let rows = sites.len() as u32;
        Ok(match within {
            Some(within) => {
                let of = within.of_shard(index).into_iter().flatten();
                of.take_while(|row| *row < rows).filter(snp).collect()
            }
            None => (0..rows).filter(snp).collect(),
        })
    };
    let shards = (0..store.shards().len()).into_par_iter().map(of_shard);
    Ok(shards.collect::<Result<Vec<_>, _>>()?.into())
}
