//! `genodex bench generate` and `genodex demo`, as a user runs them.

use assert_cmd::Command;

fn genodex(arguments: &[&str]) -> std::process::Output {
    let mut command = Command::cargo_bin("genodex").unwrap();
    command.args(arguments).output().unwrap()
}

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
    let run = genodex(&numbers);
    assert!(run.status.success(), "{run:?}");
    assert!(String::from_utf8_lossy(&run.stderr).contains("300 variants of 50 samples"));
    assert!(dir.path().join("s.gdx/manifest.json").exists());
    let again = genodex(&numbers);
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("--force"));
    let forced: Vec<&str> = numbers
        .iter()
        .copied()
        .chain(["--force", "--quiet"])
        .collect();
    let run = genodex(&forced);
    assert!(run.status.success() && run.stderr.is_empty(), "{run:?}");
}

#[test]
fn wrong_numbers_are_usage_errors() {
    let run = genodex(&[
        "bench",
        "generate",
        "--samples",
        "0",
        "--truth",
        "never.tsv",
    ]);
    assert_eq!(run.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&run.stderr).contains("--samples is 0"));
    assert_eq!(genodex(&["bench", "generate"]).status.code(), Some(2));
}

#[test]
fn the_tour_ends_well_and_keeps_its_files_where_asked() {
    let dir = tempfile::tempdir().unwrap();
    let keep = dir.path().join("kept");
    let run = genodex(&["demo", "--keep", keep.to_str().unwrap()]);
    assert!(run.status.success(), "{run:?}");
    let text = String::from_utf8(run.stdout).unwrap();
    for part in ["$ genodex index", "$ genodex freq", "AFR", "chrX.gdx"] {
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
