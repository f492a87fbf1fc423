//! Hand-worked records and messages.

use genodex_engine::genotype::{Genotype, HalfCall, PhaseSet};

use super::model::{Random, Row, Sample, bcf, header};
use super::*;

fn one(columns: &str, samples: &[&str]) -> Result<Record, ReadError> {
    let mut text = header(samples.len());
    text.push_str(columns);
    for sample in samples {
        text.push('\t');
        text.push_str(sample);
    }
    text.push('\n');
    let mut records = read_all(text.into_bytes(), &CallOptions::default())?;
    Ok(records.pop().expect("a record"))
}

fn message(columns: &str, samples: &[&str]) -> String {
    one(columns, samples).expect_err("refused").to_string()
}

#[test]
fn a_multi_allelic_record_is_split() {
    let record = one(
        "1\t7\trs1;x\tA\tC,G\t3.5\tq;r\t.\tGT:PS",
        &["1|2:9", "0/1:4", "2", "./2", "2/2", ".", "1|2:PAT", "0/1/2"],
    )
    .expect("reads");
    assert_eq!((record.pos, record.qual), (7, Some(3.5)));
    assert_eq!(record.id.as_deref(), Some("rs1;x"));
    assert_eq!(record.filter.as_deref(), Some("q;r"));
    assert_eq!(record.alternates, ["C", "G"]);
    use Genotype::{Het, HomAlt, HomRef, Missing};
    let expected = [
        [Het, Het, HomRef, Missing, HomRef, Missing, Het, Missing],
        [Het, HomRef, HomAlt, Missing, HomAlt, Missing, Het, Missing],
    ];
    for ((row, expected), alt) in record.calls.iter().zip(expected).zip([false, true]) {
        let found: [Genotype; 8] = std::array::from_fn(|s| row.genotype(s));
        assert_eq!(found, expected);
        assert_eq!(row.phased.iter().collect::<Vec<_>>(), [0, 6]);
        assert_eq!(row.haploid.iter().collect::<Vec<_>>(), [2, 5]);
        let flipped: &[u32] = if alt { &[] } else { &[0, 6] };
        assert_eq!(row.flipped.iter().collect::<Vec<_>>(), flipped);
        let half = HalfCall {
            sample: 3,
            alt,
            second: true,
        };
        assert_eq!(row.half_calls, [half]);
        assert_eq!(row.phase_sets, [PhaseSet { sample: 0, set: 9 }]);
    }
    let counts = record.calls[1].counts();
    // 0|2, 2, ./2, 2/2 and 1|2 have six copies among 2 + 2 + 1 + 1 + 2 + 2 alleles.
    assert_eq!((counts.allele_count(), counts.allele_number()), (6, 10));
    let tallies = CallTallies {
        half_calls: 1,
        polyploid: 1,
        bad_phase_sets: 1,
        ..CallTallies::default()
    };
    assert_eq!(record.tallies, tallies);
}

#[test]
fn messages_name_line_field_and_sample() {
    let long = message("1\t1\t.\tA\tC\t.\t.\t.\tGT", &["0/1", "0/2"]);
    for part in ["line 9", "GT of sample \"s1\"", "\"0/2\"", "2"] {
        assert!(long.contains(part), "{part} in {long}");
    }
    for (columns, samples, part) in [
        ("1\tx\t.\tA\tC\t.\t.\t.\tGT", vec!["0"], "POS"),
        (
            "1\t2147483648\t.\tA\tC\t.\t.\t.\tGT",
            vec!["0"],
            "2147483647",
        ),
        ("1\t1\t.\tA\tC,\t.\t.\t.\tGT", vec!["0"], "ALT"),
        ("1\t1\t.\tA C\tC\t.\t.\t.\tGT", vec!["0"], "REF"),
        ("1\t1\t.\tA\tC\tx\t.\t.\tGT", vec!["0"], "QUAL"),
        (
            "1\t1\t.\tA\tC\t.\t.\t.\tGT",
            vec!["0", "0\t0"],
            "3 sample columns",
        ),
        (
            "1\t1\t.\tA\tC\t.\t.\t.\tDP",
            vec!["0", "0\t0"],
            "3 sample columns",
        ),
        ("1\t1\t.\tA\tC\t.\t.\t.\tGT", vec!["0|"], "genotype"),
        ("1\t1\t.\tA\tC\t.\t.\t.\tGT", vec![""], "genotype"),
        ("1\t1\t.\tA\tC\t.\t.", vec![], "7 columns"),
    ] {
        let text = message(columns, &samples);
        assert!(
            text.contains(part) && text.contains("line 9"),
            "{part} in {text}"
        );
    }
}

