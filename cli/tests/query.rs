//! `genodex query` beside bcftools 1.16: the same records for the same expressions and regions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use common::{fails, run, stdout, write};

const TEXT: &str = "\
##fileformat=VCFv4.2
##contig=<ID=20,length=64444167>
##INFO=<ID=DP,Number=1,Type=Integer,Description=\"d\">
##INFO=<ID=AF,Number=A,Type=Float,Description=\"f\">
##FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">
##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"d\">
##FILTER=<ID=q10,Description=\"q\">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tA\tB\tC
20\t100\trs1\tA\tC\t30\tPASS\tDP=10;AF=0.1\tGT:DP\t0|1:5\t1|1:6\t./.:.
20\t200\t.\tGAC\tG,GACC\t.\tq10\tDP=20;AF=0.2,0.3\tGT:DP\t1|2:5\t0/2:6\t./1:7
20\t300\t.\tT\tG\t5\t.\tDP=.\tGT:DP\t0/0:5\t0/1:6\t0/0:7
";

struct Indexed(tempfile::TempDir);

impl Indexed {
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let input = write(folder.path(), "in.vcf", text);
        let store = folder.path().join("store");
        stdout([
            "index".as_ref(),
            "--quiet".as_ref(),
            input.as_os_str(),
            "-o".as_ref(),
            store.as_os_str(),
        ]);
        Self(folder)
    }

    fn store(&self) -> String {
        self.0.path().join("store").to_str().unwrap().to_owned()
    }

    /// POS, REF and ALT of what is selected.
    fn query(&self, args: &[&str]) -> Vec<String> {
        let store = self.store();
        let text = stdout(["query", "--quiet", &store].iter().chain(args));
        let row = |line: &str| {
            let cells: Vec<&str> = line.split('\t').collect();
            format!("{} {} {}", cells[1], cells[3], cells[4])
        };
        text.lines().skip(1).map(row).collect()
    }
}

#[test]
fn records_are_joined_and_rows_are_split() {
    let store = Indexed::new(TEXT);
    let all = ["100 A C", "200 GAC G,GACC", "300 T G"];
    assert_eq!(store.query(&["--records"]), all);
    let rows = store.query(&["-r", "20:150-250"]);
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert_eq!(store.query(&["--records", "-r", "chr20:202"]), [all[1]]);
    assert_eq!(store.query(&["--records", "-t", "20:202"]), [""; 0]);
    assert_eq!(
        store.query(&["--records", "-t", "^20:200"]),
        [all[0], all[2]]
    );
    let text = stdout(["query", "-q", &store.store(), "--count", "-i", "DP>5"]);
    assert_eq!(text, "3\n");
}

