//! From the bytes of a row to lists and planes.

use super::{Extras, PhaseRule, flag};
use crate::codec::{CodecError, IdList, ListCoding};
use crate::genotype::{CallPlanes, Genotype, HalfCall, Plane, plane_words};

/// A row as it lies in a shard, its structure checked.
#[derive(Clone, Copy, Debug)]
pub struct RowView<'a> {
    pub(super) n_samples: usize,
    pub(super) phase: PhaseRule,
    /// The genotypes.
    pub body: RowBody<'a>,
    /// Flipped bits, if any, then the extras: split only when asked for.
    tail: &'a [u8],
    flipped: bool,
    has_extras: bool,
}

/// The genotypes of a row.
#[derive(Clone, Copy, Debug)]
pub enum RowBody<'a> {
    /// Two planes, `lo` then `hi`, of `plane_words(n_samples)` words each.
    Dense(&'a [u64]),
    /// Lists of those who do not have the base genotype.
    Sparse(SparseLists<'a>),
}

/// A sparse row: everyone has the base genotype but those listed.
#[derive(Clone, Copy, Debug)]
pub struct SparseLists<'a> {
    /// The genotype of everyone not listed.
    pub base: Genotype,
    /// The other three genotypes, by ascending code, and who has them.
    pub lists: [(Genotype, IdList<'a>); 3],
}

pub(super) const CODES: [Genotype; 4] = [
    Genotype::HomRef,
    Genotype::Het,
    Genotype::HomAlt,
    Genotype::Missing,
];

impl<'a> SparseLists<'a> {
    fn take(bytes: &mut &'a [u8], n: usize) -> Result<Self, CodecError> {
        let (&head, rest) = bytes.split_first().ok_or(CodecError::Truncated)?;
        *bytes = rest;
        let base = CODES[usize::from(head & 3)];
        let mut listed = 0;
        let mut code = 0;
        let mut slot = 2;
        let mut next = || {
            if CODES[code] == base {
                code += 1;
            }
            let genotype = CODES[code];
            code += 1;
            let list = IdList::take(bytes, ListCoding::from_bits(head >> slot), n)?;
            slot += 2;
            listed += list.len();
            Ok::<_, CodecError>((genotype, list))
        };
        let lists = [next()?, next()?, next()?];
        if listed > n {
            return Err(CodecError::Overlap);
        }
        Ok(Self { base, lists })
    }

    /// How many of `n` samples have `genotype`.
    fn count(&self, n: usize, genotype: Genotype) -> usize {
        match self.lists.iter().find(|l| l.0 == genotype) {
            Some((_, list)) => list.len(),
            None => n - self.lists.iter().map(|l| l.1.len()).sum::<usize>(),
        }
    }
}

/// A sparse row in which all who do not have the base genotype have the same other one.
pub(crate) struct OneList<'a> {
    pub(crate) base: Genotype,
    pub(crate) listed: Genotype,
    pub(crate) list: IdList<'a>,
}

impl<'a> RowView<'a> {
    /// As [`RowView::parse`], for a sparse row without extras and with exactly one list; none
    /// where the row is another. Most rows are such, and this is a fraction of the work.
    #[inline]
    pub(crate) fn parse_one_list(
        flags: u8,
        payload: &'a [u8],
        n_samples: usize,
    ) -> Result<Option<OneList<'a>>, CodecError> {
        let Some((&head, mut tail)) = payload.split_first() else {
            return Ok(None);
        };
        // Two bits for each of three codings, of which one is not zero.
        let slot = match head >> 2 {
            1..=3 => 0,
            4 | 8 | 12 => 1,
            16 | 32 | 48 => 2,
            _ => return Ok(None),
        };
        let simple = flags & (flag::RESERVED | flag::EXTRAS) == 0;
        if !simple || PhaseRule::from_flags(flags).is_none() {
            return Ok(None);
        }
        let base = usize::from(head & 3);
        let coding = ListCoding::from_bits(head >> (2 + 2 * slot));
        let list = IdList::take(&mut tail, coding, n_samples)?;
        if flags & flag::FLIPPED == 0 && !tail.is_empty() {
            return Err(CodecError::Trailing);
        }
        Ok(Some(OneList {
            base: CODES[base],
            // The listed genotypes ascend and leave the base out.
            listed: CODES[slot + usize::from(slot >= base)],
            list,
        }))
    }

    /// Reads a row from its flags and payload; a dense row also from its planes.
    pub(crate) fn parse(
        flags: u8,
        payload: &'a [u8],
        dense: Option<&'a [u64]>,
        n_samples: usize,
    ) -> Result<Self, CodecError> {
        if flags & flag::RESERVED != 0 {
            return Err(CodecError::Coding(flags));
        }
        let phase = PhaseRule::from_flags(flags).ok_or(CodecError::Coding(flags))?;
        let mut tail = payload;
        let body = match dense {
            Some(words) if words.len() == 2 * plane_words(n_samples) => RowBody::Dense(words),
            Some(_) => return Err(CodecError::Truncated),
            None => RowBody::Sparse(SparseLists::take(&mut tail, n_samples)?),
        };
        let (flipped, has_extras) = (flags & flag::FLIPPED != 0, flags & flag::EXTRAS != 0);
        if !flipped && !has_extras && !tail.is_empty() {
            return Err(CodecError::Trailing);
        }
        Ok(Self {
            n_samples,
            phase,
            body,
            tail,
            flipped,
            has_extras,
        })
    }

    /// Whether the row has haploid or half calls or other extras: where it has none, the
    /// genotypes alone give every count.
    #[must_use]
    pub const fn has_extras(&self) -> bool {
        self.has_extras
    }

    /// Heterozygous calls.
    fn het_count(&self) -> usize {
        match &self.body {
            RowBody::Dense(words) => {
                let (lo, hi) = words.split_at(words.len() / 2);
                lo.iter()
                    .zip(hi)
                    .map(|(l, h)| (l & !h).count_ones() as usize)
                    .sum()
            }
            RowBody::Sparse(lists) => lists.count(self.n_samples, Genotype::Het),
        }
    }

    fn split_tail(&self) -> Result<(&'a [u8], Extras<'a>), CodecError> {
        let (flipped, rest) = if self.flipped {
            self.tail
                .split_at_checked(self.het_count().div_ceil(8))
                .ok_or(CodecError::Truncated)?
        } else {
            (&[][..], self.tail)
        };
        if self.has_extras == rest.is_empty() {
            return Err(if self.has_extras {
                CodecError::Truncated
            } else {
                CodecError::Trailing
            });
        }
        Ok((flipped, Extras::parse(rest)?))
    }

    pub(crate) fn extras(&self) -> Result<Extras<'a>, CodecError> {
        if self.has_extras {
            Ok(self.split_tail()?.1)
        } else {
            Ok(Extras::default())
        }
    }

    /// The half calls, ascending by sample.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are damaged.
    pub fn half_calls(&self) -> Result<Vec<HalfCall>, CodecError> {
        self.extras()?.half_calls(self.n_samples)
    }

    /// The genotypes alone, as planes: `calls.lo` and `calls.hi`, which must be clear.
    ///
    /// # Errors
    /// [`CodecError`] where a list is out of order or range, or lists overlap.
    pub fn genotypes_into(&self, calls: &mut CallPlanes) -> Result<(), CodecError> {
        match &self.body {
            RowBody::Dense(words) => {
                let (lo, hi) = words.split_at(words.len() / 2);
                calls.lo.words_mut().copy_from_slice(lo);
                calls.hi.words_mut().copy_from_slice(hi);
                if beyond(lo, self.n_samples) || beyond(hi, self.n_samples) {
                    return Err(CodecError::Sample(self.n_samples as u32));
                }
            }
            RowBody::Sparse(sparse) => {
                let base = sparse.base as u8;
                if base & 1 == 1 {
                    fill(&mut calls.lo, self.n_samples);
                }
                if base & 2 == 2 {
                    fill(&mut calls.hi, self.n_samples);
                }
                let mut overlap = false;
                for (genotype, list) in &sparse.lists {
                    list.check(|s| {
                        let s = s as usize;
                        overlap |= calls.genotype(s) != sparse.base;
                        calls.set_genotype(s, *genotype);
                    })?;
                }
                if overlap {
                    return Err(CodecError::Overlap);
                }
            }
        }
        Ok(())
    }

    /// All calls of the row. `haploid_table` holds the shard's haploid sets.
    ///
    /// # Errors
    /// [`CodecError`] where any part of the row is damaged.
    pub fn calls(&self, haploid_table: &[Plane]) -> Result<CallPlanes, CodecError> {
        let n = self.n_samples;
        let mut calls = CallPlanes::new(n);
        self.genotypes_into(&mut calls)?;
        let (flipped, extras) = self.split_tail()?;
        if self.flipped {
            read_flipped(flipped, &mut calls)?;
        }
        if let Some((index, exceptions)) = extras.haploid(n)? {
            let table = haploid_table
                .get(index)
                .ok_or(CodecError::Coding(u8::MAX))?;
            for ((h, t), e) in calls
                .haploid
                .words_mut()
                .iter_mut()
                .zip(table.words())
                .zip(exceptions.words())
            {
                *h = t ^ e;
            }
            let wrong =
                |i: usize| calls.haploid.words()[i] & calls.lo.words()[i] & !calls.hi.words()[i];
            if (0..calls.lo.words().len()).any(|i| wrong(i) != 0) {
                return Err(CodecError::Overlap);
            }
        }
        calls.phased = super::extras::predicted(self.phase, &calls);
        if let Some(exceptions) = extras.phase_exceptions(n)? {
            for (p, e) in calls.phased.words_mut().iter_mut().zip(exceptions.words()) {
                *p ^= e;
            }
        }
        calls.half_calls = extras.half_calls(n)?;
        calls.phase_sets = extras.phase_sets(n)?;
        let missing = |h: &HalfCall| calls.genotype(h.sample as usize) == Genotype::Missing;
        if !calls.half_calls.iter().all(missing) {
            return Err(CodecError::Overlap);
        }
        Ok(calls)
    }
}

