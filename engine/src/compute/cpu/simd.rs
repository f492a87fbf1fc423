//! Kernels for the vector units of the CPU, chosen at run time. Each has a portable form, and
//! all forms of a kernel give the same counts.
#![expect(
    unsafe_code,
    reason = "calls functions compiled for vector units that were found at run time, and loads from byte arrays"
)]

use super::super::cohorts::MASK_COHORTS;
use crate::codec::CodecError;

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

mod portable {
    use super::{CodecError, MASK_COHORTS};

    #[inline(always)]
    pub(super) fn dense(lo: &[u64], hi: &[u64], c: &[u64]) -> [u64; 3] {
        let ones = |w: u64| u64::from(w.count_ones());
        let (mut l, mut h, mut b) = (0, 0, 0);
        for ((&lo, &hi), &c) in lo.iter().zip(hi).zip(c) {
            l += ones(lo & c);
            h += ones(hi & c);
            b += ones(lo & hi & c);
        }
        [l, h, b]
    }

    #[inline(always)]
    pub(super) fn read(words: &[u64]) -> u64 {
        words.iter().fold(0, |a, b| a ^ b)
    }

    #[inline(always)]
    pub(super) fn dense_lines(lo: &[u64], hi: &[u64], c: &[u64], lines: &[u32]) -> [u64; 3] {
        let (lo, hi, c) = (
            lo.as_chunks::<8>().0,
            hi.as_chunks::<8>().0,
            c.as_chunks::<8>().0,
        );
        let mut sum = [0; 3];
        for &i in lines {
            let i = i as usize;
            if let (Some(lo), Some(hi), Some(c)) = (lo.get(i), hi.get(i), c.get(i)) {
                let counts = dense(lo, hi, c);
                sum = std::array::from_fn(|k| sum[k] + counts[k]);
            }
        }
        sum
    }

    pub(super) fn count_chunk8(
        counts: &[u8],
        mut offsets: &[u8],
        plane: &[u64],
    ) -> Result<u32, CodecError> {
        let chunks = plane.as_chunks::<4>().0;
        let mut count = 0;
        for (i, &k) in counts.iter().enumerate() {
            let (chunk, rest) = offsets
                .split_at_checked(usize::from(k))
                .ok_or(CodecError::Truncated)?;
            offsets = rest;
            let words = chunks.get(i).ok_or(CodecError::Truncated)?;
            for &o in chunk {
                count += (words[usize::from(o) / 64] >> (o % 64)) as u32 & 1;
            }
        }
        Ok(count)
    }

    pub(super) fn decode_chunk8(
        counts: &[u8],
        mut offsets: &[u8],
        ids: &mut Vec<u32>,
    ) -> Result<(), CodecError> {
        for (base, &k) in (0u32..).step_by(256).zip(counts) {
            let (chunk, rest) = offsets
                .split_at_checked(usize::from(k))
                .ok_or(CodecError::Truncated)?;
            offsets = rest;
            ids.extend(chunk.iter().map(|&o| base + u32::from(o)));
        }
        Ok(())
    }

    /// Bit `i` of the index becomes the `i`-th byte.
    static SPREAD: [u64; 256] = {
        let mut spread = [0; 256];
        let mut i = 0;
        while i < 256 {
            let mut bit = 0;
            while bit < 8 {
                spread[i] |= (i as u64 >> bit & 1) << (8 * bit);
                bit += 1;
            }
            i += 1;
        }
        spread
    };

