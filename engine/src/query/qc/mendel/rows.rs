//! The trios of a row that contradict each other.

use super::super::class::Zone;
use super::{Code, Plan};
use crate::codec::CodecError;
use crate::format::FormatError;
use crate::format::matrix::{GenotypeFile, RawRow};
use crate::format::row::{RowBody, SparseLists};
use crate::genotype::{CallPlanes, Genotype};

/// Judges rows of one file.
pub(super) struct Judge<'p> {
    plan: &'p Plan<'p>,
    file: &'p GenotypeFile,
    /// Genotypes of a sparse row's listed samples; all others have its base.
    listed: Vec<Genotype>,
    touched: Vec<u32>,
    trios: Vec<u32>,
    calls: CallPlanes,
}

impl<'p> Judge<'p> {
    pub(super) fn new(plan: &'p Plan<'p>, file: &'p GenotypeFile) -> Self {
        Self {
            plan,
            file,
            listed: vec![Genotype::HomRef; file.n_samples()],
            touched: Vec::new(),
            trios: Vec::new(),
            calls: CallPlanes::new(file.n_samples()),
        }
    }

    /// Gives the errors of a row to `found`, ascending by trio.
    pub(super) fn row(
        &mut self,
        raw: &RawRow<'_>,
        zone: Zone,
        mut found: impl FnMut(u32, Code),
    ) -> Result<(), FormatError> {
        let damaged = || FormatError::row(self.file.path(), raw.row);
        let view = raw.view()?;
        match view.body {
            // Where everybody is homozygous for REF nothing is wrong.
            RowBody::Sparse(lists) if lists.base == Genotype::HomRef => {
                self.sparse(&lists, zone, &mut found).map_err(damaged())
            }
            RowBody::Dense(words) => {
                let (lo, hi) = words.split_at(words.len() / 2);
                self.planes(lo, hi, zone, &mut found);
                Ok(())
            }
            RowBody::Sparse(_) => {
                let mut calls = std::mem::take(&mut self.calls);
                calls.lo.clear();
                calls.hi.clear();
                let filled = view.genotypes_into(&mut calls).map_err(damaged());
                if filled.is_ok() {
                    self.planes(calls.lo.words(), calls.hi.words(), zone, &mut found);
                }
                self.calls = calls;
                filled
            }
        }
    }

    fn sparse(
        &mut self,
        lists: &SparseLists<'_>,
        zone: Zone,
        found: &mut impl FnMut(u32, Code),
    ) -> Result<(), CodecError> {
        let plan = self.plan;
        self.trios.clear();
        for (genotype, list) in &lists.lists {
            list.for_each(|s| {
                if plan.members.get(s as usize)
                    && let Some(place) = self.listed.get_mut(s as usize)
                {
                    *place = *genotype;
                    self.touched.push(s);
                    let of_sample = plan.of_sample.get(&s);
                    self.trios.extend(of_sample.into_iter().flatten());
                }
            })?;
        }
        self.trios.sort_unstable();
        self.trios.dedup();
        for &trio in &self.trios {
            let of = |s: u32| {
                let listed = self.listed.get(s as usize).copied();
                listed.unwrap_or(Genotype::HomRef)
            };
            judge(plan, trio, zone, of, found);
        }
        for s in self.touched.drain(..) {
            if let Some(place) = self.listed.get_mut(s as usize) {
                *place = Genotype::HomRef;
            }
        }
        Ok(())
    }

    fn planes(&self, lo: &[u64], hi: &[u64], zone: Zone, found: &mut impl FnMut(u32, Code)) {
        let bit = |words: &[u64], s: u32| {
            let word = words.get(s as usize / 64).copied().unwrap_or(0);
            word >> (s % 64) & 1 == 1
        };
        for trio in (0..).take(self.plan.trios.len()) {
            let of = |s: u32| Genotype::from_bits(bit(lo, s), bit(hi, s));
            judge(self.plan, trio, zone, of, found);
        }
    }
}

#[inline]
fn judge(
    plan: &Plan<'_>,
    place: u32,
    zone: Zone,
    of: impl Fn(u32) -> Genotype,
    found: &mut impl FnMut(u32, Code),
) {
    let i = place as usize;
    let (Some(trio), Some(&male)) = (plan.trios.get(i), plan.child_is_male.get(i)) else {
        return;
    };
    let calls = [of(trio.father), of(trio.mother), of(trio.child)];
    if let Some(code) = Code::of(zone, male, calls) {
        found(place, code);
    }
}
