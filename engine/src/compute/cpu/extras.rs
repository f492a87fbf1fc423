//! Haploid and half calls: rare, counted beside the genotypes.

use super::{Cohorts, RowCounter};
use crate::codec::CodecError;
use crate::compute::ComputeError;
use crate::format::FormatError;
use crate::format::matrix::GenotypeFile;
use crate::format::row::RowView;
use crate::genotype::{CallCounts, Plane};

/// The cohorts' members in the haploid set used last: most rows of a shard share one.
#[derive(Default)]
pub(in crate::compute) struct HaploidCache(Option<(usize, Cohorts)>);

/// Adds the counts of haploid and half calls to `out`, one entry per cohort.
pub(in crate::compute) fn add(
    counter: &mut RowCounter<'_>,
    cache: &mut HaploidCache,
    file: &GenotypeFile,
    row: usize,
    view: &RowView<'_>,
    out: &mut [CallCounts],
) -> Result<(), ComputeError> {
    let at = |e: CodecError| FormatError::row(file.path(), row)(e);
    let extras = view.extras().map_err(at)?;
    let cohorts = counter.cohorts;
    if let Some((index, exceptions)) = extras.haploid(file.n_samples()).map_err(at)? {
        let table = file.haploid_table()?;
        let set = table
            .get(index)
            .ok_or_else(|| at(CodecError::Coding(u8::MAX)))?;
        let within = if exceptions.is_empty() {
            match cache.0.take_if(|c| c.0 == index) {
                Some(hit) => hit.1,
                None => cohorts.within(set.words()),
            }
        } else {
            cohorts.within(differing(set, &exceptions).words())
        };
        let mut haploid = vec![CallCounts::default(); cohorts.len()];
        RowCounter::new(counter.isa, &within)
            .genotypes(view, &mut haploid)
            .map_err(at)?;
        for (out, haploid) in out.iter_mut().zip(&haploid) {
            // A heterozygous call has two alleles.
            if haploid.het > 0 {
                return Err(at(CodecError::Overlap).into());
            }
            out.haploid_called = haploid.samples - haploid.missing;
            out.hemi_alt = haploid.hom_alt;
        }
        if exceptions.is_empty() {
            cache.0 = Some((index, within));
        }
    }
    for half in extras.half_calls(file.n_samples()).map_err(at)? {
        for (i, out) in out.iter_mut().enumerate() {
            if cohorts.contains(i, half.sample) {
                out.half_called += 1;
                out.half_alt += u64::from(half.alt);
            }
        }
    }
    if out.iter().any(|c| c.half_called > c.missing) {
        return Err(at(CodecError::Overlap).into());
    }
    Ok(())
}

fn differing(set: &Plane, exceptions: &Plane) -> Plane {
    let words = set.words().iter().zip(exceptions.words());
    words.map(|(a, b)| a ^ b).collect::<Vec<_>>().into()
}