    pub(super) fn count_masks(ids: &[u32], masks: &[u16]) -> [u32; MASK_COHORTS] {
        let mut counts = [0; MASK_COHORTS];
        // A byte holds up to 255.
        for ids in ids.chunks(255) {
            let mut sums = [0u64; 2];
            for &id in ids {
                let mask = masks.get(id as usize).copied().unwrap_or(0);
                sums[0] += SPREAD[usize::from(mask as u8)];
                sums[1] += SPREAD[usize::from((mask >> 8) as u8)];
            }
            for (i, count) in counts.iter_mut().enumerate() {
                *count += (sums[i / 8] >> (8 * (i % 8))) as u32 & 0xff;
            }
        }
        counts
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::{CodecError, MASK_COHORTS, portable};

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
    fn load(line: &[u64; 8]) -> __m512i {
        // SAFETY: the reference is to 64 readable bytes; the load needs no alignment.
        unsafe { _mm512_loadu_si512(line.as_ptr().cast()) }
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
        for ((lo, hi), c) in lo.iter().zip(hi).zip(c) {
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
            for part in chunk.chunks(64) {
                let o = load_bytes(part);
                let byte = _mm512_permutexvar_epi8(_mm512_srli_epi16::<3>(o), table);
                let bit = _mm512_permutexvar_epi8(o, bit_of);
                let valid = _bzhi_u64(!0, part.len() as u32);
                count += _mm512_mask_test_epi8_mask(valid, byte, bit).count_ones();
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

#[cfg(test)]
mod tests {
    use genodex_shaders::WRITTEN;
    use genodex_shaders::kernel::{dense_counts, sparse_counts};

    use super::*;

    /// Pairs of 32-bit words, as the shaders see them, to 64-bit words.
    fn words(words: &[u32]) -> Vec<u64> {
        let pair = |p: &[u32; 2]| u64::from(p[0]) | u64::from(p[1]) << 32;
        words.as_chunks::<2>().0.iter().map(pair).collect()
    }

    #[test]
    fn dense_counts_are_those_of_the_twin() {
        let kernel = &dense_counts::KERNEL;
        for case in (kernel.cases)() {
            let expected = case.expected(kernel);
            let [rows, first, lines, cohorts, _] = case.params[..] else {
                panic!("five parameters")
            };
            let (planes, members) = (words(&case.inputs[0]), words(&case.inputs[1]));
            let plane = |from: &[u64], i: u32| {
                let n = lines as usize * dense_counts::LINE / 2;
                from[i as usize * n..(i as usize + 1) * n].to_vec()
            };
            for isa in Isa::available() {
                let mut got = Vec::new();
                for row in first..first + rows {
                    let (lo, hi) = (plane(&planes, 2 * row), plane(&planes, 2 * row + 1));
                    for c in 0..cohorts {
                        let counts = isa.dense(&lo, &hi, &plane(&members, c));
                        got.extend(counts.map(|n| n as u32 | WRITTEN));
                    }
                }
                assert_eq!(got, expected, "{} on {isa:?}", case.name);
            }
        }
    }

    #[test]
    fn reads_see_every_word() {
        let words: Vec<u64> = (0..1000)
            .map(|i: u64| i.wrapping_mul(0x9e37_79b9))
            .collect();
        for n in [0, 1, 7, 8, 63, 64, 65, 1000] {
            let digest = words[..n].iter().fold(0, |a, b| a ^ b);
            for isa in Isa::available() {
                assert_eq!(isa.read(&words[..n]), digest, "{n} words on {isa:?}");
            }
        }
    }

    #[test]
    fn masks_count_as_the_twin_does() {
        let kernel = &sparse_counts::KERNEL;
        for case in (kernel.cases)() {
            let [segments, cohorts, n_words, _] = case.params[..] else {
                panic!("four parameters")
            };
            let [entries, starts, members] = &case.inputs[..] else {
                panic!("three inputs")
            };
            let cohorts = cohorts as usize;
            if cohorts > MASK_COHORTS {
                continue;
            }
            let member =
                |c: usize, s: usize| members[c * n_words as usize + s / 32] >> (s % 32) & 1 == 1;
            let masks: Vec<u16> = (0..n_words as usize * 32)
                .map(|s| (0..cohorts).map(|c| u16::from(member(c, s)) << c).sum())
                .collect();
            let expected = case.expected(kernel);
            for isa in Isa::available() {
                for segment in 0..segments as usize {
                    let entries = &entries[starts[segment] as usize..starts[segment + 1] as usize];
                    for list in 0..3 {
                        let ids: Vec<u32> = (entries.iter())
                            .filter(|&&e| e >> 30 == list)
                            .map(|e| e & (u32::MAX >> 2))
                            .collect();
                        let got = isa.count_masks(&ids, &masks);
                        for (c, &got) in got.iter().enumerate().take(cohorts) {
                            let word = expected[segment * cohorts + c] & !WRITTEN;
                            assert_eq!(got, sparse_counts::unpack(word)[list as usize]);
                        }
                    }
                }
            }
        }
    }
}
