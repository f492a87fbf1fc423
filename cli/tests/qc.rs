//! `genodex qc` beside plink2 and plink 1.9.
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{fails, run, stdout, write};

fn golden(folder: &str, name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(folder)
        .join(name)
}

/// Indexes a golden input into `dir/store`.
fn index(dir: &Path, folder: &str, name: &str) -> String {
    let input = ["vcf", "vcf.gz"]
        .map(|e| golden(folder, &format!("{name}.{e}")))
        .into_iter()
        .find(|p| p.exists())
        .unwrap();
    let store = dir.join("store").display().to_string();
    let mut args = vec![
        "index".to_owned(),
        "--quiet".to_owned(),
        input.display().to_string(),
        "-o".to_owned(),
        store.clone(),
    ];
    let table = golden(folder, &format!("{name}.psam"));
    if table.exists() {
        args.extend(["--samples-table".to_owned(), table.display().to_string()]);
    }
    stdout(args);
    store
}

/// Compares line by line, so that a difference is shown and not two whole files.
fn same(found: &str, file: &Path, what: &str) {
    let expected = fs::read_to_string(file).unwrap();
    assert!(expected.lines().count() > 1, "{what} compares nothing");
    for (n, (f, e)) in found.lines().zip(expected.lines()).enumerate() {
        assert_eq!(f, e, "{what}, line {}", n + 1);
    }
    assert_eq!(found.lines().count(), expected.lines().count(), "{what}");
}

/// As [`same`], but columns are separated by any blanks, as plink 1.9 pads them.
fn same_words(found: &str, file: &Path, what: &str) {
    let words = |text: &str| -> Vec<String> {
        let line = |l: &str| l.split_whitespace().collect::<Vec<_>>().join(" ");
        text.lines().map(line).collect()
    };
    let expected = words(&fs::read_to_string(file).unwrap());
    assert!(expected.len() > 1, "{what} compares nothing");
    let found = words(found);
    for (n, (f, e)) in found.iter().zip(&expected).enumerate() {
        assert_eq!(f, e, "{what}, line {}", n + 1);
    }
    assert_eq!(found.len(), expected.len(), "{what}");
}

