//! `genodex query` prints what `bcftools query` prints: `golden/query/make.sh` made the answers.
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

mod common;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use common::{run, stdout, words};

#[test]
fn every_case_prints_what_bcftools_prints() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/query");
    let text = std::fs::read_to_string(folder.join("expected.txt")).unwrap();
    let stores = tempfile::tempdir().unwrap();
    let mut made: HashMap<String, PathBuf> = HashMap::new();
    let (mut cases, mut wrong) = (0, Vec::new());
    for case in text.split("== ").skip(1) {
        let (line, expected) = case.split_once('\n').unwrap();
        let (file, arguments) = line.split_once(' ').unwrap();
        let n = made.len();
        let store = made.entry(file.to_owned()).or_insert_with(|| {
            let store = stores.path().join(format!("{n}.gdx"));
            let input = folder.join(file);
            let words = ["index".as_ref(), "-q".as_ref(), input.as_os_str()];
            stdout(words.into_iter().chain(["-o".as_ref(), store.as_os_str()]));
            store
        });
        let ids = folder.join("ids.txt");
        let words = words(arguments).into_iter();
        let words = words.map(|w| w.replace("@ids.txt", &format!("@{}", ids.display())));
        let head = [
            "query".to_owned(),
            "-q".to_owned(),
            store.display().to_string(),
        ];
        let out = run(head.into_iter().chain(words));
        let ours = String::from_utf8(out.stdout).unwrap();
        cases += 1;
        if ours != expected {
            let error = String::from_utf8_lossy(&out.stderr);
            let differs = ours.lines().zip(expected.lines()).find(|(a, b)| a != b);
            wrong.push(format!("{line}\n  {differs:?} {error}"));
        }
    }
    assert!(cases > 90, "{cases}");
    assert!(
        wrong.is_empty(),
        "{} of {cases}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
