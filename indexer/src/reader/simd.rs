//! The fast way through calls: sixty-four samples at a time, by vector compares and bit
//! gathers, with every byte checked. A block with anything but whole diploid calls (and, in
//! BCF, haploid ones) of alleles that exist is left to the careful path.
#![expect(
    unsafe_code,
    reason = "vector instructions, behind run-time detection of the CPU's features"
)]

use genodex_engine::genotype::CallPlanes;

/// Samples of a block: one word of a plane.
const BLOCK: usize = 64;

/// Bytes of a block of BCF: two `int8` a sample.
const BCF_BLOCK: usize = 2 * BLOCK;

/// Bytes of a block of VCF: two digits, a separator and a tab a sample.
pub(super) const VCF_BLOCK: usize = 4 * BLOCK;

/// A block of VCF that sets no bit.
pub(super) const HOM_REF_BLOCK: [u8; VCF_BLOCK] = {
    let mut block = [b'0'; VCF_BLOCK];
    let mut i = 0;
    while i < VCF_BLOCK {
        block[i + 1] = b'/';
        block[i + 3] = b'\t';
        i += 4;
    }
    block
};

/// Puts the calls of whole blocks of BCF (`int8`, two values a sample), from the block of
/// `word`, into clear `rows`, one per ALT, until a block is not plain or the samples end.
/// Returns the number of blocks done; the last may be part of one.
pub(super) fn put_bcf_blocks(data: &[u8], word: usize, rows: &mut [CallPlanes]) -> usize {
    #[cfg(target_arch = "x86_64")]
    {
        if x86::has_avx512() {
            // SAFETY: the features are there.
            return unsafe { x86::bcf_avx512(data, word, rows) };
        }
        if x86::has_avx2() {
            // SAFETY: the features are there.
            return unsafe { x86::bcf_avx2(data, word, rows) };
        }
    }
    bcf::<Portable>(data, word, rows)
}

/// Puts the calls of whole blocks of VCF sample columns that are just GT, from the block of
/// `word`, into clear `rows`, one per ALT, until a block is not plain or `left` samples are
/// done. Returns the number of blocks done; the last may be part of one.
pub(super) fn put_vcf_blocks(
    text: &[u8],
    word: usize,
    left: usize,
    rows: &mut [CallPlanes],
) -> usize {
    #[cfg(target_arch = "x86_64")]
    {
        if x86::has_avx512() {
            // SAFETY: the features are there.
            return unsafe { x86::vcf_avx512(text, word, left, rows) };
        }
        if x86::has_avx2() {
            // SAFETY: the features are there.
            return unsafe { x86::vcf_avx2(text, word, left, rows) };
        }
    }
    vcf::<Portable>(text, word, left, rows)
}

/// Finds the first tabs of `text`, as many as `ends` has places; how many there are.
pub(super) fn find_tabs(text: &[u8], ends: &mut [usize]) -> usize {
    #[cfg(target_arch = "x86_64")]
    {
        if x86::has_avx512() {
            // SAFETY: the features are there.
            return unsafe { x86::tabs_avx512(text, ends) };
        }
        if x86::has_avx2() {
            // SAFETY: the features are there.
            return unsafe { x86::tabs_avx2(text, ends) };
        }
    }
    tabs::<Portable>(text, ends)
}

/// The bits of `word` where `mask` is set, moved together.
pub(super) fn gather(word: u64, mask: u64) -> u64 {
    #[cfg(target_arch = "x86_64")]
    if x86::has_bmi2() {
        // SAFETY: the feature is there.
        return unsafe { x86::pext(word, mask) };
    }
    gather_portable(word, mask)
}

fn gather_portable(word: u64, mask: u64) -> u64 {
    let mut out = 0;
    let mut left = word & mask;
    while left != 0 {
        let below = (left & left.wrapping_neg()) - 1;
        out |= 1 << (mask & below).count_ones();
        left &= left - 1;
    }
    out
}

