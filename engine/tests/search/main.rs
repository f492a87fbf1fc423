//! The judged table of queries, on all vocabularies: what must come first, how often it does,
//! and how long suggestions take.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may panic, its helpers too"
)]

mod raw;

use std::fmt::Write;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use genodex_engine::knowledge::Knowledge;
use genodex_engine::query::text::{TextIndex, build_vocabulary};

/// Of a hundred queries, so many must find the right thing first.
const LEAST: usize = 95;

fn knowledge() -> Option<PathBuf> {
    let root = std::env::var_os("GENODEX_CONFORMANCE_DATA").map(PathBuf::from);
    let root = root.map(|r| r.join("knowledge")).filter(|r| r.is_dir());
    if root.is_none() {
        eprintln!("skipped: GENODEX_CONFORMANCE_DATA names no folder with knowledge/");
    }
    root
}

/// What travels with the program.
fn shipped() -> Knowledge {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../datasets/knowledge");
    let (knowledge, _) = Knowledge::default().with_folder(folder.as_ref()).unwrap();
    knowledge
}

fn index() -> Option<&'static TextIndex> {
    static INDEX: OnceLock<Option<TextIndex>> = OnceLock::new();
    INDEX
        .get_or_init(|| {
            let root = knowledge()?;
            let mut documents = build_vocabulary(&shipped()).unwrap();
            documents.extend(raw::variants(&root));
            let n = documents.len();
            let start = Instant::now();
            let bytes = TextIndex::build(documents).unwrap();
            let built = start.elapsed();
            let start = Instant::now();
            let index = TextIndex::open(&bytes).unwrap();
            eprintln!(
                "{n} documents, {} names: built in {built:?}, {} bytes, opened in {:?}",
                index.n_names(),
                bytes.len(),
                start.elapsed()
            );
            Some(index)
        })
        .as_ref()
}

/// Queries and the identifiers one of which must come first.
fn queries() -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    let lines = include_str!("queries.tsv").lines();
    let lines = lines.filter(|l| !l.starts_with('#') && !l.is_empty());
    lines.map(|line| {
        let (query, ids) = line.split_once('\t').expect("a query and identifiers");
        let ids = ids.split('\t').next().unwrap_or_default();
        (query, ids.split('|').collect())
    })
}

#[test]
fn the_judged_table() {
    let Some(index) = index() else { return };
    let mut misses = String::from("#query\twanted\tfirst\n");
    let (mut hits, mut all) = (0, 0);
    for (text, wanted) in queries() {
        all += 1;
        let query = index.parse(text).unwrap();
        let found = index.search(&query).unwrap();
        let first = found.first().map_or("-", |h| h.document.id.as_str());
        if wanted.contains(&first) {
            hits += 1;
            continue;
        }
        writeln!(misses, "{text}\t{}\t{first}", wanted.join("|")).unwrap();
        let shown = found.iter().take(4).map(|h| {
            let (id, title) = (&h.document.id, h.title(query.is_japanese()));
            format!("{id} {title} [{} {}]", h.how.name(), h.name)
        });
        eprintln!(
            "miss: {text}: wanted {wanted:?}, found {:#?}",
            shown.collect::<Vec<_>>()
        );
    }
    eprintln!("{hits} of {all}");
    assert!(all >= 120, "{all} queries");
    assert!(hits * 100 >= LEAST * all, "{hits} of {all}");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/search/misses.tsv");
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(misses, kept, "the misses are others: write them to {path}");
}

#[test]
fn suggestions_answer_every_beginning() {
    let Some(index) = index() else { return };
    let mut times: Vec<(Duration, String)> = Vec::new();
    for (text, _) in queries() {
        let ends = text.char_indices().map(|(i, c)| i + c.len_utf8());
        for end in ends {
            let start = Instant::now();
            let found = index.suggest(&text[..end], 10).unwrap();
            assert!(found.len() <= 10, "{}", &text[..end]);
            times.push((start.elapsed(), text[..end].to_owned()));
        }
    }
    // A figure to read, not to assert: whoever tests may do other things as well.
    times.sort();
    let at = |percent: usize| &times[(times.len() - 1) * percent / 100];
    eprintln!(
        "{} suggestions: median {:?}, 99 of 100 under {:?}, longest {:?}",
        times.len(),
        at(50).0,
        at(99),
        at(100)
    );
    assert!(times.len() > 1000, "{} beginnings", times.len());
}
