//! Haploid and half calls: rare, counted beside the genotypes.

use super::{Cohorts, RowCounter, field};
use crate::codec::CodecError;
use crate::compute::ComputeError;
use crate::format::FormatError;
use crate::format::matrix::GenotypeFile;
use crate::format::row::{RowBody, RowView};
use crate::genotype::{CallCounts, Genotype, Plane};

/// The cohorts' members in the haploid set used last: most rows of a shard share one.
#[derive(Default)]
pub(in crate::compute) struct HaploidCache(Option<(usize, Cohorts)>);

/// A row that differs from its haploid set in at most one sample of this many is counted by
/// the set, then corrected.
const FEW: usize = 64;

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
        let few = exceptions.count() as usize <= file.n_samples() / FEW;
        let mut haploid = vec![CallCounts::default(); cohorts.len()];
        if few {
            let within = match cache.0.take_if(|c| c.0 == index) {
                Some(hit) => hit.1,
                None => cohorts.within(set.words()),
            };
            RowCounter::new(counter.isa, &within)
                .genotypes(view, &mut haploid)
                .map_err(at)?;
            cache.0 = Some((index, within));
            if !exceptions.is_empty() {
                correct(view, set, &exceptions, cohorts, &mut haploid).map_err(at)?;
            }
        } else {
            let within = cohorts.within(differing(set, &exceptions).words());
            RowCounter::new(counter.isa, &within)
                .genotypes(view, &mut haploid)
                .map_err(at)?;
        }
        for (out, haploid) in out.iter_mut().zip(&haploid) {
            // A heterozygous call has two alleles.
            if haploid.het > 0 {
                return Err(at(CodecError::Overlap).into());
            }
            // Lists are not checked to ascend: damaged ones can name a sample twice.
            let called = haploid.samples.checked_sub(haploid.missing);
            out.haploid_called = called.ok_or(CodecError::Overlap).map_err(at)?;
            out.hemi_alt = haploid.hom_alt;
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
    let holds = |c: &CallCounts| {
        c.half_called <= c.missing
            && c.hemi_alt <= c.hom_alt
            && c.haploid_called <= c.samples.saturating_sub(c.missing)
    };
    if !out.iter().all(holds) {
        return Err(at(CodecError::Overlap).into());
    }
    Ok(())
}

/// The genotypes of the samples in `plane`.
fn genotypes_of(view: &RowView<'_>, plane: &Plane) -> Result<Vec<(u32, Genotype)>, CodecError> {
    let samples = plane.iter();
    match &view.body {
        RowBody::Dense(words) => {
            let (lo, hi) = words.split_at(words.len() / 2);
            let bit = |plane: &[u64], s: u32| {
                (plane.get(s as usize / 64)).is_some_and(|w| w >> (s % 64) & 1 == 1)
            };
            Ok(samples
                .map(|s| (s, Genotype::from_bits(bit(lo, s), bit(hi, s))))
                .collect())
        }
        RowBody::Sparse(sparse) => {
            let mut out: Vec<_> = samples.map(|s| (s, sparse.base)).collect();
            for (genotype, list) in &sparse.lists {
                list.for_each(|s| {
                    if plane.get(s as usize)
                        && let Ok(at) = out.binary_search_by_key(&s, |o| o.0)
                    {
                        out[at].1 = *genotype;
                    }
                })?;
            }
            Ok(out)
        }
    }
}

/// Takes the samples of `set` that are in `exceptions` out of `counts`, and the other exceptions
/// in.
fn correct(
    view: &RowView<'_>,
    set: &Plane,
    exceptions: &Plane,
    cohorts: &Cohorts,
    counts: &mut [CallCounts],
) -> Result<(), CodecError> {
    for (sample, genotype) in genotypes_of(view, exceptions)? {
        for (i, counts) in counts.iter_mut().enumerate() {
            if cohorts.contains(i, sample) {
                let step = |n: &mut u64| {
                    *n = if set.get(sample as usize) {
                        n.checked_sub(1).ok_or(CodecError::Overlap)?
                    } else {
                        *n + 1
                    };
                    Ok(())
                };
                step(&mut counts.samples)?;
                if let Some(field) = field(genotype) {
                    step(field(counts))?;
                }
            }
        }
    }
    Ok(())
}

fn differing(set: &Plane, exceptions: &Plane) -> Plane {
    let words = set.words().iter().zip(exceptions.words());
    words.map(|(a, b)| a ^ b).collect::<Vec<_>>().into()
}
