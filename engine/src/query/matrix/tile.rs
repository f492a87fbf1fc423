//! Squares of 64 samples by 64 variants, spread to bytes.

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
    fn two_bits_are_a_byte() {
        for n in [0, 1, 7, 8, 9, 63, 64] {
            let mut out = vec![9; n];
            expand(0xaaaa_aaaa_aaaa_aaaa, 0xcccc_cccc_cccc_cccc, &mut out);
            let expected: Vec<u8> = (0..n).map(|i| [0, 1, 2, 255][i % 4]).collect();
            assert_eq!(out, expected);
        }
    }
}
