//! Sums over a set's genotypes where the plan's device is a GPU. They are whole numbers, the same
//! as those of the CPU.

use rayon::prelude::*;

use super::collapse::{Collapse, Collapsed};
use super::column::{ClassSums, Column};
use super::covariance::{Common, MISSING, key};
use super::exec::{Plan, SetMask, Variant};
use crate::association::FixedVectors;
use crate::compute::{Compute, ComputeError, MaskValue, SetCalls};

/// Sums of all vectors over each class of columns.
pub(super) fn class_sums(
    compute: &Compute,
    columns: &[&Column],
    vectors: &FixedVectors,
) -> Result<Vec<ClassSums>, ComputeError> {
    if !compute.on_gpu() {
        return Ok(columns.par_iter().map(|c| c.sums(vectors)).collect());
    }
    // Each class of a column is a row of its own.
    let classes = columns.iter().flat_map(|c| &c.classes);
    let rows = classes.map(|c| [c.1.as_slice(), &[], &[]]);
    let calls = SetCalls::new(vectors.samples(), rows)?;
    let products = compute.set_products(&calls, vectors)?;
    let mut of_row = products.iter().map(|sums| sums[0]);
    let of = |column: &&Column| {
        let n = column.classes.len() * vectors.len();
        ClassSums::new(of_row.by_ref().take(n).collect(), vectors.len())
    };
    Ok(columns.iter().map(of).collect())
}

/// The calls of columns whose values are 1, 2 or a mean.
pub(super) fn calls_of(columns: &[Column], samples: usize) -> Result<SetCalls, ComputeError> {
    let lists: Vec<[Vec<u32>; 3]> = (columns.iter())
        .map(|column| {
            let mut lists = [Vec::new(), Vec::new(), Vec::new()];
            for (value, samples) in &column.classes {
                let code = Column::code(*value) as usize;
                lists[code - 1].extend_from_slice(samples);
            }
            lists
        })
        .collect();
    let rows = lists.iter().map(|l| l.each_ref().map(Vec::as_slice));
    SetCalls::new(samples, rows)
}

/// Sums of a weight over the people with values at both of two columns.
pub(super) fn common(
    compute: &Compute,
    calls: &SetCalls,
    weight: Option<(&FixedVectors, usize)>,
) -> Result<Common, ComputeError> {
    let weight = weight.map(|(vectors, w)| vectors.only(w));
    let found = compute.covariances(calls, weight.as_ref())?;
    let mut out = Common::new();
    for (&[j, k], cells) in found.pairs.iter().zip(&found.sums) {
        // By missing at neither, at the first, the second, at both.
        let mut sums = [0i64; 4];
        for (cell, sum) in (0u64..).zip(cells) {
            let (a, b) = (cell / 3 + 1, cell % 3 + 1);
            let copies = |code: u64| if code == MISSING { 1 } else { code as i64 };
            let missing = usize::from(a == MISSING) | usize::from(b == MISSING) << 1;
            sums[missing] = sums[missing].wrapping_add(sum.wrapping_mul(copies(a) * copies(b)));
        }
        // Who has no weight has nothing in common.
        let some = (0..).zip(sums).filter(|s| s.1 != 0);
        out.extend(some.map(|(missing, sum)| (key(j, k, missing), sum)));
    }
    Ok(out)
}

/// Each mask in each bin, collapsed: `masks` times bins.
pub(super) fn collapsed(
    plan: &Plan<'_>,
    variants: &[Variant],
    masks: &[SetMask],
) -> Result<Vec<Collapsed>, ComputeError> {
    let calls = variants.iter().map(|v| {
        let calls = &v.calls;
        [&calls.het, &calls.hom, &calls.missing].map(Vec::as_slice)
    });
    let calls = SetCalls::new(plan.analysis.included.len(), calls)?;
    let mut rows: Vec<Vec<u32>> = Vec::new();
    for mask in masks {
        for bin in 0..plan.options.bins.count() {
            let of = (0..).zip(variants).filter(|v| v.1.bin <= bin);
            rows.push(of.filter(|v| mask.has(v.1)).map(|v| v.0).collect());
        }
    }
    let values = plan.compute.mask_values(&calls, &rows)?;
    let rule = plan.options.collapse;
    let of = |(values, rows): (&Vec<MaskValue>, &Vec<u32>)| by_copies(rule, values, rows.len());
    Ok(values.iter().zip(&rows).map(of).collect())
}

fn by_copies(rule: Collapse, values: &[MaskValue], variants: usize) -> Collapsed {
    let mut out = Collapsed::default();
    for value in values {
        let copies = match rule {
            Collapse::Max => value.most,
            Collapse::Sum => value.sum,
            Collapse::Comphet => value.sum.min(2),
        };
        if copies > 0 {
            out.carry(u16::try_from(copies).unwrap_or(u16::MAX), value.sample);
        } else if value.uncalled as usize == variants {
            out.missing.push(value.sample);
        }
    }
    out.classes.sort_by_key(|c| c.0);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::query::burden::calls::Calls;
    use crate::query::burden::collapse::Collapser;
    use crate::query::burden::covariance::Carried;

    /// Genotypes of people at variants: 0 to 3, 3 without a call.
    fn variants() -> impl Strategy<Value = Vec<Vec<u8>>> {
        (1usize..70).prop_flat_map(|people| {
            let genotype = prop_oneof![4 => Just(0u8), 1 => 1u8..=3];
            prop::collection::vec(prop::collection::vec(genotype, people), 1..9)
        })
    }

    fn calls(genotypes: &[u8]) -> Calls {
        let of = |code: u8| {
            let of = (0..).zip(genotypes).filter(|g| *g.1 == code);
            of.map(|g| g.0).collect()
        };
        Calls {
            het: of(1),
            hom: of(2),
            missing: of(3),
        }
    }

    proptest! {
        /// What a GPU sums (here by its twin) comes to what the CPU's own way comes to.
        #[test]
        fn sums_come_to_the_same(variants in variants(), means in prop::collection::vec(0.0..1.5, 9)) {
            let compute = Compute::with_cpu("a test");
            let people = variants[0].len();
            let of = |(v, mean): (&Vec<u8>, &f64)| Column::of_variant(calls(v), *mean, false);
            let columns: Vec<Column> = variants.iter().zip(&means).map(of).collect();
            let set = calls_of(&columns, people).unwrap();
            let weights: Vec<f64> = (0..people).map(|s| (s % 3) as f64).collect();
            let vectors = FixedVectors::new(people, &[&vec![1.0; people], &weights]);
            for weight in [None, Some((&vectors, 1))] {
                let carried = Carried::new(&compute, &columns, people).unwrap();
                prop_assert_eq!(common(&compute, &set, weight).unwrap(), carried.common(weight));
            }
            let all: Vec<u32> = (0..variants.len() as u32).collect();
            let lists: Vec<Calls> = variants.iter().map(|v| calls(v)).collect();
            let rows = lists.iter().map(|c| [&c.het, &c.hom, &c.missing].map(Vec::as_slice));
            let set = SetCalls::new(people, rows).unwrap();
            let values = compute.mask_values(&set, &[all]).unwrap();
            for rule in [Collapse::Max, Collapse::Sum, Collapse::Comphet] {
                let mut collapser = Collapser::new(rule, people);
                lists.iter().for_each(|c| collapser.add(c, None));
                let found = by_copies(rule, &values[0], variants.len());
                prop_assert_eq!(found, collapser.collapsed());
            }
        }
    }
}
