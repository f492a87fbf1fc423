//! bcftools' own tests of `query`, `view` and of what `filter` selects, through the program.
//!
//! `golden/bcftools/cases.tsv` names each case and what comes of it: the same bytes, a refusal, or
//! a difference, and why. A case that comes out otherwise fails, also one that got better: then the
//! table is to be changed. The inputs are in the folder that `GENODEX_CONFORMANCE_DATA` names;
//! without it the test says so and passes.
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

mod common;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use common::{run, words};

/// A line of the table.
struct Case<'t> {
    program: &'t str,
    input: &'t str,
    arguments: &'t str,
    /// A file of the suite, or `1.16`: what that version prints, in `expected.txt`.
    expected: &'t str,
    /// The arguments to give instead; `-` for the same.
    ours: &'t str,
    outcome: &'t str,
}

impl<'t> Case<'t> {
    fn parse(line: &'t str) -> Self {
        let mut cells = line.split('\t');
        let mut next = || cells.next().unwrap();
        Self {
            program: next(),
            input: next(),
            arguments: next(),
            expected: next(),
            ours: next(),
            outcome: next(),
        }
    }

    /// Whether records are written, not lines of a template.
    fn writes_records(&self) -> bool {
        self.program != "query" && !self.arguments_given().contains("-f ")
    }

    fn arguments_given(&self) -> &'t str {
        if self.ours == "-" {
            self.arguments
        } else {
            self.ours
        }
    }

    /// The arguments of `genodex query`.
    fn arguments(&self, data: &Path) -> Vec<String> {
        let mut out = words(self.arguments_given());
        if self.writes_records() {
            // Of `view` it is no header; the header is compared by itself.
            out.retain(|w| w != "-H");
            for word in &mut out {
                *word = word.replace("-Ht", "-t").replace("-HG", "-G");
            }
            out.extend(["-O".to_owned(), "v".to_owned()]);
        }
        let path = data.display().to_string();
        out.iter_mut().for_each(|w| *w = w.replace("{PATH}", &path));
        out
    }
}

/// Lines without those of the program's own, and apart from them the header, sorted: its order is
/// not promised.
fn parts(text: &str) -> (Vec<&str>, Vec<&str>) {
    let own = |l: &&str| !l.starts_with("##bcftools_") && !l.starts_with("##genodex");
    let (mut header, body): (Vec<&str>, Vec<&str>) =
        text.lines().filter(own).partition(|l| l.starts_with("##"));
    header.sort_unstable();
    (header, body)
}

/// What came of a case, and how it differs.
fn outcome(case: &Case<'_>, store: Option<&Path>, data: &Path, expected: &str) -> (String, String) {
    let Some(store) = store else {
        return ("not indexed".to_owned(), String::new());
    };
    let head = [
        "query".to_owned(),
        "-q".to_owned(),
        store.display().to_string(),
    ];
    let out = run(head.into_iter().chain(case.arguments(data)));
    let error = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(!error.contains("panicked"), "{}: {error}", case.arguments);
    if !out.status.success() {
        assert_eq!(out.status.code(), Some(2), "{}: {error}", case.arguments);
        return ("refused".to_owned(), error);
    }
    let ours = String::from_utf8(out.stdout).unwrap();
    let without = without_alt(data, case.input);
    if !case.writes_records() {
        let (a, b): (Vec<&str>, Vec<&str>) = (
            ours.trim_end().lines().collect(),
            expected.trim_end().lines().collect(),
        );
        return if a == b {
            ("same".to_owned(), String::new())
        } else if left_out(&a, &b, &without) {
            (LEFT_OUT.to_owned(), String::new())
        } else {
            ("differs".to_owned(), format!("{ours}----\n{expected}"))
        };
    }
    let ((our_header, our_body), (header, body)) = (parts(&ours), parts(expected));
    let no_names = |b: &[&str]| -> Vec<String> {
        let rows = b.iter().filter(|l| !l.starts_with("#CHROM"));
        rows.map(|l| (*l).to_owned()).collect()
    };
    let whole = !header.is_empty();
    let in_order = |rows: &[String]| rows.iter().map(|r| ordered(r)).collect::<Vec<_>>();
    let (a, b) = (no_names(&our_body), no_names(&body));
    let names = |b: &[&str]| b.first().map(|l| (*l).to_owned());
    let other_names = whole && names(&our_body) != names(&body);
    let (a_ordered, b_ordered) = (in_order(&a), in_order(&b));
    if !other_names && a_ordered != b_ordered {
        let a: Vec<&str> = a_ordered.iter().map(String::as_str).collect();
        let b: Vec<&str> = b_ordered.iter().map(String::as_str).collect();
        if left_out(&a, &b, &without) {
            return (LEFT_OUT.to_owned(), String::new());
        }
    }
    if other_names || a_ordered != b_ordered {
        let (a, b) = (our_body.join("\n"), body.join("\n"));
        return ("differs".to_owned(), format!("{a}\n----\n{b}"));
    }
    if whole && our_header != header {
        let only = |a: &[&str], b: &[&str]| {
            let of = a.iter().filter(|l| !b.contains(l));
            of.map(|l| format!("{l}\n")).collect::<String>()
        };
        let (a, b) = (only(&our_header, &header), only(&header, &our_header));
        return ("header differs".to_owned(), format!("{a}----\n{b}"));
    }
    if a != b {
        return ("same but for the order of FORMAT".to_owned(), String::new());
    }
    ("same".to_owned(), String::new())
}

