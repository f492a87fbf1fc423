//! regenie's result files, and how far two of them are apart.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

use std::collections::BTreeMap;
use std::path::Path;

/// The columns of numbers that are compared, by their place in a line.
const NUMBERS: [(&str, usize); 6] = [
    ("A1FREQ", 5),
    ("N", 6),
    ("BETA", 8),
    ("SE", 9),
    ("CHISQ", 10),
    ("LOG10P", 11),
];

/// A result file: its lines by (ID, TEST), in their order.
pub(crate) struct Results {
    /// What stands before the lines of results.
    pub(crate) head: Vec<String>,
    /// `ID TEST` and the fields of each line.
    pub(crate) rows: Vec<(String, Vec<String>)>,
}

impl Results {
    /// From the text of a file.
    pub(crate) fn parse(text: &str) -> Self {
        let (mut head, mut rows) = (Vec::new(), Vec::new());
        for line in text.lines() {
            if line.starts_with('#') || line.starts_with("CHROM") {
                head.push(line.to_owned());
                continue;
            }
            let fields: Vec<String> = line.split(' ').map(str::to_owned).collect();
            rows.push((format!("{} {}", fields[2], fields[7]), fields));
        }
        Self { head, rows }
    }

    /// From a file, gzipped or not.
    pub(crate) fn read(path: &Path) -> Self {
        let bytes = std::fs::read(path).unwrap();
        let mut text = String::new();
        if bytes.starts_with(&[0x1f, 0x8b]) {
            use std::io::Read;
            flate2::read::MultiGzDecoder::new(bytes.as_slice())
                .read_to_string(&mut text)
                .unwrap();
        } else {
            text = String::from_utf8(bytes).unwrap();
        }
        Self::parse(&text)
    }
}

/// What differs between two result files.
#[derive(Debug, Default)]
pub(crate) struct Difference {
    /// Lines in both.
    pub(crate) compared: usize,
    /// Lines of ours that they lack, and the other way round.
    pub(crate) missing: [Vec<String>; 2],
    /// Lines with a number farther apart than allowed, or another text.
    pub(crate) off: Vec<String>,
    /// By test: how many of these.
    pub(crate) off_by_test: BTreeMap<String, usize>,
    /// By test: the largest relative difference of each number.
    pub(crate) largest: BTreeMap<String, [f64; NUMBERS.len()]>,
}

/// Compares line by line: numbers to a relative `tolerance` (and what six printed digits allow),
/// all else as text.
pub(crate) fn compare(ours: &Results, theirs: &Results, tolerance: f64) -> Difference {
    let mut out = Difference::default();
    let known: BTreeMap<&str, &Vec<String>> =
        ours.rows.iter().map(|(k, v)| (k.as_str(), v)).collect();
    let others: BTreeMap<&str, ()> = theirs.rows.iter().map(|(k, _)| (k.as_str(), ())).collect();
    let extra = ours
        .rows
        .iter()
        .filter(|r| !others.contains_key(r.0.as_str()));
    out.missing[0] = extra.map(|r| r.0.clone()).collect();
    for (key, their) in &theirs.rows {
        let Some(our) = known.get(key.as_str()) else {
            out.missing[1].push(key.clone());
            continue;
        };
        out.compared += 1;
        let mut off = false;
        let largest = out.largest.entry(their[7].clone()).or_default();
        for (i, (_, place)) in NUMBERS.iter().enumerate() {
            match (our[*place].parse::<f64>(), their[*place].parse::<f64>()) {
                (Ok(a), Ok(b)) => {
                    let apart = if a == b {
                        0.0
                    } else {
                        (a - b).abs() / b.abs().max(1e-300)
                    };
                    // Six digits are printed of each.
                    if (a - b).abs() > 2e-12 {
                        largest[i] = largest[i].max(apart);
                        off |= apart > tolerance;
                    }
                }
                _ => off |= our[*place] != their[*place],
            }
        }
        off |= [0, 1, 2, 3, 4, 7, 12]
            .iter()
            .any(|&i| our.get(i) != their.get(i));
        if off {
            *out.off_by_test.entry(their[7].clone()).or_default() += 1;
            out.off
                .push(format!("{}\n     {}", our.join(" "), their.join(" ")));
        }
    }
    out
}