#[test]
fn expressions_over_sites_genotypes_and_cohorts() {
    let store = Indexed::new(TEXT);
    let one = |expr: &str| -> Vec<String> {
        let rows = store.query(&["--records", "-i", expr, "--cohort", "ab=@SAMPLES"][..3]);
        (rows.iter())
            .map(|r| r.split(' ').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(one("AF>0.25"), ["200"]);
    assert_eq!(one("FILTER=\"q10\""), ["200"]);
    assert_eq!(one("FILTER=\".\""), ["300"]);
    assert_eq!(one("GT=\"hom\" & GT=\"AA\""), ["100"]);
    assert_eq!(one("AC[ALL]==3"), ["100"]);
    assert_eq!(one("F_MISSING>0.3"), ["100", "200"]);
    assert_eq!(one("N_ALT=2 && TYPE=\"indel\""), ["200"]);
    let ids = write(store.0.path(), "ids", "A\nC\n");
    let cohort = format!("ac=@{}", ids.display());
    let rows = store.query(&["--records", "-i", "AC[ac]=0", "--cohort", &cohort]);
    assert_eq!(rows, ["300 T G"]);
    let rows = store.query(&["--records", "-s", "C,A", "-i", "GT[0]=\"mis\" && AC=1"]);
    assert_eq!(rows, ["100 A C"]);
}

#[test]
fn mistakes_are_said_with_the_nearest_name() {
    let store = Indexed::new(TEXT);
    let store = store.store();
    let error = fails(2, ["query", &store, "-i", "FMT/DP>3"]);
    assert!(error.contains("--format-fields DP"), "{error}");
    let error = fails(2, ["query", &store, "-i", "AF[cse]>0"]);
    assert!(error.contains("cse"), "{error}");
    let error = fails(2, ["query", &store, "-s", "D"]);
    assert!(error.contains("not in the store"), "{error}");
    let error = fails(2, ["query", &store, "-r", "21:1-2"]);
    assert!(error.contains("21"), "{error}");
}

/// The cases of the expression language, through a store. It keeps no records without ALT or with
/// `<*>` or `<NON_REF>`, no calls of three alleles, and no FORMAT fields but GT; that a record has no GT at
/// all it does not tell from missing calls.
#[test]
fn the_cases_of_the_language_through_a_store() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../engine/tests/expr");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let (cases, expected, differs) = (read("cases.tsv"), read("expected.tsv"), read("differs.tsv"));
    let mut stores: HashMap<&str, Option<Kept>> = HashMap::new();
    let (mut same, mut refused, mut wrong) = (0, 0, Vec::new());
    for (case, expected) in cases.lines().zip(expected.lines()).step_by(STEP) {
        let (file, expression) = case.split_once('\t').unwrap();
        let kept = !["polyploid.vcf", "nogt.vcf"].contains(&file);
        if !kept || differs.lines().any(|d| d.starts_with(case)) {
            continue;
        }
        let store = stores.entry(file).or_insert_with(|| {
            let text = read(file);
            let input: PathBuf = folder.join(file);
            let folder = tempfile::tempdir().unwrap();
            let store = folder.path().join("store");
            let done = run([
                "index".as_ref(),
                "-q".as_ref(),
                input.as_os_str(),
                "-o".as_ref(),
                store.as_os_str(),
            ]);
            let fields = |line: &str| line.split('\t').map(str::to_owned).collect::<Vec<_>>();
            let kept = (text.lines().filter(|l| !l.starts_with('#')).map(fields))
                .map(|f| (f[1].clone(), f[4] != "." && !unlisted(&f[4])));
            done.status
                .success()
                .then(|| (Indexed(folder), kept.collect()))
        });
        let Some((store, kept)) = store else { continue };
        let expression = expression.replace("{PATH}", folder.to_str().unwrap());
        let path = store.store();
        let include = format!("--include={expression}");
        let out = run(["query", "-q", &path, "--records", &include]);
        let error = String::from_utf8_lossy(&out.stderr);
        assert!(!error.contains("panicked"), "{expression}: {error}");
        if !out.status.success() {
            if expected == "!" || error.contains("not kept FORMAT") {
                refused += 1;
            } else {
                wrong.push(format!("{file}\t{expression}\t{error}"));
            }
            continue;
        }
        // A field of INFO and of FORMAT: with one of them kept it is no more ambiguous.
        if expected == "!" {
            refused += 1;
            continue;
        }
        let text = String::from_utf8(out.stdout).unwrap();
        let ours: Vec<&str> = (text.lines().skip(1))
            .map(|l| l.split('\t').nth(1).unwrap())
            .collect();
        // Several records at one position are told apart by whether they are kept at all.
        let several = |pos: &str| {
            let here = kept.iter().filter(|(p, _)| p == pos);
            let kept = here.clone().filter(|(_, kept)| *kept).count();
            (kept, here.count())
        };
        let mut theirs: Vec<&str> = (expected.split(' '))
            .filter_map(|t| t.split(':').next())
            .filter(|pos| several(pos).0 > 0)
            .collect();
        let mut ours: Vec<&str> = (ours.into_iter())
            .filter(|pos| several(pos).0 > 0)
            .collect();
        if (theirs.iter()).any(|pos| several(pos).0 < several(pos).1) {
            theirs.dedup();
            ours.dedup();
        }
        if ours == theirs {
            same += 1;
        } else {
            wrong.push(format!("{file}\t{expression}\t{ours:?}\t{theirs:?}"));
        }
    }
    eprintln!("{same} the same, {refused} refused");
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(same > 100);
}

/// A store, and for each record of its input POS and whether it is kept.
type Kept = (Indexed, Vec<(String, bool)>);

/// Whether one of the ALTs stands for whatever is not listed.
fn unlisted(alts: &str) -> bool {
    alts.split(',').any(|a| a == "<*>" || a == "<NON_REF>")
}

/// Every so manieth case is tried: each is a process.
const STEP: usize = 3;

const SAMPLED: &str = "\
##fileformat=VCFv4.2
##contig=<ID=20,length=1000>
##contig=<ID=21,length=1000>
##INFO=<ID=DP,Number=1,Type=Integer,Description=\"d\">
##INFO=<ID=AF,Number=A,Type=Float,Description=\"f\">
##INFO=<ID=DB,Number=0,Type=Flag,Description=\"b\">
##FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">
##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"d\">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"a\">
##FORMAT=<ID=GQ,Number=1,Type=Integer,Description=\"q\">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tA\tB
20\t100\trs1;x1\tA\tC\t30\tPASS\tDP=10;AF=0.1;DB\tGT:DP:AD:GQ\t0/1:5:2,3:9\t1/1:6:0,6:9
20\t200\trs2\tGAC\tG,GACC\t.\tPASS\tDP=20;AF=0.2,0.3\tGT:DP:AD:GQ\t1/2:5:0,2,3:9\t0/0:.:.:9
20\t300\trs3\tA\tC\t30\tPASS\t.\tGT\t0/0\t0/1
";

/// The store of [`SAMPLED`] with DP and AD.
fn sampled() -> Indexed {
    let folder = tempfile::tempdir().unwrap();
    let input = write(folder.path(), "in.vcf", SAMPLED);
    let store = folder.path().join("store");
    let (input, store) = (input.to_str().unwrap(), store.to_str().unwrap());
    stdout([
        "index",
        "-q",
        input,
        "-o",
        store,
        "--format-fields",
        "DP,AD",
    ]);
    Indexed(folder)
}

/// What is of each sample is FORMAT's within brackets, and INFO's without; what was not kept is
/// never INFO's instead.
#[test]
fn format_fields_in_templates() {
    let store = sampled();
    let folder = store.0.path().to_owned();
    let store = store.store();
    let query = |more: &[&str]| stdout(["query", "-q", &store].iter().chain(more));
    assert_eq!(
        query(&["-f", "%POS %DP[ %DP:%AD{1}:%AD]"]),
        "100 10 5:3:2,3 6:6:0,6\n200 20 5:2:0,2,3 .:.:.\n300 . .:.:. .:.:.\n"
    );
    assert_eq!(
        query(&["-r", "20:100", "-f", "[%FORMAT/DP;%/DP ]"]),
        "5;10 6;10 \n"
    );
    assert_eq!(query(&["-r", "20:100", "-N", "-f", "%POS %MASK"]), "100 1");
    // With -e: the samples for which it does not hold, as bcftools query has it.
    let excluded = ["-f", "%POS[ %SAMPLE=%DP]", "-e", "FMT/DP=5"];
    assert_eq!(query(&excluded), "100 B=6\n200 B=.\n300 A=. B=.\n");
    // Without brackets no sample is chosen: variants at which it holds for nobody.
    let excluded = ["-f", "%POS", "-e", "FMT/DP=5"];
    assert_eq!(query(&excluded), "300\n");
    let shown = [
        "-F",
        "-",
        "-r",
        "20:100",
        "-f",
        "[%SAMPLE=%DP ]",
        "-i",
        "FMT/DP=5",
    ];
    assert_eq!(query(&shown), "A=5 B=- \n");
    let undefined = ["-u", "-r", "20:100", "-f", "%POS %NOPE[ %NOPE]"];
    assert_eq!(query(&undefined), "100 . . .\n");
    let error = fails(2, ["query", &store, "-f", "[%GQ]"]);
    assert!(
        error.contains("index again with --format-fields GQ"),
        "{error}"
    );
    let error = fails(2, ["query", &store, "-f", "%AD"]);
    assert!(error.contains("[%AD]"), "{error}");
    let error = fails(2, ["query", &store, "-f", "%POS %SUM(DP)"]);
    assert!(error.contains("%SUM(...) is not supported"), "{error}");
    assert_eq!(query(&["-l", "-s", "B,A"]), "A\nB\n");
    // As a spreadsheet writes it.
    let ids = write(&folder, "samples.txt", "\u{feff}B\tcase\r\nA\tcontrol\r\n");
    let ids = ids.to_str().unwrap();
    assert_eq!(
        query(&["-r", "20:100", "-S", ids, "-f", "[%SAMPLE ]"]),
        "B A \n"
    );
    let error = fails(2, ["query", &store, "-i", "GENE==\"PCSK9\""]);
    assert!(error.contains("genodex annotate"), "{error}");
}

#[test]
fn columns_by_name_are_typed() {
    let store = sampled();
    let store = store.store();
    let columns = "CHROM,POS,DP,AF,DB,QUAL,AF[ALL],AC{ALL},INFO/AF";
    let error = fails(2, ["query", &store, "--columns", columns]);
    assert!(error.contains("\"AF\" is asked for twice"), "{error}");
    let columns = "POS,ALT,DP,AF,DB,QUAL,AF[ALL],AC{ALL}";
    let query = |more: &[&str]| {
        stdout(
            ["query", "-q", &store, "--columns", columns]
                .iter()
                .chain(more),
        )
    };
    assert_eq!(
        query(&["--format", "ndjson"]),
        "{\"POS\":100,\"ALT\":\"C\",\"DP\":10,\"AF\":0.1,\"DB\":1,\"QUAL\":30.0,\"AF_ALL\":0.75,\"AC_ALL\":3}\n\
         {\"POS\":200,\"ALT\":\"G\",\"DP\":20,\"AF\":0.2,\"DB\":0,\"QUAL\":null,\"AF_ALL\":0.25,\"AC_ALL\":1}\n\
         {\"POS\":200,\"ALT\":\"GACC\",\"DP\":20,\"AF\":0.3,\"DB\":0,\"QUAL\":null,\"AF_ALL\":0.25,\"AC_ALL\":1}\n\
         {\"POS\":300,\"ALT\":\"C\",\"DP\":null,\"AF\":null,\"DB\":0,\"QUAL\":30.0,\"AF_ALL\":0.25,\"AC_ALL\":1}\n"
    );
    let records = query(&["--records", "--format", "tsv", "-r", "20:200"]);
    assert_eq!(
        records.lines().nth(1).unwrap(),
        "200\tG,GACC\t20\t0.2,0.3\t0\t.\t0.25,0.25\t1,1"
    );
    let error = fails(2, ["query", &store, "--columns", "POS,DQ"]);
    assert!(error.contains("did you mean \"DP\""), "{error}");
}

#[test]
fn variants_by_id_and_by_what_lies_in_a_region() {
    let store = sampled();
    let folder = store.0.path().to_owned();
    let store = store.store();
    let query = |more: &[&str]| {
        let args = ["query", "-q", &store, "--records", "-f", "%POS"];
        stdout(args.iter().filter(|a| **a != "--records").chain(more))
    };
    assert_eq!(query(&["--id", "x1,rs3,nope"]), "100\n300\n");
    // As a spreadsheet writes it.
    let ids = write(&folder, "ids.txt", "\u{feff}rs2\r\nrs1\r\n");
    let ids = format!("@{}", ids.display());
    assert_eq!(query(&["--id", &ids]), "100\n200\n");
    assert_eq!(query(&["--id", &ids, "-i", "N_ALT=2"]), "200\n");
    let error = fails(2, ["query", &store, "--id", "nope"]);
    assert!(
        error.contains("no variant of the store has the id nope"),
        "{error}"
    );
    // GAC to G changes from 201 on, to GACC after 202.
    for (how, region, expected) in [
        ("--regions-overlap=0", "20:201", ""),
        ("--regions-overlap=1", "20:200", "200\n"),
        ("--regions-overlap=2", "20:200", ""),
        ("--regions-overlap=variant", "20:201", "200\n"),
        ("--targets-overlap=record", "20:201", "200\n"),
    ] {
        let flag = if how.starts_with("--regions") {
            "-r"
        } else {
            "-t"
        };
        assert_eq!(query(&[how, flag, region]), expected, "{how} {region}");
    }
    let error = fails(2, ["query", &store, "--regions-overlap", "3"]);
    assert!(error.contains("2 or variant"), "{error}");
}

/// A region in which there can be nothing is said.
#[test]
fn regions_without_variants_are_said() {
    let store = sampled();
    let store = store.store();
    let said = |region: &str| {
        let out = run(["query", &store, "--count", "-r", region]);
        assert_eq!(String::from_utf8(out.stdout).unwrap(), "0\n");
        String::from_utf8(out.stderr).unwrap()
    };
    let note = "no variants of contig 21; it has those of 20";
    assert!(said("chr21").contains(note), "{}", said("chr21"));
    let note = "contig 20 is 1000 bases long: 20:2000 is beyond its end";
    assert!(
        said("chr20:2000-").contains(note),
        "{}",
        said("chr20:2000-")
    );
    assert_eq!(said("20:1-50"), "");
    let error = fails(2, ["query", &store, "-i", "hpo(\"HP:0000118\")>0"]);
    assert!(error.contains("--cohort"), "{error}");
}