/// Sixty-four bytes, compared at once. Masks have bit `i` for byte `i`.
trait Lanes: Copy {
    fn load(bytes: &[u8; 64]) -> Self;
    /// Sets the lowest bit of each byte.
    fn or_one(self) -> Self;
    fn sub(self, byte: u8) -> Self;
    fn eq(self, byte: u8) -> u64;
    fn le(self, byte: u8) -> u64;
    /// The lowest bit of each byte.
    fn low_bits(self) -> u64;
    /// Every second bit of a mask from the first, moved together.
    fn halve(mask: u64) -> u64;
    /// Every fourth bit of a mask from the first, moved together.
    fn quarter(mask: u64) -> u64;
}

/// What is the same in every row of a block.
struct Shared {
    /// Either allele missing.
    missing: u64,
    phased: u64,
    haploid: u64,
}

/// One row's word, from where its ALT is the first and the second allele.
#[inline(always)]
fn put_word(row: &mut CallPlanes, word: usize, first: u64, second: u64, shared: &Shared) {
    let &Shared {
        missing,
        phased,
        haploid,
    } = shared;
    let planes = [
        (&mut row.lo, ((first ^ second) & !haploid) | missing),
        (&mut row.hi, (first & (second | haploid)) | missing),
        (&mut row.phased, phased & !haploid),
        (&mut row.flipped, first & !second & !haploid),
    ];
    for (plane, bits) in planes {
        if let Some(slot) = plane.words_mut().get_mut(word) {
            *slot = bits;
        }
    }
    if haploid != 0
        && let Some(slot) = row.haploid.words_mut().get_mut(word)
    {
        *slot = haploid;
    }
}

#[inline(always)]
fn bcf<L: Lanes>(data: &[u8], word: usize, rows: &mut [CallPlanes]) -> usize {
    let (blocks, tail) = data.as_chunks::<BCF_BLOCK>();
    for (i, block) in blocks.iter().enumerate() {
        if !bcf_block::<L>(block, word + i, rows) {
            return i;
        }
    }
    if tail.is_empty() {
        return blocks.len();
    }
    // Samples that are not there are 0/0, which sets no bit.
    let mut block = [2; BCF_BLOCK];
    block[..tail.len()].copy_from_slice(tail);
    blocks.len() + usize::from(bcf_block::<L>(&block, word + blocks.len(), rows))
}

#[inline(always)]
fn bcf_block<L: Lanes>(block: &[u8; BCF_BLOCK], word: usize, rows: &mut [CallPlanes]) -> bool {
    /// The even bytes are first alleles, the odd ones second alleles.
    const SECOND: u64 = 0xaaaa_aaaa_aaaa_aaaa;
    /// No more alleles follow.
    const END_OF_VECTOR: u8 = 0x81;
    // Beyond that, alleles do not fit 0x7f.
    if rows.len() > 62 {
        return false;
    }
    // An allele `a` is `(a + 1) << 1`, a missing one 0; the lowest bit says phased. Values from
    // 0x80 are not alleles.
    let last = (2 * (rows.len() + 1) + 1) as u8;
    let (halves, _) = block.as_chunks::<64>();
    let [lower, upper] = halves else { return false };
    let raw = [L::load(lower), L::load(upper)];
    let values = raw.map(L::or_one);
    let fine = values.map(|v| v.le(last));
    let missing = values.map(|v| v.eq(1));
    let mut haploid = 0;
    if fine != [!0; 2] {
        let ends = raw.map(|v| v.eq(END_OF_VECTOR) & SECOND);
        if [fine[0] | ends[0], fine[1] | ends[1]] != [!0; 2] {
            return false;
        }
        haploid = join::<L>(ends.map(|m| m >> 1));
    }
    let mut any_missing = 0;
    if missing != [0; 2] {
        let first = join::<L>(missing);
        let second = join::<L>(missing.map(|m| m >> 1));
        if (first ^ second) & !haploid != 0 {
            return false;
        }
        any_missing = first;
    }
    let shared = Shared {
        missing: any_missing,
        phased: join::<L>(raw.map(|v| v.low_bits() >> 1)),
        haploid,
    };
    for (row, allele) in rows.iter_mut().zip((5..=last).step_by(2)) {
        let is = values.map(|v| v.eq(allele));
        let (first, second) = (join::<L>(is), join::<L>(is.map(|m| m >> 1)));
        put_word(row, word, first, second, &shared);
    }
    true
}

