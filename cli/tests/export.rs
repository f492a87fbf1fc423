//! `genodex export`: what bcftools makes of the same selections (`golden/export/make.sh` made the
//! answers), and matrices and tables against the calls of the input.
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

mod common;

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int8Type, Int32Type, UInt64Type};
use arrow_array::{Array, RecordBatch};
use common::{fails, run, stdout, words, write};

fn export(store: &Path, words: &[&str]) -> String {
    let head = ["export", "-q", store.to_str().unwrap()];
    stdout(head.iter().chain(words))
}

fn index(input: &Path, store: &Path) {
    let words = ["index".as_ref(), "-q".as_ref(), input.as_os_str()];
    stdout(words.into_iter().chain(["-o".as_ref(), store.as_os_str()]));
}

fn records(text: &str) -> Vec<&str> {
    text.lines().filter(|l| !l.starts_with("##")).collect()
}

#[test]
fn every_selection_is_what_bcftools_writes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/export");
    let text = std::fs::read_to_string(folder.join("expected.txt")).unwrap();
    let stores = tempfile::tempdir().unwrap();
    let mut made: HashMap<String, PathBuf> = HashMap::new();
    let (mut cases, mut wrong) = (0, Vec::new());
    for case in text.split("== ").skip(1) {
        let (line, expected) = case.split_once('\n').unwrap();
        let split = line.strip_prefix("norm ");
        let arguments = split.unwrap_or(line);
        let (file, arguments) = arguments.split_once(' ').unwrap_or((arguments, ""));
        let n = made.len();
        let store = made.entry(file.to_owned()).or_insert_with(|| {
            let store = stores.path().join(format!("{n}.gdx"));
            index(&folder.join(file), &store);
            store
        });
        let mut words = words(arguments);
        words.extend(split.map(|_| "--split".to_owned()));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let ours = export(store, &words);
        cases += 1;
        let lines = |text: &str| -> BTreeSet<String> {
            text.lines()
                .filter(|l| l.starts_with("##"))
                .map(str::to_owned)
                .collect()
        };
        if records(&ours) != records(expected) || lines(&ours) != lines(expected) {
            let head: Vec<String> = lines(&ours)
                .symmetric_difference(&lines(expected))
                .cloned()
                .collect();
            let (ours, theirs) = (records(&ours), records(expected));
            let differs = ours.iter().zip(&theirs).find(|(a, b)| a != b);
            wrong.push(format!(
                "{line}\n  {differs:?} {head:?} {} {}",
                ours.len(),
                theirs.len()
            ));
        }
    }
    assert!(cases > 20, "{cases}");
    assert!(
        wrong.is_empty(),
        "{} of {cases}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Calls that a VCF may have, of a variant with one ALT and with two.
const ONE: [&str; 10] = [
    "0/0", "0|1", "1|0", "1/1", "./.", "0|0", "1", "0", "./1", ".",
];
const TWO: [&str; 8] = ["0/0", "1|2", "2/2", "0|2", "./.", "2", "1/1", "2|1"];

struct Made {
    text: String,
    /// The calls of each record.
    calls: Vec<Vec<&'static str>>,
    alts: Vec<usize>,
}

/// A small VCF.
fn made(seed: u64, samples: usize, rows: usize) -> Made {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = |n: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % n
    };
    let mut text = String::from(
        "##fileformat=VCFv4.2\n##FILTER=<ID=PASS,Description=\"All filters passed\">\n\
         ##contig=<ID=1,length=100000>\n\
         ##INFO=<ID=DP,Number=1,Type=Integer,Description=\"d\">\n\
         ##INFO=<ID=XA,Number=A,Type=Float,Description=\"a\">\n\
         ##INFO=<ID=XS,Number=.,Type=String,Description=\"s\">\n\
         ##INFO=<ID=FL,Number=0,Type=Flag,Description=\"f\">\n\
         ##FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">\n\
         #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT",
    );
    for s in 0..samples {
        write!(text, "\tS{s}").unwrap();
    }
    text.push('\n');
    let (mut calls, mut alts) = (Vec::new(), Vec::new());
    for row in 0..rows {
        let two = next(4) == 0;
        let rare = next(2) == 0;
        let info = match next(4) {
            0 => ".".to_owned(),
            1 => format!("DP={};XS=a,b", next(90)),
            2 => format!("FL;XA=0.5{}", if two { ",." } else { "" }),
            _ => format!("DP={}", next(90)),
        };
        let alt = if two { "C,G" } else { "C" };
        write!(
            text,
            "1\t{}\t.\tA\t{alt}\t{}\tPASS\t{info}\tGT",
            10 + 2 * row,
            row + 1
        )
        .unwrap();
        let of: &[&str] = if two { &TWO } else { &ONE };
        let row: Vec<&str> = (0..samples)
            .map(|_| {
                if rare && next(8) > 0 {
                    "0/0"
                } else {
                    of[next(of.len())]
                }
            })
            .collect();
        for call in &row {
            write!(text, "\t{call}").unwrap();
        }
        text.push('\n');
        calls.push(row);
        alts.push(1 + usize::from(two));
    }
    Made { text, calls, alts }
}