#[test]
fn reports_are_those_of_plink2() {
    for (folder, name) in [
        ("freq", "autosome"),
        ("freq", "chrx"),
        ("freq", "chrm"),
        ("freq", "ploidy"),
        ("freq", "hand"),
        ("qc", "sex"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let store = index(dir.path(), folder, name);
        let psam = fs::read_to_string(golden(folder, &format!("{name}.psam"))).unwrap();
        let ids = psam.lines().skip(1).map(|l| l.split('\t').next().unwrap());
        let third: Vec<&str> = ids.skip(1).step_by(3).collect();
        let third = write(dir.path(), "third.txt", third.join("\n"));
        let third = format!("third=@{}", third.display());
        let mut compared = 0;
        for kind in ["scount", "smiss", "vmiss", "hardy"] {
            let cases = [
                ("ALL", vec![]),
                ("third", vec!["--cohort", third.as_str()]),
                ("par", vec!["--split-par"]),
            ];
            for (cohort, more) in cases {
                let what = format!("{name}.{cohort}.{kind}");
                let file = golden("qc", &what);
                if !file.exists() {
                    continue;
                }
                for threads in ["1", "3"] {
                    let args = ["qc", &store, "-q", "--format", kind, "-j", threads];
                    same(&stdout(args.iter().chain(&more)), &file, &what);
                    compared += 1;
                }
            }
        }
        assert!(compared >= 12, "{name}");
    }
}

#[test]
fn sex_is_checked_as_plink_does() {
    let dir = tempfile::tempdir().unwrap();
    let store = index(dir.path(), "qc", "sex");
    let found = stdout(["qc", &store, "--format", "sexcheck"]);
    same_words(&found, &golden("qc", "sex.sexcheck"), "sex.sexcheck");
    let table = stdout(["qc", &store, "--format", "tsv"]);
    let head: Vec<&str> = table.lines().next().unwrap().split('\t').collect();
    let at = |name: &str| {
        head.iter()
            .position(|h| h.trim_start_matches('#') == name)
            .unwrap()
    };
    let of = |id: &str, name: &str| -> String {
        let line = table
            .lines()
            .find(|l| l.starts_with(&format!("{id}\t")))
            .unwrap();
        line.split('\t').nth(at(name)).unwrap().to_owned()
    };
    // Recorded as the other sex; not recorded; a man some of whose calls on X are het.
    assert_eq!(of("P03", "SEX_CHECK"), "mismatch");
    assert_eq!(
        (of("P03", "SEX"), of("P03", "INFERRED_SEX")),
        ("female".into(), "male".into())
    );
    assert_eq!(of("P04", "SEX_CHECK"), "mismatch");
    assert_eq!(of("P06", "SEX_CHECK"), "unrecorded");
    assert_eq!(of("P01", "SEX_CHECK"), "unclear");
    assert!(of("P01", "SEX_REASON").contains("between 0.2 and 0.8"));
    assert_eq!(of("P02", "SEX_CHECK"), "ok");
}

#[test]
fn trios_are_judged_as_plink_does() {
    let dir = tempfile::tempdir().unwrap();
    let store = index(dir.path(), "qc", "mendel");
    let ped = golden("qc", "mendel.fam").display().to_string();
    for kind in ["mendel", "imendel", "fmendel", "lmendel"] {
        let found = stdout(["qc", &store, "-q", "--ped", &ped, "--format", kind]);
        let what = format!("mendel.{kind}");
        same_words(&found, &golden("qc", &what), &what);
    }
    // The tables agree with each other; on Y and MT there are errors that plink leaves out.
    let lines = |per: &str| -> Vec<Vec<String>> {
        let args = [
            "qc", &store, "-q", "--ped", &ped, "--per", per, "--format", "tsv",
        ];
        let fields = |l: &str| l.split('\t').map(str::to_owned).collect();
        stdout(args).lines().skip(1).map(fields).collect()
    };
    let sum = |rows: &[Vec<String>], column: usize| -> u64 {
        rows.iter().map(|r| r[column].parse::<u64>().unwrap()).sum()
    };
    let errors = lines("error");
    for (per, column) in [("family", 4), ("trio", 4), ("variant", 16)] {
        assert_eq!(sum(&lines(per), column), errors.len() as u64, "{per}");
    }
    for contig in ["1", "X", "Y", "MT"] {
        assert!(errors.iter().any(|e| e[0] == contig), "{contig}");
    }
    let person = lines("person");
    let of = |id: &str| person.iter().find(|p| p[0] == id).unwrap()[26].clone();
    let of_a1 = errors.iter().filter(|e| e[8] == "A1").count();
    assert_eq!(of("A1"), of_a1.to_string());
}

#[test]
fn values_are_kept_for_expressions() {
    let dir = tempfile::tempdir().unwrap();
    let store = index(dir.path(), "qc", "mendel");
    let ped = golden("qc", "mendel.fam").display().to_string();
    for _ in 0..2 {
        stdout(["qc", &store, "-q", "--ped", &ped, "--store"]);
    }
    let table = stdout(["qc", &store, "-q", "--format", "tsv"]);
    let low = table.lines().skip(1).filter(|l| {
        let rate: f64 = l.split('\t').nth(4).unwrap().parse().unwrap();
        rate < 0.85
    });
    let low: Vec<&str> = low.map(|l| l.split('\t').next().unwrap()).collect();
    assert!(!low.is_empty());
    let ids = stdout(["samples", &store, "-i", "qc.call_rate<0.85", "--ids"]);
    assert_eq!(ids.lines().collect::<Vec<_>>(), low);
    let args = [
        "query",
        &store,
        "-i",
        "MENDEL>0",
        "-f",
        "%ID %INFO/MENDEL\\n",
    ];
    let found = stdout(args);
    let args = [
        "qc", &store, "-q", "--ped", &ped, "--per", "variant", "--format", "tsv",
    ];
    let variants = stdout(args);
    let field = |l: &str, i: usize| l.split('\t').nth(i).unwrap().to_owned();
    let expected: String = variants
        .lines()
        .skip(1)
        .filter(|l| field(l, 16) != "0")
        .map(|l| format!("{} {}\n", field(l, 2), field(l, 16)))
        .collect();
    assert_eq!(found, expected);
    let kept = stdout(["query", &store, "-i", "HWE<0.5", "-f", "%ID\\n"]);
    let expected: String = variants
        .lines()
        .skip(1)
        .filter(|l| field(l, 15).parse::<f32>().is_ok_and(|p| p < 0.5))
        .map(|l| format!("{}\n", field(l, 2)))
        .collect();
    assert_eq!(kept, expected);
    assert!(!kept.is_empty());
    let verified = run(["verify", &store]);
    assert!(verified.status.success());
}

#[test]
fn a_page_shows_who_stands_out() {
    let dir = tempfile::tempdir().unwrap();
    let store = index(dir.path(), "qc", "sex");
    let html = dir.path().join("qc.html").display().to_string();
    let printed = stdout(["qc", &store, "-q", "--html", &html]);
    assert_eq!(printed, "");
    let page = fs::read_to_string(&html).unwrap();
    for text in [
        "Quality control of store",
        "24 people (ALL), 107 variants",
        "Recorded and inferred sex differ",
        ">P03</td>",
        "1.4826",
        "<svg",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("<script"));
    // The table as well where it is asked for; the page is the same.
    let table = dir.path().join("people.tsv").display().to_string();
    stdout(["qc", &store, "-q", "--html", &html, "-o", &table, "-j", "1"]);
    assert_eq!(fs::read_to_string(&html).unwrap(), page);
    assert_eq!(fs::read_to_string(&table).unwrap().lines().count(), 25);
}

#[test]
fn what_cannot_be_done_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let store = index(dir.path(), "qc", "sex");
    let said = fails(2, ["qc", &store, "--per", "trio"]);
    assert!(
        said.contains("the sample table records no parents"),
        "{said}"
    );
    let said = fails(2, ["qc", &store, "--format", "scount", "--per", "trio"]);
    assert!(said.contains("--per"), "{said}");
    let said = fails(2, ["qc", &store, "--split-par"]);
    assert!(said.contains("scount"), "{said}");
    let said = fails(2, ["qc", &store, "--female-max-f", "0.9"]);
    assert!(said.contains("--male-min-f 0.8"), "{said}");
    let said = fails(2, ["qc", &store, "--mad", "nan"]);
    assert!(said.contains("--mad"), "{said}");
    for (flag, value) in [
        ("--min-call-rate", "2"),
        ("--max-missing", "1.5"),
        ("--min-hwe", "3"),
    ] {
        let said = fails(2, ["qc", &store, flag, value]);
        assert!(
            said.contains(flag) && said.contains("between 0 and 1"),
            "{said}"
        );
    }
    let out = dir.path().join("x.tsv").display().to_string();
    let same = dir.path().join("./store/../x.tsv").display().to_string();
    let said = fails(2, ["qc", &store, "-o", &out, "--html", &same]);
    assert!(said.contains("another name"), "{said}");
    let within = dir.path().join("store/g000001/x.tsv").display().to_string();
    let said = fails(2, ["qc", &store, "-o", &within]);
    assert!(said.contains("within the store"), "{said}");
    let odd = dir.path().join("x.docx").display().to_string();
    let said = run(["qc", &store, "-o", &odd]);
    let said = String::from_utf8(said.stderr).unwrap();
    assert!(
        said.contains("as TSV") && said.contains(".scount"),
        "{said}"
    );
    let ped = write(dir.path(), "x.fam", "F P06 P05 XX 2 0\n");
    let said = fails(2, ["qc", &store, "--ped", ped.to_str().unwrap()]);
    assert!(said.contains("both parents"), "{said}");
    let nowhere = dir.path().join("no/such/page.html");
    let said = fails(2, ["qc", &store, "--html", nowhere.to_str().unwrap()]);
    assert!(said.contains("page.html"), "{said}");
}

