//! Walking over the rows of a genotype file: each is checked as it is met.

use std::ops::Range;

use super::read::{GenotypeFile, u32_at, u64_at};
use super::{GROUP_ENTRY, GROUP_ROWS};
use crate::codec::take_varint;
use crate::format::FormatError;
use crate::format::row::{OneList, RowView, flag};
use crate::genotype::plane_words;

impl GenotypeFile {
    /// Walks over `rows`, which may end beyond the last row.
    #[must_use]
    pub fn rows(&self, rows: Range<usize>) -> Rows<'_> {
        Rows {
            file: self,
            end: rows.end.min(self.n_rows),
            start: rows.start,
            next: rows.start / GROUP_ROWS * GROUP_ROWS,
            head: &[],
            payloads: &[],
            dense: 0,
        }
    }

    /// One row.
    ///
    /// # Errors
    /// [`FormatError::Corrupt`]; [`FormatError::Unsuitable`] for a row beyond the last.
    pub fn row(&self, row: usize) -> Result<RowView<'_>, FormatError> {
        self.rows(row..row + 1)
            .next()
            .unwrap_or_else(|| {
                Err(FormatError::Unsuitable(format!(
                    "no row {row} of {}",
                    self.n_rows
                )))
            })
            .map(|r| r.1)
    }

    /// Checks that the group table, the groups' headers and the payloads fit each other without
    /// gaps, and that the dense rows are as many as the planes and as `dense_rows`.
    ///
    /// # Errors
    /// [`FormatError::Corrupt`].
    pub fn check_groups(&self, dense_rows: u64) -> Result<(), FormatError> {
        let corrupt = |at: String, reason: &str| FormatError::corrupt(&self.path, at, reason);
        let mut rows = self.rows(0..self.n_rows);
        let mut dense = 0;
        let mut expected = 0;
        for group in 0..self.n_rows.div_ceil(GROUP_ROWS) {
            let at = u64_at(self.section(2), group * GROUP_ENTRY);
            rows.enter_group()?;
            if at != expected || rows.dense != dense {
                return Err(corrupt(
                    format!("group {group}"),
                    "it does not follow the one before",
                ));
            }
            let before = rows.payloads.len();
            let last = (rows.next + GROUP_ROWS).min(self.n_rows);
            let start = self.section(1).len() - before;
            while rows.next < last {
                rows.step_in_group()?;
            }
            if !rows.head.is_empty() {
                return Err(corrupt(
                    format!("group {group}"),
                    "bytes are left in its header",
                ));
            }
            dense = rows.dense;
            expected = (start + before - rows.payloads.len()) as u64;
        }
        if expected != self.section(1).len() as u64 {
            return Err(corrupt(
                "section 1".to_owned(),
                "bytes beyond the last group",
            ));
        }
        if dense as u64 != dense_rows || dense != self.dense_rows() {
            return Err(corrupt(
                "section 0".to_owned(),
                "the number of dense rows differs",
            ));
        }
        Ok(())
    }
}

/// Rows of a genotype file in order; yields the row's number, its view, and for a dense row its
/// ordinal among the dense rows.
pub struct Rows<'a> {
    file: &'a GenotypeFile,
    start: usize,
    end: usize,
    next: usize,
    head: &'a [u8],
    payloads: &'a [u8],
    /// Dense rows before the next row.
    dense: usize,
}

impl<'a> Rows<'a> {
    fn enter_group(&mut self) -> Result<(), FormatError> {
        let file = self.file;
        let group = self.next / GROUP_ROWS;
        let corrupt = |reason| FormatError::corrupt(&file.path, format!("group {group}"), reason);
        let entry = &file.section(2)[group * GROUP_ENTRY..][..GROUP_ENTRY];
        let rows = file.section(1);
        let (at, head) = (u64_at(entry, 0), u32_at(entry, 12) as usize);
        let bytes = usize::try_from(at).ok().and_then(|at| rows.get(at..));
        let split = bytes.and_then(|b| b.split_at_checked(head));
        let (head, payloads) = split.ok_or_else(|| corrupt("its bytes lie outside the section"))?;
        self.head = head;
        self.payloads = payloads;
        self.dense = u32_at(entry, 8) as usize;
        Ok(())
    }

    #[inline]
    fn step(&mut self) -> Result<(u8, &'a [u8], Option<usize>), FormatError> {
        if self.next.is_multiple_of(GROUP_ROWS) {
            self.enter_group()?;
        }
        self.step_in_group()
    }

