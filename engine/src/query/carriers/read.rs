//! Reading the carriers of a row, and their counts, as the row is coded.

use roaring::RoaringBitmap;

use super::{Carrier, Zygosity};
use crate::format::FormatError;
use crate::format::matrix::GenotypeFile;
use crate::format::row::{RowBody, RowView};
use crate::genotype::{CallCounts, CallPlanes, Genotype, Plane};

/// Rows that are walked over rather than looked up anew.
const STEP_OVER: u32 = 64;

/// Gives `rows` to `f`, ascending.
///
/// # Errors
/// The first of `f`; [`FormatError`], also for a row beyond the last.
pub fn visit<'f, E: From<FormatError>>(
    file: &'f GenotypeFile,
    rows: &RoaringBitmap,
    mut f: impl FnMut(u32, &RowView<'f>) -> Result<(), E>,
) -> Result<(), E> {
    let mut walk = file.rows(0..0);
    let mut next = None;
    for row in rows {
        if next.is_none_or(|next| row - next > STEP_OVER) {
            walk = file.rows(row as usize..file.n_rows());
        }
        loop {
            let raw = walk.next_raw().ok_or_else(|| {
                let reason = format!("no row {row} of {}", file.n_rows());
                FormatError::Unsuitable(reason)
            })??;
            if raw.row == row as usize {
                f(row, &raw.view()?)?;
                break;
            }
        }
        next = Some(row + 1);
    }
    Ok(())
}

/// The carriers of a row among the samples set in `members`, ascending, into `out`.
///
/// # Errors
/// [`FormatError::Corrupt`].
pub fn carriers(
    file: &GenotypeFile,
    row: u32,
    view: &RowView<'_>,
    members: &Plane,
    out: &mut Vec<Carrier>,
) -> Result<(), FormatError> {
    out.clear();
    match &view.body {
        RowBody::Dense(words) if !view.has_extras() => {
            let (lo, hi) = words.split_at(words.len() / 2);
            from_planes(lo, hi, &[], members, out);
        }
        RowBody::Sparse(sparse) if sparse.base == Genotype::HomRef && !view.has_extras() => {
            for (genotype, list) in &sparse.lists {
                let zygosity = match genotype {
                    Genotype::Het => Zygosity::Het,
                    Genotype::HomAlt => Zygosity::HomAlt,
                    _ => continue,
                };
                let mut push = |sample: u32| {
                    if members.get(sample as usize) {
                        out.push(Carrier { sample, zygosity });
                    }
                };
                list.check(&mut push)
                    .map_err(FormatError::row(file.path(), row as usize))?;
            }
            out.sort_unstable();
            if out.windows(2).any(|w| w[0].sample == w[1].sample) {
                let overlap = crate::codec::CodecError::Overlap;
                return Err(FormatError::row(file.path(), row as usize)(overlap));
            }
        }
        _ => {
            let calls = calls(file, row, view)?;
            let haploid = calls.haploid.words();
            from_planes(calls.lo.words(), calls.hi.words(), haploid, members, out);
        }
    }
    Ok(())
}

/// All calls of a row.
pub(in crate::query) fn calls(
    file: &GenotypeFile,
    row: u32,
    view: &RowView<'_>,
) -> Result<CallPlanes, FormatError> {
    let table = file.haploid_table()?;
    view.calls(table)
        .map_err(FormatError::row(file.path(), row as usize))
}

/// `haploid` may be shorter: no more haploid calls.
fn from_planes(lo: &[u64], hi: &[u64], haploid: &[u64], members: &Plane, out: &mut Vec<Carrier>) {
    let words = lo.iter().zip(hi).zip(members.words()).enumerate();
    for (i, ((&lo, &hi), &members)) in words {
        let mut carried = (lo ^ hi) & members;
        let haploid = haploid.get(i).copied().unwrap_or(0);
        while carried != 0 {
            let bit = carried & carried.wrapping_neg();
            carried ^= bit;
            out.push(Carrier {
                sample: i as u32 * 64 + bit.trailing_zeros(),
                zygosity: if lo & bit != 0 {
                    Zygosity::Het
                } else if haploid & bit != 0 {
                    Zygosity::Hemi
                } else {
                    Zygosity::HomAlt
                },
            });
        }
    }
}

/// Counts over the samples set in `members`, of whom there are `n`.
pub(super) fn counts_in(
    file: &GenotypeFile,
    row: u32,
    view: &RowView<'_>,
    members: &Plane,
    n: u64,
) -> Result<CallCounts, FormatError> {
    let mut counts = CallCounts {
        samples: n,
        ..CallCounts::default()
    };
    match &view.body {
        RowBody::Dense(words) if !view.has_extras() => {
            let (lo, hi) = words.split_at(words.len() / 2);
            for (i, &members) in members.words().iter().enumerate() {
                if members == 0 {
                    continue;
                }
                let (Some(lo), Some(hi)) = (lo.get(i), hi.get(i)) else {
                    break;
                };
                counts.het += u64::from((lo & !hi & members).count_ones());
                counts.hom_alt += u64::from((hi & !lo & members).count_ones());
                counts.missing += u64::from((lo & hi & members).count_ones());
            }
        }
        RowBody::Sparse(sparse) if !view.has_extras() => {
            let mut by_genotype = [0_u64; 4];
            for (genotype, list) in &sparse.lists {
                let mut listed = 0;
                list.check(|s| listed += u64::from(members.get(s as usize)))
                    .map_err(FormatError::row(file.path(), row as usize))?;
                by_genotype[*genotype as usize] = listed;
            }
            let listed: u64 = by_genotype.iter().sum();
            by_genotype[sparse.base as usize] = n.saturating_sub(listed);
            [_, counts.het, counts.hom_alt, counts.missing] = by_genotype;
        }
        _ => counts = calls(file, row, view)?.counts_in(members),
    }
    Ok(counts)
}
