//! The join itself.

use std::collections::HashSet;
use std::sync::Arc;

use genodex_engine::format::sites::Site;
use genodex_engine::genome::ContigNames;

use super::key::{AlleleKey, is_allele, is_symbolic};
use super::source::AlleleSource;
use super::window::{Match, Window};
use super::{MatchError, MatchReport, REACH};
use crate::normalise::ReferenceMismatch;
use crate::reader::ContigId;

/// Records between two reports of progress.
const PROGRESS: u64 = 4096;

/// A row of the store.
#[derive(Clone, Copy, Debug)]
pub struct StoreAllele<'a> {
    /// The row, by whatever number the caller knows it.
    pub row: u64,
    /// Its site.
    pub site: Site<'a>,
}

/// One contig of both sides.
struct Contig<'a> {
    id: ContigId,
    name: &'a str,
    bases: Option<Vec<u8>>,
    window: Window,
    /// Nothing before this position can be a row's any more.
    done: u32,
}

impl AlleleSource {
    /// Joins the whole source to a store with these contigs. For each contig of the source that
    /// the store has, `rows` gives its rows, in order of position; `visit` gets those that the
    /// source has, in the same order, with what it says. `progress` gets the compressed bytes
    /// read so far.
    ///
    /// # Errors
    /// [`MatchError`], and those of `rows` and `visit`.
    pub fn join<'s, I, E>(
        &mut self,
        contigs: &ContigNames,
        mut rows: impl FnMut(usize) -> Result<I, E>,
        mut visit: impl FnMut(usize, StoreAllele<'s>, Match<'_>) -> Result<(), E>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<MatchReport, E>
    where
        I: IntoIterator<Item = StoreAllele<'s>>,
        E: From<MatchError>,
    {
        let mut report = MatchReport::default();
        let mut joined = HashSet::new();
        while let Some(id) = self.peek()?.map(|r| r.contig) {
            let name = self.contig_name(id);
            let Some(own) = contigs.find(&name) else {
                let records = self.pass(id, &mut report, progress)?;
                report.absent_contigs.push((name, records));
                continue;
            };
            if !joined.insert(own) {
                return Err(self.contig_again(id).into());
            }
            let bases = match &mut self.reference {
                None => None,
                Some(r) => Some(r.read_contig(&name).map_err(MatchError::from)?),
            };
            let mut contig = Contig {
                id,
                name: &name,
                bases,
                window: Window::default(),
                done: 0,
            };
            let mut before = 0;
            for allele in rows(own)? {
                let pos = allele.site.pos;
                if pos < before {
                    return Err(E::from(MatchError::RowsUnsorted {
                        contig: name.clone(),
                        row: allele.row,
                        pos,
                        before,
                    }));
                }
                before = pos;
                if let Some((record, n)) =
                    self.find(&mut contig, &allele.site, &mut report, progress)?
                {
                    report.matched_rows += 1;
                    let found = Match {
                        record: &record,
                        allele: n,
                        numbers: &self.numbers,
                    };
                    visit(own, allele, found)?;
                }
            }
            contig.window.clear();
            self.pass_alleles(&mut contig, &mut report, progress)?;
        }
        progress(self.bytes_read());
        Ok(report)
    }

