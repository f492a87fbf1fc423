//! Random records through both formats and every path.

use proptest::prelude::*;

use super::model::{Random, Row, bcf, vcf};
use super::*;

fn options() -> impl Strategy<Value = (CallOptions, u8)> {
    let half = prop_oneof![
        Just(HalfCallMode::Missing),
        Just(HalfCallMode::Reference),
        Just(HalfCallMode::Haploid),
    ];
    let gq = proptest::option::weighted(0.3, 0..100u32);
    let dp = proptest::option::weighted(0.3, 0..100u32);
    // How many of eight columns are kept; eight: no choice is made.
    (half, gq, dp, prop_oneof![Just(8), 0..8u8]).prop_map(|(half_call, gq, min_dp, keep)| {
        let options = CallOptions {
            half_call,
            min_gq: gq.map(f64::from),
            min_dp,
            keep: None,
        };
        (options, keep)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 300 }))]

    #[test]
    fn both_formats_mean_what_the_naive_reader_says(
        seed: u64,
        n_samples in prop_oneof![0..4usize, 60..70usize, 0..300usize],
        (mut options, keep) in options(),
    ) {
        let mut random = Random(seed);
        if keep < 8 {
            let columns = (0..n_samples as u32).filter(|_| random.below(8) < usize::from(keep));
            options.keep = Some(columns.collect());
        }
        let rows: Vec<Row> = (0..6).map(|_| Row::random(&mut random, n_samples)).collect();
        let text = vcf(&rows, n_samples);
        let binary = bcf(&rows, n_samples, &mut random);
        let from_text = read_all(text.clone(), &options).expect("VCF reads");
        let from_binary = read_all(bgzip(&binary), &options).expect("BCF reads");
        prop_assert_eq!(from_text.len(), rows.len());
        prop_assert_eq!(from_binary.len(), rows.len());
        for ((row, a), b) in rows.iter().zip(&from_text).zip(&from_binary) {
            let (planes, mut tallies) = row.meaning(&options);
            if n_samples == 0 {
                tallies = CallTallies::default();
            }
            for (name, record) in [("VCF", a), ("BCF", b)] {
                prop_assert!(record.calls == planes, "{} calls of {:?}", name, row);
                prop_assert!(record.tallies == tallies, "{} tallies of {:?}", name, row);
            }
        }
    }

    #[test]
    fn damaged_bytes_never_panic(
        seed: u64,
        n_samples in 0..70usize,
        edits in proptest::collection::vec((any::<u32>(), any::<u8>()), 1..8),
        cut in any::<u32>(),
        binary: bool,
    ) {
        let mut random = Random(seed);
        let rows: Vec<Row> = (0..3).map(|_| Row::random(&mut random, n_samples)).collect();
        let mut bytes = if binary {
            bcf(&rows, n_samples, &mut random)
        } else {
            vcf(&rows, n_samples)
        };
        for (at, byte) in edits {
            let at = at as usize % bytes.len();
            bytes[at] = byte;
        }
        if cut % 3 == 0 {
            bytes.truncate(cut as usize % (bytes.len() + 1));
        }
        // Whatever it is, it is read or refused; and compressed it is the same.
        let plain = read_all(bytes.clone(), &CallOptions::default());
        let blocks = read_all(bgzip(&bytes), &CallOptions::default());
        match (plain, blocks) {
            // As text, since QUAL may be NaN.
            (Ok(a), Ok(b)) => prop_assert_eq!(format!("{a:?}"), format!("{b:?}")),
            (a, b) => prop_assert!(a.is_err() == b.is_err() || !bytes.ends_with(b"\n")),
        }
    }

    #[test]
    fn damaged_compression_never_panics(
        edits in proptest::collection::vec((any::<u32>(), any::<u8>()), 1..4),
        threads in 0..3usize,
    ) {
        let mut random = Random(1);
        let rows = [Row::random(&mut random, 20)];
        let mut bytes = bgzip(&vcf(&rows, 20));
        for (at, byte) in edits {
            let at = at as usize % bytes.len();
            bytes[at] = byte;
        }
        if let Ok(mut source) = Source::from_reader(Path::new("x"), Cursor::new(bytes), threads) {
            while source.read(&mut RawRecord::default()).unwrap_or(false) {}
        }
    }
}
