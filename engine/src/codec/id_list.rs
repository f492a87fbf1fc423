//! Lists of samples, strictly ascending, in the smallest of three codings.
//!
//! - `Ids`: `varint k`, then `k` ids of `w` bytes, little-endian, `w` the bytes of the largest
//!   sample index (1 to 4).
//! - `Chunk16`: for each 65,536 samples a `varint` count, then all low halves as `u16`.
//! - `Chunk8`: for each 256 samples a `u8` count (a full chunk cannot be written so), then all
//!   low bytes.
//!
//! All three decode without arithmetic on neighbours, at one or two loads an entry: gaps with
//! variable length would be a tenth smaller and several times slower to count.

use super::{CodecError, put_varint, take_varint};
use crate::genotype::{Plane, ones};

/// How a list is written. The discriminants are the two bits in a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ListCoding {
    /// No sample; no bytes.
    Empty = 0,
    /// Whole ids.
    Ids = 1,
    /// Counts by 65,536 samples and 16-bit offsets.
    Chunk16 = 2,
    /// Counts by 256 samples and 8-bit offsets.
    Chunk8 = 3,
}

impl ListCoding {
    /// From two bits; higher bits are ignored.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        match bits & 3 {
            0 => Self::Empty,
            1 => Self::Ids,
            2 => Self::Chunk16,
            _ => Self::Chunk8,
        }
    }
}

/// Bytes of one whole id.
const fn id_width(n_samples: usize) -> usize {
    match n_samples.saturating_sub(1) {
        0..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xff_ffff => 3,
        _ => 4,
    }
}

const fn varint_len(value: u64) -> usize {
    let bits = 64 - (value | 1).leading_zeros() as usize;
    bits.div_ceil(7)
}

/// The samples of a list as a bit per sample, with what choosing a coding needs.
fn choose(words: &[u64], n_samples: usize, count: u64) -> (ListCoding, usize) {
    if count == 0 {
        return (ListCoding::Empty, 0);
    }
    let k = count as usize;
    let ids = varint_len(count) + k * id_width(n_samples);
    let mut best = (ListCoding::Ids, ids);
    let chunk8 = n_samples.div_ceil(256) + k;
    if n_samples > 0x1_0000 {
        // The exact length needs the counts by chunk; no list is shorter than this bound.
        if 2 * k + n_samples.div_ceil(0x1_0000) < best.1 {
            let counts: usize = chunk_counts(words, 1024, n_samples.div_ceil(0x1_0000))
                .map(varint_len)
                .sum();
            if 2 * k + counts < best.1 {
                best = (ListCoding::Chunk16, 2 * k + counts);
            }
        }
    }
    if chunk8 < best.1 && chunk_counts(words, 4, n_samples.div_ceil(256)).all(|c| c < 256) {
        best = (ListCoding::Chunk8, chunk8);
    }
    best
}

/// Ones in each `words_per_chunk` words, for `n_chunks` chunks.
fn chunk_counts(
    words: &[u64],
    words_per_chunk: usize,
    n_chunks: usize,
) -> impl Iterator<Item = u64> + '_ {
    (0..n_chunks).map(move |i| {
        let start = (i * words_per_chunk).min(words.len());
        let end = ((i + 1) * words_per_chunk).min(words.len());
        words[start..end]
            .iter()
            .map(|w| u64::from(w.count_ones()))
            .sum()
    })
}

/// The coding and the number of bytes that [`encode_words`] will take for a list.
#[must_use]
pub fn encoded_len(words: &[u64], n_samples: usize, count: u64) -> (ListCoding, usize) {
    choose(words, n_samples, count)
}

/// Appends the samples set in `words` in the given coding.
pub(crate) fn encode_words(
    out: &mut Vec<u8>,
    words: &[u64],
    n_samples: usize,
    coding: ListCoding,
    count: u64,
) {
    match coding {
        ListCoding::Empty => {}
        ListCoding::Ids => {
            put_varint(out, count);
            let w = id_width(n_samples);
            for s in ones(words) {
                out.extend_from_slice(&s.to_le_bytes()[..w]);
            }
        }
        ListCoding::Chunk16 => {
            for c in chunk_counts(words, 1024, n_samples.div_ceil(0x1_0000)) {
                put_varint(out, c);
            }
            for s in ones(words) {
                out.extend_from_slice(&(s as u16).to_le_bytes());
            }
        }
        ListCoding::Chunk8 => {
            out.extend(chunk_counts(words, 4, n_samples.div_ceil(256)).map(|c| c as u8));
            out.extend(ones(words).map(|s| s as u8));
        }
    }
}