#[test]
fn lines_of_other_systems_and_unknown_contigs_are_read() {
    let text = format!(
        "{}9\t0\t.\tA\tC\t.\t.\t.\tGT\t0|1\r\n\r\nX\t5\t.\tA\t.\t.\t.\t.\tDP\t3",
        header(1).replace('\n', "\r\n")
    );
    let mut source =
        Source::from_reader(Path::new("x"), Cursor::new(text.into_bytes()), 0).expect("opens");
    let mut raw = RawRecord::default();
    let mut parser = Parser::new(source.header().clone(), CallOptions::default()).expect("fits");
    let mut record = Record::default();
    assert!(source.read(&mut raw).expect("reads"));
    parser.parse(&raw, &mut record).expect("reads");
    assert_eq!((record.pos, record.contig), (0, ContigId(1)));
    assert!(source.read(&mut raw).expect("reads"));
    assert_eq!(raw.place(), Place::Line(11));
    parser.parse(&raw, &mut record).expect("reads");
    assert_eq!((record.calls.len(), record.tallies.no_gt), (0, 1));
    assert!(!source.read(&mut raw).expect("ends"));
    let names: Vec<_> = source.contigs().iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["1", "9", "X"]);
    assert_eq!(source.warnings().len(), 1, "{:?}", source.warnings());
}

fn sample_text() -> Vec<u8> {
    let mut text = header(2);
    for pos in 1..2000 {
        text.push_str(&format!("1\t{pos}\t.\tA\tC\t.\t.\t.\tGT\t0|1\t1|1\n"));
    }
    text.into_bytes()
}

#[test]
fn a_cut_file_is_refused_and_a_missing_marker_warned_of() {
    let whole = bgzip(&sample_text());
    for threads in [0, 2] {
        let open = |bytes: &[u8]| {
            Source::from_reader(Path::new("x"), Cursor::new(bytes.to_vec()), threads)
        };
        let read = |bytes: &[u8]| {
            let mut source = open(bytes)?;
            let mut raw = RawRecord::default();
            while source.read(&mut raw)? {}
            Ok::<_, ReadError>((raw.ordinal(), source.warnings().len()))
        };
        assert_eq!(read(&whole).expect("reads"), (1999, 0));
        let marker = whole.len() - 28;
        assert_eq!(read(&whole[..marker]).expect("reads"), (1999, 1));
        for cut in [1, 5, 27, 29, 40] {
            let error = read(&whole[..whole.len() - cut]).expect_err("refused");
            assert!(error.to_string().contains("truncated"), "{cut}: {error}");
        }
    }
}

#[test]
fn plain_gzip_of_several_members_is_read() {
    let text = sample_text();
    let mut bytes = Vec::new();
    let config = zlib_rs::DeflateConfig {
        window_bits: 31,
        ..zlib_rs::DeflateConfig::default()
    };
    for part in text.chunks(30_000) {
        let mut out = vec![0; 60_000];
        let (packed, code) = zlib_rs::compress_slice(&mut out, part, config);
        assert_eq!(code, zlib_rs::ReturnCode::Ok);
        bytes.extend_from_slice(packed);
    }
    let options = CallOptions::default();
    assert_eq!(
        read_all(bytes.clone(), &options).expect("reads").len(),
        1999
    );
    bytes.truncate(bytes.len() - 9);
    let error = read_all(bytes, &options).expect_err("refused").to_string();
    assert!(error.contains("truncated"), "{error}");
}

