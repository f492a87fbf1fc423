//! Squares of 64 by 64 bits, turned over.

/// Bit `c` of word `r` becomes bit `r` of word `c`.
pub(crate) fn transpose(words: &mut [u64; 64]) {
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
}
