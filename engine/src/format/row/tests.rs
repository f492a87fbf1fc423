//! Any row comes back as it was; any bytes are an error or a row.

use proptest::prelude::*;

use super::*;
use crate::genotype::{CallPlanes, Genotype, HalfCall, PhaseSet};

/// Calls from a list of small numbers, one a sample: genotype, phase, ploidy, half calls.
fn calls_of(codes: &[u16]) -> CallPlanes {
    let mut c = CallPlanes::new(codes.len());
    for (s, &x) in codes.iter().enumerate() {
        let genotype = [
            Genotype::HomRef,
            Genotype::Het,
            Genotype::HomAlt,
            Genotype::Missing,
        ][usize::from(x & 3)];
        c.set_genotype(s, genotype);
        let haploid = x & 0x30 == 0x30 && genotype != Genotype::Het;
        if haploid {
            c.haploid.set(s);
        } else if x & 4 == 4 {
            c.phased.set(s);
            if genotype == Genotype::Het && x & 0xc0 == 0xc0 {
                c.phase_sets.push(PhaseSet {
                    sample: s as u32,
                    set: u32::from(x) * 977,
                });
            }
        }
        if genotype == Genotype::Het && x & 8 == 8 {
            c.flipped.set(s);
        }
        if genotype == Genotype::Missing && !haploid && x & 0x300 == 0x300 {
            c.half_calls.push(HalfCall {
                sample: s as u32,
                alt: x & 0x400 != 0,
                second: x & 0x800 != 0,
            });
        }
    }
    c
}

fn round_trip(calls: &CallPlanes) {
    let mut row = encode_row(calls);
    assert_eq!(row.counts, calls.counts());
    let table: Vec<_> = row.haploid.iter().cloned().collect();
    let place = row
        .haploid
        .take()
        .map(|_| (0, crate::genotype::Plane::zeros(calls.n_samples)));
    finish_payload(&mut row, place);
    let dense = (row.flags & flag::DENSE != 0).then_some(&row.dense[..]);
    let view = RowView::parse(row.flags, &row.payload, dense, calls.n_samples).unwrap();
    assert_eq!(&view.calls(&table).unwrap(), calls);
}

#[test]
fn sizes_around_words_and_chunks() {
    for n in [0, 1, 31, 32, 33, 511, 512, 513, 65_537] {
        for fill in [0u16, 1, 2, 3, 5, 7, 0x32, 0x30f] {
            round_trip(&calls_of(&vec![fill; n]));
            let mixed: Vec<u16> = (0..n)
                .map(|i| (i as u16).wrapping_mul(40_503) ^ fill)
                .collect();
            round_trip(&calls_of(&mixed));
            let rare: Vec<u16> = (0..n)
                .map(|i| if i % 997 == 5 { fill } else { 4 })
                .collect();
            round_trip(&calls_of(&rare));
        }
    }
}

/// The example of `docs/format.md`.
#[test]
fn the_documented_example_has_the_documented_bytes() {
    let mut c = CallPlanes::new(5);
    for (s, genotype) in [
        (1, Genotype::Het),
        (3, Genotype::Het),
        (4, Genotype::Missing),
    ] {
        c.set_genotype(s, genotype);
    }
    (0..5).for_each(|s| c.phased.set(s));
    c.flipped.set(3);
    let row = encode_row(&c);
    assert_eq!(row.flags, 0x18);
    assert_eq!(row.payload, [0x44, 0x02, 0x01, 0x03, 0x01, 0x04, 0x02]);
    assert!(row.extras.is_empty() && row.haploid.is_none() && row.dense.is_empty());
}

proptest! {
    #[test]
    fn any_row_comes_back(codes in prop::collection::vec(any::<u16>(), 0..700), rare in any::<bool>()) {
        let codes: Vec<u16> = if rare {
            codes.iter().enumerate().map(|(i, &c)| if i % 13 == 0 { c } else { 4 }).collect()
        } else { codes };
        round_trip(&calls_of(&codes));
    }

    #[test]
    fn any_bytes_are_an_error_or_a_row(flags in any::<u8>(), n in 0usize..600,
                                       payload in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(view) = RowView::parse(flags & !flag::DENSE, &payload, None, n) {
            let _ = view.calls(&[]);
            let _ = view.half_calls();
        }
    }
}
