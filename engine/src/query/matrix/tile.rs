//! Squares of 64 samples by 64 variants: transposed as bits, and spread to bytes.

/// For each byte, its bits as bytes of 0 and 1, the lowest first.
const SPREAD: [u64; 256] = {
    let mut out = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut bit = 0;
        while bit < 8 {
            if byte >> bit & 1 == 1 {
                out[byte] |= 1 << (8 * bit);
            }
            bit += 1;
        }
        byte += 1;
    }
    out
};

/// Bit `c` of word `r` becomes bit `r` of word `c`.
pub(super) fn transpose(words: &mut [u64; 64]) {
    let mut width = 32;
    let mut mask = 0xffff_ffff_u64;
    while width > 0 {
        let mut k = 0;
        while k < 64 {
            let swap = (words[k] >> width ^ words[k + width]) & mask;
            words[k] ^= swap << width;
            words[k + width] ^= swap;
            k = (k + width + 1) & !width;
        }
        width /= 2;
        mask ^= mask << width;
    }
}

/// Eight values as bytes: of the two bits of a call, 00 becomes 0, `lo` 1, `hi` 2, both -1.
fn spread(lo: u8, hi: u8) -> [u8; 8] {
    // No byte goes beyond 255: 1 + 2 + 252 where both bits are set.
    let of = |bits: u8| SPREAD[usize::from(bits)];
    (of(lo) + 2 * of(hi) + 252 * of(lo & hi)).to_le_bytes()
}

/// Writes the values of up to 64 calls.
pub(super) fn expand(lo: u64, hi: u64, out: &mut [u8]) {
    let bytes = lo.to_le_bytes().into_iter().zip(hi.to_le_bytes());
    let (whole, rest) = out.as_chunks_mut::<8>();
    let mut bytes = bytes;
    for (to, (lo, hi)) in whole.iter_mut().zip(&mut bytes) {
        *to = spread(lo, hi);
    }
    if let Some((lo, hi)) = bytes.next()
        && !rest.is_empty()
    {
        let last = spread(lo, hi);
        rest.copy_from_slice(&last[..rest.len()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_is_transposed() {
        let mut words = [0; 64];
        let mut seed = 1_u64;
        for word in &mut words {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *word = seed ^ seed >> 29;
        }
        let before = words;
        transpose(&mut words);
        for (r, row) in before.iter().enumerate() {
            for (c, column) in words.iter().enumerate() {
                assert_eq!(row >> c & 1, column >> r & 1, "{r} {c}");
            }
        }
    }

    #[test]
    fn two_bits_are_a_byte() {
        for n in [0, 1, 7, 8, 9, 63, 64] {
            let mut out = vec![9; n];
            expand(0xaaaa_aaaa_aaaa_aaaa, 0xcccc_cccc_cccc_cccc, &mut out);
            let expected: Vec<u8> = (0..n).map(|i| [0, 1, 2, 255][i % 4]).collect();
            assert_eq!(out, expected);
        }
    }
}