/// How often an ALT is called, and all alleles.
fn counted(calls: &[&str], alt: usize) -> (u64, u64) {
    let alleles = calls
        .iter()
        .flat_map(|c| c.split(['/', '|']))
        .filter(|a| *a != ".");
    let ac = alleles.clone().filter(|a| a.parse() == Ok(alt)).count();
    (ac as u64, alleles.count() as u64)
}

/// Copies of an ALT; of a haploid call `whole`.
fn copies(call: &str, alt: usize, whole: i8) -> i8 {
    let alleles: Vec<Option<usize>> = call.split(['/', '|']).map(|a| a.parse().ok()).collect();
    let n = alleles.iter().filter(|a| **a == Some(alt)).count() as i8;
    match alleles.as_slice() {
        a if a.contains(&None) => -1,
        [_] => n * whole,
        _ => n,
    }
}

#[test]
fn what_is_exported_is_what_was_indexed() {
    for seed in 0..12 {
        let folder = tempfile::tempdir().unwrap();
        let made = made(seed, 1 + 17 * seed as usize % 70, 40);
        let input = write(folder.path(), "in.vcf", &made.text);
        let store = folder.path().join("s.gdx");
        index(&input, &store);
        let kept = export(&store, &["--keep-info"]);
        assert_eq!(records(&kept), records(&made.text), "{seed}");
        let text = export(&store, &[]);
        for (i, line) in records(&text)[1..].iter().enumerate() {
            let fields: Vec<&str> = line.split('\t').collect();
            let counts = (1..=made.alts[i]).map(|alt| counted(&made.calls[i], alt));
            let (ac, an): (Vec<u64>, Vec<u64>) = counts.unzip();
            let ac: Vec<String> = ac.iter().map(u64::to_string).collect();
            let ends = format!("AC={};AN={};AF=", ac.join(","), an[0]);
            assert!(fields[7].contains(&ends), "{line}");
            assert_eq!(&fields[9..], made.calls[i], "{seed} {line}");
        }
        for name in ["o.vcf.gz", "o.bcf", "o.vcf"] {
            let file = folder.path().join(name);
            export(&store, &["-o", file.to_str().unwrap()]);
            let again = folder.path().join(format!("{name}.gdx"));
            index(&file, &again);
            assert_eq!(export(&again, &[]), text, "{seed} {name}");
        }
    }
}

/// The shape and the values of a matrix for NumPy, and whether samples lie together.
fn npy(path: &Path) -> (usize, usize, bool, Vec<u8>) {
    let bytes = std::fs::read(path).unwrap();
    assert_eq!(&bytes[..8], b"\x93NUMPY\x01\x00");
    let head = std::str::from_utf8(&bytes[10..128]).unwrap();
    let shape = head
        .split_once("'shape': (")
        .unwrap()
        .1
        .split_once(')')
        .unwrap()
        .0;
    let (samples, variants) = shape.split_once(", ").unwrap();
    let by_sample = head.contains("'fortran_order': False");
    (
        samples.parse().unwrap(),
        variants.parse().unwrap(),
        by_sample,
        bytes[128..].to_vec(),
    )
}

