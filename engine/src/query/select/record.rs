//! One record of a store, as an expression sees it.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::gather::Gathered;
use super::plan::{CohortSource, Plan};
use super::{SelectError, View, info};
use crate::format::FormatError;
use crate::format::sites::Site;
use crate::genotype::{CallCounts, CallPlanes, Genotype};
use crate::query::expr::{Alleles, Format, INT_END, Info, RowAccess};

/// A selected record: all ALT alleles of an input's record, or one row.
#[derive(Debug)]
pub struct Record<'p> {
    plan: &'p Plan<'p>,
    pub(super) rows: Gathered<'p>,
    /// Position, last base, REF.
    pos: u32,
    end: u32,
    reference: &'p str,
    alternates: Vec<&'p str>,
    pub(super) calls: Vec<CallPlanes>,
    /// Of each row, the sets of the pass.
    pub(super) counted: Vec<Vec<CallCounts>>,
    codes: OnceCell<(usize, Vec<i32>)>,
}

impl<'p> Record<'p> {
    pub(super) fn new(plan: &'p Plan<'p>, rows: Gathered<'p>) -> Option<Self> {
        let sites: Vec<Site<'p>> = rows
            .iter()
            .map(|r| {
                let sites = r.part.sites;
                sites.site(r.row as usize)
            })
            .collect();
        let first = sites.first()?;
        let written = first.written.filter(|_| plan.view == View::Records);
        let (pos, reference) =
            written.map_or((first.pos, first.reference), |w| (w.pos, w.reference));
        let end = match written {
            Some(_) => crate::format::sites::default_end(pos, reference.len()),
            None => first.end,
        };
        let alternate = |s: &Site<'p>| match s.written {
            Some(w) if plan.view == View::Records => w.alternate,
            _ => s.alternate,
        };
        Some(Self {
            plan,
            pos,
            end,
            reference,
            alternates: sites.iter().map(alternate).filter(|a| *a != ".").collect(),
            rows,
            calls: Vec::new(),
            counted: Vec::new(),
            codes: OnceCell::new(),
        })
    }

    /// The site of its first row.
    #[must_use]
    pub fn site(&self) -> Option<Site<'_>> {
        let first = self.rows.first()?;
        Some(first.part.sites.site(first.row as usize))
    }

    /// The first and the last base of REF, 1-based; of a symbolic allele the last that it spans.
    #[must_use]
    pub const fn span(&self) -> (u32, u32) {
        (self.pos, self.end)
    }

    /// ALT alleles in order; none where ALT is `.`.
    #[must_use]
    pub fn alternates(&self) -> &[&str] {
        &self.alternates
    }

    /// FILTER as written; `.` if there is none.
    #[must_use]
    pub fn filter(&self) -> &str {
        let first = self.rows.first();
        first
            .and_then(|r| r.part.sites.site(r.row as usize).filter)
            .unwrap_or(".")
    }

    /// Counts of ALT `alt`, from 0, over everybody in the store.
    #[must_use]
    pub fn counts(&self, alt: usize) -> CallCounts {
        self.rows
            .get(alt)
            .map_or_else(CallCounts::default, |r| r.part.sites.counts(r.row as usize))
    }

    /// Decodes the genotypes.
    ///
    /// # Errors
    /// [`SelectError::Format`] where they are damaged.
    pub fn load_calls(&mut self) -> Result<(), SelectError> {
        if self.calls.is_empty() {
            for r in &self.rows {
                let Some(file) = r.part.genotypes else {
                    continue;
                };
                let row = r.row as usize;
                let view = file.row(row)?;
                let calls = view.calls(file.haploid_table()?);
                let calls = calls.map_err(FormatError::row(file.path(), row))?;
                self.calls.push(calls);
            }
        }
        Ok(())
    }

    fn codes(&self) -> &(usize, Vec<i32>) {
        self.codes.get_or_init(|| {
            let haploid = |s: u32| {
                self.calls
                    .first()
                    .is_some_and(|c| c.haploid.get(s as usize))
            };
            let samples = &self.plan.samples;
            let ploidy = if samples.iter().all(|&s| haploid(s)) {
                1
            } else {
                2
            };
            let mut codes = Vec::with_capacity(samples.len() * ploidy);
            for &s in samples {
                let call = code(&self.calls, s as usize);
                codes.extend(call.into_iter().take(ploidy));
            }
            (ploidy, codes)
        })
    }
}

