//! Files of real records, read as plainly as can be, written again, and compared with what
//! bcftools says of both.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use genodex_engine::query::expr::FieldKind;
use genodex_engine::record::{
    Calls, FLOAT_END, FLOAT_MISSING, FormatField, Header, INT_END, INT_MISSING, InfoField, Record,
    SampleValues, Value,
};

use super::*;

fn ints(text: &str) -> Vec<i32> {
    text.split(',')
        .map(|v| v.parse().unwrap_or(INT_MISSING))
        .collect()
}

fn floats(text: &str) -> Vec<f32> {
    let missing = f32::from_bits(FLOAT_MISSING);
    text.split(',')
        .map(|v| v.parse().unwrap_or(missing))
        .collect()
}

fn padded<T: Copy>(of_samples: Vec<Vec<T>>, end: T) -> (usize, Vec<T>) {
    let width = of_samples.iter().map(Vec::len).max().unwrap_or(0);
    let pad = |mut v: Vec<T>| {
        v.resize(width, end);
        v
    };
    (width, of_samples.into_iter().flat_map(pad).collect())
}

fn call(text: &str) -> Vec<i32> {
    let mut phased = 0;
    let part = |part: &str| {
        let allele = part.trim_end_matches(['/', '|']);
        let code = allele.parse::<i32>().map_or(0, |a| (a + 1) << 1) | phased;
        phased = i32::from(part.ends_with('|'));
        code
    };
    text.split_inclusive(['/', '|']).map(part).collect()
}

/// The text as `bcftools view` prints it. What its header lacks is declared as htslib does.
fn parse(text: &str) -> (Header, Vec<Record>) {
    let columns = text.lines().find(|l| l.starts_with("#CHROM")).unwrap();
    let samples = columns.split('\t').skip(9).map(str::to_owned).collect();
    let mut header = Header::new(text, samples);
    let lines = text.lines().filter(|l| !l.starts_with('#'));
    for columns in lines.clone().map(|l| l.split('\t').collect::<Vec<_>>()) {
        header.add_contig(columns[0], None);
        for filter in columns[6].split(';').filter(|f| *f != ".") {
            header.add_filter(filter);
        }
        let infos = columns[7].split(';').filter(|e| *e != ".");
        let infos = infos.map(|e| ("INFO", e.split('=').next().unwrap_or(e)));
        let formats = columns.get(8).map_or(".", |f| f).split(':');
        let formats = formats.filter(|f| *f != ".").map(|f| ("FORMAT", f));
        for (key, id) in infos.chain(formats) {
            header.add_line(&format!(
                "##{key}=<ID={id},Number=1,Type=String,Description=\"Dummy\">"
            ));
        }
    }
    // Positions beyond BCF's are refused, which another test shows.
    let lines = lines.filter(|l| l.split('\t').nth(1).unwrap().len() < 10);
    let records = lines.map(|l| record(&header, l)).collect();
    (header, records)
}

fn record(header: &Header, line: &str) -> Record {
    let columns: Vec<&str> = line.split('\t').collect();
    let list = |text: &str, by: char| match text {
        "." => Vec::new(),
        _ => text.split(by).map(str::to_owned).collect::<Vec<_>>(),
    };
    let mut record = Record {
        chrom: columns[0].to_owned(),
        pos: columns[1].parse().unwrap(),
        ids: list(columns[2], ';'),
        reference: columns[3].to_owned(),
        alts: list(columns[4], ','),
        qual: columns[5].parse().ok(),
        ..Record::default()
    };
    let filter = |f: &String| header.filter_index(f).unwrap();
    record.filters = list(columns[6], ';').iter().map(filter).collect();
    for entry in columns[7].split(';').filter(|e| *e != ".") {
        let (key, value) = entry.split_once('=').unwrap_or((entry, ""));
        let key = header.info_index(key).unwrap();
        let value = match header.infos()[key].field.kind {
            _ if !entry.contains('=') => Value::Flag,
            FieldKind::Int => Value::Ints(ints(value)),
            FieldKind::Float => Value::Floats(floats(value)),
            _ => Value::Text(value.to_owned()),
        };
        record.info.push(InfoField { key, value });
    }
    let of_samples: Vec<Vec<&str>> = (columns.iter().skip(9))
        .map(|s| s.split(':').collect())
        .collect();
    let keys = columns.get(8).map_or(".", |f| f);
    for (i, key) in keys.split(':').enumerate().filter(|(_, k)| *k != ".") {
        let values = of_samples.iter().map(|s| s.get(i).copied().unwrap_or("."));
        if key == "GT" {
            let (ploidy, codes) = padded(values.map(call).collect(), INT_END);
            record.calls = Calls { ploidy, codes };
            continue;
        }
        let key = header.format_index(key).unwrap();
        let values = match header.formats()[key].field.kind {
            FieldKind::Int => {
                let (width, values) = padded(values.map(ints).collect(), INT_END);
                SampleValues::Ints { width, values }
            }
            FieldKind::Float => {
                let end = f32::from_bits(FLOAT_END);
                let (width, values) = padded(values.map(floats).collect(), end);
                SampleValues::Floats { width, values }
            }
            _ => SampleValues::Text(values.map(str::to_owned).collect()),
        };
        record.formats.push(FormatField { key, values });
    }
    record
}

