//! Selections as bcftools writes them; `golden/export/make.sh` made the answers.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use crate::common::{index, words};
use crate::{export, records};

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
