//! `genodex bench generate` and `genodex demo`, as a user runs them.

mod common;

use common::{fails, run, stdout};

#[test]
fn a_cohort_is_made_and_not_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("s.gdx");
    let store = store.to_str().unwrap();
    let numbers = [
        "bench",
        "generate",
        "--samples",
        "50",
        "--variants",
        "300",
        "-o",
        store,
    ];
    let out = run(numbers);
    assert!(out.status.success(), "{out:?}");
    assert!(String::from_utf8_lossy(&out.stderr).contains("300 variants of 50 samples"));
    assert!(dir.path().join("s.gdx/manifest.json").exists());
    assert!(fails(2, numbers).contains("--force"));
    let forced: Vec<&str> = numbers
        .iter()
        .copied()
        .chain(["--force", "--quiet"])
        .collect();
    let out = run(forced);
    assert!(out.status.success() && out.stderr.is_empty(), "{out:?}");
}

#[test]
fn wrong_numbers_are_usage_errors() {
    let zero = [
        "bench",
        "generate",
        "--samples",
        "0",
        "--truth",
        "never.tsv",
    ];
    assert!(fails(2, zero).contains("--samples is 0"));
    assert!(fails(2, ["bench", "generate"]).contains("--output"));
}

#[test]
fn the_tour_ends_well_and_keeps_its_files_where_asked() {
    let dir = tempfile::tempdir().unwrap();
    let keep = dir.path().join("kept");
    let text = stdout(["demo", "--keep", keep.to_str().unwrap()]);
    // The frequencies that the project itself published, and its counts on X.
    let expected = [
        "$ genodex index kg-chr22.vcf.gz --samples-table kg-panel.tsv -o chr22.gdx",
        "2,504 people, 6,139 variants",
        "rs541928920 G>A 16459141  ████ 12.0%       0.1%       0.0%       0.0%       0.0%",
        "rs536648889 C>T 16411985        0.0% ▏     0.1%       0.0% ▏     0.3% ████  7.8%",
        "AFR African (661)",
        "rs2473877 at X:66604559, T>C",
        "  women        575     1150      458     39.8%",
        "  men          551      551      211     38.3%",
    ];
    for part in expected {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(text.lines().all(|l| l.chars().count() <= 110), "{text}");
    for file in [
        "chr22.gdx/manifest.json",
        "chrX.gdx/manifest.json",
        "kg-panel.tsv",
    ] {
        assert!(keep.join(file).exists(), "{file}");
    }
}

#[test]
fn the_commands_of_the_tour_can_be_typed() {
    let dir = tempfile::tempdir().unwrap();
    let text = stdout(["demo", "--keep", dir.path().to_str().unwrap()]);
    let text = text.replace("\\\n", " ");
    let mut typed = 0;
    for line in text
        .lines()
        .filter_map(|l| l.trim().strip_prefix("$ genodex "))
    {
        // Quoted arguments keep their spaces.
        let mut arguments = Vec::new();
        for (i, part) in line.split('\'').enumerate() {
            if i % 2 == 1 {
                arguments.push(part.to_owned());
            } else {
                arguments.extend(part.split_whitespace().map(str::to_owned));
            }
        }
        if arguments[0] == "index" {
            arguments.push("--force".to_owned());
        }
        let mut command = common::genodex();
        let out = command.current_dir(&dir).args(&arguments).output().unwrap();
        assert!(out.status.success(), "{line}: {out:?}");
        if arguments[0] == "freq" && line.contains("chrX") {
            let table = String::from_utf8(out.stdout).unwrap();
            let row = table.lines().last().unwrap();
            assert!(
                row.starts_with("X\t66604559\trs2473877\tT\tC\t458\t1150\t"),
                "{table}"
            );
        }
        typed += 1;
    }
    assert_eq!(typed, 4, "{text}");
}

#[test]
fn a_cohort_comes_back_the_same_through_vcf_and_bcf() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let (store, vcf, bcf) = (path("s.gdx"), path("s.vcf.gz"), path("s.bcf"));
    let made = [
        "bench",
        "generate",
        "--samples",
        "300",
        "--variants",
        "2000",
        "-o",
        &store,
        "--vcf",
        &vcf,
        "--bcf",
        &bcf,
    ];
    stdout(made);
    stdout(["verify", &store]);
    let all = stdout(["freq", &store, "--format", "tsv"]);
    assert_eq!(all.lines().count(), 2001);
    for (input, output) in [(&vcf, path("vcf.gdx")), (&bcf, path("bcf.gdx"))] {
        stdout(["index", input, "-o", &output]);
        let again = stdout(["freq", &output, "--format", "tsv"]);
        assert!(again == all, "{input}");
    }
    let cohort = "cases=t2d == 1 && sex == \"F\" && age > 50";
    let cases = stdout(["freq", &store, "--cohort", cohort, "--format", "tsv"]);
    assert!(cases.lines().next().is_some_and(|l| l.contains("AC_cases")));
}
