//! 64-bit sums in words of a kernel's output.
//!
//! Portable WGSL has integers of 32 bits. Shaders add in two of them, with the carry, and write
//! three words: 31, 31 and 2 bits of the sum, each with [`WRITTEN`]. Twins add in 64 bits, so that
//! a carry that is lost shows.

use crate::WRITTEN;

/// Words of a sum.
pub const SUM_WORDS: usize = 3;

/// The words of a sum.
#[must_use]
pub const fn pack(sum: i64) -> [u32; SUM_WORDS] {
    let bits = sum as u64;
    [
        bits as u32 | WRITTEN,
        (bits >> 31) as u32 | WRITTEN,
        (bits >> 62) as u32 | WRITTEN,
    ]
}

/// The sum of three words.
#[must_use]
pub const fn unpack(words: [u32; SUM_WORDS]) -> i64 {
    let [low, middle, high] = words;
    let (low, middle) = ((low & !WRITTEN) as u64, (middle & !WRITTEN) as u64);
    (low | middle << 31 | ((high & 3) as u64) << 62) as i64
}

/// A value whose low word comes first.
pub(super) const fn value([low, high]: [u32; 2]) -> i64 {
    (low as u64 | (high as u64) << 32) as i64
}

/// The words of a value, the low one first.
pub(super) const fn words(value: i64) -> [u32; 2] {
    [value as u32, (value >> 32) as u32]
}

/// Values at which carries and signs go wrong first, and any others.
pub(super) fn any_value(random: u32, other: u32) -> i64 {
    match random % 8 {
        0 => i64::MAX,
        1 => i64::MIN,
        2 => -1,
        3 => i64::from(u32::MAX),
        4 => 1 << 32,
        5 => 0,
        6 => i64::from(other as i32),
        _ => value([other, random]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_come_back_and_every_word_is_marked() {
        let ends = [0, 1, -1, i64::MAX, i64::MIN, 1 << 31, 1 << 62, -(1 << 31)];
        let others = (0..64).map(|bit| 0x5a5a_1234_dead_beef_u64.rotate_left(bit) as i64);
        for sum in ends.into_iter().chain(others) {
            let words = pack(sum);
            assert!(words.iter().all(|w| w & WRITTEN != 0));
            assert_eq!(unpack(words), sum);
            assert_eq!(value(super::words(sum)), sum);
        }
    }
}
