//! The decoder against two encoders, and against noise.

use libdeflater::{CompressionLvl, Compressor};
use proptest::prelude::*;

use super::*;

/// Runs of short periods with bytes changed here and there.
fn repeats() -> impl Strategy<Value = Vec<u8>> {
    let run = (proptest::collection::vec(any::<u8>(), 1..20), 1..3000usize);
    let edits = proptest::collection::vec((any::<u16>(), any::<u8>()), 0..100);
    (proptest::collection::vec(run, 0..12), edits).prop_map(|(runs, edits)| {
        let mut data: Vec<u8> = runs
            .iter()
            .flat_map(|(period, n)| period.iter().copied().cycle().take(*n))
            .collect();
        for (at, byte) in edits {
            if let Some(slot) = data.get_mut(usize::from(at)) {
                *slot = byte;
            }
        }
        data
    })
}

proptest! {
    #[test]
    fn what_was_deflated_is_inflated(
        data in prop_oneof![repeats(), proptest::collection::vec(any::<u8>(), 0..5000)],
        level in 0..=12i32,
        damage in proptest::option::of((any::<prop::sample::Index>(), any::<u8>())),
    ) {
        let level = CompressionLvl::new(level).expect("a level");
        let mut compressor = Compressor::new(level);
        let mut packed = vec![0; compressor.deflate_compress_bound(data.len())];
        let n = compressor.deflate_compress(&data, &mut packed).expect("it fits");
        packed.truncate(n);
        let mut inflater = Inflater::new();
        let mut out = vec![0; data.len()];
        // Twice, as the tables are used again.
        for _ in 0..2 {
            out.fill(0);
            prop_assert!(inflater.inflate(&packed, &mut out).is_some());
            prop_assert!(out == data);
        }
        prop_assert!(inflater.inflate(&packed, &mut vec![0; data.len() + 1]).is_none());
        if let Some((at, byte)) = damage {
            let at = at.index(packed.len());
            packed[at] = byte;
            // Whatever comes out, nothing panics, and the CRC is checked elsewhere.
            let _ = inflater.inflate(&packed, &mut out);
        }
    }

    #[test]
    fn what_was_deflated_by_zlib_is_inflated(data in repeats(), level in 0..=9i32) {
        let config = zlib_rs::DeflateConfig {
            level,
            window_bits: -15,
            ..zlib_rs::DeflateConfig::default()
        };
        let mut packed = vec![0; zlib_rs::compress_bound(data.len()) + 100];
        let (packed, code) = zlib_rs::compress_slice(&mut packed, &data, config);
        prop_assert_eq!(code, zlib_rs::ReturnCode::Ok);
        let mut out = vec![0; data.len()];
        prop_assert!(Inflater::new().inflate(packed, &mut out).is_some());
        prop_assert!(out == data);
    }

    #[test]
    fn noise_never_panics(noise in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Inflater::new().inflate(&noise, &mut vec![0; 70_000]);
    }
}