#[test]
fn a_matrix_has_the_copies_of_each_alt() {
    let folder = tempfile::tempdir().unwrap();
    let made = made(7, 200, 90);
    let input = write(folder.path(), "in.vcf", &made.text);
    let store = folder.path().join("s.gdx");
    index(&input, &store);
    let rows: Vec<(usize, usize)> = (made.alts.iter().enumerate())
        .flat_map(|(i, &alts)| (1..=alts).map(move |alt| (i, alt)))
        .collect();
    for (orient, two, samples) in [
        ("samples", false, None),
        ("variants", false, None),
        ("samples", true, Some("S150,S3,S64,S63,S199")),
        ("variants", true, Some("^S0,S77")),
        ("variants", false, Some("S9,S2")),
    ] {
        let file = folder.path().join("m.npy");
        let mut words = vec!["--matrix", "--orient", orient, "-o", file.to_str().unwrap()];
        words.extend(samples.into_iter().flat_map(|s| ["-s", s]));
        words.extend(if two {
            ["--haploid-as", "2"]
        } else {
            ["--haploid-as", "1"]
        });
        export(&store, &words);
        let (n, v, by_sample, values) = npy(&file);
        let ids = std::fs::read_to_string(folder.path().join("m.samples.tsv")).unwrap();
        let ids: Vec<usize> = ids
            .lines()
            .skip(1)
            .map(|l| l[1..].parse().unwrap())
            .collect();
        match samples {
            None => assert_eq!(ids, (0..200).collect::<Vec<_>>()),
            Some(list) if list.starts_with('^') => assert_eq!(ids.len(), 198),
            Some(list) => assert_eq!(
                ids,
                list.split(',')
                    .map(|i| i[1..].parse().unwrap())
                    .collect::<Vec<usize>>()
            ),
        }
        assert_eq!(
            (n, v, by_sample),
            (ids.len(), rows.len(), orient == "samples")
        );
        assert_eq!(values.len(), n * v);
        let whole = if two { 2 } else { 1 };
        for (s, &id) in ids.iter().enumerate() {
            for (j, &(row, alt)) in rows.iter().enumerate() {
                let at = if by_sample { s * v + j } else { j * n + s };
                let expected = copies(made.calls[row][id], alt, whole);
                assert_eq!(values[at].cast_signed(), expected, "S{id} {row} {alt}");
            }
        }
        let variants = std::fs::read_to_string(folder.path().join("m.variants.tsv")).unwrap();
        assert_eq!(variants.lines().count(), rows.len() + 1);
        assert!(
            variants.starts_with("#CHROM\tPOS\tID\tREF\tALT\n1\t10\t.\tA\tC\n"),
            "{variants}"
        );
    }
    let (bytes, floats) = (folder.path().join("m.npy"), folder.path().join("f.npy"));
    export(&store, &["-o", bytes.to_str().unwrap()]);
    export(&store, &["--float", "-o", floats.to_str().unwrap()]);
    let (bytes, floats) = (npy(&bytes).3, npy(&floats).3);
    for (byte, float) in bytes.iter().zip(floats.as_chunks::<4>().0) {
        let float = f32::from_le_bytes(*float);
        match byte.cast_signed() {
            -1 => assert!(float.is_nan()),
            value => assert_eq!(float, f32::from(value)),
        }
    }
    // Arrow has the same.
    let file = folder.path().join("m.arrow");
    export(&store, &["--matrix", "-o", file.to_str().unwrap()]);
    let batches = arrow(&file);
    let mut values = Vec::new();
    for batch in &batches {
        let list = batch
            .column_by_name("genotypes")
            .unwrap()
            .as_fixed_size_list();
        assert_eq!(list.value_length() as usize, rows.len());
        values.extend(
            list.values()
                .as_primitive::<Int8Type>()
                .values()
                .iter()
                .map(|v| v.cast_unsigned()),
        );
    }
    assert_eq!(values, bytes);
}

