//! What counts of everybody say of counts in a cohort, so that rows of which they decide a
//! condition need not be counted.

use crate::genotype::CallCounts;
use crate::query::expr::Count;

/// The least and the most that `count` can be in a cohort of `members` people, where everybody's
/// counts at the row are `all`; `None` where it may be missing, or where they do not tell.
pub(super) fn bounds(count: Count, all: &CallCounts, members: u64) -> Option<(f64, f64)> {
    let others = all.samples.checked_sub(members)?;
    let people = |n: u64| (n.saturating_sub(others), n.min(members));
    let alleles = |n: u64| (n.saturating_sub(2 * others), n.min(2 * members));
    let ac = alleles(all.allele_count());
    let of = |(low, high): (u64, u64)| Some((low as f64, high as f64));
    let an = || {
        let (low, high) = alleles(all.allele_number());
        // Whoever is not missing has two alleles, or one.
        let whole = 2 * members.saturating_sub(all.missing);
        let low = low.max(whole.saturating_sub(all.haploid_called));
        (low, high)
    };
    match count {
        Count::Ac => of(ac),
        Count::An => of(an()),
        Count::Af => {
            let (low, high) = an();
            (low > 0).then(|| (ac.0 as f64 / high as f64, ac.1 as f64 / low as f64))
        }
        // The rarer allele is ALT whoever is in the cohort.
        Count::Mac => (2 * ac.1 <= an().0).then(|| of(ac))?,
        Count::Maf => {
            let (low, high) = an();
            let rarer = low > 0 && 2 * ac.1 <= low;
            rarer.then(|| (ac.0 as f64 / high as f64, ac.1 as f64 / low as f64))
        }
        Count::HomAlt => of(people(all.hom_alt.saturating_sub(all.hemi_alt))),
        Count::Het => of(people(all.het)),
        Count::HomRef => of(people(all.hom_ref())),
        Count::Hemi => of(people(all.hemi_alt)),
        Count::Missing => of(people(all.missing)),
        Count::CallRate => {
            let (low, high) = people(all.missing);
            let rate = |missing: u64| (members - missing) as f64 / members as f64;
            (members > 0).then(|| (rate(high), rate(low)))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::genotype::{CallPlanes, Genotype, HalfCall, Plane};

    proptest! {
        #[test]
        fn every_cohort_lies_within(
            calls in prop::collection::vec((0u8..6, any::<bool>()), 1..40), inside in any::<u64>(),
        ) {
            let mut planes = CallPlanes::new(calls.len());
            let mut cohort = Plane::zeros(calls.len());
            for (s, (call, haploid)) in calls.iter().enumerate() {
                if inside >> (s % 64) & 1 == 1 {
                    cohort.set(s);
                }
                let genotype = match call {
                    0 | 5 => Genotype::HomRef,
                    1 if !haploid => Genotype::Het,
                    2 => Genotype::HomAlt,
                    3 => Genotype::Missing,
                    _ => Genotype::HomRef,
                };
                planes.set_genotype(s, genotype);
                if *haploid {
                    planes.haploid.set(s);
                }
                if *call == 3 && !haploid && s % 2 == 0 {
                    let half = HalfCall { sample: s as u32, alt: s % 4 == 0, second: false };
                    planes.half_calls.push(half);
                }
            }
            let (all, of) = (planes.counts(), planes.counts_in(&cohort));
            for (name, count) in Count::NAMES {
                if let Some((low, high)) = bounds(count, &all, of.samples) {
                    let value = count.of(&of);
                    let within = value.is_some_and(|v| low <= v && v <= high);
                    prop_assert!(within, "{} {:?} {} {}", name, value, low, high);
                }
            }
        }
    }
}