#[inline(always)]
fn join<L: Lanes>([lower, upper]: [u64; 2]) -> u64 {
    L::halve(lower) | L::halve(upper) << 32
}

#[inline(always)]
fn vcf<L: Lanes>(text: &[u8], word: usize, left: usize, rows: &mut [CallPlanes]) -> usize {
    // Alleles of more digits than one do not fit the stride.
    if rows.len() > 9 {
        return 0;
    }
    let (blocks, _) = text.as_chunks::<VCF_BLOCK>();
    let whole = left / BLOCK;
    for (i, block) in blocks.iter().enumerate().take(whole) {
        if !vcf_block::<L>(block, word + i, rows) {
            return i;
        }
    }
    // The last block has no tab at its end, and perhaps fewer samples.
    let done = blocks.len().min(whole);
    let samples = left - done * BLOCK;
    let tail = &text[done * VCF_BLOCK..];
    if samples == 0 || samples > BLOCK || tail.len() + 1 != 4 * samples {
        return done;
    }
    let mut block = HOM_REF_BLOCK;
    block[..tail.len()].copy_from_slice(tail);
    done + usize::from(vcf_block::<L>(&block, word + done, rows))
}

#[inline(always)]
fn vcf_block<L: Lanes>(block: &[u8; VCF_BLOCK], word: usize, rows: &mut [CallPlanes]) -> bool {
    const ALLELES: u64 = 0x5555_5555_5555_5555;
    const SEPARATORS: u64 = 0x2222_2222_2222_2222;
    const TABS: u64 = 0x8888_8888_8888_8888;
    let (parts, _) = block.as_chunks::<64>();
    let [a, b, c, d] = parts else { return false };
    let text = [a, b, c, d].map(L::load);
    let mut phased = 0;
    let mut missing = [0; 4];
    for (i, &v) in text.iter().enumerate() {
        let pipes = v.eq(b'|');
        missing[i] = v.eq(b'.');
        let alleles = v.sub(b'0').le(rows.len() as u8) | missing[i];
        let plain = alleles & ALLELES | (pipes | v.eq(b'/')) & SEPARATORS | v.eq(b'\t') & TABS;
        if plain != !0 {
            return false;
        }
        phased |= L::quarter(pipes >> 1) << (16 * i);
    }
    let mut any_missing = 0;
    if missing != [0; 4] {
        let first = join4::<L>(missing);
        if first != join4::<L>(missing.map(|m| m >> 2)) {
            return false;
        }
        any_missing = first;
    }
    let shared = Shared {
        missing: any_missing,
        phased,
        haploid: 0,
    };
    for (row, allele) in rows.iter_mut().zip(b'1'..) {
        let is = text.map(|v| v.eq(allele));
        let (first, second) = (join4::<L>(is), join4::<L>(is.map(|m| m >> 2)));
        put_word(row, word, first, second, &shared);
    }
    true
}

#[inline(always)]
fn join4<L: Lanes>([a, b, c, d]: [u64; 4]) -> u64 {
    L::quarter(a) | L::quarter(b) << 16 | L::quarter(c) << 32 | L::quarter(d) << 48
}

#[inline(always)]
fn tabs<L: Lanes>(text: &[u8], ends: &mut [usize]) -> usize {
    let mut found = 0;
    let (parts, tail) = text.as_chunks::<64>();
    let mut last = [0; 64];
    last[..tail.len()].copy_from_slice(tail);
    for (i, part) in parts.iter().chain([&last]).enumerate() {
        let mut mask = L::load(part).eq(b'\t');
        while mask != 0 {
            let Some(end) = ends.get_mut(found) else {
                return found;
            };
            *end = i * 64 + mask.trailing_zeros() as usize;
            found += 1;
            mask &= mask - 1;
        }
    }
    found
}

/// Any machine.
#[derive(Clone, Copy)]
struct Portable([u8; 64]);

impl Portable {
    #[inline(always)]
    fn mask(self, test: impl Fn(u8) -> bool) -> u64 {
        let mut mask = 0;
        for (i, byte) in self.0.into_iter().enumerate() {
            mask |= u64::from(test(byte)) << i;
        }
        mask
    }
}