fn arrow(path: &Path) -> Vec<RecordBatch> {
    let file = std::fs::File::open(path).unwrap();
    let reader = arrow_ipc::reader::FileReader::try_new(file, None).unwrap();
    reader.map(Result::unwrap).collect()
}

fn parquet(path: &Path) -> Vec<RecordBatch> {
    let file = std::fs::File::open(path).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file);
    reader
        .unwrap()
        .build()
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

#[test]
fn tables_have_typed_columns_and_the_counts_of_each_cohort() {
    let folder = tempfile::tempdir().unwrap();
    let made = made(3, 30, 50);
    let input = write(folder.path(), "in.vcf", &made.text);
    let store = folder.path().join("s.gdx");
    index(&input, &store);
    let (p, a) = (
        folder.path().join("t.parquet"),
        folder.path().join("t.arrow"),
    );
    let ids = write(folder.path(), "few.txt", "S1\nS4\nS20\n");
    let cohort = format!("few=@{}", ids.display());
    for path in [&p, &a] {
        let words = [
            "--cohort",
            &cohort,
            "-s",
            "S2,S3",
            "-o",
            path.to_str().unwrap(),
        ];
        export(&store, &words);
    }
    let (p, a) = (parquet(&p), arrow(&a));
    let batch = &p[0];
    assert_eq!((p.len(), a.len()), (1, 1));
    assert_eq!(batch.columns(), a[0].columns());
    let rows: Vec<(usize, usize)> = (made.alts.iter().enumerate())
        .flat_map(|(i, &alts)| (1..=alts).map(move |alt| (i, alt)))
        .collect();
    assert_eq!(batch.num_rows(), rows.len());
    let column = |name: &str| {
        batch
            .column_by_name(name)
            .unwrap_or_else(|| panic!("{name}"))
    };
    let uint = |name: &str, i: usize| column(name).as_primitive::<UInt64Type>().value(i);
    let all: Vec<usize> = (0..30).collect();
    for (name, of) in [
        ("few", &[1, 4, 20][..]),
        ("SAMPLES", &[2, 3]),
        ("ALL", &all),
    ] {
        for (i, &(row, alt)) in rows.iter().enumerate() {
            let calls: Vec<&str> = of.iter().map(|&s| made.calls[row][s]).collect();
            let (ac, an) = counted(&calls, alt);
            let found = (
                uint(&format!("AC_{name}"), i),
                uint(&format!("AN_{name}"), i),
            );
            assert_eq!(found, (ac, an), "{name} {i}");
            let af = column(&format!("AF_{name}")).as_primitive::<Float64Type>();
            assert_eq!(af.is_null(i), an == 0);
            assert!(an == 0 || af.value(i) == ac as f64 / an as f64);
            let of = |n: i8| calls.iter().filter(|c| copies(c, alt, 3) == n).count() as u64;
            let label = |what: &str| uint(&format!("{what}_{name}"), i);
            assert_eq!(
                [label("HET"), label("HOM"), label("HEMI"), label("MISSING")],
                [of(1), of(2), of(3), of(-1)],
                "{name} {i} {calls:?}"
            );
        }
    }
    let lines = records(&made.text);
    for (i, &(row, alt)) in rows.iter().enumerate() {
        let fields: Vec<&str> = lines[row + 1].split('\t').collect();
        assert_eq!(uint("POS", i).to_string(), fields[1]);
        let alts: Vec<&str> = fields[4].split(',').collect();
        assert_eq!(column("ALT").as_string::<i32>().value(i), alts[alt - 1]);
        let depth = column("DP").as_primitive::<Int32Type>();
        let said = fields[7].split(';').find_map(|f| f.strip_prefix("DP="));
        assert_eq!(
            depth
                .is_valid(i)
                .then(|| depth.value(i).to_string())
                .as_deref(),
            said
        );
        let list = column("XS").as_list::<i32>();
        assert_eq!(list.is_valid(i), fields[7].contains("XS="));
        if list.is_valid(i) {
            let texts = list.value(i);
            let texts: Vec<_> = texts.as_string::<i32>().iter().flatten().collect();
            assert_eq!(texts, ["a", "b"]);
        }
        assert_eq!(column("FL").as_boolean().value(i), fields[7].contains("FL"));
    }
    let few = folder.path().join("few.arrow");
    export(
        &store,
        &[
            "--columns",
            "pos,INFO/DP,AC_ALL",
            "-o",
            few.to_str().unwrap(),
        ],
    );
    let names: Vec<String> = arrow(&few)[0]
        .schema()
        .fields()
        .iter()
        .map(|f| f.name().clone())
        .collect();
    assert_eq!(names, ["POS", "DP", "AC_ALL"]);
}

