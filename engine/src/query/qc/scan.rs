//! Rows into counts by sample.
//!
//! A row of lists over a homozygous-reference base touches only the samples listed: everybody
//! else is what is left of the rows. All other rows go through bit-sliced counters as planes.

use super::class::{GROUPS, VariantKind, Zone, group};
use super::group::{Group, RowPlanes, place};
use super::plan::Plan;
use super::sex;
use super::tally::Tallies;
use crate::codec::{CodecError, IdList};
use crate::format::FormatError;
use crate::format::matrix::{GenotypeFile, RawRow};
use crate::format::row::RowBody;
use crate::genotype::{CallPlanes, Genotype, Plane};

pub(super) struct Scan<'p> {
    plan: &'p Plan<'p>,
    file: &'p GenotypeFile,
    n: usize,
    groups: Vec<Option<Box<Group>>>,
    singletons: Vec<u32>,
    diploid_singletons: Vec<u32>,
    x_expected: u64,
    x_expected_missing: Vec<u64>,
    x_fixed_het: Vec<u32>,
    calls: CallPlanes,
}

/// Carriers met so far: how many, and the last of them.
#[derive(Clone, Copy, Default)]
struct Carriers {
    n: u64,
    last: u32,
}

impl Carriers {
    const fn add(&mut self, sample: u32) {
        self.n += 1;
        self.last = sample;
    }

    fn only(self) -> Option<u32> {
        (self.n == 1).then_some(self.last)
    }

    /// Of a row in planes, up to the second one met.
    fn of(row: RowPlanes<'_>, members: &Plane) -> Self {
        let mut found = Self::default();
        let words = row.lo.iter().zip(row.hi).zip(members.words());
        for (i, ((lo, hi), member)) in words.enumerate() {
            let carriers = (lo ^ hi) & member;
            if carriers != 0 {
                found.n += u64::from(carriers.count_ones());
                found.last = i as u32 * 64 + carriers.trailing_zeros();
                if found.n > 1 {
                    break;
                }
            }
        }
        found
    }
}

fn count(counts: &mut [u32], sample: Option<u32>) {
    if let Some(count) = sample.and_then(|s| counts.get_mut(s as usize)) {
        *count += 1;
    }
}

impl<'p> Scan<'p> {
    pub(super) fn new(plan: &'p Plan<'p>, file: &'p GenotypeFile) -> Self {
        let n = file.n_samples();
        Self {
            plan,
            file,
            n,
            groups: (0..GROUPS).map(|_| None).collect(),
            singletons: vec![0; n],
            diploid_singletons: vec![0; n],
            x_expected: 0,
            x_expected_missing: Vec::new(),
            x_fixed_het: Vec::new(),
            calls: CallPlanes::new(n),
        }
    }

    pub(super) fn finish(self) -> Tallies {
        let tally = |g: Option<Box<Group>>| g.map(|g| g.finish()).unwrap_or_default();
        Tallies {
            groups: self.groups.into_iter().map(tally).collect(),
            singletons: self.singletons,
            diploid_singletons: self.diploid_singletons,
            x_expected: self.x_expected,
            x_expected_missing: self.x_expected_missing,
            x_fixed_het: self.x_fixed_het,
        }
    }

    /// Counts a row.
    pub(super) fn add(
        &mut self,
        raw: &RawRow<'_>,
        zone: Zone,
        kind: VariantKind,
    ) -> Result<(), FormatError> {
        let damaged = || FormatError::row(self.file.path(), raw.row);
        if let Some(row) = raw.one_list()?
            && row.base == Genotype::HomRef
        {
            let file = self.file;
            return self
                .add_lists(zone, kind, &[(row.listed, row.list)])
                .map_err(FormatError::row(file.path(), raw.row));
        }
        let view = raw.view()?;
        let haploid = if view.has_extras() {
            let extras = view.extras().map_err(damaged())?;
            extras.haploid(self.n).map_err(damaged())?
        } else {
            None
        };
        match (&view.body, haploid) {
            (RowBody::Sparse(lists), None) if lists.base == Genotype::HomRef => {
                let file = self.file;
                return self
                    .add_lists(zone, kind, &lists.lists)
                    .map_err(FormatError::row(file.path(), raw.row));
            }
            (RowBody::Dense(words), None) => {
                let (lo, hi) = words.split_at(words.len() / 2);
                let haploid = &[][..];
                self.add_planes(zone, kind, RowPlanes { lo, hi, haploid });
            }
            (_, haploid) => {
                let mut calls = std::mem::take(&mut self.calls);
                calls.lo.clear();
                calls.hi.clear();
                view.genotypes_into(&mut calls).map_err(damaged())?;
                let haploid = match haploid {
                    None => None,
                    Some((index, mut exceptions)) => {
                        let table = self.file.haploid_table()?.get(index);
                        let table = table
                            .ok_or(CodecError::Coding(u8::MAX))
                            .map_err(damaged())?;
                        for (e, t) in exceptions.words_mut().iter_mut().zip(table.words()) {
                            *e ^= t;
                        }
                        Some(exceptions)
                    }
                };
                let row = RowPlanes {
                    lo: calls.lo.words(),
                    hi: calls.hi.words(),
                    haploid: haploid.as_ref().map_or(&[], Plane::words),
                };
                self.add_planes(zone, kind, row);
                self.calls = calls;
            }
        }
        Ok(())
    }

