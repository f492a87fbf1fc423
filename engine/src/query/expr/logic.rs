//! And and or, of sites and of samples.

use std::sync::Arc;

use super::subscript::Samples;
use super::value::Pass;
use crate::genotype::Plane;

/// The samples that either side is about; all where one is about all.
fn used_by(a: &Pass, b: &Pass) -> Samples {
    match (&a.samples, &b.samples) {
        (Some(_), None) => a.used.clone(),
        (None, Some(_)) => b.used.clone(),
        _ => union(&a.used, &b.used),
    }
}

pub(super) fn union(a: &Samples, b: &Samples) -> Samples {
    let (a, b) = (a.as_ref()?, b.as_ref()?);
    if Arc::ptr_eq(a, b) {
        return Some(a.clone());
    }
    Some(Arc::new(combine(a, b, |x, y| x | y)))
}

fn combine(a: &Plane, b: &Plane, f: impl Fn(u64, u64) -> u64) -> Plane {
    let mut out = a.clone();
    for (x, y) in out.words_mut().iter_mut().zip(b.words()) {
        *x = f(*x, *y);
    }
    out
}

pub(super) fn and(a: Pass, b: Pass, same_sample: bool) -> Pass {
    let used = used_by(&a, &b);
    let both = a.site && b.site;
    match (a.samples, b.samples) {
        (None, None) => Pass::site(both),
        (Some(one), None) | (None, Some(one)) if both => Pass {
            site: true,
            samples: Some(one),
            used,
        },
        (Some(a), Some(b)) if both && same_sample => {
            Pass::samples(combine(&a, &b, |x, y| x & y), used)
        }
        (Some(a), Some(b)) if both => {
            let samples = Some(combine(&a, &b, |x, y| x | y));
            Pass {
                site: true,
                samples,
                used,
            }
        }
        (Some(mut one), _) | (_, Some(mut one)) => {
            one.clear();
            Pass {
                site: false,
                samples: Some(one),
                used,
            }
        }
    }
}

pub(super) fn or(a: Pass, b: Pass, all_samples: bool, n: usize) -> Pass {
    let used = used_by(&a, &b);
    let site = a.site || b.site;
    // `QUAL>30 || FMT/GQ>30` does not select every sample where only the latter holds.
    let fails = |p: &Pass| p.samples.is_none() && !p.site;
    let all = all_samples && !fails(&a) && !fails(&b);
    let samples = match (a.samples, b.samples) {
        (None, None) => return Pass::site(site),
        (Some(mut one), other) | (other, Some(mut one)) if !site || all => {
            drop(other);
            one.clear();
            if site {
                (0..n)
                    .filter(|s| used.as_ref().is_none_or(|u| u.get(*s)))
                    .for_each(|s| one.set(s));
            }
            one
        }
        // Both about samples cannot come here with `||`.
        (Some(a), Some(b)) => combine(&a, &b, |x, y| x | y),
        (Some(one), None) | (None, Some(one)) => one,
    };
    Pass {
        site,
        samples: Some(samples),
        used,
    }
}