fn write(kind: OutputKind, header: &Header, records: &[Record], threads: usize) -> Vec<u8> {
    let header = Arc::new(header.clone());
    let mut writer = Writer::create(Vec::new(), kind, header, threads).unwrap();
    for record in records {
        writer.write(record).unwrap();
    }
    writer.finish().unwrap()
}

/// The lines after the header.
fn body(text: &str) -> Vec<&str> {
    let short = |l: &&str| l.starts_with('#') || l.split('\t').nth(1).is_none_or(|p| p.len() < 10);
    let lines = text.lines().filter(|l| !l.starts_with("##"));
    lines.filter(short).collect()
}

const SMALL: &str = "##fileformat=VCFv4.2
##FILTER=<ID=q10,Description=\"low\">
##INFO=<ID=DP,Number=1,Type=Integer,Description=\"depth\">
##INFO=<ID=AF,Number=A,Type=Float,Description=\"frequency\">
##INFO=<ID=DB,Number=0,Type=Flag,Description=\"known\">
##INFO=<ID=GENE,Number=1,Type=String,Description=\"gene\">
##INFO=<ID=END,Number=1,Type=Integer,Description=\"end\">
##FORMAT=<ID=GT,Number=1,Type=String,Description=\"call\">
##FORMAT=<ID=PS,Number=1,Type=Integer,Description=\"phase set\">
##FORMAT=<ID=GL,Number=G,Type=Float,Description=\"likelihoods\">
##FORMAT=<ID=FT,Number=1,Type=String,Description=\"filter\">
##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"depth\">
##contig=<ID=20,length=63025520>
##contig=<ID=X>
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\tb\tc
20\t100\trs1;rs2\tA\tC,<DEL>\t30.5\tPASS\tDP=300;AF=0.1,0.25;DB;GENE=A,B\tGT\t0|1\t1/2\t./.
20\t101\t.\tACGT\tA\t.\tq10\tAF=.;DP=.\tGT:PS\t0|1:100\t./1:.\t1|.:70000
X\t5\t.\tA\t.\t1e+06\t.\t.\tGT\t0\t.\t0/0
X\t6\t.\tA\tT\t0\tPASS\tEND=90000\tGT:GL:FT:DP\t0/1:-1,-0.5,.:lowdepth:12\t1:.:.:.\t0/0/1:-1e-05:x:-200
X\t7\t.\tA\tT\t0\tPASS\tDB\tDP\t1\t200\t70000
X\t8\t.\tA\tC,G,T,AC,AG,AT,CA,CC,CG,CT\t.\t.\t.\tGT\t10/9\t2|10\t.|10
";

#[test]
fn text_comes_back() {
    let (header, records) = parse(SMALL);
    let text = write(OutputKind::Vcf, &header, &records, 1);
    let expected = SMALL.replacen(
        "##FILTER",
        "##FILTER=<ID=PASS,Description=\"All filters passed\">\n##FILTER",
        1,
    );
    assert_eq!(String::from_utf8(text).unwrap(), expected);
}

#[test]
fn bytes_do_not_depend_on_threads() {
    let (header, records) = parse(SMALL);
    let records: Vec<Record> = records.iter().cycle().take(6000).cloned().collect();
    for kind in [OutputKind::VcfGz, OutputKind::Bcf] {
        let one = write(kind, &header, &records, 1);
        assert_eq!(one, write(kind, &header, &records, 3));
        assert!(one.len() > 1000);
    }
}

