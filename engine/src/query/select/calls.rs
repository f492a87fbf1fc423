//! The calls of a record, put together again from the rows of its ALTs.

use std::ops::Range;

use super::SelectError;
use super::shard::OpenShard;
use crate::format::FormatError;
use crate::genotype::{CallPlanes, Genotype, Plane};
use crate::query::expr::INT_END;

/// Calls of the shown samples.
#[derive(Debug, Default)]
pub(super) struct Calls {
    /// Codes for each sample: the highest ploidy.
    pub(super) ploidy: usize,
    /// As BCF codes them.
    pub(super) codes: Vec<i32>,
    /// Phase sets, by sample shown; empty where the record has none.
    pub(super) phase_sets: Vec<Option<u32>>,
}

/// Decodes a row's planes.
pub(super) fn planes(shard: &OpenShard<'_>, row: usize) -> Result<CallPlanes, SelectError> {
    let file = shard.genotypes()?;
    let table = file.haploid_table()?;
    let calls = file.row(row)?.calls(table);
    Ok(calls.map_err(FormatError::row(file.path(), row))?)
}

/// Whether 64 samples all have REF twice in every row, and are all phased, or all not.
fn alike(rows: &[(&CallPlanes, i32)], word: usize) -> Option<bool> {
    let of = |plane: &Plane| plane.words().get(word).copied().unwrap_or(0);
    let reference = rows.iter().all(|(p, _)| of(&p.lo) | of(&p.hi) == 0);
    let (first, _) = rows.first()?;
    let last = first.n_samples.saturating_sub(64 * word).min(64) as u32;
    let all = u64::MAX.checked_shr(64 - last).unwrap_or(0);
    match (
        reference && of(&first.haploid) == 0,
        of(&first.phased) & all,
    ) {
        (true, 0) => Some(false),
        (true, phased) if phased == all => Some(true),
        _ => None,
    }
}

/// The calls of `samples`, columns of the matrix, over the rows of a record: the planes of each,
/// and which of the record's ALTs it is, from 1.
pub(super) fn join(rows: &[(&CallPlanes, i32)], samples: &[u32]) -> Calls {
    let Some((first, _)) = rows.first() else {
        return Calls::default();
    };
    let ploidy = if samples.iter().all(|&s| first.haploid.get(s as usize)) {
        1
    } else {
        2
    };
    let mut codes = vec![2i32; samples.len() * ploidy];
    let half = |s: u32| {
        let mut found = None;
        for (planes, allele) in rows {
            if let Ok(i) = planes.half_calls.binary_search_by_key(&s, |h| h.sample) {
                let h = planes.half_calls[i];
                let of = if h.alt { *allele } else { 0 };
                found = Some((h.second, found.map_or(of, |(_, a): (bool, i32)| a.max(of))));
            }
        }
        found
    };
    let decode = |codes: &mut [i32], range: Range<usize>| {
        let chosen = samples.get(range.clone()).unwrap_or(&[]);
        let codes = (codes.get_mut(range.start * ploidy..range.end * ploidy)).unwrap_or(&mut []);
        for (&sample, call) in chosen.iter().zip(codes.chunks_exact_mut(ploidy)) {
            let s = sample as usize;
            let mut alleles = [0i32; 2];
            let mut missing = false;
            for (planes, allele) in rows {
                match planes.genotype(s) {
                    Genotype::HomRef => {}
                    Genotype::Het => alleles[usize::from(!planes.flipped.get(s))] = *allele,
                    Genotype::HomAlt => alleles = [*allele; 2],
                    Genotype::Missing => missing = true,
                }
            }
            let code = |allele: i32| (allele + 1) << 1;
            let phased = i32::from(first.phased.get(s));
            let (a, b) = match (missing, if missing { half(sample) } else { None }) {
                (false, _) => (code(alleles[0]), code(alleles[1])),
                (true, Some((true, allele))) => (0, code(allele)),
                (true, Some((false, allele))) => (code(allele), 0),
                (true, None) => (0, 0),
            };
            call[0] = a;
            if let Some(second) = call.get_mut(1) {
                *second = if first.haploid.get(s) {
                    INT_END
                } else {
                    b | phased
                };
            }
        }
    };
    let in_order = (0..).zip(samples).all(|(i, &s)| i == s);
    if in_order && ploidy == 2 {
        // Most people have no ALT: 64 calls that are alike need no look.
        let n = samples.len();
        for word in 0..n.div_ceil(64) {
            let range = word * 64..n.min(word * 64 + 64);
            match alike(rows, word) {
                Some(phased) => {
                    let codes = codes.get_mut(range.start * 2..range.end * 2);
                    let code = i32::from(phased);
                    for call in codes.unwrap_or(&mut []).chunks_exact_mut(2) {
                        call[1] = 2 | code;
                    }
                }
                None => decode(&mut codes, range),
            }
        }
    } else {
        decode(&mut codes, 0..samples.len());
    }
    let phase_sets = if rows.iter().all(|(p, _)| p.phase_sets.is_empty()) {
        Vec::new()
    } else {
        let set = |&s: &u32| {
            rows.iter().find_map(|(p, _)| {
                let i = p.phase_sets.binary_search_by_key(&s, |p| p.sample).ok()?;
                Some(p.phase_sets[i].set)
            })
        };
        samples.iter().map(set).collect()
    };
    Calls {
        ploidy,
        codes,
        phase_sets,
    }
}