impl Lanes for Portable {
    #[inline(always)]
    fn load(bytes: &[u8; 64]) -> Self {
        Self(*bytes)
    }

    #[inline(always)]
    fn or_one(self) -> Self {
        Self(self.0.map(|b| b | 1))
    }

    #[inline(always)]
    fn sub(self, byte: u8) -> Self {
        Self(self.0.map(|b| b.wrapping_sub(byte)))
    }

    #[inline(always)]
    fn eq(self, byte: u8) -> u64 {
        self.mask(|b| b == byte)
    }

    #[inline(always)]
    fn le(self, byte: u8) -> u64 {
        self.mask(|b| b <= byte)
    }

    #[inline(always)]
    fn low_bits(self) -> u64 {
        self.mask(|b| b & 1 == 1)
    }

    #[inline(always)]
    fn halve(mask: u64) -> u64 {
        let mut m = mask & 0x5555_5555_5555_5555;
        m = (m | m >> 1) & 0x3333_3333_3333_3333;
        m = (m | m >> 2) & 0x0f0f_0f0f_0f0f_0f0f;
        m = (m | m >> 4) & 0x00ff_00ff_00ff_00ff;
        m = (m | m >> 8) & 0x0000_ffff_0000_ffff;
        (m | m >> 16) & 0xffff_ffff
    }