    /// What the source says of a row.
    fn find(
        &mut self,
        contig: &mut Contig<'_>,
        site: &Site<'_>,
        report: &mut MatchReport,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Option<(Arc<super::MatchedRecord>, u16)>, MatchError> {
        report.rows += 1;
        if !is_allele(site.alternate) {
            return Ok(None);
        }
        let bases = contig.bases.as_deref();
        let key =
            |pos, reference, alternate| AlleleKey::new(bases, pos, reference, alternate, site.end);
        let (own, mismatch) = key(site.pos, site.reference, site.alternate);
        note(report, contig.name, mismatch);
        let written = site.written.filter(|_| bases.is_none());
        let written = written.map(|w| key(w.pos, w.reference, w.alternate).0);
        let reach = contig.reach();
        contig.done = site.pos.saturating_sub(reach);
        contig.window.forget_before(contig.done);
        let last = written.as_ref().map_or(own.pos, |w| own.pos.max(w.pos));
        self.fill(contig, last, report, progress)?;
        for key in [Some(own), written].into_iter().flatten() {
            if let Some(found) = contig.window.find(&key, report) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Reads on until no allele at or before `pos` can come any more.
    fn fill(
        &mut self,
        contig: &mut Contig<'_>,
        pos: u32,
        report: &mut MatchReport,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), MatchError> {
        let last = pos.saturating_add(contig.reach());
        while let Some(record) = self.peek()? {
            if record.contig != contig.id || record.pos > last {
                break;
            }
            let end = record.pos.saturating_add(record.reference.len() as u32);
            if end < contig.done {
                self.count(report, progress);
                continue;
            }
            let symbolic = record.alternates.iter().any(|a| is_symbolic(a));
            let end = if symbolic { self.end()? } else { 0 };
            let record = Arc::new(self.take()?);
            self.tick(report, progress);
            report.no_alternate += u64::from(record.alternates.is_empty());
            for (alternate, n) in record.alternates.iter().zip(1u16..) {
                if !is_allele(alternate) {
                    report.not_alleles += 1;
                    continue;
                }
                report.alleles += 1;
                let bases = contig.bases.as_deref();
                let (key, mismatch) =
                    AlleleKey::new(bases, record.pos, &record.reference, alternate, end);
                note(report, contig.name, mismatch);
                let least = record.pos.saturating_sub(contig.reach());
                report.far_moved += u64::from(key.pos < least);
                if key.pos >= contig.done {
                    contig.window.add(contig.name, key, &record, n, report);
                }
            }
        }
        Ok(())
    }

    /// Passes over the rest of a contig that has no more rows.
    fn pass_alleles(
        &mut self,
        contig: &mut Contig<'_>,
        report: &mut MatchReport,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), MatchError> {
        while self.peek()?.is_some_and(|r| r.contig == contig.id) {
            self.count(report, progress);
        }
        Ok(())
    }

    /// Passes over a contig that the store has not got; returns its records.
    fn pass(
        &mut self,
        contig: ContigId,
        report: &mut MatchReport,
        progress: &mut dyn FnMut(u64),
    ) -> Result<u64, MatchError> {
        let mut records = 0;
        while self.peek()?.is_some_and(|r| r.contig == contig) {
            self.skip();
            self.tick(report, progress);
            records += 1;
        }
        Ok(records)
    }

    /// Counts the alleles of the record ahead, which no row can have, and passes over it.
    fn count(&mut self, report: &mut MatchReport, progress: &mut dyn FnMut(u64)) {
        let alternates = self.ahead_alternates();
        let alleles = alternates.iter().filter(|a| is_allele(a)).count() as u64;
        report.no_alternate += u64::from(alternates.is_empty());
        report.not_alleles += alternates.len() as u64 - alleles;
        report.alleles += alleles;
        self.skip();
        self.tick(report, progress);
    }

    fn tick(&self, report: &mut MatchReport, progress: &mut dyn FnMut(u64)) {
        report.records += 1;
        if report.records.is_multiple_of(PROGRESS) {
            progress(self.bytes_read());
        }
    }
}

impl Contig<'_> {
    /// Bases by which an allele may be moved to the left.
    const fn reach(&self) -> u32 {
        if self.bases.is_some() { REACH } else { 0 }
    }
}

fn note(report: &mut MatchReport, contig: &str, mismatch: Option<ReferenceMismatch>) {
    if let Some(mismatch) = mismatch {
        report.mismatches += 1;
        report
            .mismatch
            .get_or_insert_with(|| format!("{contig}: {mismatch}"));
    }
}