/// Records without ALT are not in a store.
const LEFT_OUT: &str = "same but for records without ALT";

/// Whether `ours` is `expected` without lines of records at `positions`.
fn left_out(ours: &[&str], expected: &[&str], positions: &[String]) -> bool {
    let mut ours = ours.iter().peekable();
    for line in expected {
        if ours.peek() == Some(&line) {
            ours.next();
            continue;
        }
        let mut words = line.split(['\t', ' ', ':']);
        if !words.any(|w| positions.iter().any(|p| p == w)) {
            return false;
        }
    }
    ours.next().is_none()
}

/// POS of the records of an input that have no ALT.
fn without_alt(data: &Path, input: &str) -> Vec<String> {
    let bytes = std::fs::read(data.join(format!("{input}.vcf"))).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let rows = text.lines().filter(|l| !l.starts_with('#'));
    let cells = rows.map(|l| l.split('\t').collect::<Vec<_>>());
    cells
        .filter(|c| c.get(4) == Some(&"."))
        .map(|c| c[1].to_owned())
        .collect()
}

/// A record with FORMAT fields in alphabetical order.
fn ordered(record: &str) -> String {
    let mut cells: Vec<String> = record.split('\t').map(str::to_owned).collect();
    let Some(format) = cells.get(8) else {
        return record.to_owned();
    };
    let keys: Vec<String> = format.split(':').map(str::to_owned).collect();
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by_key(|&i| &keys[i]);
    for cell in cells.iter_mut().skip(8) {
        let values: Vec<&str> = cell.split(':').collect();
        let value = |&i: &usize| values.get(i).copied().unwrap_or(".");
        *cell = order.iter().map(value).collect::<Vec<_>>().join(":");
    }
    cells.join("\t")
}

#[test]
fn cases_come_out_as_the_table_says() {
    let Some(data) = std::env::var_os("GENODEX_CONFORMANCE_DATA") else {
        eprintln!("SKIPPED: bcftools' own tests, because GENODEX_CONFORMANCE_DATA is not set");
        return;
    };
    let data = Path::new(&data).join("bcftools_tests");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/bcftools");
    let mut actual = String::new();
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let (table, made) = (read("cases.tsv"), read("expected.txt"));
    let made: HashMap<&str, &str> = (made.split("== ").skip(1))
        .map(|c| c.split_once('\n').unwrap())
        .collect();
    let lines: Vec<&str> = table.lines().filter(|l| !l.starts_with('#')).collect();
    let stores = tempfile::tempdir().unwrap();
    let made_stores: Mutex<HashMap<String, Option<PathBuf>>> = Mutex::default();
    let answer = |line: &&str| {
        let case = Case::parse(line);
        let store = {
            let mut made = made_stores.lock().unwrap();
            let index = || index(&data, stores.path(), case.input);
            made.entry(case.input.to_owned())
                .or_insert_with(index)
                .clone()
        };
        let file;
        let expected = if case.expected == "1.16" {
            made[format!("{}\t{}\t{}", case.program, case.input, case.arguments).as_str()]
        } else {
            file = std::fs::read_to_string(data.join(case.expected)).unwrap();
            &file
        };
        outcome(&case, store.as_deref(), &data, expected)
    };
    let answers: Vec<(String, String)> = lines.iter().map(answer).collect();
    let (mut report, mut counts, mut wrong) = (String::new(), HashMap::new(), 0);
    for (line, (outcome, how)) in lines.iter().zip(&answers) {
        *counts.entry(outcome.as_str()).or_insert(0) += 1;
        let case = Case::parse(line);
        actual += &format!("{outcome}\n");
        if case.outcome != outcome {
            wrong += 1;
            report += &format!("{line}\n  is now: {outcome}\n{how}\n");
        }
    }
    eprintln!("{counts:?}");
    // For whoever changes the table.
    let own = Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(own.join("bcftools_suite.txt"), &report).unwrap();
    std::fs::write(own.join("bcftools_outcomes.txt"), &actual).unwrap();
    assert_eq!(wrong, 0, "{report}");
    assert!(lines.len() > 180);
}

/// The store of an input with all of its FORMAT fields; `None` where it is refused.
fn index(data: &Path, stores: &Path, input: &str) -> Option<PathBuf> {
    let path = data.join(format!("{input}.vcf"));
    let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
    let fields: Vec<&str> = (text.lines())
        .filter_map(|l| l.strip_prefix("##FORMAT=<ID=")?.split(',').next())
        .filter(|id| *id != "GT")
        .collect();
    let store = stores.join(input);
    let mut words = vec![
        "index".to_owned(),
        "-q".to_owned(),
        path.display().to_string(),
        "-o".to_owned(),
        store.display().to_string(),
    ];
    if !fields.is_empty() {
        words.extend(["--format-fields".to_owned(), fields.join(",")]);
    }
    let out = run(words);
    let error = String::from_utf8_lossy(&out.stderr);
    assert!(!error.contains("panicked"), "{input}: {error}");
    if !out.status.success() {
        eprintln!("{input}: {error}");
    }
    out.status.success().then_some(store)
}