/// A coded list, its structure checked: counts and lengths fit. Order and range of the ids
/// are the visitor's to check where it matters.
#[derive(Clone, Copy, Debug)]
pub struct IdList<'a> {
    n_samples: usize,
    len: usize,
    body: ListParts<'a>,
}

/// The parts of a coded list. Counts and lengths are known to fit each other.
#[derive(Clone, Copy, Debug)]
pub enum ListParts<'a> {
    /// No sample.
    Empty,
    /// Whole ids of `width` bytes.
    Ids {
        /// Bytes of an id, 1 to 4.
        width: usize,
        /// The ids, `width` bytes each.
        bytes: &'a [u8],
    },
    /// Offsets within chunks of 65,536 samples.
    Chunk16 {
        /// A varint for each chunk.
        counts: &'a [u8],
        /// Two bytes for each sample.
        offsets: &'a [u8],
    },
    /// Offsets within chunks of 256 samples.
    Chunk8 {
        /// A byte for each chunk.
        counts: &'a [u8],
        /// A byte for each sample.
        offsets: &'a [u8],
    },
}

#[inline]
fn split<'a>(bytes: &mut &'a [u8], len: usize) -> Result<&'a [u8], CodecError> {
    let (head, tail) = bytes.split_at_checked(len).ok_or(CodecError::Truncated)?;
    *bytes = tail;
    Ok(head)
}

impl<'a> IdList<'a> {
    /// Takes a list of `coding` over `n_samples` off the front of `bytes`.
    ///
    /// # Errors
    /// [`CodecError`] where lengths do not fit or a list claims more entries than samples.
    #[inline]
    pub fn take(
        bytes: &mut &'a [u8],
        coding: ListCoding,
        n_samples: usize,
    ) -> Result<Self, CodecError> {
        let (len, body) = match coding {
            ListCoding::Empty => (0, ListParts::Empty),
            ListCoding::Ids => {
                let k = usize::try_from(take_varint(bytes)?).map_err(|_| CodecError::Truncated)?;
                let width = id_width(n_samples);
                let len = k.checked_mul(width).ok_or(CodecError::Truncated)?;
                (
                    k,
                    ListParts::Ids {
                        width,
                        bytes: split(bytes, len)?,
                    },
                )
            }
            ListCoding::Chunk16 => {
                let start = *bytes;
                let mut k = 0u64;
                for _ in 0..n_samples.div_ceil(0x1_0000) {
                    let c = take_varint(bytes)?;
                    if c > 0x1_0000 {
                        return Err(CodecError::Overlap);
                    }
                    k += c;
                }
                let counts = &start[..start.len() - bytes.len()];
                let k = k as usize;
                (
                    k,
                    ListParts::Chunk16 {
                        counts,
                        offsets: split(bytes, 2 * k)?,
                    },
                )
            }
            ListCoding::Chunk8 => {
                let counts = split(bytes, n_samples.div_ceil(256))?;
                // 256 bytes add up to less than 65,536, and sixteen bits make wide vectors.
                let sum = |c: &[u8]| c.iter().map(|&c| u16::from(c)).sum::<u16>();
                let k = counts.chunks(256).map(|c| usize::from(sum(c))).sum();
                (
                    k,
                    ListParts::Chunk8 {
                        counts,
                        offsets: split(bytes, k)?,
                    },
                )
            }
        };
        if len > n_samples {
            return Err(CodecError::Overlap);
        }
        Ok(Self {
            n_samples,
            len,
            body,
        })
    }