fn fill(plane: &mut Plane, n: usize) {
    plane.words_mut().fill(!0);
    super::encode::mask_tail(plane.words_mut(), n);
}

/// Whether a bit at or beyond `n` is set.
fn beyond(words: &[u64], n: usize) -> bool {
    let full = n / 64;
    words.get(full).is_some_and(|w| w >> (n % 64) != 0)
        || words.iter().skip(full + 1).any(|&w| w != 0)
}

fn read_flipped(bytes: &[u8], calls: &mut CallPlanes) -> Result<(), CodecError> {
    let mut at = 0;
    for i in 0..calls.lo.words().len() {
        let mut het = calls.lo.words()[i] & !calls.hi.words()[i];
        let mut out = 0;
        while het != 0 {
            let bit = het & het.wrapping_neg();
            if bytes.get(at / 8).ok_or(CodecError::Truncated)? >> (at % 8) & 1 == 1 {
                out |= bit;
            }
            at += 1;
            het ^= bit;
        }
        calls.flipped.words_mut()[i] = out;
    }
    let padding = bytes
        .last()
        .is_some_and(|b| at % 8 != 0 && b >> (at % 8) != 0);
    if at.div_ceil(8) != bytes.len() || padding {
        Err(CodecError::Trailing)
    } else {
        Ok(())
    }
}