/// The two codes of sample `s`; the second is [`INT_END`] where the call is haploid.
fn code(calls: &[CallPlanes], s: usize) -> [i32; 2] {
    let Some(first) = calls.first() else {
        return [0, 0];
    };
    let haploid = first.haploid.get(s);
    let phased = i32::from(first.phased.get(s));
    // Alleles; -1 where missing.
    let mut alleles = [0_i32; 2];
    for (k, row) in (1..).zip(calls) {
        match row.genotype(s) {
            Genotype::HomRef => {}
            Genotype::HomAlt => alleles = [k; 2],
            Genotype::Het if row.flipped.get(s) => alleles[0] = k,
            Genotype::Het => alleles[1] = k,
            Genotype::Missing => {
                let half = (row
                    .half_calls
                    .binary_search_by_key(&(s as u32), |h| h.sample))
                .ok()
                .and_then(|i| row.half_calls.get(i));
                match half {
                    None => alleles = [-1; 2],
                    Some(h) => {
                        let (called, missing) = if h.second { (1, 0) } else { (0, 1) };
                        alleles[missing] = -1;
                        if h.alt {
                            alleles[called] = k;
                        }
                    }
                }
            }
        }
    }
    if haploid {
        return [(alleles[0] + 1) << 1, INT_END];
    }
    [(alleles[0] + 1) << 1, (alleles[1] + 1) << 1 | phased]
}

impl RowAccess for Record<'_> {
    fn chrom(&self) -> &str {
        self.rows.first().map_or(".", |r| r.part.contig)
    }

    fn pos(&self) -> u64 {
        self.pos.into()
    }

    fn id(&self) -> &str {
        self.site().map_or(".", |s| s.id)
    }

    fn reference(&self) -> &str {
        self.reference
    }

    fn n_alts(&self) -> usize {
        self.alternates.len()
    }

    fn alt(&self, i: usize) -> &str {
        self.alternates.get(i).unwrap_or(&".")
    }

    fn qual(&self) -> Option<f32> {
        self.site()?.qual
    }

    fn filters(&self) -> Cow<'_, [usize]> {
        let filters = &self.plan.bindings.filters;
        let index = |name: &str| filters.get(name).copied().unwrap_or(usize::MAX);
        match self.filter() {
            "." => Cow::Borrowed(&[]),
            text => Cow::Owned(text.split(';').map(index).collect()),
        }
    }

    fn info(&self, field: usize) -> Info<'_> {
        let field = self.plan.bindings.info.get(field);
        field.map_or(Info::Absent, |field| info::info(field, &self.rows))
    }

    fn format(&self, _: usize) -> Format<'_> {
        Format::Absent
    }

    fn alleles(&self) -> Option<Alleles<'_>> {
        if self.plan.store.n_samples() == 0 || self.calls.len() != self.rows.len() {
            return None;
        }
        let (ploidy, codes) = self.codes();
        Some(Alleles {
            ploidy: *ploidy,
            codes: Cow::Borrowed(codes),
        })
    }

    fn column(&self, column: usize) -> Option<Cow<'_, str>> {
        let place = self.plan.bindings.columns.get(column)?;
        let mut texts = self.rows.iter().map(|r| {
            let table = r.part.layers.get(place.layer).copied().flatten()?;
            table.column(place.column).text(r.row as usize)
        });
        if self.rows.len() == 1 {
            return texts.next().flatten().map(Cow::Borrowed);
        }
        let texts: Vec<Option<&str>> = texts.collect();
        texts.iter().any(Option::is_some).then(|| {
            let texts: Vec<&str> = texts.into_iter().map(|t| t.unwrap_or(".")).collect();
            Cow::Owned(texts.join(","))
        })
    }

    fn cohort_counts(&self, cohort: usize, alt: usize) -> CallCounts {
        match self.plan.cohorts.get(cohort) {
            None => CallCounts::default(),
            Some(CohortSource::Table) => self.counts(alt),
            Some(CohortSource::Counted(set, plane)) => {
                let counted = self.counted.get(alt).and_then(|sets| sets.get(*set));
                counted.copied().unwrap_or_else(|| {
                    let calls = self.calls.get(alt);
                    calls.map_or_else(CallCounts::default, |c| c.counts_in(plane))
                })
            }
        }
    }

    fn allele_counts(&self) -> Option<Vec<u64>> {
        if self.plan.store.n_samples() == 0 {
            return None;
        }
        if self.plan.whole {
            let alts = (0..self.n_alts()).map(|alt| self.counts(alt).allele_count());
            let alts: Vec<u64> = alts.collect();
            let an = self.counts(0).allele_number();
            let reference = an.saturating_sub(alts.iter().sum());
            return Some(std::iter::once(reference).chain(alts).collect());
        }
        let alleles = self.alleles()?;
        let mut counts = vec![0; self.n_alts() + 1];
        for code in alleles.codes.iter().filter(|c| **c > 1) {
            if let Some(n) = counts.get_mut((code >> 1) as usize - 1) {
                *n += 1;
            }
        }
        Some(counts)
    }

    fn calls(&self) -> Option<&CallPlanes> {
        let calls = self.calls.first()?;
        let says_all = self.plan.everybody && self.rows.len() == 1 && calls.half_calls.is_empty();
        (says_all && self.plan.store.n_samples() > 0).then_some(calls)
    }
}
