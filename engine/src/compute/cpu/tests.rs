//! The fast forms of the kernels against the twins of the shaders.

use genodex_shaders::WRITTEN;
use genodex_shaders::kernel::{dense_counts, sparse_counts};

use super::Isa;
use crate::compute::cohorts::MASK_COHORTS;

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
