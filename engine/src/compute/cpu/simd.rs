//! Kernels for the vector units of the CPU, chosen at run time. Each has a portable form, and
//! all forms of a kernel give the same counts.
#![cfg_attr(
    target_arch = "x86_64",
    expect(
        unsafe_code,
        reason = "calls functions compiled for vector units that were found at run time, and loads from byte arrays"
    )
)]

use super::super::cohorts::MASK_COHORTS;
use super::portable::{self, FourRows, Planes, TimesRows};
use crate::codec::CodecError;

#[cfg(target_arch = "x86_64")]
mod pairs;
#[cfg(target_arch = "x86_64")]
mod times;

/// The vector instructions in use. Only [`Isa::detect`] and [`Isa::available`] make one, of what
/// this machine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Isa(Level);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Isa {
    /// All that this machine has, slowest first.
    #[must_use]
    pub fn available() -> Vec<Self> {
        #[cfg_attr(not(target_arch = "x86_64"), expect(unused_mut))]
        let mut all = vec![Self(Level::Portable)];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("popcnt")
                && is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("bmi2")
            {
                all.push(Self(Level::Avx2));
                if is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512vbmi")
                    && is_x86_feature_detected!("avx512vpopcntdq")
                    && is_x86_feature_detected!("avx512vnni")
                {
                    all.push(Self(Level::Avx512));
                }
            }
        }
        all
    }

    /// The best that this machine has.
    #[must_use]
    pub fn detect() -> Self {
        Self::available()
            .last()
            .copied()
            .unwrap_or(Self(Level::Portable))
    }

    /// A name to show.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self.0 {
            Level::Portable if cfg!(target_arch = "aarch64") => "NEON",
            Level::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => "AVX2",
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => "AVX-512",
        }
    }

    /// Ones in `lo & c`, `hi & c` and `lo & hi & c`, over as many words as all three have.
    #[must_use]
    pub fn dense(self, lo: &[u64], hi: &[u64], c: &[u64]) -> [u64; 3] {
        match self.0 {
            Level::Portable => portable::dense(lo, hi, c),
            // SAFETY: an `Isa` of this level is only made where its features were found.
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => unsafe { x86::dense_avx2(lo, hi, c) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => unsafe { x86::dense_avx512(lo, hi, c) },
        }
    }

    /// Reads `words` as fast as this machine can and returns a digest: what memory allows.
    #[must_use]
    pub fn read(self, words: &[u64]) -> u64 {
        match self.0 {
            Level::Portable => portable::read(words),
            // SAFETY: an `Isa` of this level is only made where its features were found.
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => unsafe { x86::read_avx2(words) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => unsafe { x86::read_avx512(words) },
        }
    }

    /// As [`Isa::dense`], where `c` is zero but for the given lines of eight words.
    #[must_use]
    pub fn dense_lines(self, lo: &[u64], hi: &[u64], c: &[u64], lines: &[u32]) -> [u64; 3] {
        match self.0 {
            Level::Portable => portable::dense_lines(lo, hi, c, lines),
            // SAFETY: an `Isa` of this level is only made where its features were found.
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => unsafe { x86::dense_lines_avx2(lo, hi, c, lines) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => unsafe { x86::dense_lines_avx512(lo, hi, c, lines) },
        }
    }

    /// Of four samples with another, all without missing genotypes: variants that are het in both,
    /// and those with opposite homozygotes. Planes are whole lines, those of the rows no shorter.
    #[must_use]
    pub(in crate::compute) fn pairs_complete(
        self,
        rows: &FourRows<'_>,
        column: Planes<'_>,
    ) -> [[u32; 2]; 4] {
        match self.0 {
            Level::Portable => portable::pairs_complete(rows, column),
            // SAFETY: an `Isa` of this level is only made where its features were found.
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => unsafe { x86::pairs_complete_avx2(rows, column) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => unsafe { pairs::complete(rows, column) },
        }
    }

    /// Of four samples with another: variants that are het in both, those with opposite
    /// homozygotes, those het in the first and homozygous in the second, and the reverse. Planes
    /// are as for [`Isa::pairs_complete`].
    #[must_use]
    pub(in crate::compute) fn pairs(
        self,
        rows: &FourRows<'_>,
        column: Planes<'_>,
    ) -> [[u32; 4]; 4] {
        match self.0 {
            Level::Portable => portable::pairs(rows, column),
            // SAFETY: an `Isa` of this level is only made where its features were found.
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => unsafe { x86::pairs_avx2(rows, column) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => unsafe { pairs::any(rows, column) },
        }
    }

    /// Decodes words of planes of four rows.
    pub(in crate::compute) fn decode_rows(self, rows: &FourRows<'_>, out: &mut TimesRows) {
        match self.0 {
            Level::Portable => portable::decode_rows(rows, out),
            // SAFETY: an `Isa` of this level is only made where its features were found.
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => unsafe { x86::decode_rows_avx2(rows, out) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => unsafe { times::decode(rows, out) },
        }
    }

    /// The sums over decoded rows of copies times the values of both halves of a vector, which are
    /// 16-bit integers and as many. Sums do not overflow for up to 2^14 places.
    #[must_use]
    pub(in crate::compute) fn times_rows(
        self,
        rows: &TimesRows,
        high: &[u64],
        low: &[u64],
    ) -> [[i32; 2]; 4] {
        match self.0 {
            Level::Portable => portable::times_rows(rows, high, low),
            // SAFETY: an `Isa` of this level is only made where its features were found.
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => unsafe { x86::times_rows_avx2(rows, high, low) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => unsafe { times::times(rows, high, low) },
        }
    }

    /// Members of the cohort `plane` in a list coded by chunks of 256 samples.
    ///
    /// # Errors
    /// [`CodecError::Truncated`] where the parts do not fit each other or the plane.
    pub fn count_chunk8(
        self,
        counts: &[u8],
        offsets: &[u8],
        plane: &[u64],
    ) -> Result<u32, CodecError> {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: an `Isa` of this level is only made where its features were found.
            Level::Avx512 => unsafe { x86::count_chunk8_avx512(counts, offsets, plane) },
            _ => portable::count_chunk8(counts, offsets, plane),
        }
    }

    /// Appends the samples of a list coded by chunks of 256 samples.
    ///
    /// # Errors
    /// [`CodecError::Truncated`] where the parts do not fit each other.
    pub fn decode_chunk8(
        self,
        counts: &[u8],
        offsets: &[u8],
        ids: &mut Vec<u32>,
    ) -> Result<(), CodecError> {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: an `Isa` of this level is only made where its features were found.
            Level::Avx512 => unsafe { x86::decode_chunk8_avx512(counts, offsets, ids) },
            _ => portable::decode_chunk8(counts, offsets, ids),
        }
    }

    /// By bit, how many of the samples `ids` have that bit in their mask. Samples without a mask
    /// have none.
    #[must_use]
    pub fn count_masks(self, ids: &[u32], masks: &[u16]) -> [u32; MASK_COHORTS] {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: an `Isa` of this level is only made where its features were found.
            Level::Avx512 => unsafe { x86::count_masks_avx512(ids, masks) },
            _ => portable::count_masks(ids, masks),
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::{CodecError, FourRows, MASK_COHORTS, Planes, TimesRows, portable};

    #[target_feature(enable = "avx2,popcnt,bmi1,bmi2")]
    pub(super) fn pairs_complete_avx2(rows: &FourRows<'_>, column: Planes<'_>) -> [[u32; 2]; 4] {
        portable::pairs_complete(rows, column)
    }

    #[target_feature(enable = "avx2,popcnt,bmi1,bmi2")]
    pub(super) fn decode_rows_avx2(rows: &FourRows<'_>, out: &mut TimesRows) {
        portable::decode_rows(rows, out);
    }

    #[target_feature(enable = "avx2,popcnt,bmi1,bmi2")]
    pub(super) fn times_rows_avx2(rows: &TimesRows, high: &[u64], low: &[u64]) -> [[i32; 2]; 4] {
        portable::times_rows(rows, high, low)
    }

    #[target_feature(enable = "avx2,popcnt,bmi1,bmi2")]
    pub(super) fn pairs_avx2(rows: &FourRows<'_>, column: Planes<'_>) -> [[u32; 4]; 4] {
        portable::pairs(rows, column)
    }

    #[target_feature(enable = "avx2,popcnt,bmi1,bmi2")]
    pub(super) fn dense_avx2(lo: &[u64], hi: &[u64], c: &[u64]) -> [u64; 3] {
        portable::dense(lo, hi, c)
    }

    #[target_feature(enable = "avx2,popcnt,bmi1,bmi2")]
    pub(super) fn read_avx2(words: &[u64]) -> u64 {
        portable::read(words)
    }

    #[target_feature(enable = "avx512f")]
    pub(super) fn read_avx512(words: &[u64]) -> u64 {
        let (lines, tail) = words.as_chunks::<8>();
        let (blocks, lines) = lines.as_chunks::<8>();
        let mut digest = [_mm512_setzero_si512(); 8];
        for block in blocks {
            for (digest, line) in digest.iter_mut().zip(block) {
                *digest = _mm512_xor_si512(*digest, load(line));
            }
        }
        for line in lines {
            digest[0] = _mm512_xor_si512(digest[0], load(line));
        }
        let digest = digest.into_iter().reduce(|a, b| _mm512_xor_si512(a, b));
        let mut out = [0u64; 8];
        if let Some(digest) = digest {
            // SAFETY: the reference is to 64 writable bytes; the store needs no alignment.
            unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), digest) };
        }
        out.iter().chain(tail).fold(0, |a, b| a ^ b)
    }

    #[target_feature(enable = "avx2,popcnt,bmi1,bmi2")]
    pub(super) fn dense_lines_avx2(lo: &[u64], hi: &[u64], c: &[u64], lines: &[u32]) -> [u64; 3] {
        portable::dense_lines(lo, hi, c, lines)
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    pub(super) fn load(line: &[u64; 8]) -> __m512i {
        // SAFETY: the reference is to 64 readable bytes; the load needs no alignment.
        unsafe { _mm512_loadu_si512(line.as_ptr().cast()) }
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    pub(super) fn store(line: &mut [u64; 8], value: __m512i) {
        // SAFETY: the reference is to 64 writable bytes; the store needs no alignment.
        unsafe { _mm512_storeu_si512(line.as_mut_ptr().cast(), value) };
    }

    /// Asks for the line `lines` further on, which need not exist.
    #[inline]
    fn prefetch(line: &[u64; 8], lines: usize) {
        let address = line.as_ptr().wrapping_add(8 * lines).cast();
        // SAFETY: a prefetch is a hint: it neither faults nor reads anything that the program
        // could see, whatever the address.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(address) };
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512vpopcntdq")]
    fn add_line(sum: &mut [__m512i; 3], lo: &[u64; 8], hi: &[u64; 8], c: &[u64; 8]) {
        let (lo, hi, c) = (load(lo), load(hi), load(c));
        let l = _mm512_and_si512(lo, c);
        let h = _mm512_and_si512(hi, c);
        let b = _mm512_and_si512(l, hi);
        sum[0] = _mm512_add_epi64(sum[0], _mm512_popcnt_epi64(l));
        sum[1] = _mm512_add_epi64(sum[1], _mm512_popcnt_epi64(h));
        sum[2] = _mm512_add_epi64(sum[2], _mm512_popcnt_epi64(b));
    }

    #[target_feature(enable = "avx512f,avx512vpopcntdq,popcnt")]
    pub(super) fn dense_avx512(lo: &[u64], hi: &[u64], c: &[u64]) -> [u64; 3] {
        let n = lo.len().min(hi.len()).min(c.len());
        let (lo, lo_tail) = lo[..n].as_chunks::<8>();
        let (hi, hi_tail) = hi[..n].as_chunks::<8>();
        let (c, c_tail) = c[..n].as_chunks::<8>();
        let mut sum = [_mm512_setzero_si512(); 3];
        // The next row's planes lie as far behind these as both are long. Each plane is a short
        // stream, which the hardware's prefetch would have to find anew.
        let ahead = 2 * lo.len();
        for ((lo, hi), c) in lo.iter().zip(hi).zip(c) {
            prefetch(lo, ahead);
            prefetch(hi, ahead);
            add_line(&mut sum, lo, hi, c);
        }
        let tail = portable::dense(lo_tail, hi_tail, c_tail);
        std::array::from_fn(|i| _mm512_reduce_add_epi64(sum[i]) as u64 + tail[i])
    }

    #[target_feature(enable = "avx512f,avx512vpopcntdq")]
    pub(super) fn dense_lines_avx512(lo: &[u64], hi: &[u64], c: &[u64], lines: &[u32]) -> [u64; 3] {
        let (lo, hi, c) = (
            lo.as_chunks::<8>().0,
            hi.as_chunks::<8>().0,
            c.as_chunks::<8>().0,
        );
        let mut sum = [_mm512_setzero_si512(); 3];
        for &i in lines {
            let i = i as usize;
            if let (Some(lo), Some(hi), Some(c)) = (lo.get(i), hi.get(i), c.get(i)) {
                add_line(&mut sum, lo, hi, c);
            }
        }
        std::array::from_fn(|i| _mm512_reduce_add_epi64(sum[i]) as u64)
    }

    /// Up to 64 bytes; the rest of the register is zero.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,bmi2")]
    fn load_bytes(bytes: &[u8]) -> __m512i {
        let mask = _bzhi_u64(!0, bytes.len().min(64) as u32);
        // SAFETY: the mask selects bytes of the slice alone; those not selected are not read.
        unsafe { _mm512_maskz_loadu_epi8(mask, bytes.as_ptr().cast()) }
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi,bmi2,popcnt")]
    pub(super) fn count_chunk8_avx512(
        counts: &[u8],
        mut offsets: &[u8],
        plane: &[u64],
    ) -> Result<u32, CodecError> {
        let chunks = plane.as_chunks::<4>().0;
        if chunks.len() < counts.len() {
            return Err(CodecError::Truncated);
        }
        // 1 << (i % 8) in byte i.
        let bit_of = _mm512_set1_epi64(0x8040_2010_0804_0201u64 as i64);
        let mut count = 0;
        for (&k, words) in counts.iter().zip(chunks) {
            let (chunk, rest) = offsets
                .split_at_checked(usize::from(k))
                .ok_or(CodecError::Truncated)?;
            offsets = rest;
            // SAFETY: the reference is to 32 readable bytes; the load needs no alignment.
            let words = unsafe { _mm256_loadu_si256(words.as_ptr().cast()) };
            // Both halves, so that bit 5 of an index into the table does not matter.
            let table = _mm512_broadcast_i64x4(words);
            let members = |part: &[u8]| {
                let o = load_bytes(part);
                let byte = _mm512_permutexvar_epi8(_mm512_srli_epi16::<3>(o), table);
                let bit = _mm512_permutexvar_epi8(o, bit_of);
                let valid = _bzhi_u64(!0, part.len().min(64) as u32);
                _mm512_mask_test_epi8_mask(valid, byte, bit).count_ones()
            };
            // Most chunks have fewer than 64, and whether one is empty cannot be foreseen.
            count += members(chunk);
            for part in chunk.chunks(64).skip(1) {
                count += members(part);
            }
        }
        Ok(count)
    }

    #[target_feature(enable = "avx512f,avx512bw,bmi2")]
    pub(super) fn decode_chunk8_avx512(
        counts: &[u8],
        mut offsets: &[u8],
        ids: &mut Vec<u32>,
    ) -> Result<(), CodecError> {
        let start = ids.len();
        // Each step writes 16 ids, of which the next step may overwrite some.
        ids.resize(start + offsets.len() + 16, 0);
        let mut at = start;
        for (base, &k) in (0..).step_by(256).zip(counts) {
            let (chunk, rest) = offsets
                .split_at_checked(usize::from(k))
                .ok_or(CodecError::Truncated)?;
            offsets = rest;
            for part in chunk.chunks(16) {
                let Some(out) = ids.get_mut(at..).and_then(|o| o.first_chunk_mut::<16>()) else {
                    return Err(CodecError::Truncated);
                };
                let bytes = _mm512_castsi512_si128(load_bytes(part));
                let id = _mm512_add_epi32(_mm512_cvtepu8_epi32(bytes), _mm512_set1_epi32(base));
                // SAFETY: the reference is to 64 writable bytes; the store needs no alignment.
                unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), id) };
                at += part.len();
            }
        }
        ids.truncate(at);
        Ok(())
    }

    #[target_feature(enable = "avx512f")]
    pub(super) fn count_masks_avx512(ids: &[u32], masks: &[u16]) -> [u32; MASK_COHORTS] {
        let one = _mm512_set1_epi32(1);
        let mask = |id: u32| masks.get(id as usize).copied().unwrap_or(0);
        let mut sums = [_mm512_setzero_si512(); 4];
        let (fours, rest) = ids.as_chunks::<4>();
        for four in fours {
            for (sum, &id) in sums.iter_mut().zip(four) {
                *sum = _mm512_mask_add_epi32(*sum, mask(id), *sum, one);
            }
        }
        for &id in rest {
            sums[0] = _mm512_mask_add_epi32(sums[0], mask(id), sums[0], one);
        }
        let sum = _mm512_add_epi32(
            _mm512_add_epi32(sums[0], sums[1]),
            _mm512_add_epi32(sums[2], sums[3]),
        );
        let mut out = [0; MASK_COHORTS];
        // SAFETY: the reference is to 64 writable bytes; the store needs no alignment.
        unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), sum) };
        out
    }
}