    /// Number of samples in the list.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether the list is empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The coded parts, for kernels that count without visiting each sample in turn.
    #[inline]
    #[must_use]
    pub const fn parts(&self) -> ListParts<'a> {
        self.body
    }

    /// Calls `visit` with each sample as written. An id may lie at or beyond the number of
    /// samples in a damaged store, but never beyond that number rounded up to 65,536 or, for
    /// whole ids, checked here.
    ///
    /// # Errors
    /// [`CodecError::Sample`] for a whole id out of range.
    #[inline]
    pub fn for_each(&self, mut visit: impl FnMut(u32)) -> Result<(), CodecError> {
        match self.body {
            ListParts::Empty => {}
            ListParts::Ids { width, bytes } => {
                // One loop for each width: a copy of variable length is a call.
                let mut visit = |id: u32| {
                    if id as usize >= self.n_samples {
                        return Err(CodecError::Sample(id));
                    }
                    visit(id);
                    Ok(())
                };
                match width {
                    1 => bytes.iter().try_for_each(|&b| visit(u32::from(b)))?,
                    2 => (bytes.as_chunks::<2>().0.iter())
                        .try_for_each(|b| visit(u32::from(u16::from_le_bytes(*b))))?,
                    3 => (bytes.as_chunks::<3>().0.iter())
                        .try_for_each(|&[a, b, c]| visit(u32::from_le_bytes([a, b, c, 0])))?,
                    _ => (bytes.as_chunks::<4>().0.iter())
                        .try_for_each(|b| visit(u32::from_le_bytes(*b)))?,
                }
            }
            ListParts::Chunk16 {
                mut counts,
                mut offsets,
            } => {
                for base in (0..self.n_samples).step_by(0x1_0000) {
                    let k = take_varint(&mut counts)? as usize;
                    let chunk = split(&mut offsets, 2 * k)?;
                    for o in chunk.as_chunks::<2>().0 {
                        visit(base as u32 + u32::from(u16::from_le_bytes(*o)));
                    }
                }
            }
            ListParts::Chunk8 {
                counts,
                mut offsets,
            } => {
                for (i, &k) in counts.iter().enumerate() {
                    let base = i as u32 * 256;
                    for &o in split(&mut offsets, usize::from(k))? {
                        visit(base + u32::from(o));
                    }
                }
            }
        }
        Ok(())
    }

    /// As [`IdList::for_each`], and checks that samples are in range and strictly ascending.
    ///
    /// # Errors
    /// [`CodecError::Sample`] or [`CodecError::Order`].
    pub fn check(&self, mut visit: impl FnMut(u32)) -> Result<(), CodecError> {
        let mut last: Option<u32> = None;
        let mut fault = None;
        let n = self.n_samples;
        self.for_each(|s| {
            if s as usize >= n {
                fault.get_or_insert(CodecError::Sample(s));
            } else if last.is_some_and(|l| l >= s) {
                fault.get_or_insert(CodecError::Order);
            } else if fault.is_none() {
                last = Some(s);
                visit(s);
            }
        })?;
        fault.map_or(Ok(()), Err)
    }
}

/// Coding number of a set written as plain bits, beside the [`ListCoding`]s.
const BITS: u8 = 4;

/// Appends a set that stands alone: a coding byte, then the list, or `ceil(n / 8)` bytes of
/// bits where that is smaller.
pub fn encode_set(out: &mut Vec<u8>, set: &Plane, n_samples: usize) {
    let count = set.count();
    let (coding, len) = choose(set.words(), n_samples, count);
    let bits = n_samples.div_ceil(8);
    if bits < len {
        out.push(BITS);
        out.extend(set.words().iter().flat_map(|w| w.to_le_bytes()).take(bits));
    } else {
        out.push(coding as u8);
        encode_words(out, set.words(), n_samples, coding, count);
    }
}

/// The bytes that [`encode_set`] takes.
pub(crate) fn set_len(set: &Plane, n_samples: usize) -> usize {
    let (_, len) = choose(set.words(), n_samples, set.count());
    1 + len.min(n_samples.div_ceil(8))
}

/// Takes a set written by [`encode_set`] off the front of `bytes`, fully checked.
pub(crate) fn decode_set(bytes: &mut &[u8], n_samples: usize) -> Result<Plane, CodecError> {
    let coding = split(bytes, 1)?[0];
    let mut plane = Plane::zeros(n_samples);
    match coding {
        0..=3 => {
            IdList::take(bytes, ListCoding::from_bits(coding), n_samples)?
                .check(|s| plane.set(s as usize))?;
        }
        BITS => {
            let bits = split(bytes, n_samples.div_ceil(8))?;
            for (w, b) in plane.words_mut().iter_mut().zip(bits.chunks(8)) {
                let mut word = [0u8; 8];
                word[..b.len()].copy_from_slice(b);
                *w = u64::from_le_bytes(word);
            }
            if !n_samples.is_multiple_of(8)
                && bits.last().is_some_and(|b| b >> (n_samples % 8) != 0)
            {
                return Err(CodecError::Sample(n_samples as u32));
            }
        }
        other => return Err(CodecError::Coding(other)),
    }
    Ok(plane)
}