#[test]
fn the_bytes_do_not_depend_on_the_threads() {
    let folder = tempfile::tempdir().unwrap();
    let made = made(11, 150, 5_000);
    let input = write(folder.path(), "in.vcf", &made.text);
    let store = folder.path().join("s.gdx");
    index(&input, &store);
    for name in ["o.vcf.gz", "o.bcf", "o.parquet", "o.arrow", "o.npy"] {
        let mut all = Vec::new();
        for threads in ["1", "2", "5"] {
            let file = folder.path().join(name);
            let words = ["-j", threads, "-s", "^S3", "-o", file.to_str().unwrap()];
            export(&store, &words);
            all.push(std::fs::read(&file).unwrap());
        }
        assert!(all.windows(2).all(|w| w[0] == w[1]), "{name}");
        assert!(all[0].len() > 10_000);
    }
}

#[test]
fn annotations_of_other_files_are_written_and_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let head = "##fileformat=VCFv4.2\n##contig=<ID=1,length=1000>\n";
    let columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO";
    let input = format!(
        "{head}##FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">\n{columns}\tFORMAT\tA\tB\n\
         1\t10\t.\tA\tC\t.\t.\t.\tGT\t0/1\t1/1\n1\t20\t.\tA\tC,G\t.\t.\t.\tGT\t1/2\t0/0\n\
         1\t30\t.\tA\tC\t.\t.\t.\tGT\t0/0\t0/0\n"
    );
    let other = format!(
        "{head}##INFO=<ID=SIG,Number=.,Type=String,Description=\"s\">\n\
         ##INFO=<ID=AF,Number=A,Type=Float,Description=\"f\">\n\
         ##INFO=<ID=N,Number=1,Type=Integer,Description=\"n\">\n{columns}\n\
         1\t10\t.\tA\tC\t.\t.\tSIG=Benign;AF=0.25\n1\t20\t.\tA\tG\t.\t.\tSIG=x,y;AF=0.125;N=7\n"
    );
    let input = write(folder.path(), "in.vcf", input);
    let other = write(folder.path(), "other.vcf", other);
    let store = folder.path().join("s.gdx");
    index(&input, &store);
    let path = store.to_str().unwrap();
    let from = other.to_str().unwrap();
    stdout(["annotate", "-q", path, "--from", from, "--layer", "o"]);
    let error = fails(2, ["export", path]);
    assert!(
        error.contains("INFO/AF") && error.contains("--keep-info"),
        "{error}"
    );
    let text = export(&store, &["--keep-info", "-G"]);
    let info = |text: &str| -> Vec<String> {
        let lines = records(text).into_iter().skip(1);
        lines
            .map(|l| l.split('\t').nth(7).unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        info(&text),
        ["SIG=Benign;AF=0.25", "SIG=x,y;AF=.,0.125;N=7", "."]
    );
    assert!(
        text.contains("##INFO=<ID=SIG,Number=.,Type=String"),
        "{text}"
    );
    let renamed = "SIG,N,OTHER_AF:=AF";
    stdout([
        "annotate",
        "-q",
        path,
        "--from",
        from,
        "--layer",
        "o",
        "--info",
        renamed,
        "--replace",
    ]);
    let text = export(&store, &["--split", "-G"]);
    let expected = [
        "SIG=Benign;OTHER_AF=0.25;AC=3;AN=4;AF=0.75",
        "AC=1;AN=4;AF=0.25",
        "SIG=x,y;N=7;OTHER_AF=0.125;AC=1;AN=4;AF=0.25",
        "AC=0;AN=4;AF=0",
    ];
    assert_eq!(info(&text), expected);
    let text = export(&store, &["--columns", "SIG", "-i", "INFO/N=7"]);
    assert_eq!(info(&text), ["SIG=x,y;AC=1,1;AN=4;AF=0.25,0.25"]);
    let error = fails(2, ["export", path, "--columns", "SIGG"]);
    assert!(
        error.contains("SIGG") && error.contains("\"SIG\""),
        "{error}"
    );
}