#[test]
fn what_does_not_fit_is_said() {
    let (header, records) = parse(SMALL);
    let encoder = Encoder::new(OutputKind::Bcf, Arc::new(header));
    let mut out = b"before".to_vec();
    let mut refuse = |change: &dyn Fn(&mut Record), says: &str| {
        let mut record = records[0].clone();
        change(&mut record);
        let error = encoder.encode(&record, &mut out).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
        assert!(error.starts_with(&record.chrom), "{error}");
        assert_eq!(out, b"before");
    };
    refuse(
        &|r| r.chrom = "7".to_owned(),
        "contig \"7\" is not in the header",
    );
    refuse(&|r| r.alts = vec!["A".to_owned(); 70_000], "70001 alleles");
    refuse(&|r| r.pos = 1 << 31, "bases to its position");
    refuse(&|r| r.filters = vec![9], "FILTER 9");
    refuse(&|r| r.info[0].key = 99, "INFO 99");
    refuse(&|r| r.calls.codes.truncate(5), "5 values for 3 samples");
}

/// The text that bcftools gives of a file, or nothing where it refuses the file.
fn view(path: &Path) -> Option<String> {
    let done = Command::new("bcftools")
        .args(["view", "--no-version"])
        .arg(path)
        .output()
        .ok()?;
    let text = String::from_utf8(done.stdout).ok()?;
    (done.status.success() && text.contains("#CHROM")).then_some(text)
}

/// `--no-version` still leaves nothing of ours: the file is text as htslib prints it.
fn check(text: &str, folder: &Path) -> usize {
    let (header, records) = parse(text);
    let vcf = write(OutputKind::Vcf, &header, &records, 1);
    assert_eq!(body(std::str::from_utf8(&vcf).unwrap()), body(text));
    for (kind, name) in [
        (OutputKind::Bcf, "a.bcf"),
        (OutputKind::BcfUncompressed, "u.bcf"),
        (OutputKind::VcfGz, "a.vcf.gz"),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, write(kind, &header, &records, 2)).unwrap();
        let back = view(&path).unwrap_or_else(|| panic!("bcftools refuses {name}"));
        assert_eq!(body(&back), body(text), "{name}");
        // The header too, but for the place of PASS.
        let sorted = |text: &str| {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            lines.retain(|l| l.starts_with("##"));
            lines.sort_unstable();
            lines
        };
        if header.lines().len() <= sorted(text).len() {
            assert_eq!(sorted(&back), sorted(text), "{name}");
        }
    }
    records.len()
}

fn has_bcftools() -> bool {
    let there = Command::new("bcftools").arg("--version").output().is_ok();
    if !there {
        eprintln!("SKIPPED: bcftools is not there");
    }
    there
}

#[test]
fn bcftools_reads_what_is_written() {
    if !has_bcftools() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.vcf");
    std::fs::write(&path, SMALL).unwrap();
    let text = view(&path).unwrap();
    assert_eq!(body(&text), body(SMALL));
    assert_eq!(check(&text, folder.path()), 6);
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = path.to_string_lossy().into_owned();
        let wanted = [".vcf", ".vcf.gz", ".bcf"]
            .iter()
            .any(|e| name.ends_with(e));
        if path.is_dir() {
            files(&path, out);
        } else if wanted && entry.metadata().is_ok_and(|m| m.len() < 300_000) {
            out.push(path);
        }
    }
}