    #[inline(always)]
    fn quarter(mask: u64) -> u64 {
        Self::halve(Self::halve(mask))
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::is_x86_feature_detected;
    use std::arch::x86_64::*;

    use super::{CallPlanes, Lanes, Portable, bcf, tabs, vcf};

    pub(super) fn has_avx512() -> bool {
        is_x86_feature_detected!("avx512bw") && has_bmi2()
    }

    pub(super) fn has_avx2() -> bool {
        is_x86_feature_detected!("avx2")
    }

    pub(super) fn has_bmi2() -> bool {
        is_x86_feature_detected!("bmi2")
    }

    #[target_feature(enable = "bmi2")]
    pub(super) fn pext(word: u64, mask: u64) -> u64 {
        _pext_u64(word, mask)
    }

    #[target_feature(enable = "avx512f,avx512bw,bmi2")]
    pub(super) fn bcf_avx512(data: &[u8], word: usize, rows: &mut [CallPlanes]) -> usize {
        bcf::<Avx512>(data, word, rows)
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn bcf_avx2(data: &[u8], word: usize, rows: &mut [CallPlanes]) -> usize {
        bcf::<Avx2>(data, word, rows)
    }

    #[target_feature(enable = "avx512f,avx512bw,bmi2")]
    pub(super) fn vcf_avx512(
        text: &[u8],
        word: usize,
        left: usize,
        rows: &mut [CallPlanes],
    ) -> usize {
        vcf::<Avx512>(text, word, left, rows)
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn vcf_avx2(
        text: &[u8],
        word: usize,
        left: usize,
        rows: &mut [CallPlanes],
    ) -> usize {
        vcf::<Avx2>(text, word, left, rows)
    }

    #[target_feature(enable = "avx512f,avx512bw,bmi2")]
    pub(super) fn tabs_avx512(text: &[u8], ends: &mut [usize]) -> usize {
        tabs::<Avx512>(text, ends)
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn tabs_avx2(text: &[u8], ends: &mut [usize]) -> usize {
        tabs::<Avx2>(text, ends)
    }

    // SAFETY of both implementations below: they are private to this file and named only by the
    // functions above, which have the features enabled and are called where they were detected.

    /// One register of 64 bytes.
    #[derive(Clone, Copy)]
    struct Avx512(__m512i);

    impl Lanes for Avx512 {
        #[inline(always)]
        fn load(bytes: &[u8; 64]) -> Self {
            // SAFETY: 64 bytes are read from 64 bytes, at any alignment; features as above.
            unsafe { Self(_mm512_loadu_si512(bytes.as_ptr().cast())) }
        }

        #[inline(always)]
        fn or_one(self) -> Self {
            // SAFETY: features as above.
            unsafe { Self(_mm512_or_si512(self.0, _mm512_set1_epi8(1))) }
        }

        #[inline(always)]
        fn sub(self, byte: u8) -> Self {
            // SAFETY: features as above.
            unsafe {
                Self(_mm512_sub_epi8(
                    self.0,
                    _mm512_set1_epi8(byte.cast_signed()),
                ))
            }
        }

        #[inline(always)]
        fn eq(self, byte: u8) -> u64 {
            // SAFETY: features as above.
            unsafe { _mm512_cmpeq_epi8_mask(self.0, _mm512_set1_epi8(byte.cast_signed())) }
        }

        #[inline(always)]
        fn le(self, byte: u8) -> u64 {
            // SAFETY: features as above.
            unsafe { _mm512_cmple_epu8_mask(self.0, _mm512_set1_epi8(byte.cast_signed())) }
        }

        #[inline(always)]
        fn low_bits(self) -> u64 {
            // SAFETY: features as above.
            unsafe { _mm512_test_epi8_mask(self.0, _mm512_set1_epi8(1)) }
        }

        #[inline(always)]
        fn halve(mask: u64) -> u64 {
            // SAFETY: features as above.
            unsafe { _pext_u64(mask, 0x5555_5555_5555_5555) }
        }

        #[inline(always)]
        fn quarter(mask: u64) -> u64 {
            // SAFETY: features as above.
            unsafe { _pext_u64(mask, 0x1111_1111_1111_1111) }
        }
    }

    /// Two registers of 32 bytes.
    #[derive(Clone, Copy)]
    struct Avx2([__m256i; 2]);

    impl Avx2 {
        #[inline(always)]
        fn mask([lower, upper]: [__m256i; 2]) -> u64 {
            // SAFETY: features as above.
            let [lower, upper] =
                unsafe { [_mm256_movemask_epi8(lower), _mm256_movemask_epi8(upper)] };
            u64::from(lower.cast_unsigned()) | u64::from(upper.cast_unsigned()) << 32
        }
    }

    impl Lanes for Avx2 {
        #[inline(always)]
        fn load(bytes: &[u8; 64]) -> Self {
            let at: *const __m256i = bytes.as_ptr().cast();
            // SAFETY: twice 32 bytes are read from 64 bytes, at any alignment; features as above.
            unsafe { Self([_mm256_loadu_si256(at), _mm256_loadu_si256(at.add(1))]) }
        }

        #[inline(always)]
        fn or_one(self) -> Self {
            // SAFETY: features as above.
            Self(
                self.0
                    .map(|v| unsafe { _mm256_or_si256(v, _mm256_set1_epi8(1)) }),
            )
        }

        #[inline(always)]
        fn sub(self, byte: u8) -> Self {
            // SAFETY: features as above.
            Self(
                self.0
                    .map(|v| unsafe { _mm256_sub_epi8(v, _mm256_set1_epi8(byte.cast_signed())) }),
            )
        }

        #[inline(always)]
        fn eq(self, byte: u8) -> u64 {
            // SAFETY: features as above.
            Self::mask(
                self.0
                    .map(|v| unsafe { _mm256_cmpeq_epi8(v, _mm256_set1_epi8(byte.cast_signed())) }),
            )
        }

        #[inline(always)]
        fn le(self, byte: u8) -> u64 {
            // SAFETY: features as above.
            Self::mask(self.0.map(|v| unsafe {
                let least = _mm256_min_epu8(v, _mm256_set1_epi8(byte.cast_signed()));
                _mm256_cmpeq_epi8(least, v)
            }))
        }

        #[inline(always)]
        fn low_bits(self) -> u64 {
            // SAFETY: features as above.
            Self::mask(self.0.map(|v| unsafe { _mm256_slli_epi16::<7>(v) }))
        }

        // Not by `pext`, which AMD's processors with AVX2 but without AVX-512 are slow at.
        #[inline(always)]
        fn halve(mask: u64) -> u64 {
            Portable::halve(mask)
        }

        #[inline(always)]
        fn quarter(mask: u64) -> u64 {
            Portable::quarter(mask)
        }
    }
}

#[cfg(test)]
mod tests;
