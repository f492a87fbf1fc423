//! The genotype of one variant as numbers.

use roaring::RoaringBitmap;

use super::calls::Calls;
use crate::format::FormatError;
use crate::query::carriers;
use crate::query::sets::Found;
use crate::store::Store;

/// Copies of the alternative allele of each sample; the mean of those with a call, without people
/// who have withdrawn, where there is none.
///
/// # Errors
/// [`FormatError`] of the store.
pub fn dosages(store: &Store, variant: Found) -> Result<Vec<f64>, FormatError> {
    let n = store.n_samples();
    let active = store.active();
    let everybody = active.plane();
    let file = store.shard(variant.shard as usize)?.genotypes()?;
    let rows = RoaringBitmap::from([variant.row]);
    let mut out = vec![0.0; n];
    carriers::visit(file, &rows, |row, view| -> Result<(), FormatError> {
        let calls = Calls::read(file, row, view, &everybody)?;
        let called = active.len() - calls.missing.len() as u64;
        let mean = calls.allele_count() as f64 / called.max(1) as f64;
        for (value, samples) in [(1.0, &calls.het), (2.0, &calls.hom), (mean, &calls.missing)] {
            for &s in samples {
                if let Some(out) = out.get_mut(s as usize) {
                    *out = value;
                }
            }
        }
        Ok(())
    })?;
    Ok(out)
}