/// Every small file of a collection that bcftools reads, with GT before other fields.
#[test]
fn real_files_come_back() {
    let Some(data) = std::env::var_os("GENODEX_CONFORMANCE_DATA") else {
        eprintln!("SKIPPED: real files, because GENODEX_CONFORMANCE_DATA is not set");
        return;
    };
    if !has_bcftools() {
        return;
    }
    let mut paths = Vec::new();
    files(Path::new(&data), &mut paths);
    paths.sort();
    let folder = tempfile::tempdir().unwrap();
    let (mut n, mut records) = (0, 0);
    let mut wrong = Vec::new();
    for path in &paths {
        // A filter with the name "." cannot be told from none; bcftools lets it pass.
        let plain = |t: &String| !t.contains(":GT") && !t.contains(";.\t");
        let Some(text) = view(path).filter(plain) else {
            continue;
        };
        let checked = std::panic::catch_unwind(|| check(&text, folder.path()));
        match checked {
            Ok(r) => records += r,
            Err(_) => wrong.push(path.display().to_string()),
        }
        n += 1;
    }
    eprintln!("{n} of {} files, {records} records", paths.len());
    assert!(
        wrong.is_empty(),
        "{} of {n}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(n > 100 && records > 1000, "{n} files, {records} records");
}

/// Columns written one by one are what numpy reads.
#[test]
fn numpy_reads_a_matrix_in_both_orders() {
    use npy::{Number, Order};
    let folder = tempfile::tempdir().unwrap();
    let values = [1, 2, 255, 0, 0, 1];
    let script = "import sys, numpy; m = numpy.load(sys.argv[1], mmap_mode='r'); \
        print(m.shape, m.dtype, m[:, 0].tolist(), m[1].tolist())";
    for (order, number, expected) in [
        (
            Order::Samples,
            Number::Int8,
            "(3, 2) int8 [1, -1, 0] [-1, 0]",
        ),
        (
            Order::Variants,
            Number::Int8,
            "(3, 2) int8 [1, 2, -1] [2, 0]",
        ),
        (
            Order::Samples,
            Number::Float32,
            "(3, 2) float32 [1.0, nan, 0.0] [nan, 0.0]",
        ),
    ] {
        let path = folder.path().join("m.npy");
        let mut bytes = npy::head(3, 2, order, number);
        assert_eq!(bytes.len(), 128);
        match number {
            Number::Int8 => bytes.extend_from_slice(&values),
            Number::Float32 => npy::push_floats(&mut bytes, &values),
        }
        std::fs::write(&path, bytes).unwrap();
        let python = Command::new("python3")
            .args(["-c", script])
            .arg(&path)
            .output();
        match python {
            Ok(done) if done.status.success() => {
                let said = String::from_utf8(done.stdout).unwrap();
                assert_eq!(said.trim(), expected);
            }
            _ => eprintln!("SKIPPED: numpy is not there"),
        }
    }
}

/// Every record is found through the index, whatever the threads, and the records of a region
/// alone are few.
#[test]
fn an_index_leads_to_the_records() {
    use noodles_core::Position;
    use noodles_csi::BinningIndex;
    use std::io::Read;
    let text = "##contig=<ID=a>\n##contig=<ID=b>\n##contig=<ID=c>\n";
    let header = Arc::new(Header::new(text, Vec::new()));
    let mut seed = 7_u32;
    let mut next = |n: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) % n
    };
    let mut records = Vec::new();
    for chrom in ["a", "c"] {
        let mut pos = 1;
        for _ in 0..4_000 {
            pos += u64::from(next(3_000));
            records.push(Record {
                chrom: chrom.to_owned(),
                pos,
                ids: vec![format!("x{}", next(1_000_000_000))],
                reference: "ACGT".repeat(1 + next(20) as usize),
                alts: vec!["A".to_owned()],
                ..Record::default()
            });
        }
    }
    let mut files = Vec::new();
    for threads in [1, 3] {
        let header = Arc::clone(&header);
        let mut writer =
            Writer::create_indexed(Vec::new(), OutputKind::VcfGz, header, threads).unwrap();
        let encoder = writer.encoder().clone();
        for records in records.chunks(700) {
            let (mut out, mut places) = (Vec::new(), Vec::new());
            for record in records {
                encoder
                    .encode_placed(record, &mut out, &mut places)
                    .unwrap();
            }
            writer.write_placed(&out, &places).unwrap();
        }
        files.push(writer.finish_indexed().unwrap());
    }
    assert!(files[0] == files[1], "threads");
    let (bytes, index) = files.remove(0);
    let index = index.unwrap();
    let index = noodles_csi::io::Reader::new(index.as_slice())
        .read_index()
        .unwrap();
    for (id, chrom) in [(0, "a"), (1, "b"), (2, "c")] {
        for from in [1, 5_000, 1_000_000, 3_000_000, 30_000_000] {
            let region = Position::new(from).unwrap()..=Position::new(from + 20_000).unwrap();
            let chunks = index.query(id, region.into()).unwrap();
            let mut found = String::new();
            for chunk in &chunks {
                let mut reader = noodles_bgzf::io::Reader::new(std::io::Cursor::new(&bytes));
                reader.seek(chunk.start()).unwrap();
                while reader.virtual_position() < chunk.end() {
                    let mut byte = [0];
                    reader.read_exact(&mut byte).unwrap();
                    found.push(char::from(byte[0]));
                }
            }
            assert!(found.is_empty() || found.ends_with('\n'));
            assert!(
                found.lines().all(|l| l.starts_with(&format!("{chrom}\t"))),
                "{chrom} {from}"
            );
            let there = records.iter().filter(|r| {
                let (start, end) = (r.pos as usize, r.pos as usize + r.reference.len() - 1);
                r.chrom == chrom && start <= from + 20_000 && end >= from
            });
            let mut expected = 0;
            for record in there {
                expected += 1;
                assert!(found.contains(&record.ids[0]), "{chrom} {}", record.pos);
            }
            assert!(found.lines().count() <= expected + 100, "{chrom} {from}");
        }
    }
    let writer = Writer::create_indexed(Vec::new(), OutputKind::Vcf, header, 1);
    assert!(matches!(writer, Err(WriteError::NoIndex)));
}
