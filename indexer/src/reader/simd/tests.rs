//! Every way through blocks is the same way.

use proptest::prelude::*;

use super::*;

/// A way through blocks.
type Way = (&'static str, fn(&[u8], usize, &mut [CallPlanes]) -> usize);

fn bcf_ways() -> Vec<Way> {
    vec![
        ("portable", |d, w, r| bcf::<Portable>(d, w, r)),
        #[cfg(target_arch = "x86_64")]
        ("avx2", |d, w, r| {
            if !x86::has_avx2() {
                return bcf::<Portable>(d, w, r);
            }
            // SAFETY: the features are there.
            unsafe { x86::bcf_avx2(d, w, r) }
        }),
        ("best", put_bcf_blocks),
    ]
}

fn vcf_ways() -> Vec<Way> {
    fn left(text: &[u8]) -> usize {
        text.len().div_ceil(4)
    }
    vec![
        ("portable", |d, w, r| vcf::<Portable>(d, w, left(d), r)),
        #[cfg(target_arch = "x86_64")]
        ("avx2", |d, w, r| {
            if !x86::has_avx2() {
                return vcf::<Portable>(d, w, left(d), r);
            }
            // SAFETY: the features are there.
            unsafe { x86::vcf_avx2(d, w, left(d), r) }
        }),
        ("best", |d, w, r| put_vcf_blocks(d, w, left(d), r)),
    ]
}

fn same(
    ways: Vec<Way>,
    data: &[u8],
    n_samples: usize,
    n_alts: usize,
) -> Result<usize, TestCaseError> {
    let mut first: Option<(usize, Vec<CallPlanes>)> = None;
    for (name, way) in ways {
        let mut rows = vec![CallPlanes::new(n_samples); n_alts];
        let done = way(data, 0, &mut rows);
        let (expected, planes) = first.get_or_insert_with(|| (done, rows.clone()));
        prop_assert_eq!(done, *expected, "{}", name);
        prop_assert!(&rows == planes, "{}", name);
    }
    Ok(first.map_or(0, |(done, _)| done))
}

proptest! {
    #[test]
    fn every_way_is_the_same_for_bcf(
        calls in proptest::collection::vec((2..6u8, 2..6u8), 0..200),
        odd in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..2),
        n_alts in 0..4usize,
    ) {
        let mut data: Vec<u8> = calls.iter().flat_map(|&(a, b)| [a, b]).collect();
        for (at, byte) in odd {
            if !data.is_empty() {
                let at = at.index(data.len());
                data[at] = byte;
            }
        }
        let done = same(bcf_ways(), &data, calls.len(), n_alts)?;
        prop_assert!(done <= calls.len().div_ceil(64));
    }

    #[test]
    fn every_way_is_the_same_for_vcf(
        calls in proptest::collection::vec((0..2u8, any::<bool>(), 0..2u8), 1..200),
        odd in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..2),
        n_alts in 1..12usize,
    ) {
        let mut text: Vec<u8> = calls
            .iter()
            .flat_map(|&(a, p, b)| [b'0' + a, if p { b'|' } else { b'/' }, b'0' + b, b'\t'])
            .collect();
        text.pop();
        for &(at, byte) in &odd {
            let at = at.index(text.len());
            text[at] = byte;
        }
        let done = same(vcf_ways(), &text, calls.len(), n_alts)?;
        if odd.is_empty() && n_alts < 10 {
            prop_assert_eq!(done, calls.len().div_ceil(64));
        }
    }

    #[test]
    fn tabs_are_found(text in "[a\t]{0,300}", n in 0..70usize) {
        let text = text.as_bytes();
        let expected: Vec<usize> = memchr::memchr_iter(b'\t', text).take(n).collect();
        for way in [find_tabs, tabs::<Portable>] {
            let mut ends = vec![0; n];
            let found = way(text, &mut ends);
            prop_assert_eq!(&ends[..found], &expected[..]);
        }
    }

    #[test]
    fn gathers_are_the_same(word: u64, mask: u64) {
        prop_assert_eq!(gather(word, mask), gather_portable(word, mask));
    }
}