    fn group(&mut self, zone: Zone, kind: VariantKind) -> &mut Group {
        let n = self.n;
        let group = self.groups[group(zone, kind)].get_or_insert_with(|| Box::new(Group::new(n)));
        group.add_row();
        group
    }

    /// A row in which everybody is homozygous for REF but those listed.
    fn add_lists(
        &mut self,
        zone: Zone,
        kind: VariantKind,
        lists: &[(Genotype, IdList<'_>)],
    ) -> Result<(), CodecError> {
        let n = self.n;
        let mut beyond = None;
        let group = self.group(zone, kind);
        for (genotype, list) in lists.iter().filter(|(_, list)| !list.is_empty()) {
            let Some(place) = place(*genotype) else {
                continue;
            };
            let counts = group.counts_mut(place);
            list.for_each(|s| match counts.get_mut(s as usize) {
                Some(count) => *count += 1,
                None => beyond = Some(s),
            })?;
        }
        if let Some(s) = beyond {
            return Err(CodecError::Sample(s));
        }
        let carrying = || lists.iter().filter(|(g, _)| *g != Genotype::Missing);
        let total: usize = carrying().map(|(_, list)| list.len()).sum();
        let plan = self.plan;
        if total == 1 || (!plan.is_everybody && total > 0) || zone == Zone::X {
            let (mut all, mut diploid) = (Carriers::default(), Carriers::default());
            let members = plan.diploid_members(zone);
            for (_, list) in carrying() {
                list.for_each(|s| {
                    if plan.members.get(s as usize) {
                        all.add(s);
                    }
                    if members.is_some_and(|m| m.get(s as usize)) {
                        diploid.add(s);
                    }
                })?;
            }
            count(&mut self.singletons, all.only());
            count(&mut self.diploid_singletons, diploid.only());
        }
        if zone == Zone::X {
            let founders = &plan.founders;
            let mut calls = sex::Calls::everybody(founders.n_males, founders.n_others);
            for (genotype, list) in lists {
                list.for_each(|s| {
                    let s = s as usize;
                    calls.add(*genotype, founders.males.get(s), founders.others.get(s));
                })?;
            }
            let expected = calls.expected_homozygous();
            self.x_expected += expected;
            let is_fixed = |g: &Genotype| *g == Genotype::Het && expected == sex::ONE;
            for (_, list) in lists.iter().filter(|(g, _)| is_fixed(g)) {
                self.x_fixed_het.resize(n, 0);
                let fixed = &mut self.x_fixed_het;
                list.for_each(|s| count(fixed, Some(s)))?;
            }
            for (_, list) in lists.iter().filter(|(g, _)| *g == Genotype::Missing) {
                self.x_expected_missing.resize(n, 0);
                let missing = &mut self.x_expected_missing;
                list.for_each(|s| {
                    if let Some(sum) = missing.get_mut(s as usize) {
                        *sum += expected;
                    }
                })?;
            }
        }
        Ok(())
    }

    fn add_planes(&mut self, zone: Zone, kind: VariantKind, row: RowPlanes<'_>) {
        self.group(zone, kind).add_planes(row);
        let plan = self.plan;
        let all = Carriers::of(row, &plan.members);
        count(&mut self.singletons, all.only());
        if let Some(members) = plan.diploid_members(zone) {
            count(
                &mut self.diploid_singletons,
                Carriers::of(row, members).only(),
            );
        }
        if zone == Zone::X {
            let founders = &plan.founders;
            let calls = sex::Calls::of(row.lo, row.hi, &founders.males, &founders.others);
            let expected = calls.expected_homozygous();
            self.x_expected += expected;
            if expected == sex::ONE {
                let hets: Vec<u64> = row.lo.iter().zip(row.hi).map(|(l, h)| l & !h).collect();
                if hets.iter().any(|w| *w != 0) {
                    self.x_fixed_het.resize(self.n, 0);
                }
                for s in crate::genotype::ones(&hets) {
                    count(&mut self.x_fixed_het, Some(s));
                }
            }
            let words = row.lo.iter().zip(row.hi).map(|(l, h)| l & h);
            for (i, mut missing) in words.enumerate().filter(|(_, w)| *w != 0) {
                self.x_expected_missing.resize(self.n, 0);
                while missing != 0 {
                    let s = i * 64 + missing.trailing_zeros() as usize;
                    if let Some(sum) = self.x_expected_missing.get_mut(s) {
                        *sum += expected;
                    }
                    missing &= missing - 1;
                }
            }
        }
    }
}
