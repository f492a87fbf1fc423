//! A store from its first import to the withdrawal of a participant, as a user sees it.
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

mod common;

use common::{fails, run, stdout, vcf, write};

#[test]
fn index_info_add_withdraw_verify() {
    let dir = tempfile::tempdir().unwrap();
    let d = dir.path();
    let one = write(d, "one.vcf", vcf("1", 40, 200));
    let two = write(d, "two.vcf", vcf("2", 40, 100));
    let store = d.join("s.gdx");
    let s = store.to_str().unwrap();
    stdout(["index", one.to_str().unwrap(), "-o", s]);
    let info = |what: &str| -> serde_json::Value {
        let text = stdout(["info", s, "--format", "json"]);
        serde_json::from_str::<serde_json::Value>(&text).unwrap()[what].clone()
    };
    assert_eq!(
        (info("variants"), info("samples"), info("generation")),
        (200.into(), 40.into(), 1.into())
    );
    assert!(fails(2, ["index", one.to_str().unwrap(), "-o", s]).contains("--force"));
    assert!(fails(2, ["add", s, one.to_str().unwrap()]).contains("contig 1"));
    stdout(["add", s, two.to_str().unwrap()]);
    assert_eq!(
        (info("variants"), info("generation")),
        (300.into(), 2.into())
    );
    let left = write(d, "left.txt", "S3\nS39\nnobody\n");
    let l = left.to_str().unwrap();
    let out = run(["withdraw", s, "--samples", l]);
    let errors = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(
        out.status.success() && errors.contains("2 participants"),
        "{errors}"
    );
    assert!(errors.contains("\"nobody\""), "{errors}");
    assert_eq!((info("samples"), info("withdrawn")), (38.into(), 2.into()));
    stdout(["verify", s]);
    assert!(stdout_of_failure(["verify", s, "--absent", l]).contains("2 withdrawn"));
    // Contigs added later do not bring them back.
    let three = write(d, "three.vcf", vcf("3", 40, 50));
    stdout(["add", s, three.to_str().unwrap()]);
    stdout(["verify", s]);
    stdout(["withdraw", s, "--samples", l, "--rewrite"]);
    stdout(["verify", s, "--absent", l]);
    assert_eq!(
        (info("samples"), info("withdrawn"), info("variants")),
        (38.into(), 0.into(), 350.into())
    );
}

/// Standard output of a command that must exit with 3.
fn stdout_of_failure<const N: usize>(args: [&str; N]) -> String {
    let out = run(args);
    assert_eq!(out.status.code(), Some(3));
    String::from_utf8(out.stdout).unwrap()
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let dir = tempfile::tempdir().unwrap();
    let d = dir.path();
    let input = write(d, "one.vcf", vcf("1", 300, 2000));
    let mut first: Option<Vec<Vec<u8>>> = None;
    for threads in ["1", "2", "7"] {
        let store = d.join(threads);
        stdout([
            "-j",
            threads,
            "index",
            input.to_str().unwrap(),
            "-o",
            store.to_str().unwrap(),
        ]);
        let names = [
            "manifest.json",
            "g000001/samples.arrow",
            "g000001/s00000.geno",
            "g000001/s00000.sites.arrow",
        ];
        let files = names
            .map(|f| std::fs::read(store.join(f)).unwrap())
            .to_vec();
        assert_eq!(
            first.get_or_insert_with(|| files.clone()),
            &files,
            "{threads} threads"
        );
    }
}

#[test]
fn a_bad_input_names_its_place_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let d = dir.path();
    let good = vcf("1", 5, 30);
    let lines: Vec<&str> = good.lines().collect();
    let mut swapped = lines.clone();
    swapped.swap(10, 20);
    let samples = lines[2].replace("S4", "S3");
    let mut twice = lines.clone();
    twice[2] = &samples;
    let other = vcf("2", 6, 3);
    let cases: [(&str, String, &[&str]); 4] = [
        ("unsorted.vcf", swapped.join("\n"), &["line 12", "sort"]),
        ("twice.vcf", twice.join("\n"), &["\"S3\"", "4 and 5"]),
        (
            "bad.vcf",
            good.replace("1|1", "1|x"),
            &["GT of sample", "line "],
        ),
        ("noise.vcf", "hello\nworld\n".to_owned(), &["noise.vcf"]),
    ];
    for (name, text, expected) in cases {
        let path = write(d, name, text);
        let store = d.join("s.gdx");
        let error = fails(
            2,
            [
                "index",
                path.to_str().unwrap(),
                "-o",
                store.to_str().unwrap(),
            ],
        );
        for part in expected {
            assert!(error.contains(part), "{name}: {error}");
        }
        assert!(!store.exists(), "{name}");
    }
    let (one, two) = (write(d, "one.vcf", &good), write(d, "two.vcf", other));
    let store = d.join("s.gdx");
    let inputs = [one.to_str().unwrap(), two.to_str().unwrap()];
    let error = fails(
        2,
        ["index", inputs[0], inputs[1], "-o", store.to_str().unwrap()],
    );
    assert!(
        error.contains("two.vcf") && error.contains("6 samples"),
        "{error}"
    );
    assert!(!store.exists());
    let check = stdout(["index", inputs[0], "--check"]);
    assert!(check.contains("nothing was written"), "{check}");
}

#[test]
fn who_withdrew_is_in_no_cohort() {
    let dir = tempfile::tempdir().unwrap();
    let d = dir.path();
    let input = write(d, "one.vcf", vcf("1", 40, 200));
    let s = d.join("s.gdx");
    let s = s.to_str().unwrap();
    stdout(["index", input.to_str().unwrap(), "-o", s]);
    let left = write(d, "left.txt", "S3\nS39\n");
    let stays: String = (0..40)
        .filter(|i| ![3, 39].contains(i))
        .map(|i| format!("S{i}\n"))
        .collect();
    let stays = write(d, "stays.txt", stays);
    let by_list = format!("a=@{}", stays.display());
    let expected = stdout(["freq", s, "--cohort", &by_list]);
    stdout(["withdraw", s, "--samples", left.to_str().unwrap()]);
    let everyone = stdout(["freq", s]).replace("_ALL", "_a");
    assert_eq!(everyone, expected);
    assert_eq!(
        stdout(["freq", s, "--cohort", "a=id != \"nobody\""]),
        expected
    );
    assert_eq!(
        stdout(["freq", s, "--cohort", "a=!(id == \"nobody\")"]),
        expected
    );
    let gcount = stdout(["freq", s, "--format", "gcount"]);
    assert_eq!(gcount.lines().count(), 201);
    let called = |line: &str| {
        line.split('\t')
            .skip(4)
            .filter_map(|n| n.parse::<u64>().ok())
            .sum::<u64>()
    };
    assert!(
        gcount.lines().skip(1).all(|line| called(line) == 38),
        "{gcount}"
    );
}