/// A column that is somebody's own is neither replaced nor lost.
#[test]
fn columns_of_others_stay() {
    let dir = tempfile::tempdir().unwrap();
    let input = write(dir.path(), "in.vcf", common::vcf("1", 12, 30));
    let table = |name: &str| {
        let rows = (0..12).map(|s| format!("S{s}\t{s}\n"));
        let text = format!("sample\t{name}\n{}", rows.collect::<String>());
        write(dir.path(), &format!("{name}.tsv"), text)
    };
    for (column, kept) in [("qc.batch", true), ("qc.het", false)] {
        let store = dir
            .path()
            .join(format!("{column}.gdx"))
            .display()
            .to_string();
        let table = table(column).display().to_string();
        let input = input.to_str().unwrap();
        stdout([
            "index",
            "-q",
            input,
            "--samples-table",
            &table,
            "-o",
            &store,
        ]);
        if kept {
            stdout(["qc", "-q", &store, "--store"]);
            stdout(["qc", "-q", &store, "--store"]);
            let found = stdout(["samples", &store, "-i", "qc.batch==7 && qc.het>=0", "--ids"]);
            assert_eq!(found, "S7\n");
        } else {
            let said = fails(2, ["qc", "-q", &store, "--store"]);
            assert!(
                said.contains("qc.het") && said.contains("another name"),
                "{said}"
            );
        }
    }
}

/// Of few people nobody is far from the others; on Y no call of a female is expected.
#[test]
fn few_people_and_females_on_y() {
    let dir = tempfile::tempdir().unwrap();
    let head = "##fileformat=VCFv4.2\n##contig=<ID=Y,length=57227415>\n\
        ##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">\n\
        #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tM1\tM2\tF1\tF2\n";
    let text = format!(
        "{head}Y\t5000000\t.\tA\tC\t.\t.\t.\tGT\t1\t0\t.\t.\n\
         Y\t5000001\t.\tA\t*\t.\t.\t.\tGT\t1\t.\t.\t.\n"
    );
    let input = write(dir.path(), "in.vcf", text);
    let people = "sample\tsex\nM1\t1\nM2\t1\nF1\t2\nF2\t2\n";
    let people = write(dir.path(), "people.tsv", people)
        .display()
        .to_string();
    let store = dir.path().join("s.gdx").display().to_string();
    let input = input.to_str().unwrap();
    stdout([
        "index",
        "-q",
        input,
        "--samples-table",
        &people,
        "-o",
        &store,
    ]);
    let table = stdout(["qc", "-q", &store, "--per", "variant", "--format", "tsv"]);
    let rates: Vec<&str> = table
        .lines()
        .skip(1)
        .map(|l| l.split('\t').nth(7).unwrap())
        .collect();
    assert_eq!(rates, ["0", "0.5"]);
    let found = run(["qc", &store, "--format", "tsv"]);
    let said = String::from_utf8(found.stderr).unwrap();
    assert!(said.contains("fewer than 10 people"), "{said}");
}