    fn step_in_group(&mut self) -> Result<(u8, &'a [u8], Option<usize>), FormatError> {
        let row = self.next;
        let corrupt = |reason| FormatError::corrupt(&self.file.path, format!("row {row}"), reason);
        let (&flags, rest) = self
            .head
            .split_first()
            .ok_or_else(|| corrupt("the group's header ends early"))?;
        self.head = rest;
        let len = take_varint(&mut self.head).map_err(FormatError::row(&self.file.path, row))?;
        let split = usize::try_from(len)
            .ok()
            .and_then(|len| self.payloads.split_at_checked(len));
        let (payload, rest) = split.ok_or_else(|| corrupt("its bytes lie outside the section"))?;
        self.payloads = rest;
        let dense = (flags & flag::DENSE != 0).then_some(self.dense);
        self.dense += usize::from(dense.is_some());
        self.next += 1;
        Ok((flags, payload, dense))
    }
}

impl<'a> Rows<'a> {
    /// The next row, not parsed yet: for kernels that need less than a [`RowView`].
    #[inline]
    pub(crate) fn next_raw(&mut self) -> Option<Result<RawRow<'a>, FormatError>> {
        if self.next >= self.end {
            return None;
        }
        let raw = self.raw();
        if raw.is_err() {
            self.next = self.end;
        }
        raw.transpose()
    }

    /// Goes on at `row`, which is not before the next one. Groups between are not looked at.
    #[inline]
    pub(crate) fn skip_to(&mut self, row: usize) {
        self.start = row;
        let group = row / GROUP_ROWS * GROUP_ROWS;
        // The group is entered at its first row.
        if group > self.next {
            self.next = group;
        }
    }

    #[inline]
    fn raw(&mut self) -> Result<Option<RawRow<'a>>, FormatError> {
        // Where a row lies is told by those of its group before it.
        while self.next < self.start {
            if self.next >= self.end {
                return Ok(None);
            }
            self.step()?;
        }
        let row = self.next;
        let (flags, payload, dense) = self.step()?;
        let planes = match dense {
            Some(d) => Some((d, self.planes(row, d)?)),
            None => None,
        };
        Ok(Some(RawRow {
            row,
            flags,
            payload,
            planes,
            file: self.file,
        }))
    }

    fn planes(&self, row: usize, dense: usize) -> Result<&'a [u64], FormatError> {
        let file: &'a GenotypeFile = self.file;
        let words = 2 * plane_words(file.n_samples);
        file.dense_words()
            .get(dense * words..(dense + 1) * words)
            .ok_or_else(|| {
                let reason = "its planes lie outside the section";
                FormatError::corrupt(&file.path, format!("row {row}"), reason)
            })
    }
}

/// A row whose place in the file is known, and nothing else.
pub(crate) struct RawRow<'a> {
    pub(crate) row: usize,
    flags: u8,
    payload: &'a [u8],
    /// A dense row's ordinal and planes.
    planes: Option<(usize, &'a [u64])>,
    file: &'a GenotypeFile,
}

impl<'a> RawRow<'a> {
    /// The row, its structure checked.
    #[inline]
    pub(crate) fn view(&self) -> Result<RowView<'a>, FormatError> {
        let planes = self.planes.map(|p| p.1);
        RowView::parse(self.flags, self.payload, planes, self.file.n_samples)
            .map_err(FormatError::row(&self.file.path, self.row))
    }

    /// For a sparse row without extras that has one list: the base genotype, the listed one,
    /// and the list. The same is checked as by [`RawRow::view`].
    #[inline]
    pub(crate) fn one_list(&self) -> Result<Option<OneList<'a>>, FormatError> {
        if self.planes.is_some() {
            return Ok(None);
        }
        RowView::parse_one_list(self.flags, self.payload, self.file.n_samples)
            .map_err(FormatError::row(&self.file.path, self.row))
    }

    /// The row's ordinal among the dense rows, if it is one.
    pub(crate) fn dense(&self) -> Option<usize> {
        self.planes.map(|p| p.0)
    }
}

impl<'a> Iterator for Rows<'a> {
    type Item = Result<(usize, RowView<'a>, Option<usize>), FormatError>;

    fn next(&mut self) -> Option<Self::Item> {
        let raw = self.next_raw()?;
        let parsed = raw.and_then(|raw| Ok((raw.row, raw.view()?, raw.dense())));
        if parsed.is_err() {
            self.next = self.end;
        }
        Some(parsed)
    }
}