#[test]
fn who_withdrew_is_not_exported() {
    let folder = tempfile::tempdir().unwrap();
    let made = made(5, 9, 30);
    let input = write(folder.path(), "in.vcf", &made.text);
    let store = folder.path().join("s.gdx");
    index(&input, &store);
    let left = write(folder.path(), "left.txt", "S4\n");
    stdout([
        "withdraw",
        "-q",
        store.to_str().unwrap(),
        "--samples",
        left.to_str().unwrap(),
    ]);
    let text = export(&store, &[]);
    assert!(text.contains("\tS3\tS5\t"), "{text}");
    for (i, line) in records(&text)[1..].iter().enumerate() {
        let mut calls = made.calls[i].clone();
        calls.remove(4);
        let (ac, an) = counted(&calls, 1);
        let fields: Vec<&str> = line.split('\t').collect();
        let ends = format!("AN={an};");
        assert!(
            fields[7].contains(&ends) && fields[7].contains(&format!("AC={ac}")),
            "{line}"
        );
        assert_eq!(&fields[9..], calls);
    }
    let file = folder.path().join("m.npy");
    export(&store, &["-o", file.to_str().unwrap()]);
    assert_eq!(npy(&file).0, 8);
    let ids = std::fs::read_to_string(folder.path().join("m.samples.tsv")).unwrap();
    assert!(!ids.contains("S4"), "{ids}");
    fails(2, ["export", store.to_str().unwrap(), "-s", "S4"]);
}

#[test]
fn what_cannot_be_written_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let input = write(folder.path(), "in.vcf", made(1, 4, 5).text);
    let store = folder.path().join("s.gdx");
    index(&input, &store);
    let path = store.to_str().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for (words, expected) in [
        (vec!["-o", "x.docx"], "--format"),
        (vec!["--matrix"], "-o FILE.npy"),
        (vec!["--matrix", "-o", "x.parquet"], "not Parquet"),
        (vec!["-G", "-o", "x.npy"], "-G is for VCF"),
        (vec!["--float", "-o", "x.vcf"], "--matrix"),
        (vec!["-o", "no-such-folder/x.vcf"], "no-such-folder"),
        (vec!["--columns", "POSS", "-o", "x.arrow"], "\"POS\""),
        (vec!["--keep", "nosuch==1"], "nosuch"),
    ] {
        let error = fails(2, ["export", path].iter().chain(&words));
        assert!(error.contains(expected), "{words:?}: {error}");
    }
    let (vcf, table, matrix) = (file("e.bcf"), file("e.parquet"), file("e.npy"));
    for name in [&vcf, &table, &matrix] {
        let out = run(["export", path, "-r", "1:1-2", "-o", name]);
        let said = String::from_utf8(out.stderr).unwrap();
        assert!(
            out.status.success() && said.contains("no variant"),
            "{said}"
        );
    }
    assert_eq!(
        parquet(Path::new(&table))
            .iter()
            .map(RecordBatch::num_rows)
            .sum::<usize>(),
        0
    );
    assert_eq!(npy(Path::new(&matrix)).1, 0);
    let again = folder.path().join("again.gdx");
    index(Path::new(&vcf), &again);
    let out = run(["export", path, "-O", "b", "-o", &file("x.vcf")]);
    let said = String::from_utf8(out.stderr).unwrap();
    assert!(
        said.contains("written as BCF") && said.contains("its name says VCF"),
        "{said}"
    );
}
