//! Files of sample ids: one a line, or plink's `FID IID`.

use std::io::{self, BufRead, Read};
use std::path::Path;

use roaring::RoaringBitmap;

use super::CohortError;
use crate::format::samples::SampleTable;
use crate::genotype::SampleSet;

/// A line longer than this is not of a file of ids.
const MAX_LINE: u64 = 1 << 20;

/// Unknown ids that are kept to be shown.
const SHOWN: usize = 5;

/// The samples that a file names.
#[derive(Clone, Debug, PartialEq)]
pub struct IdFile {
    /// Those in the store.
    pub samples: SampleSet,
    /// How many lines name a sample that is not in the store.
    pub unknown: u64,
    /// The first few of these.
    pub examples: Vec<String>,
    /// How many lines name a sample that an earlier line names.
    pub repeated: u64,
}

impl IdFile {
    /// What should be told: ids that are not in the store.
    #[must_use]
    pub fn warning(&self, path: &Path) -> Option<String> {
        (self.unknown > 0).then(|| {
            let more = if self.unknown as usize > self.examples.len() {
                ", ..."
            } else {
                ""
            };
            format!(
                "{}: {} of {} sample ids are not in the store: {}{more}",
                path.display(),
                self.unknown,
                self.unknown + self.repeated + self.samples.len(),
                self.examples.join(", ")
            )
        })
    }
}

/// Where on its line the id is.
#[derive(Default)]
struct Reading {
    bits: RoaringBitmap,
    unknown: u64,
    examples: Vec<String>,
    repeated: u64,
}

impl Reading {
    fn add(&mut self, id: &str, table: &SampleTable) {
        match table.index_of(id) {
            Some(sample) if self.bits.insert(sample as u32) => {}
            Some(_) => self.repeated += 1,
            None => {
                self.unknown += 1;
                if self.examples.len() < SHOWN {
                    self.examples.push(id.to_owned());
                }
            }
        }
    }
}

/// Reads sample ids. The id is the first column; in files with plink's header `#FID IID` or
/// `#IID` it is the column `IID`; without a header it is the second column, or the whole line,
/// where more of these are in the store. Columns are separated by TABs, or by blanks where a
/// line has no TAB. Empty lines and other lines that start with `#` are passed over. `path` is
/// for messages only.
///
/// # Errors
/// [`CohortError::NoneMatched`] where no id is in the store, or there is none;
/// [`CohortError::Line`], [`CohortError::Io`].
pub fn read_ids(
    mut reader: impl BufRead,
    path: &Path,
    table: &SampleTable,
) -> Result<IdFile, CohortError> {
    // The whole line, its first column, its second.
    let mut readings: [Reading; 3] = Default::default();
    // The column that a header names.
    let mut headed: Option<usize> = None;
    let mut ids = 0;
    let mut first_id = None;
    let mut buffer = Vec::new();
    for line in 1.. {
        buffer.clear();
        let read = reader
            .by_ref()
            .take(MAX_LINE)
            .read_until(b'\n', &mut buffer);
        let read = read.map_err(|source: io::Error| CohortError::Io {
            path: path.to_owned(),
            source,
        })?;
        if read == 0 {
            break;
        }
        let bad = |reason: String| CohortError::Line {
            path: path.to_owned(),
            line,
            reason,
        };
        if read as u64 == MAX_LINE {
            return Err(bad("the line is too long for a sample id".to_owned()));
        }
        let text = std::str::from_utf8(&buffer).map_err(|_| bad("not text in UTF-8".to_owned()))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
        if text.is_empty() {
            continue;
        }
        let columns = columns(text);
        if text.starts_with('#') || (ids == 0 && matches!(columns[..], ["FID", "IID", ..])) {
            let iid = |c: &str| c.trim_start_matches('#').eq_ignore_ascii_case("iid");
            if ids == 0 && headed.is_none() {
                headed = columns.iter().position(|c| iid(c));
            }
            continue;
        }
        ids += 1;
        match headed {
            Some(column) => {
                let id = columns.get(column).ok_or_else(|| {
                    bad(format!(
                        "{} columns, but the IID is column {}",
                        columns.len(),
                        column + 1
                    ))
                })?;
                first_id.get_or_insert_with(|| (*id).to_owned());
                readings[1].add(id, table);
            }
            None => {
                let first = columns.first().copied().unwrap_or(text);
                first_id.get_or_insert_with(|| first.to_owned());
                readings[0].add(text, table);
                readings[1].add(first, table);
                readings[2].add(columns.get(1).copied().unwrap_or(text), table);
            }
        }
    }
    let [line, first, second] = readings;
    // The first column unless another is better.
    let best = [first, second, line]
        .into_iter()
        .rev()
        .max_by_key(|r| r.bits.len())
        .unwrap_or_default();
    if best.bits.is_empty() {
        return Err(CohortError::NoneMatched {
            path: path.to_owned(),
            ids,
            example: first_id.zip(table.id(0).map(str::to_owned)),
        });
    }
    Ok(IdFile {
        samples: SampleSet::from_bitmap(table.len(), best.bits),
        unknown: best.unknown,
        examples: best.examples,
        repeated: best.repeated,
    })
}

fn columns(text: &str) -> Vec<&str> {
    if text.contains('\t') {
        text.split('\t').map(str::trim).collect()
    } else {
        text.split_whitespace().collect()
    }
}