#[test]
fn what_is_not_vcf_is_named() {
    for (bytes, part) in [
        (b"".to_vec(), "empty"),
        (b"hello".to_vec(), "hello"),
        (b"BAM\x01".to_vec(), "BAM"),
        (b"BCF\x04".to_vec(), "version 1"),
        (b"##fileformat=VCFv4.2\n1\t1".to_vec(), "#CHROM"),
        (b"BCF\x02\x02\xff\xff\xff\xff".to_vec(), "at most"),
        (b"BCF\x02\x02\xff\xff\x00\x00abc".to_vec(), "truncated"),
    ] {
        let error = read_all(bytes, &CallOptions::default()).expect_err("refused");
        assert!(error.to_string().contains(part), "{part} in {error}");
    }
}

#[test]
fn options_are_checked() {
    let text = format!("{}1\t1\t.\tA\tC\t.\t.\t.\tGT\t./1\t0/1\n", header(2));
    let read = |options| read_all(text.clone().into_bytes(), &options);
    let half = CallOptions {
        half_call: HalfCallMode::Error,
        ..CallOptions::default()
    };
    let error = read(half).expect_err("refused").to_string();
    assert!(
        error.contains("\"s0\"") && error.contains("--half-call"),
        "{error}"
    );
    for columns in [vec![2], vec![1, 0], vec![0, 0]] {
        let keep = CallOptions {
            keep: Some(columns),
            ..CallOptions::default()
        };
        assert!(matches!(read(keep), Err(ReadError::Options { .. })));
    }
    let keep = CallOptions {
        keep: Some(vec![1]),
        ..CallOptions::default()
    };
    let records = read(keep).expect("reads");
    let calls = &records[0].calls[0];
    assert_eq!((calls.n_samples, calls.genotype(0)), (1, Genotype::Het));
    assert!(calls.half_calls.is_empty());
}

/// Changes a byte of the one record of a BCF file of two samples.
fn bcf_message(change: impl FnOnce(&mut [u8])) -> String {
    let call = |a| Sample {
        alleles: vec![Some(0), Some(a)],
        phased: vec![false, true],
        ..Sample::default()
    };
    let row = Row {
        n_alts: 1,
        samples: vec![call(0), call(1)],
        keys: vec!["GT"],
    };
    let mut bytes = bcf(&[row], 2, &mut Random(2));
    let record = 9 + header(2).len() + 1;
    change(&mut bytes[record..]);
    let refused = read_all(bytes, &CallOptions::default()).expect_err("refused");
    refused.to_string()
}

#[test]
fn bcf_messages_name_record_field_and_sample() {
    // Lengths take 8 bytes, CHROM to n_fmt_sample 24; two alleles and FILTER and INFO follow.
    type Change = fn(&mut [u8]);
    let changes: [(Change, &str); 8] = [
        (|r| r[8] = 9, "contig 9"),
        (|r| r[12..16].copy_from_slice(&(-2i32).to_le_bytes()), "POS"),
        (|r| r[26] = 0, "no allele"),
        (|r| r[28] = 3, "3 samples, but the header names 2"),
        (|r| r[32] = 0x46, "type 6"),
        (|r| r[r.len() - 1] = 8, "GT of sample \"s1\": allele 3"),
        (|r| r[r.len() - 6] = 99, "id 99"),
        (|r| r[0] = 3, "at least 24"),
    ];
    for (change, part) in changes {
        let message = bcf_message(change);
        let place = message.contains("record 1 (offset");
        assert!(message.contains(part) && place, "{part} in {message}");
    }
}

#[test]
fn parts_go_between_threads() {
    fn send<T: Send>() {}
    fn sync<T: Sync>() {}
    send::<Source>();
    send::<Parser>();
    send::<Record>();
    sync::<RawRecord>();
}
